"""Which index is used and how to reach it."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, SecretStr


class IndexConfig(BaseModel):
    """The vector index: in this process (``edge``) or a Qdrant server (``server``).

    Attributes:
        kind: ``edge`` serves one process; ``server`` any number.
        url: The server's address, e.g. ``http://localhost:6333``.
        api_key: The server's key, when it wants one.
    """

    model_config = ConfigDict(extra="forbid")

    kind: Literal["edge", "server"] = "edge"
    url: str | None = None
    api_key: SecretStr | None = None
