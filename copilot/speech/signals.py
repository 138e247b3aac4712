"""Signals kept in temporary files, so that an hour of sound costs no memory; their loudness."""

import mmap
import tempfile

import numpy as np
from numpy.typing import NDArray

from copilot.speech.transcriber import SAMPLE_RATE, Signal

FRAME = SAMPLE_RATE // 50
"""Samples in a frame of 20 ms, the unit of loudness."""

SILENCE_DB = -60.0
"""Below this level (dB of full scale) nothing that a person said can be heard."""

_SAME_SHARE = 0.001
_BLOCK = FRAME * 50 * 20
_QUIET_FRAMES = 9


class SignalFile:
    """Collects samples as they are decoded; the files go away with the last view on them.

    Args:
        channels: 1 or 2.
    """

    def __init__(self, channels: int) -> None:
        self._files = [tempfile.TemporaryFile() for _ in range(channels)]  # noqa: SIM115 - lives as long as the signals
        self._energy = 0.0
        self._difference = 0.0
        self.samples = 0

    def append(self, samples: NDArray[np.float32]) -> None:
        """Add samples of shape ``(channels, n)``."""
        for file, channel in zip(self._files, samples, strict=True):
            file.write(np.ascontiguousarray(channel, dtype=np.float32).data)
        self.samples += samples.shape[1]
        if len(samples) == 2:
            apart = samples[0] - samples[1]
            self._energy += sum(float(np.dot(channel, channel)) for channel in samples)
            self._difference += float(np.dot(apart, apart))

    def signals(self) -> list[Signal]:
        """The signals; one when both channels carry the same sound."""
        files = self._files
        if len(files) == 2 and self._difference <= _SAME_SHARE * self._energy:
            files = files[:1]
        for file in files:
            file.flush()
        return [np.memmap(file, dtype=np.float32, mode="r") for file in files]


def let_go(signal: Signal) -> None:
    """Give back the memory into which parts of a signal that lies in a file were read."""
    base: object = signal
    while isinstance(base, np.ndarray):
        base = base.base
    if isinstance(base, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        base.madvise(mmap.MADV_DONTNEED)


def levels(signal: Signal) -> NDArray[np.float32]:
    """The loudness of each 20 ms frame, in dB of full scale (-120 for digital silence)."""
    usable = len(signal) - len(signal) % FRAME
    parts = []
    for start in range(0, usable, _BLOCK):
        block = signal[start : min(start + _BLOCK, usable)].reshape(-1, FRAME)
        parts.append(np.square(block).mean(axis=1))
        let_go(signal)
    power = np.concatenate(parts) if parts else np.zeros(0, dtype=np.float32)
    decibels: NDArray[np.float32] = (10 * np.log10(np.maximum(power, 1e-12))).astype(np.float32)
    return decibels


def level_between(levels_db: NDArray[np.float32], start: float, end: float) -> float:
    """The mean loudness from ``start`` to ``end`` (seconds), by power, in dB."""
    first = int(start * SAMPLE_RATE / FRAME)
    span = levels_db[first : max(first + 1, int(end * SAMPLE_RATE / FRAME))]
    if not len(span):
        return -120.0
    return float(10 * np.log10(np.mean(np.power(10.0, span / 10.0)) + 1e-12))


def is_silent(levels_db: NDArray[np.float32]) -> bool:
    """Whether nothing louder than SILENCE_DB lasts for at least a tenth of a second."""
    return int((levels_db > SILENCE_DB).sum()) < 5


def quietest(levels_db: NDArray[np.float32], first: int, last: int) -> int:
    """The sample between two others around which a fifth of a second is least loud."""
    span = levels_db[first // FRAME : last // FRAME]
    if len(span) <= _QUIET_FRAMES:
        return (first + last) // 2
    smooth = np.convolve(span, np.ones(_QUIET_FRAMES), "valid")
    return (first // FRAME + int(np.argmin(smooth)) + _QUIET_FRAMES // 2) * FRAME


def windows(signal: Signal, *, seconds: float) -> list[tuple[int, int]]:
    """Cut a long signal where it is quietest, so that no piece is longer than ``seconds``.

    Returns:
        First and last (exclusive) sample of each piece.
    """
    longest = int(seconds * SAMPLE_RATE)
    look_back = longest // 10
    pieces: list[tuple[int, int]] = []
    start = 0
    while len(signal) - start > longest:
        first = start + longest - look_back
        quiet = np.convolve(levels(signal[first : start + longest]), np.ones(15), "same")
        cut = first + int(np.argmin(quiet)) * FRAME + FRAME // 2
        pieces.append((start, cut))
        start = cut
    pieces.append((start, len(signal)))
    return pieces
