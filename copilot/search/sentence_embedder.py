"""Embeddings by any sentence-transformers model."""

import copy
from collections.abc import Sequence
from typing import Any, Self

import numpy as np

from copilot.kernel.errors import ConfigurationError
from copilot.search.config import EmbedderConfig
from copilot.search.embedder import Vectors
from copilot.search.lengths import PASS_COST, length_groups
from copilot.search.loading import loading
from copilot.search.model_card import model_card
from copilot.search.model_prompts import prefixes
from copilot.search.packaged_model import check_packaged_model, packaged_model
from copilot.search.unrelated import unrelated_similarity

_PASS_CHARACTERS = 4 * PASS_COST
"""A token is about four characters."""

_UNBOUNDED = 1 << 20


class SentenceEmbedder:
    """The Embedder port on a loaded SentenceTransformer.

    Args:
        model: The loaded model.
        name: Its name.
        config: Prefixes and batch size.
    """

    def __init__(self, model: Any, name: str, config: EmbedderConfig) -> None:
        self._model = model
        self._batch_size = config.batch_size
        self._prefixes = prefixes(config, model.prompts, model.default_prompt_name)
        self.name = name
        self.dimension: int = model.get_embedding_dimension()
        # Its own tokenizer: one that is counting cannot be told to truncate by a pass.
        backend = getattr(model.tokenizer, "backend_tokenizer", None)
        self._counting = None if backend is None else copy.deepcopy(backend)
        self.longest: int = model.max_seq_length or _UNBOUNDED
        self.unrelated = unrelated_similarity(self.embed_passages)

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
        try:
            with loading():
                import torch
                from sentence_transformers import SentenceTransformer

                if config.threads is not None:
                    torch.set_num_threads(config.threads)
                model = SentenceTransformer(
                    place,
                    device=config.device,
                    model_kwargs={"dtype": _precision(config)},
                    trust_remote_code=False,
                )
        # Each library has its own, Rust's among them plain Exceptions.
        except Exception as error:
            raise ConfigurationError(
                f"The embedding model {card.name!r} cannot be loaded: {error}"
            ) from error
        _unfix_lengths(model)
        if config.max_tokens is not None:
            model.max_seq_length = config.max_tokens
        return cls(model, card.name, config)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """See :meth:`Embedder.embed_queries`."""
        return self._embed(self._model.encode_query, texts, self._prefixes.query)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """See :meth:`Embedder.embed_passages`."""
        return self._embed(self._model.encode_document, texts, self._prefixes.passage)

    def pieces(self, text: str) -> int:
        """See :meth:`Embedder.pieces`."""
        if self._counting is None:
            return len(self._model.tokenizer.tokenize(text))
        return len(self._counting.encode(text, add_special_tokens=False).ids)

    def _embed(self, encode: Any, texts: Sequence[str], prefix: str) -> Vectors:
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        groups = length_groups(
            [len(text) for text in texts], size=self._batch_size, cost=_PASS_CHARACTERS
        )
        for group in groups:
            vectors[group] = encode(
                [texts[position] for position in group],
                prompt=prefix,
                batch_size=len(group),
                show_progress_bar=False,
                convert_to_numpy=True,
            )
        # Here, not in the model: a bfloat16 norm is off by up to half a percent.
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        vectors /= np.maximum(lengths, np.finfo(np.float32).tiny)
        return vectors


def _precision(config: EmbedderConfig) -> str:
    import torch

    if config.precision != "auto":
        return config.precision
    # Measured: bfloat16 doubles the rate with the matrix unit (AMX), and is a third slower than
    # float32 on processors that have avx512_bf16 alone.
    on_cpu = config.device == "cpu" or (config.device is None and not torch.cuda.is_available())
    return "bfloat16" if on_cpu and torch.cpu._is_amx_tile_supported() else "float32"


def _unfix_lengths(model: Any) -> None:
    # Some tokenizer files fix truncation and padding (the packaged one: at 128 tokens), which
    # would cut what the model can read and pad every short question to the full length.
    backend = getattr(model.tokenizer, "backend_tokenizer", None)
    if backend is not None:
        backend.no_truncation()
        backend.no_padding()
