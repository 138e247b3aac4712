"""Settings of calls."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

Redact = Literal["off", "text", "audio"]


class CallsConfig(BaseModel):
    """How calls are treated when they arrive.

    Attributes:
        redact: Whether card numbers and the like are taken out of every new transcript before it
            is stored (``text``), and out of the recording too (``audio``).
    """

    model_config = ConfigDict(extra="forbid")

    redact: Redact = "off"
