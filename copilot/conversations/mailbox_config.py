"""Settings of mailboxes."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, SecretStr


class ImapConfig(BaseModel):
    """How mailboxes are opened.

    Attributes:
        password: Of the mailbox; asked for when it is missing and somebody is there to ask.
        ca_file: Certificates to trust beside the system's own, for a server with its own.
        timeout_s: How long the server may be silent.
    """

    model_config = ConfigDict(extra="forbid")

    password: SecretStr | None = None
    ca_file: Path | None = None
    timeout_s: float = Field(default=60.0, gt=0, le=600)
