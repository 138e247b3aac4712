"""What is wrong with a recording that can be transcribed all the same."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from copilot.speech.signals import SILENCE_DB

_FULL_SCALE = 0.995
_CLIPPED_SHARE = 0.01
_QUIET_DB = -42.0


class AudioWarning(BaseModel):
    """One thing to know about a recording before its words are trusted.

    Attributes:
        code: Stable: ``audio_truncated``, ``audio_damaged``, ``audio_clipped``, ``audio_quiet``,
            ``audio_silent``, ``audio_one_side_silent``, ``audio_more_tracks`` or
            ``agent_channel_guessed``.
        detail: What it means and what to do, for people.
    """

    code: str
    detail: str


class Meter:
    """Notes how loud each channel is while it is decoded.

    Args:
        channels: How many there are.
    """

    def __init__(self, channels: int) -> None:
        self._peaks = np.zeros(channels, dtype=np.float32)
        self._clipped = np.zeros(channels, dtype=np.int64)
        self._samples = 0

    def add(self, samples: NDArray[np.float32]) -> None:
        """The next samples, of shape ``(channels, n)``."""
        peaks = np.maximum(samples.max(axis=1), -samples.min(axis=1))
        self._peaks = np.maximum(self._peaks, peaks)
        self._samples += samples.shape[1]
        for channel in np.flatnonzero(peaks >= _FULL_SCALE):
            loud = np.abs(samples[channel]) >= _FULL_SCALE
            self._clipped[channel] += np.count_nonzero(loud)

    def warnings(self) -> list[AudioWarning]:
        """What the levels tell about the recording."""
        levels = [20 * np.log10(max(float(peak), 1e-6)) for peak in self._peaks]
        if max(levels) < SILENCE_DB:
            return [
                AudioWarning(
                    code="audio_silent",
                    detail="Nothing can be heard in the recording: check what it is recorded from.",
                )
            ]
        found = _one_side(levels)
        if max(levels) < _QUIET_DB:
            found.append(
                AudioWarning(
                    code="audio_quiet",
                    detail="The recording is very quiet: words may be missing. Raise its level"
                    " where it is recorded.",
                )
            )
        if (self._clipped > _CLIPPED_SHARE * self._samples).any():
            found.append(
                AudioWarning(
                    code="audio_clipped",
                    detail="The recording is overdriven: words may be wrong. Lower its level where"
                    " it is recorded.",
                )
            )
        return found


def _one_side(levels: Sequence[float]) -> list[AudioWarning]:
    silent = [channel for channel, level in enumerate(levels) if level < SILENCE_DB]
    if len(levels) != 2 or not silent:
        return []
    return [
        AudioWarning(
            code="audio_one_side_silent",
            detail=f"Channel {silent[0]} of the recording is silent: only one side of the call was"
            " recorded. Check the recorder.",
        )
    ]


def truncated(heard: float, promised: float | None) -> AudioWarning:
    """The recording ends before its end; times in seconds."""
    told = "" if promised is None else f" {_clock(heard)} of {_clock(promised)} are there."
    return AudioWarning(
        code="audio_truncated",
        detail=f"The recording is cut off: what was said after its end is missing.{told} If there"
        " is a whole file, delete the call and send that.",
    )


def damaged(parts: int) -> AudioWarning:
    """So many parts of the recording could not be decoded."""
    told = "A part" if parts == 1 else f"{parts} parts"
    return AudioWarning(
        code="audio_damaged",
        detail=f"{told} of the recording cannot be read: what was said there is missing.",
    )


def more_tracks(count: int) -> AudioWarning:
    """The file has other sound tracks, which are not transcribed."""
    return AudioWarning(
        code="audio_more_tracks",
        detail=f"The file has {count} sound tracks and only the first is transcribed. Send the"
        " sides of a call as two channels of one track.",
    )


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
