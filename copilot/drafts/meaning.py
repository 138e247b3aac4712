"""How near questions and statements are in meaning, by the embedding model.

Wording finds "refund" where "refund" is written; "labrador" beside "dogs" takes a model. It is a
second opinion: without it, or in a language that the model does not know, wording alone decides.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from copilot.kernel.errors import UnavailableError
from copilot.kernel.language import primary_subtag
from copilot.search.packaged_model import PACKAGED_NAME

_WAIT_S = 5.0
_SOON_S = 1.0
_LONGEST = 240


class Embedding(Protocol):
    """What embeds texts; see :class:`copilot.search.batching.EmbeddingService`."""

    name: str

    @property
    def ready(self) -> bool:
        """Whether the model is loaded."""
        ...

    async def query(self, text: str) -> NDArray[np.float32]:
        """The unit vector of a text, ahead of texts to be indexed and remembered."""
        ...


class Meanings:
    """The vectors of some texts.

    Args:
        vectors: A unit vector for each text.
    """

    def __init__(self, vectors: Mapping[str, NDArray[np.float32]] | None = None) -> None:
        self._vectors = vectors or {}

    def nearness(self, one: str, other: str) -> float | None:
        """The cosine of two texts, 0 where it is less; None when one of them is not known."""
        first, second = self._vectors.get(_cut(one)), self._vectors.get(_cut(other))
        if first is None or second is None:
            return None
        return max(0.0, float(first @ second))


async def meanings_of(
    texts: Iterable[str],
    language: str,
    embedding: Embedding | None,
    wait_s: float | None = None,
) -> Meanings:
    """The meanings of ``texts``; none when there is no model for them at once.

    Args:
        texts: What will be compared, each cut to the length of a long sentence.
        language: BCP 47 code of the texts.
        embedding: The model.
        wait_s: Most seconds to wait for it; never more than a few.
    """
    if embedding is None or not embedding.ready or not _knows(embedding.name, language):
        return Meanings()
    wanted = [text for text in dict.fromkeys(map(_cut, texts)) if text]
    try:
        # Searches and not passages: a draft must not wait behind an import of articles.
        async with asyncio.timeout(_WAIT_S if wait_s is None else min(wait_s, _WAIT_S)):
            vectors = await asyncio.gather(*map(embedding.query, wanted))
    except (TimeoutError, UnavailableError):
        return Meanings()
    return Meanings(dict(zip(wanted, vectors, strict=True)))


async def nearness(
    embedding: Embedding | None, texts: Sequence[str], language: str
) -> Callable[[str, str], float | None]:
    """What compares any two of ``texts``; see :func:`meanings_of`."""
    return (await meanings_of(texts, language, embedding, _SOON_S)).nearness


def _knows(model: str, language: str) -> bool:
    """The packaged model knows English; who names another one picks it for their languages."""
    return model != PACKAGED_NAME or primary_subtag(language) == "en"


def _cut(text: str) -> str:
    return text[:_LONGEST].strip()
