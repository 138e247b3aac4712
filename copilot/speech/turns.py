"""Utterances of one or two channels to segments in time order, each by one speaker."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from copilot.speech.crosstalk import LOUDER_THAN_LEAK_DB, find_leak
from copilot.speech.signals import level_between
from copilot.speech.transcriber import Utterance
from copilot.speech.transcript import Segment, Speaker, Word

_PAUSE_S = 1.0
_LONGEST_S = 30.0
_BLEED_DB = 6.0
_DEEP_BLEED_DB = 25.0
_BLEED_SHIFT_S = 0.4
_ALIKE = 0.6


class Heard(NamedTuple):
    """What was recognised on one channel, and its loudness per 20 ms frame in dB."""

    utterances: list[Utterance]
    levels_db: NDArray[np.float32]


class _Spoken:
    """The words of one channel, found by when they were said."""

    def __init__(self, words: Iterable[Word]) -> None:
        self._words = sorted(words, key=lambda word: word.start)
        self._starts = [word.start for word in self._words]
        self._longest = max((word.end - word.start for word in self._words), default=0.0)

    def between(self, start: float, end: float) -> list[str]:
        """The words that were being said from ``start`` to ``end`` (seconds)."""
        first = bisect_left(self._starts, start - self._longest)
        last = bisect_left(self._starts, end)
        return [word.text for word in self._words[first:last] if word.end > start]


class _Piece(NamedTuple):
    channel: int
    utterance: Utterance


def build_segments(channels: Sequence[Heard], speakers: Sequence[Speaker]) -> list[Segment]:
    """The call's segments, numbered from 1 in time order.

    What one channel overhears of the other is left out. Utterances of a speaker that follow each
    other without a pause and without the other one speaking become one segment.

    Args:
        channels: One or two.
        speakers: Who is on each channel.
    """
    return _segments(without_bleed(channels), speakers)


def build_turns(
    voices: Sequence[Sequence[Utterance]], speakers: Sequence[Speaker]
) -> list[Segment]:
    """:func:`build_segments` for the voices of one channel.

    Args:
        voices: The utterances of each.
        speakers: Who has each voice.
    """
    return [one.model_copy(update={"channel": 0}) for one in _segments(voices, speakers)]


def _segments(
    channels: Sequence[Sequence[Utterance]], speakers: Sequence[Speaker]
) -> list[Segment]:
    pieces = [
        _Piece(number, piece)
        for number, heard in enumerate(channels)
        for utterance in heard
        for piece in _at_pauses(utterance)
    ]
    pieces.sort(key=lambda piece: (piece.utterance.start, piece.channel))
    merged: list[_Piece] = []
    for piece in pieces:
        if merged and _continues(merged[-1], piece):
            joined = _join([merged[-1].utterance, piece.utterance])
            merged[-1] = merged[-1]._replace(utterance=joined)
        else:
            merged.append(piece)
    return [
        Segment(
            n=n,
            start=round(piece.utterance.start, 2),
            end=round(piece.utterance.end, 2),
            speaker=speakers[piece.channel],
            channel=piece.channel,
            text=piece.utterance.text,
            confidence=piece.utterance.confidence,
            words=piece.utterance.words,
        )
        for n, piece in enumerate(merged, start=1)
    ]


def without_bleed(channels: Sequence[Heard]) -> list[list[Utterance]]:
    """Each channel's utterances less the words that leaked in from the other channel.

    A word leaked when the channel overhears the other one (see :mod:`copilot.speech.crosstalk`)
    and is no louder then than that explains; or when the other channel is much louder at that
    moment and has the same word there, or is so much louder that what is left cannot be a voice in
    the room.
    """
    if len(channels) != 2:
        return [list(heard.utterances) for heard in channels]
    first, second = channels
    return [_less(first, second), _less(second, first)]


def _less(own: Heard, other: Heard) -> list[Utterance]:
    spoken = _Spoken(word for utterance in other.utterances for word in utterance.words)
    leak = find_leak(own.levels_db, other.levels_db)
    deep = _DEEP_BLEED_DB if leak is None else leak.loss_db - LOUDER_THAN_LEAK_DB
    kept: list[Utterance] = []
    for utterance in own.utterances:
        if not utterance.words:
            if not _leaked(utterance, own, other, spoken, deep):
                kept.append(utterance)
            continue
        words = [word for word in utterance.words if not _leaked(word, own, other, spoken, deep)]
        if len(words) == len(utterance.words):
            kept.append(utterance)
        elif words:
            kept.append(_of_words(words))
    return kept


def _leaked(said: Utterance | Word, own: Heard, other: Heard, spoken: _Spoken, deep: float) -> bool:
    start, end = said.start, said.end
    louder = level_between(other.levels_db, start, end) - level_between(own.levels_db, start, end)
    if louder < min(_BLEED_DB, deep):
        return False
    near = spoken.between(start - _BLEED_SHIFT_S, end + _BLEED_SHIFT_S)
    if not near:
        return False
    if louder >= deep:
        return True
    return louder >= _BLEED_DB and any(_alike(said.text, word) for word in near)


def _alike(one: str, other: str) -> bool:
    one, other = (re.sub(r"\W+", "", text).lower() for text in (one, other))
    return one == other or SequenceMatcher(None, one, other).ratio() >= _ALIKE


def _at_pauses(utterance: Utterance) -> list[Utterance]:
    parts: list[list[Word]] = []
    for word in utterance.words:
        if parts and word.start - parts[-1][-1].end < _PAUSE_S:
            parts[-1].append(word)
        else:
            parts.append([word])
    return [utterance] if len(parts) < 2 else [_of_words(part) for part in parts]


def _continues(last: _Piece, piece: _Piece) -> bool:
    return (
        last.channel == piece.channel
        and piece.utterance.start - last.utterance.end < _PAUSE_S
        and piece.utterance.end - last.utterance.start <= _LONGEST_S
    )


def _of_words(words: list[Word]) -> Utterance:
    text = " ".join(word.text for word in words)
    return Utterance(words[0].start, words[-1].end, text, _mean(words), words)


def _join(parts: Sequence[Utterance]) -> Utterance:
    words = [word for part in parts for word in part.words]
    sure = [part.confidence for part in parts if part.confidence is not None]
    confidence = _mean(words) if words else (min(sure) if sure else None)
    text = " ".join(part.text for part in parts)
    end = max(part.end for part in parts)
    return Utterance(parts[0].start, end, text, confidence, words)


def _mean(words: Sequence[Word]) -> float | None:
    sure = [word.confidence for word in words if word.confidence is not None]
    return round(sum(sure) / len(sure), 3) if sure else None
