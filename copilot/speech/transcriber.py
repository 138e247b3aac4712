"""Port: pieces of one channel's speech to timed utterances."""

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

GoOn = Callable[[], None]
"""Called a few times a second while an engine works; raising from it cancels the work."""


class Utterance(NamedTuple):
    """A stretch of speech: seconds from the start of the signal, text, confidence, words."""

    start: float
    end: float
    text: str
    confidence: float | None
    words: list[Word]


class Recognised(NamedTuple):
    """What was said in one piece or on one channel, in which language, and how sure that is.

    Attributes:
        language: As the engine calls it, None where it heard none.
        utterances: In time order.
        language_probability: 0 to 1 where the engine detected the language, else None.
    """

    language: str | None
    utterances: list[Utterance]
    language_probability: float | None = None


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

    @property
    def least_confidence(self) -> float | None:
        """Words that are less sure than this at the mean are of another language; None: unknown."""
        ...

    @property
    def longest_s(self) -> float:
        """Seconds of the longest piece it takes."""
        ...

    @property
    def longest_pause_s(self) -> float:
        """Seconds of silence that may be cut out inside a piece.

        Long where a piece costs the same however short it is, little where words near a joint would
        be heard or placed badly.
        """
        ...

    @property
    def batch(self) -> int:
        """How many pieces it likes to be given at once; what it made of them is kept together."""
        ...

    def hear(
        self,
        pieces: Sequence[Signal],
        *,
        language: str | None,
        vocabulary: Sequence[str] = (),
        go_on: GoOn,
    ) -> list[Recognised]:
        """What is said in each piece, with seconds from the start of that piece.

        Args:
            pieces: Speech with little silence in it, each at most ``longest_s`` long, all of one
                channel and in time order.
            language: BCP 47 code, or None to detect it (once for all pieces).
            vocabulary: Product and place names to expect, the most important first.
            go_on: Called at least twice a second; what it raises ends the work within two
                seconds and is let through.

        Raises:
            SpeechLanguageError: The engine does not know ``language``.
            SpeechUnavailableError: The engine cannot be loaded or reached.
            SpeechEngineError: It broke down; trying again may help.
        """
        ...
