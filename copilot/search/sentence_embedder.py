"""Embeddings by any sentence-transformers model, the packaged MiniLM by default."""

from collections.abc import Sequence
from typing import Any, Literal, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from copilot.kernel.errors import ConfigurationError
from copilot.search.embedder import Vectors
from copilot.search.model_card import model_card
from copilot.search.packaged_model import check_packaged_model, packaged_model


class EmbedderConfig(BaseModel):
    """Which embedding model is used and how.

    Attributes:
        model: A model's folder or hub name; None is the packaged English MiniLM.
        device: ``cpu``, ``cuda``, …; None takes a GPU when there is one.
        query_prefix: Put before each search text; None follows the model's own prompts.
        passage_prefix: Put before each text to be found; None follows the model's own prompts.
        precision: ``bfloat16`` is faster where the processor has it.
        threads: Processor threads for the model; None leaves it to torch.
        max_tokens: Longest input in tokens; None follows the model.
        batch_size: Most texts per pass.
        batch_characters: Most characters of passages per pass: searches wait for one pass.
    """

    model_config = ConfigDict(extra="forbid")

    model: str | None = None
    device: str | None = None
    query_prefix: str | None = None
    passage_prefix: str | None = None
    precision: Literal["float32", "bfloat16"] = "float32"
    threads: int | None = Field(default=None, ge=1)
    max_tokens: int | None = Field(default=None, ge=8)
    batch_size: int = Field(default=32, ge=1)
    batch_characters: int = Field(default=8000, ge=1)


class SentenceEmbedder:
    """The Embedder port on a loaded SentenceTransformer.

    Args:
        model: The loaded model.
        name: Its name.
        config: Prefixes and batch size.
    """

    def __init__(self, model: Any, name: str, config: EmbedderConfig) -> None:
        self._model = model
        self._config = config
        self.name = name
        self.dimension: int = model.get_embedding_dimension()

    @classmethod
    def open(cls, config: EmbedderConfig) -> Self:
        """Load the model: seconds, mostly imports.

        Raises:
            ConfigurationError: There is no such model, or its weights are not what they should be.
        """
        card = model_card(config.model)
        place = config.model
        if place is None:
            folder = packaged_model()
            check_packaged_model(folder)
            place = str(folder)
        import torch
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging as transformers_logging

        # A bar on standard error is the command line's to draw.
        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        if config.threads is not None:
            torch.set_num_threads(config.threads)
        try:
            model = SentenceTransformer(
                place,
                device=config.device,
                model_kwargs={"dtype": config.precision},
                trust_remote_code=False,
            )
        except (OSError, ValueError, RuntimeError) as error:
            raise ConfigurationError(
                f"The embedding model {card.name!r} cannot be loaded: {error}"
            ) from error
        _unfix_lengths(model)
        if config.max_tokens is not None:
            model.max_seq_length = config.max_tokens
        return cls(model, card.name, config)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """See :meth:`Embedder.embed_queries`."""
        return self._embed(self._model.encode_query, texts, self._config.query_prefix)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """See :meth:`Embedder.embed_passages`."""
        return self._embed(self._model.encode_document, texts, self._config.passage_prefix)

    def _embed(self, encode: Any, texts: Sequence[str], prefix: str | None) -> Vectors:
        vectors = encode(
            list(texts),
            prompt=prefix,
            batch_size=self._config.batch_size,
            normalize_embeddings=True,
            show_progress_bar=False,
            convert_to_numpy=True,
        )
        return np.asarray(vectors, dtype=np.float32).reshape(len(texts), self.dimension)


def _unfix_lengths(model: Any) -> None:
    # Some tokenizer files fix truncation and padding (the packaged one: at 128 tokens), which
    # would cut what the model can read and pad every short question to the full length.
    backend = getattr(model.tokenizer, "backend_tokenizer", None)
    if backend is not None:
        backend.no_truncation()
        backend.no_padding()
