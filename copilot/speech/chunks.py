"""Stretches of speech packed into pieces for an engine, and what it says put back in time."""

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from copilot.speech.signals import quietest
from copilot.speech.transcriber import SAMPLE_RATE, Signal, Utterance
from copilot.speech.transcript import Word
from copilot.speech.voices import Stretch

_SPARE = 0.05


class Chunk(BaseModel):
    """What was heard in a few pieces of one channel: the unit of work that is kept.

    Attributes:
        channel: 0 or 1.
        start: First sample that it covers.
        end: The sample after the last.
        language: As the engine calls it; None where it heard nobody.
        language_probability: Where the engine detected it.
        utterances: In seconds of the recording.
    """

    channel: int
    start: int
    end: int
    language: str | None
    language_probability: float | None
    utterances: list[Utterance]


class Checkpoints(Protocol):
    """Keeps finished chunks, so that work that was cut off goes on behind the last one."""

    def done(self, engine: str) -> list[Chunk]:
        """The chunks kept of this recording that ``engine`` made, in order of channel and start."""
        ...

    def keep(self, engine: str, chunk: Chunk) -> None:
        """Keep ``chunk``, once. May raise to cancel."""
        ...


class Piece(NamedTuple):
    """Stretches of a recording that an engine hears in one go, without what lies between."""

    parts: tuple[Stretch, ...]

    @property
    def length(self) -> int:
        """In samples."""
        return sum(part.end - part.start for part in self.parts)

    def cut_from(self, signal: Signal) -> Signal:
        """Its samples."""
        if len(self.parts) == 1:
            return np.array(signal[self.parts[0].start : self.parts[0].end])
        return np.concatenate([signal[part.start : part.end] for part in self.parts])

    def placed(self, utterances: Iterable[Utterance]) -> list[Utterance]:
        """``utterances`` of this piece, in seconds of the recording."""
        places = _Places(self)
        return [places.utterance(one) for one in utterances]


def packed(
    stretches: Sequence[Stretch],
    levels_db: NDArray[np.float32],
    *,
    longest_s: float,
    longest_pause_s: float = math.inf,
) -> list[Piece]:
    """Fill pieces with stretches, in order.

    A piece ends with the longest pause near its end, so that few sentences are torn; a stretch
    that is longer than a piece is cut where it is quietest. How the pieces behind a piece are
    packed depends on nothing before it.

    Args:
        stretches: Where somebody speaks.
        levels_db: Loudness of the signal.
        longest_s: Seconds of the longest piece.
        longest_pause_s: Seconds between two stretches of one piece at the most.
    """
    longest = int(longest_s * SAMPLE_RATE)
    rest = [part for stretch in stretches for part in _cut(stretch, levels_db, longest)]
    pieces: list[Piece] = []
    first = 0
    while first < len(rest):
        last = _end(rest, first, longest, longest_pause_s * SAMPLE_RATE)
        pieces.append(Piece(_merged(rest[first:last])))
        first = last
    return pieces


def behind(stretches: Iterable[Stretch], sample: int) -> list[Stretch]:
    """What of ``stretches`` lies behind ``sample``."""
    return [Stretch(max(start, sample), end) for start, end in stretches if end > sample]


def _cut(stretch: Stretch, levels_db: NDArray[np.float32], longest: int) -> list[Stretch]:
    parts: list[Stretch] = []
    start, end = stretch
    while end - start > longest:
        at = quietest(levels_db, start + longest // 2, start + longest)
        parts.append(Stretch(start, at))
        start = at
    return [*parts, Stretch(start, end)]


def _end(parts: Sequence[Stretch], first: int, longest: int, longest_pause: float) -> int:
    """The index behind the last of ``parts`` that go into a piece which begins with ``first``."""
    ends: list[tuple[int, int]] = []
    length = 0
    for last in range(first, len(parts)):
        length += parts[last].end - parts[last].start
        if ends and length > longest:
            break
        ends.append((last + 1, length))
        if last + 1 == len(parts) or _pause(parts, last + 1) > longest_pause:
            return last + 1
    near = [end for end, so_far in ends if so_far >= ends[-1][1] - _SPARE * longest]
    return max(near, key=lambda end: (_pause(parts, end), end))


def _pause(parts: Sequence[Stretch], at: int) -> int:
    return parts[at].start - parts[at - 1].end


def _merged(parts: Sequence[Stretch]) -> tuple[Stretch, ...]:
    merged: list[Stretch] = []
    for part in parts:
        if merged and merged[-1].end == part.start:
            merged[-1] = Stretch(merged[-1].start, part.end)
        else:
            merged.append(part)
    return tuple(merged)


class _Places:
    """Turns seconds of a piece into seconds of the recording."""

    def __init__(self, piece: Piece) -> None:
        ends = accumulate(part.end - part.start for part in piece.parts)
        self._starts = [0.0, *(end / SAMPLE_RATE for end in ends)]
        self._parts = piece.parts

    def utterance(self, heard: Utterance) -> Utterance:
        words = [self._word(word) for word in heard.words]
        if words:
            return heard._replace(start=words[0].start, end=words[-1].end, words=words)
        start, end = self._part(heard.start), self._part(heard.end - 1 / SAMPLE_RATE)
        return heard._replace(
            start=self._moved(heard.start, start), end=self._moved(heard.end, max(start, end))
        )

    def _word(self, word: Word) -> Word:
        # One that the engine stretched over a joint was said on the side where its middle lies.
        part = self._part((word.start + word.end) / 2)
        start, end = self._moved(word.start, part), self._moved(word.end, part)
        return word.model_copy(update={"start": start, "end": end})

    def _part(self, seconds: float) -> int:
        return min(max(0, bisect_right(self._starts, seconds) - 1), len(self._parts) - 1)

    def _moved(self, seconds: float, part: int) -> float:
        inside = min(max(seconds, self._starts[part]), self._starts[part + 1])
        return round(inside - self._starts[part] + self._parts[part].start / SAMPLE_RATE, 2)
