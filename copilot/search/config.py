"""Which index and which embedding model are used, and how."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr


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


class EmbedderConfig(BaseModel):
    """Which embedding model is used and how.

    Attributes:
        model: A model's folder or hub name; None is the packaged English MiniLM.
        backend: ``openvino`` runs BERT encoders in a folder (docs/decisions/0009), ``torch`` any
            sentence-transformers model. ``auto`` is OpenVINO for the packaged model.
        device: ``cpu``, ``cuda``, …; None takes a GPU when there is one and torch runs the model.
        query_prefix: Put before each search text; None follows the model's own prompts.
        passage_prefix: Put before each text to be found; None follows the model's own prompts.
        precision: ``auto`` takes bfloat16 where it is faster.
        threads: Processor threads for the model; None leaves it to the back end.
        max_tokens: Longest input in tokens; None follows the model.
        batch_size: Most texts per pass.
        batch_characters: Most characters per pass: searches wait for one pass.
    """

    model_config = ConfigDict(extra="forbid")

    model: str | None = None
    backend: Literal["auto", "openvino", "torch"] = "auto"
    device: str | None = None
    query_prefix: str | None = None
    passage_prefix: str | None = None
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    threads: int | None = Field(default=None, ge=1)
    max_tokens: int | None = Field(default=None, ge=8)
    batch_size: int = Field(default=32, ge=1)
    batch_characters: int = Field(default=4000, ge=1)
