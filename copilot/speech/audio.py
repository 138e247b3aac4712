"""Any recording, decoded by FFmpeg (PyAV) to float32 signals at 16 kHz, one per channel."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from copilot.speech.errors import (
    AudioChannelsError,
    AudioEmptyError,
    AudioTooLongError,
    AudioUnreadableError,
)
from copilot.speech.signals import SignalFile
from copilot.speech.transcriber import SAMPLE_RATE, Progress, Signal

MAX_SECONDS = 4 * 3600.0
_MAX_CHANNELS = 8
# A few bytes that claim to be one sample a second would become gigabytes at 16 kHz.
_MIN_RATE, _MAX_RATE = 2_000, 768_000
# Only these readers: FFmpeg's playlist and subtitle readers open other files and addresses.
_FORMATS = "wav,w64,aiff,au,caf,flac,mp3,aac,ogg,mov,matroska,webm,amr,amrnb,amrwb,asf,wv,voc"
_MEDIA_TYPES = {
    "wav": "audio/wav",
    "mp3": "audio/mpeg",
    "mov": "audio/mp4",
    "ogg": "audio/ogg",
    "flac": "audio/flac",
    "matroska": "audio/webm",
    "aac": "audio/aac",
    "amr": "audio/amr",
    "aiff": "audio/aiff",
}
_MAX_BARREN_PACKETS = 5_000
_SMALLEST_HOLE = 0.1
_SUPPORTED = "Send WAV, MP3, M4A, Ogg/Opus, FLAC or WebM."


class AudioInfo(NamedTuple):
    """What a recording says of itself, and that its first samples could be decoded.

    Attributes:
        duration: Seconds by its header, None when it does not say.
        channels: As recorded.
        media_type: By its content, whatever it was called.
    """

    duration: float | None
    channels: int
    sample_rate: int
    codec: str
    media_type: str


class Recording(NamedTuple):
    """A decoded recording.

    Attributes:
        channels: One signal, or two where two people were recorded apart. Two channels with
            the same sound count as one; more than two are mixed to one.
        duration: Seconds of sound there really are.
        damaged: Whether parts could not be decoded and are missing.
        info: What the file says of itself.
    """

    channels: list[Signal]
    duration: float
    damaged: bool
    info: AudioInfo


def probe(source: Path | BinaryIO, *, max_seconds: float = MAX_SECONDS) -> AudioInfo:
    """Check quickly that ``source`` is a recording that can be transcribed.

    Args:
        source: A file, or an open one that can seek (it is left at its start).
        max_seconds: The longest recording to take, in seconds.

    Raises:
        AudioUnreadableError: Not audio, encrypted, or cut off before its first sample.
        AudioEmptyError: No bytes or no samples.
        AudioTooLongError: Longer than ``max_seconds``.
        AudioChannelsError: More channels than a call can have.
    """
    with _opened(source) as container:
        info = _info(container, max_seconds)
        for _ in _Frames(container):
            return info
    raise AudioEmptyError("The recording has no samples: nothing was recorded.")


def decode(
    source: Path | BinaryIO,
    *,
    max_seconds: float = MAX_SECONDS,
    progress: Progress | None = None,
) -> Recording:
    """Decode ``source`` to signals that lie in temporary files, not in memory.

    Args:
        source: A file, or an open one that can seek.
        max_seconds: The longest recording to take, in seconds.
        progress: Told the share decoded, where the header tells the length; may raise.

    Raises:
        AudioUnreadableError: Not audio, encrypted, or nothing in it could be decoded.
        AudioEmptyError: No bytes or no samples.
        AudioTooLongError: Longer than ``max_seconds``.
        AudioChannelsError: More channels than a call can have.
    """
    with _opened(source) as container:
        info = _info(container, max_seconds)
        frames = _Frames(container)
        written = SignalFile(2 if info.channels == 2 else 1)
        for samples in _resampled(frames, info.channels, info.duration or max_seconds):
            written.append(samples)
            seconds = written.samples / SAMPLE_RATE
            if seconds > max_seconds:
                raise _too_long(seconds, max_seconds)
            if progress is not None and info.duration:
                progress(min(1.0, seconds / info.duration))
        if written.samples == 0:
            raise AudioEmptyError("The recording has no samples: nothing was recorded.")
        duration = written.samples / SAMPLE_RATE
        return Recording(written.signals(), duration, frames.damaged > 0, info)


@contextmanager
def _opened(source: Path | BinaryIO) -> Iterator[Any]:
    import av

    if isinstance(source, Path):
        try:
            with source.open("rb") as file, _opened(file) as container:
                yield container
        except IsADirectoryError as error:
            raise AudioUnreadableError(f"{source.name} is a folder, not a recording.") from error
        return
    if source.seek(0, os.SEEK_END) == 0:
        raise AudioEmptyError("The file is empty (0 bytes): the recording was not saved.")
    source.seek(0)
    options = {"format_whitelist": _FORMATS}
    try:
        # Told to read: a spooled upload calls its own mode "w+b".
        with av.open(source, "r", metadata_errors="ignore", options=options) as container:
            if not container.streams.audio:
                raise AudioUnreadableError(f"The file holds no sound. {_SUPPORTED}")
            yield container
    except (av.FFmpegError, ValueError) as error:
        raise AudioUnreadableError(
            f"This is not a recording that can be decoded: it may be another kind of file under"
            f" this name, cut off or encrypted. {_SUPPORTED}"
        ) from error
    finally:
        source.seek(0)


def _info(container: Any, max_seconds: float) -> AudioInfo:
    stream = container.streams.audio[0]
    kind = container.format.name.split(",")[0]
    duration = container.duration / 1_000_000 if container.duration else None
    context = stream.codec_context
    if context is None:
        raise AudioUnreadableError(f"The sound is in a codec that is not known here. {_SUPPORTED}")
    if context.channels > _MAX_CHANNELS:
        raise AudioChannelsError(
            f"The recording has {context.channels} channels; a call has one or two. Send the"
            f" agent's and the customer's sides as two channels (at most {_MAX_CHANNELS})."
        )
    _check_rate(context.sample_rate)
    if duration is not None and duration > max_seconds:
        raise _too_long(duration, max_seconds)
    media_type = _MEDIA_TYPES.get(kind, "application/octet-stream")
    return AudioInfo(duration, context.channels, context.sample_rate, context.name, media_type)


def _check_rate(rate: int) -> None:
    if not _MIN_RATE <= rate <= _MAX_RATE:
        raise AudioUnreadableError(
            f"The recording claims {rate} samples per second: that is no recording of speech, or"
            f" its header is damaged. {_SUPPORTED}"
        )


def _too_long(seconds: float, limit: float) -> AudioTooLongError:
    return AudioTooLongError(
        f"The recording is longer than {limit / 3600:g} hours ({seconds / 3600:.1f} h or more):"
        " cut it into parts."
    )


class _Frames:
    """The decoded frames of the first audio stream; broken packets are counted and left out."""

    def __init__(self, container: Any) -> None:
        self._container = container
        self.damaged = 0

    def __iter__(self) -> Iterator[Any]:
        import av

        stream = self._container.streams.audio[0]
        decoded = barren = 0
        packets = self._container.demux(stream)
        while True:
            try:
                packet = next(packets, None)
                if packet is None:
                    break
                frames = [frame for frame in packet.decode() if frame.samples > 0]
            except av.EOFError:
                break
            except av.FFmpegError:
                self.damaged += 1
                frames = []
            yield from frames
            decoded += len(frames)
            barren = 0 if frames else barren + 1
            if barren > _MAX_BARREN_PACKETS:
                break
        # Noise that happens to look like a few MP3 frames is not a recording.
        if self.damaged and self.damaged >= decoded:
            raise AudioUnreadableError(
                f"Hardly anything in the file can be decoded: it is damaged, encrypted or not"
                f" audio. {_SUPPORTED}"
            )


def _resampled(frames: _Frames, channels: int, longest: float) -> Iterator[NDArray[np.float32]]:
    import av

    resampler, setup = None, None
    clock = _Clock(longest)
    for frame in frames:
        found = (frame.format.name, frame.layout.name, frame.sample_rate)
        if resampler is None or found != setup:  # a stream may change in the middle
            _check_rate(frame.sample_rate)
            if resampler is not None:
                yield from (_samples(out, channels) for out in resampler.resample(None))
            resampler, setup = av.AudioResampler(format="fltp", rate=SAMPLE_RATE), found
        yield from _silence(clock.missing_before(frame), channels)
        frame.pts = None
        yield from (_samples(out, channels) for out in resampler.resample(frame))
    if resampler is not None:
        yield from (_samples(out, channels) for out in resampler.resample(None))


class _Clock:
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
        if frame.pts is not None and frame.time_base is not None:
            at = float(frame.pts * frame.time_base)
            self._origin = at if self._origin is None else self._origin
            missing = at - self._origin - self._heard
            if missing < _SMALLEST_HOLE or at - self._origin > self._longest:
                missing = 0.0
        self._heard += missing + frame.samples / frame.sample_rate
        return missing


def _silence(seconds: float, channels: int) -> Iterator[NDArray[np.float32]]:
    left = round(seconds * SAMPLE_RATE)
    while left > 0:
        piece = min(left, 60 * SAMPLE_RATE)
        yield np.zeros((2 if channels == 2 else 1, piece), dtype=np.float32)
        left -= piece


def _samples(frame: Any, channels: int) -> NDArray[np.float32]:
    samples: NDArray[np.float32] = frame.to_ndarray()
    samples = np.clip(np.nan_to_num(samples, nan=0.0, posinf=1.0, neginf=-1.0), -1.0, 1.0)
    wanted = 2 if channels == 2 else 1
    if len(samples) == wanted:
        return samples
    mixed = samples.mean(axis=0, dtype=np.float32, keepdims=True)
    return np.repeat(mixed, wanted, axis=0)
