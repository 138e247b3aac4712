"""Where somebody speaks: Silero's detector of voices (packaged in faster-whisper) and loudness.

The detector (MIT licence, github.com/snakers4/silero-vad) says for each window of 32 ms how likely
it holds speech. It was trained on speech of ordinary loudness: what is overdriven is turned down
before it listens, and it hears a moment of what lies before a block, so that neither where a block
begins nor where the recording begins changes what it says.
"""

import functools
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from copilot.speech.signals import FRAME, SILENCE_DB, let_go
from copilot.speech.transcriber import SAMPLE_RATE, Progress, Signal

WINDOW = 512
"""Samples that the detector looks at at once."""

_PER_SECOND = SAMPLE_RATE / WINDOW
_BLOCK = 30 * SAMPLE_RATE // WINDOW
_LEAD = SAMPLE_RATE // WINDOW + 1
_SURE = 0.5
_STILL = 0.35
_LOUDEST_DB = -35.0
_ALONE_DB = -28.0
_JOIN = round(0.1 * _PER_SECOND)
_PADDING = round(0.2 * _PER_SECOND)
_BRIEF = round(0.5 * _PER_SECOND)
_AROUND = round(1.0 * _PER_SECOND)
_STANDS_OUT_DB = 6.0
_FAINTER_DB = 15.0
_SHORTEST = 3
_LONGEST_ALONE = round(4.0 * _PER_SECOND)
_LOOKS = 3
_MARGIN = round(0.3 * _PER_SECOND)
_FEW = round(0.3 * _PER_SECOND)

Probabilities = NDArray[np.float32]


class Stretch(NamedTuple):
    """First and last (exclusive) sample of where somebody speaks, with a moment around it."""

    start: int
    end: int


