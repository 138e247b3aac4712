"""Port: who speaks when on one channel, by voice; and what its answer makes of the words."""

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import NamedTuple, Protocol

from copilot.speech.transcriber import GoOn, Recognised, Signal, Utterance
from copilot.speech.transcript import Word

_SLIP_S = 0.35
"""A turn shorter than this inside somebody else's is a slip of the diariser, not an answer."""


class VoiceTurn(NamedTuple):
    """A stretch, in seconds from the start of the signal, in which one voice speaks."""

    start: float
    end: float
    voice: int


class Diariser(Protocol):
    """Tells voices apart. Blocking: call it in a thread."""

    @property
    def longest_s(self) -> float:
        """Seconds of the longest recording it is asked about."""
        ...

    def turns(self, signal: Signal, go_on: GoOn) -> list[VoiceTurn]:
        """Who speaks when, in time order; voices are numbered from 0 as they are first heard.

        Args:
            signal: One channel.
            go_on: Called a few times a second; raising from it cancels the work.

        Raises:
            SpeechUnavailableError: The model cannot be loaded.
            SpeechEngineError: It broke down.
        """
        ...

    def close(self) -> None:
        """Let the model go."""
        ...


class HostedDiariser:
    """See Diariser: an engine of the host process whose utterances are turns, named by the voice.

    Args:
        opener: Starts the engine when it is first needed.
        longest_s: See Diariser.
    """

    def __init__(self, opener: Callable[[], "HearsVoices"], longest_s: float) -> None:
        self._opener = opener
        self._opened: HearsVoices | None = None
        self.longest_s = longest_s

    def turns(self, signal: Signal, go_on: GoOn) -> list[VoiceTurn]:
        """See Diariser."""
        if self._opened is None:
            self._opened = self._opener()
        heard = self._opened.hear([signal], language=None, go_on=go_on)[0]
        numbers: dict[str, int] = {}
        return [
            VoiceTurn(one.start, one.end, numbers.setdefault(one.text, len(numbers)))
            for one in heard.utterances
        ]

    def close(self) -> None:
        """See Diariser."""
        if self._opened is not None:
            self._opened.close()


class HearsVoices(Protocol):
    """What :class:`HostedDiariser` starts; see :class:`copilot.speech.hosted.HostedTranscriber`."""

    def hear(
        self, pieces: Sequence[Signal], *, language: str | None, go_on: GoOn
    ) -> list[Recognised]:
        """The turns of each piece, as utterances."""
        ...

    def close(self) -> None:
        """End it."""
        ...


def by_voice(
    utterances: Sequence[Utterance], turns: Sequence[VoiceTurn]
) -> dict[int, list[Utterance]]:
    """The utterances of each voice, cut where the voice changes.

    A word belongs to the voice that speaks most of its time, else to the one nearest to it. What
    has no words is taken as one.

    Args:
        utterances: Of one channel, in time order.
        turns: Who speaks when; not empty.
    """
    found: dict[int, list[Utterance]] = {}
    for utterance in utterances:
        if not utterance.words:
            voice = _voice_at(utterance.start, utterance.end, turns)
            found.setdefault(voice, []).append(utterance)
            continue
        voices = [_voice_at(word.start, word.end, turns) for word in utterance.words]
        for voice, words in _runs(utterance.words, voices):
            found.setdefault(voice, []).append(_said(words))
    return found


def _voice_at(start: float, end: float, turns: Sequence[VoiceTurn]) -> int:
    def fits(turn: VoiceTurn) -> tuple[float, float]:
        shared = min(end, turn.end) - max(start, turn.start)
        return (shared, turn.start - turn.end) if shared > 0 else (shared, 0.0)

    return max(turns, key=fits).voice


def _runs(words: Sequence[Word], voices: Sequence[int]) -> list[tuple[int, list[Word]]]:
    """The words by voice; what is too short to be a turn goes to the voice around it."""
    runs = [
        (voice, [word for _, word in pairs])
        for voice, pairs in groupby(zip(voices, words, strict=True), key=lambda pair: pair[0])
    ]
    merged: list[tuple[int, list[Word]]] = []
    for place, (voice, said) in enumerate(runs):
        following = runs[place + 1][0] if place + 1 < len(runs) else None
        slips = said[-1].end - said[0].start < _SLIP_S
        if merged and (merged[-1][0] == voice or (slips and following == merged[-1][0])):
            merged[-1][1].extend(said)
        else:
            merged.append((voice, said))
    return merged


def _said(words: list[Word]) -> Utterance:
    sure = [word.confidence for word in words if word.confidence is not None]
    confidence = round(sum(sure) / len(sure), 3) if sure else None
    text = " ".join(word.text for word in words)
    return Utterance(words[0].start, words[-1].end, text, confidence, words)
