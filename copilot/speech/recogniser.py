"""Port: an engine as the host process runs it; see :mod:`copilot.speech.host`."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from copilot.speech.transcriber import Recognised, Signal


class Abilities(NamedTuple):
    """What an engine is and can do; see Transcriber for what each means."""

    engine: str
    low_accuracy: bool
    languages: frozenset[str] | None
    least_confidence: float | None
    longest_s: float
    longest_pause_s: float
    batch: int


class Recogniser(Protocol):
    """An engine that hears, in a process of its own, which is killed to stop it."""

    @property
    def abilities(self) -> Abilities:
        """What it is and can do."""
        ...

    def hear(
        self, pieces: Sequence[Signal], *, language: str | None, vocabulary: Sequence[str]
    ) -> list[Recognised]:
        """What is said in each piece; see :meth:`copilot.speech.transcriber.Transcriber.hear`."""
        ...