def find_voices(
    signal: Signal, levels_db: NDArray[np.float32], *, progress: Progress = lambda _share: None
) -> list[Stretch]:
    """The stretches of speech in a signal of any length, in time order, not overlapping.

    Stretches end wherever a voice pauses for a tenth of a second; where two of them touch, the
    pause between them was shorter than what is kept around each (a fifth of a second).

    Args:
        signal: One channel.
        levels_db: Its loudness (see :func:`copilot.speech.signals.levels`).
        progress: Told the share done, for every half minute of the signal; may raise to cancel.
    """
    loudness = _per_window(levels_db, -(-len(signal) // WINDOW))
    if not (loudness > SILENCE_DB).any():
        return []
    likely = speech_probabilities(signal, loudness, progress=progress)
    likely[loudness <= SILENCE_DB] = 0.0
    spoken = _words(likely, loudness)
    for _ in range(_LOOKS if spoken else 0):
        said = _said(spoken, len(loudness))
        for first, last in _overheard(said, loudness):
            progress(first / len(loudness))
            alone = _heard(signal, loudness, first, last, loudest_db=_ALONE_DB)
            if said[first] or said[last - 1]:
                alone = _as_part_of_speech(alone)
            likely[first:last] = np.maximum(likely[first:last], alone)
        spoken = _words(likely, loudness)
    return [
        Stretch(start * WINDOW, min(end * WINDOW, len(signal)))
        for start, end in _padded(spoken, len(loudness))
    ]


def speech_probabilities(
    signal: Signal, loudness: NDArray[np.float32], *, progress: Progress = lambda _share: None
) -> Probabilities:
    """How likely each window of a signal holds speech (0 to 1).

    Args:
        signal: One channel.
        loudness: Of each window, in dB of full scale.
        progress: Told the share done before each block; may raise to cancel.
    """
    found = np.zeros(len(loudness), dtype=np.float32)
    for first in range(0, len(loudness), _BLOCK):
        progress(first / len(loudness))
        last = min(first + _BLOCK, len(loudness))
        if loudness[first:last].max() > SILENCE_DB:
            found[first:last] = _heard(signal, loudness, first, last, lead=_LEAD)
    return found


def _heard(
    signal: Signal,
    loudness: NDArray[np.float32],
    first: int,
    last: int,
    *,
    lead: int = 0,
    loudest_db: float = _LOUDEST_DB,
) -> Probabilities:
    """What the detector says of some windows, after ``lead`` before them, else after silence."""
    begin = max(0, first - lead)
    part = signal[begin * WINDOW : last * WINDOW]
    before = first - begin + max(0, _LEAD - (first - begin))
    samples = np.zeros((last - first + before) * WINDOW, dtype=np.float32)
    offset = (before - (first - begin)) * WINDOW
    samples[offset : offset + len(part)] = part
    let_go(signal)
    samples *= _gain(loudness[begin:last], loudest_db)
    return _detector()(samples).reshape(-1)[before:]


@functools.cache
def _detector() -> Callable[[Signal], NDArray[np.float32]]:
    from faster_whisper.vad import get_vad_model

    model: Any = get_vad_model()
    return model  # type: ignore[no-any-return] # the package has no types


def _gain(loudness: NDArray[np.float32], loudest_db: float) -> np.float32:
    loud = float(np.percentile(loudness[loudness > SILENCE_DB], 95))
    return np.float32(10 ** (min(0.0, loudest_db - loud) / 20))


def _per_window(levels_db: NDArray[np.float32], windows: int) -> NDArray[np.float32]:
    """The loudness of the loudest frame that a window touches."""
    if not len(levels_db):
        return np.full(windows, -120.0, dtype=np.float32)
    starts = np.arange(windows) * WINDOW
    touched = [
        levels_db[np.minimum((starts + at) // FRAME, len(levels_db) - 1)]
        for at in (0, WINDOW // 2, WINDOW - 1)
    ]
    loudest: NDArray[np.float32] = np.max(touched, axis=0)
    return loudest


def _runs(likely: Probabilities) -> list[tuple[int, int]]:
    """Windows of speech: likely enough throughout, and surely speech somewhere."""
    runs = _joined(likely >= _STILL)
    return [(start, end) for start, end in runs if likely[start:end].max() >= _SURE]


def _words(likely: Probabilities, loudness: NDArray[np.float32]) -> list[tuple[int, int]]:
    """The runs, without what seems a brief word alone but is as loud as the music around it."""
    groups: list[list[tuple[int, int]]] = []
    for run in _runs(likely):
        if groups and run[0] - groups[-1][-1][1] < _AROUND:
            groups[-1].append(run)
        else:
            groups.append([run])
    return [run for group in groups if _are_said(group, likely, loudness) for run in group]


def _are_said(
    runs: Sequence[tuple[int, int]], likely: Probabilities, loudness: NDArray[np.float32]
) -> bool:
    sure = sum(int((likely[start:end] >= _SURE).sum()) for start, end in runs)
    if sure >= _BRIEF:
        return True
    first, last = runs[0][0], runs[-1][1]
    around = np.r_[loudness[max(0, first - _AROUND) : first], loudness[last : last + _AROUND]]
    if len(around) < _FEW:
        return True
    return float(loudness[first:last].max() - np.percentile(around, 80)) >= _STANDS_OUT_DB


def _said(spoken: Sequence[tuple[int, int]], windows: int) -> NDArray[np.bool_]:
    said = np.zeros(windows, dtype=bool)
    for start, end in _padded(spoken, windows):
        said[start:end] = True
    return said


def _overheard(said: NDArray[np.bool_], loudness: NDArray[np.float32]) -> list[tuple[int, int]]:
    """Sounds as loud as the speech that may be speech after all, with a moment around each.

    The detector weighs what came before: of a word alone after a pause ("yes", "okay") it is surer
    when it hears nothing else.
    """
    usual = float(np.percentile(loudness[said], 75))
    loud = (loudness > usual - _FAINTER_DB) & ~said
    return [
        (max(0, start - _MARGIN), min(len(loudness), end + _MARGIN))
        for start, end in _joined(loud)
        if _SHORTEST <= end - start <= _LONGEST_ALONE
    ]


def _as_part_of_speech(alone: Probabilities) -> Probabilities:
    """What is soon over, or seems speech at all, is speech where it is in the middle of speech."""
    if len(alone) <= _BRIEF + 2 * _MARGIN:
        return np.maximum(alone, np.float32(_SURE))
    return alone + np.float32(_SURE - _STILL)


def _joined(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Where ``flags`` are set, taking what is a moment apart together."""
    edges = np.flatnonzero(np.diff(flags.astype(np.int8), prepend=0, append=0))
    joined: list[tuple[int, int]] = []
    for start, end in edges.reshape(-1, 2).tolist():
        if joined and start - joined[-1][1] < _JOIN:
            joined[-1] = joined[-1][0], end
        else:
            joined.append((start, end))
    return joined


def _padded(runs: Sequence[tuple[int, int]], windows: int) -> list[tuple[int, int]]:
    """Each run with a moment around it; what lies between two is shared where it is short."""
    padded: list[tuple[int, int]] = []
    for start, end in runs:
        first = max(0, start - _PADDING)
        if padded and first < padded[-1][1]:
            first = (start + padded[-1][1] - _PADDING) // 2
            padded[-1] = padded[-1][0], first
        padded.append((first, min(windows, end + _PADDING)))
    return padded
