"""Settings of how drafts are checked."""

from pydantic import BaseModel, ConfigDict, Field


class DraftsConfig(BaseModel):
    """How drafts are checked.

    Attributes:
        check_citations: Whether the language model looks at each citation once more. Off by
            default: it takes a second answer of the model before a draft is done.
        check_s: Longest that this may take, in seconds; later than that wording and meaning decide.
    """

    model_config = ConfigDict(extra="forbid")

    check_citations: bool = False
    check_s: float = Field(default=5.0, gt=0, le=120)
