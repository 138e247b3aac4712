"""Port: texts to vectors."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
"""Unit-length rows, shape ``(texts, dimension)``."""


class ModelCard(NamedTuple):
    """What is known of a model before it is loaded.

    Attributes:
        name: Stored with the index so that a change is noticed.
        dimension: Length of a vector.
    """

    name: str
    dimension: int


class Embedder(Protocol):
    """An embedding model. Blocking: the batcher calls it in a thread of its own."""

    @property
    def name(self) -> str:
        """Model name, stored with the index so that a change is noticed."""
        ...

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        ...

    @property
    def longest(self) -> int:
        """Most word pieces of a text that a vector stands for: what comes after is not read."""
        ...

    @property
    def unrelated(self) -> float:
        """Inner product of texts that have nothing to do with each other."""
        ...

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """One vector per search text."""
        ...

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """One vector per text to be found."""
        ...

    def pieces(self, text: str) -> int:
        """How many word pieces the model's vocabulary makes of ``text``, unknown ones included.

        Computed without a pass, and safe to call while one runs in another thread.
        """
        ...
