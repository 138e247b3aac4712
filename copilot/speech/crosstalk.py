"""What a microphone overheard of a call's other side: found by how loud both are, and how alike.

Where one side is much louder and the other one's loudness follows it, the quieter one only
overheard it. Loudness alone does not tell: somebody may speak softly while the other one talks.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from copilot.speech.signals import FRAME, SILENCE_DB
from copilot.speech.voices import Stretch

Levels = NDArray[np.float32]
"""Loudness per frame of 20 ms, in dB of full scale."""

_LOUDER_DB = 6.0
_FOLLOWS = 0.6
_LATEST = 6  # frames: 120 ms
_SHORTEST_LEAK = 15
_SHORTEST_VOICE = 6
_ABOVE_FLOOR_DB = 6.0
_AROUND = 25
_SMOOTH = 5


def spoken_here(stretches: Sequence[Stretch], own_db: Levels, other_db: Levels) -> list[Stretch]:
    """The stretches without what was only overheard of the other side, in time order.

    A stretch in which nothing was overheard stays as it is.

    Args:
        stretches: Where somebody is heard on this channel.
        own_db: The channel's loudness.
        other_db: The other channel's.
    """
    length = min(len(own_db), len(other_db))
    own, other = _smooth(own_db[:length]), _smooth(other_db[:length])
    if not length:
        return list(stretches)
    floor = max(float(np.percentile(own, 10)) + _ABOVE_FLOOR_DB, SILENCE_DB)
    kept: list[Stretch] = []
    for stretch in stretches:
        first, last = stretch.start // FRAME, min(length, -(-stretch.end // FRAME))
        kept += _without(stretch, own[first:last], other[first:last], floor)
    return kept


def _without(stretch: Stretch, own: Levels, other: Levels, floor: float) -> list[Stretch]:
    louder = other - own >= _LOUDER_DB
    if louder.sum() < _SHORTEST_LEAK or not _follows(own, other, louder):
        return [stretch]
    voice = ~louder & (own > floor)
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


def _follows(own: Levels, other: Levels, where: NDArray[np.bool_]) -> bool:
    """Whether loudness rises and falls with the other side's, a moment later at the most."""
    best = 0.0
    for late in range(_LATEST + 1):
        mine, theirs = own[late:][where[late:]], other[: len(other) - late][where[late:]]
        if len(mine) < _SHORTEST_LEAK or mine.std() < 1e-3 or theirs.std() < 1e-3:
            continue
        best = max(best, float(np.corrcoef(mine, theirs)[0, 1]))
    return best >= _FOLLOWS


def _smooth(levels_db: Levels) -> Levels:
    if len(levels_db) < _SMOOTH:
        return levels_db
    power = np.convolve(np.power(10.0, levels_db / 10.0), np.ones(_SMOOTH) / _SMOOTH, "same")
    smooth: Levels = (10 * np.log10(np.maximum(power, 1e-12))).astype(np.float32)
    return smooth
