"""Where somebody speaks: stretches louder than the line's own noise that also sound voiced."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from copilot.speech.signals import FRAME
from copilot.speech.transcriber import SAMPLE_RATE

_PER_SECOND = SAMPLE_RATE // FRAME
_JOIN = round(0.4 * _PER_SECOND)
_SHORTEST = round(0.12 * _PER_SECOND)
_PADDING = round(0.24 * _PER_SECOND)
_LONGEST = 15 * _PER_SECOND
_SMOOTH = 9
_ABOVE_NOISE_DB = 6.0
_FAINTEST_DB = -55.0
_LOUDEST_NOISE_DB = -40.0


def find_speech(
    levels_db: NDArray[np.float32], voiced: Iterable[bool], *, voiced_frame_s: float
) -> list[tuple[int, int]]:
    """Stretches of speech, each short enough to be recognised at once.

    Args:
        levels_db: Loudness of each 20 ms frame (see :func:`copilot.speech.signals.levels`).
        voiced: For each frame of ``voiced_frame_s`` seconds, whether it sounds like a voice.
        voiced_frame_s: Seconds.

    Returns:
        First and last (exclusive) sample of each stretch, at most 15 s long, with a quarter
        second of what lies around it.
    """
    flags = np.fromiter(voiced, dtype=bool)
    if not len(flags) or not len(levels_db):
        return []
    times = (np.arange(len(levels_db)) * FRAME / SAMPLE_RATE / voiced_frame_s).astype(int)
    speech = flags[np.minimum(times, len(flags) - 1)] & (levels_db > _threshold(levels_db))
    stretches: list[tuple[int, int]] = []
    for start, end in _joined(_runs(speech)):
        padded = max(0, start - _PADDING), min(len(levels_db), end + _PADDING)
        stretches += _cut(*padded, levels_db)
    return [(start * FRAME, end * FRAME) for start, end in _apart(stretches)]


def _threshold(levels_db: NDArray[np.float32]) -> float:
    noise = min(float(np.percentile(levels_db, 10)), _LOUDEST_NOISE_DB)
    return max(noise + _ABOVE_NOISE_DB, _FAINTEST_DB)


def _runs(speech: NDArray[np.bool_]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate(([False], speech, [False])).astype(np.int8)))
    return [(int(start), int(end)) for start, end in edges.reshape(-1, 2)]


def _joined(runs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int, int]] = []
    for start, end in runs:
        if joined and start - joined[-1][1] <= _JOIN:
            first, _, loud = joined[-1]
            joined[-1] = first, end, loud + end - start
        else:
            joined.append((start, end, end - start))
    return [(start, end) for start, end, loud in joined if loud >= _SHORTEST]


def _cut(start: int, end: int, levels_db: NDArray[np.float32]) -> list[tuple[int, int]]:
    pieces: list[tuple[int, int]] = []
    while end - start > _LONGEST:
        first, last = start + _LONGEST // 3, min(start + _LONGEST, end - _LONGEST // 3)
        around = levels_db[first - _SMOOTH // 2 : last + _SMOOTH // 2]
        smooth = np.convolve(around, np.ones(_SMOOTH) / _SMOOTH, "valid")
        at = first + int(np.argmin(smooth))
        pieces.append((start, at))
        start = at
    return [*pieces, (start, end)]


def _apart(stretches: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Share the pause between two stretches whose padding overlaps, so no word is heard twice."""
    apart: list[tuple[int, int]] = []
    for start, end in stretches:
        if apart and start < apart[-1][1]:
            middle = (start + apart[-1][1]) // 2
            apart[-1] = apart[-1][0], middle
            apart.append((middle, end))
        else:
            apart.append((start, end))
    return apart
