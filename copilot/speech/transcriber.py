"""Port: one channel of speech to timed utterances."""

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from copilot.speech.transcript import Word

SAMPLE_RATE = 16_000
"""Samples per second of every signal that a Transcriber is given."""

Signal = NDArray[np.float32]
"""Mono samples between -1 and 1, shape ``(samples,)``, at SAMPLE_RATE."""

Progress = Callable[[float], None]
"""Called with the share done (0 to 1); raising from it cancels the work."""


class Utterance(NamedTuple):
    """A stretch of speech: seconds from the start of the signal, text, confidence, words."""

    start: float
    end: float
    text: str
    confidence: float | None
    words: list[Word]


class Recognised(NamedTuple):
    """What was said on one channel, in which language."""

    language: str | None
    utterances: list[Utterance]


class Transcriber(Protocol):
    """An engine that hears. Blocking: call it in a thread."""

    @property
    def engine(self) -> str:
        """What is stored and shown as the maker, e.g. ``whisper:small``."""
        ...

    @property
    def low_accuracy(self) -> bool:
        """Whether people must be warned about its words."""
        ...

    @property
    def languages(self) -> frozenset[str] | None:
        """The languages it knows, or None for (nearly) all."""
        ...

    def transcribe(
        self,
        signal: Signal,
        *,
        language: str | None,
        vocabulary: Sequence[str] = (),
        progress: Progress | None = None,
    ) -> Recognised:
        """The speech in ``signal``.

        Args:
            signal: One channel.
            language: BCP 47 code, or None to detect it.
            vocabulary: Product and place names to expect.
            progress: Told how far it is; may raise to cancel.

        Raises:
            SpeechLanguageError: The engine does not know ``language``.
        """
        ...
