"""Decoded frames: their place in time, and their samples as this service wants them."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from copilot.speech.transcriber import SAMPLE_RATE

_SMALLEST_HOLE = 0.1


class Clock:
    """Finds the holes in a recording: packets lost, damaged, or never sent during silence.

    Filling them keeps every later word at the second at which a player plays it.
    """

    def __init__(self, longest: float) -> None:
        self._longest = longest
        self._origin: float | None = None
        self._heard = 0.0

    def missing_before(self, frame: Any) -> float:
        """Seconds of sound missing before ``frame``, which counts as heard from now on."""
        missing = 0.0
        at = frame.time
        if at is not None:
            self._origin = at if self._origin is None else self._origin
            missing = at - self._origin - self._heard
            if missing < _SMALLEST_HOLE or at - self._origin > self._longest:
                missing = 0.0
        self._heard += missing + frame.samples / frame.sample_rate
        return missing


def silence(seconds: float, channels: int) -> Iterator[NDArray[np.float32]]:
    """So many seconds of it, a minute at a time."""
    left = round(seconds * SAMPLE_RATE)
    while left > 0:
        piece = min(left, 60 * SAMPLE_RATE)
        yield np.zeros((channels, piece), dtype=np.float32)
        left -= piece


def samples_of(frame: Any, channels: int) -> NDArray[np.float32]:
    """Those of ``frame`` (float32, planar), mixed to one where there are more than two."""
    samples: NDArray[np.float32] = frame.to_ndarray()
    if len(samples) != channels:
        samples = samples.mean(axis=0, dtype=np.float32, keepdims=True)
        samples = np.repeat(samples, channels, axis=0)
    if not np.isfinite(samples.sum()):
        samples = np.nan_to_num(samples, nan=0.0, posinf=1.0, neginf=-1.0)
    return np.clip(samples, -1.0, 1.0, out=samples)
