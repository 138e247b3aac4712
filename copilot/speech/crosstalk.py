"""What a microphone overheard of a call's other side: found by how loud both are, and how alike.

A leak is a property of a call: whenever the other side speaks, this channel follows its loudness,
a fixed moment later and a fixed measure quieter. Only where that is so over the whole call is
anything left out, and only what is no louder than the leak explains: somebody who says "yes" under
the other one's voice stays.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from copilot.speech.signals import FRAME, SILENCE_DB
from copilot.speech.voices import Stretch

Levels = NDArray[np.float32]
"""Loudness per frame of 20 ms, in dB of full scale."""

LOUDER_THAN_LEAK_DB = 4.0
"""What is so much louder than a leak explains is a voice of its own."""

_LATEST = 6  # frames: 120 ms
_ENOUGH = 100
_ACTIVE_DB = 15.0
_FOLLOWS = 0.6
_QUIETER_DB = 3.0
_LEAST_LOSS_DB = 4.0
_ABOVE_FLOOR_DB = 6.0
_SHORTEST_LEAK = 15
_SHORTEST_VOICE = 6
_AROUND = 25
_SMOOTH = 5


class Leak(NamedTuple):
    """How much later and quieter one channel hears the other."""

    frames: int
    loss_db: float


def spoken_here(stretches: Sequence[Stretch], own_db: Levels, other_db: Levels) -> list[Stretch]:
    """The stretches without what was only overheard of the other side, in time order.

    Args:
        stretches: Where somebody is heard on this channel.
        own_db: The channel's loudness.
        other_db: The other channel's.
    """
    length = min(len(own_db), len(other_db))
    leak = find_leak(own_db, other_db)
    if leak is None:
        return list(stretches)
    own, other = _smooth(own_db[:length]), _smooth(other_db[:length])
    explained = np.roll(other, leak.frames) - leak.loss_db + LOUDER_THAN_LEAK_DB
    explained[: leak.frames] = -np.inf
    floor = max(float(np.percentile(own, 10)) + _ABOVE_FLOOR_DB, SILENCE_DB)
    kept: list[Stretch] = []
    for stretch in stretches:
        first, last = stretch.start // FRAME, min(length, -(-stretch.end // FRAME))
        kept += _without(stretch, own[first:last], explained[first:last], floor)
    return kept


def find_leak(own_db: Levels, other_db: Levels) -> Leak | None:
    """How one channel overhears the other over the whole call; None where it does not.

    Args:
        own_db: The channel's loudness.
        other_db: The other channel's.
    """
    length = min(len(own_db), len(other_db))
    if length <= _ENOUGH:
        return None
    own, other = _smooth(own_db[:length]), _smooth(other_db[:length])
    active = other > max(float(np.percentile(other, 10)) + _ACTIVE_DB, SILENCE_DB)
    best, found = _FOLLOWS, None
    for late in range(_LATEST + 1):
        mine, theirs = own[late:], other[: len(other) - late]
        # Where both talk at once, nothing is to be learnt of a leak.
        where = active[: len(active) - late] & (theirs - mine >= _QUIETER_DB)
        if where.sum() < _ENOUGH:
            return None
        mine, theirs = mine[where], theirs[where]
        if mine.std() < 1e-3 or theirs.std() < 1e-3:
            continue
        alike = float(np.corrcoef(mine, theirs)[0, 1])
        loss = float(np.median(theirs - mine))
        if alike > best and loss >= _LEAST_LOSS_DB:
            best, found = alike, Leak(late, loss)
    return found


def _without(stretch: Stretch, own: Levels, explained: Levels, floor: float) -> list[Stretch]:
    overheard = (own <= explained) & (own > floor)
    if overheard.sum() < _SHORTEST_LEAK:
        return [stretch]
    voice = (own > explained) & (own > floor)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], voice, [False])).astype(np.int8)))
    parts: list[list[int]] = []
    for start, end in edges.reshape(-1, 2).tolist():
        if end - start < _SHORTEST_VOICE:
            continue
        if parts and start - parts[-1][1] <= 2 * _AROUND:
            parts[-1][1] = end
        else:
            parts.append([start, end])
    origin = stretch.start // FRAME
    return [
        Stretch(
            max(stretch.start, (origin + start - _AROUND) * FRAME),
            min(stretch.end, (origin + end + _AROUND) * FRAME),
        )
        for start, end in parts
    ]


def _smooth(levels_db: Levels) -> Levels:
    if len(levels_db) < _SMOOTH:
        return levels_db
    power = np.convolve(np.power(10.0, levels_db / 10.0), np.ones(_SMOOTH) / _SMOOTH, "same")
    smooth: Levels = (10 * np.log10(np.maximum(power, 1e-12))).astype(np.float32)
    return smooth
