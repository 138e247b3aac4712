"""Settings of conversations."""

from pydantic import BaseModel, ConfigDict, Field


class ConversationsConfig(BaseModel):
    """How mail is understood.

    Attributes:
        support_addresses: Mail addresses and ``@domains`` that are the team's own: what comes
            from them is said by an agent. Without any, whoever wrote first is the customer.
    """

    model_config = ConfigDict(extra="forbid")

    support_addresses: list[str] = Field(default_factory=list, max_length=200)
