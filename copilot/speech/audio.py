"""Any recording, decoded by FFmpeg (PyAV) to float32 signals at 16 kHz, one per channel."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from copilot.speech.audio_frames import Clock, samples_of, silence
from copilot.speech.audio_source import (
    BoundedFile,
    WavLayout,
    breaks_off,
    looks_encrypted,
    other_kind,
    tells_length,
    wav_layout,
)
from copilot.speech.audio_warnings import AudioWarning, Meter, damaged, more_tracks, truncated
from copilot.speech.errors import (
    AudioChannelsError,
    AudioEmptyError,
    AudioEncryptedError,
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
_FORMATS = (
    "wav,w64,aiff,au,caf,flac,mp3,aac,ogg,mov,matroska,webm,amr,amrnb,amrwb,asf,wv,voc,avi,flv"
    ",mpegts"
)
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
# Readers whose header tells the length; the others reckon it from the size of the file.
_TELL_LENGTH = frozenset({"flac", "mov", "matroska", "aiff", "au", "wv", "w64", "caf"})
# Those without a header: that the last packet is broken is all that tells of a cut.
_TELL_NOTHING = frozenset({"aac", "amr", "ogg"})
_LEAST_CUT_S, _LEAST_CUT_SHARE = 1.0, 0.01
_MAX_BARREN_PACKETS = 5_000
_BLOCK = 1 << 18
_HEAD = 1 << 16
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
        warnings: What to know before its words are trusted.
    """

    channels: list[Signal]
    duration: float
    damaged: bool
    info: AudioInfo
    warnings: list[AudioWarning]


class _Opened(NamedTuple):
    container: Any
    file: BoundedFile
    layout: WavLayout | None
    head: bytes
    breaks_off: bool

    @property
    def kind(self) -> str:
        kind: str = self.container.format.name.split(",")[0]
        return kind


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
    with _reading(source) as found:
        info = _info(found, max_seconds)
        for _ in Frames(found.container):
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
    with _reading(source) as found:
        info = _info(found, max_seconds)
        found.file.opened()
        frames = Frames(found.container)
        channels = 2 if info.channels == 2 else 1
        written, meter = SignalFile(channels), Meter(channels)
        for samples in _resampled(frames, channels, info.duration or max_seconds):
            written.append(samples)
            meter.add(samples)
            seconds = written.samples / SAMPLE_RATE
            if seconds > max_seconds:
                raise _too_long(seconds, max_seconds)
            if progress is not None:
                progress(min(1.0, seconds / (info.duration or max_seconds)))
        if written.samples == 0:
            raise AudioEmptyError("The recording has no samples: nothing was recorded.")
        duration = written.samples / SAMPLE_RATE
        warnings = [*_missing(found, frames, duration), *meter.warnings()]
        return Recording(written.signals(), duration, frames.damaged > 0, info, warnings)


@contextmanager
def opened(source: Path | BinaryIO) -> Iterator[Any]:
    """The FFmpeg container of ``source`` (left at its start), for :class:`Frames`.

    Raises:
        AudioUnreadableError: Not audio or encrypted.
        AudioEmptyError: No bytes.
    """
    with _reading(source) as found:
        found.file.opened()
        yield found.container


@contextmanager
def _reading(source: Path | BinaryIO) -> Iterator[_Opened]:
    import av

    if isinstance(source, Path):
        try:
            with source.open("rb") as file, _reading(file) as opened:
                yield opened
        except IsADirectoryError as error:
            raise AudioUnreadableError(f"{source.name} is a folder, not a recording.") from error
        return
    size = source.seek(0, os.SEEK_END)
    if size == 0:
        raise AudioEmptyError("The file is empty (0 bytes): the recording was not saved.")
    source.seek(0)
    head = source.read(_HEAD)
    layout = wav_layout(source, size)
    cut = head.startswith(b"OggS") and breaks_off(source, size)
    bounded = BoundedFile(source, size if layout is None else layout.end)
    options = {"format_whitelist": _FORMATS}
    if layout is not None and layout.wrong_length:
        options["ignore_length"] = "1"
    try:
        # Told to read: a spooled upload calls its own mode "w+b".
        with av.open(bounded, "r", metadata_errors="ignore", options=options) as container:
            if not container.streams.audio:
                raise AudioUnreadableError(f"The file holds no sound. {_SUPPORTED}")
            yield _Opened(container, bounded, layout, head, cut)
    except (av.FFmpegError, ValueError) as error:
        raise _unreadable(head) from error
    finally:
        source.seek(0)


def _unreadable(head: bytes) -> AudioUnreadableError:
    kind = other_kind(head)
    if kind is not None:
        return AudioUnreadableError(f"The file is {kind}, not a recording. {_SUPPORTED}")
    if looks_encrypted(head):
        return AudioEncryptedError("The file is encrypted: send the recording decrypted.")
    if head[4:8] == b"ftyp":
        return AudioUnreadableError(
            "The M4A or MP4 file lacks its index, which is written last: it was cut off while it"
            " was recorded or sent. Send the whole file."
        )
    return AudioUnreadableError(
        f"This is not a recording that can be decoded: it may be another kind of file under"
        f" this name, cut off or encrypted. {_SUPPORTED}"
    )


def _info(found: _Opened, max_seconds: float) -> AudioInfo:
    container, layout = found.container, found.layout
    stream = container.streams.audio[0]
    duration = container.duration / 1_000_000 if container.duration else None
    if layout is not None and layout.stored is not None and layout.stored != layout.promised:
        duration = layout.stored
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
    media_type = _MEDIA_TYPES.get(found.kind, "application/octet-stream")
    return AudioInfo(duration, context.channels, context.sample_rate, context.name, media_type)


def _missing(found: _Opened, frames: "Frames", heard: float) -> Iterator[AudioWarning]:
    """What is told about sound that should be there and is not."""
    container, layout = found.container, found.layout
    promised = None
    if layout is not None:
        promised = layout.promised
    elif found.kind in _TELL_LENGTH or (found.kind == "mp3" and tells_length(found.head)):
        promised = container.duration / 1_000_000 if container.duration else None
    cut = promised is not None and promised - heard > max(_LEAST_CUT_S, _LEAST_CUT_SHARE * promised)
    broken, at_end = frames.damaged, frames.damaged_at_end
    if cut:
        yield truncated(heard, promised)
    elif found.breaks_off or (at_end and found.kind in _TELL_NOTHING):
        yield truncated(heard, None)
        cut = True
    # What a cut broke is told with it.
    if broken > (at_end if cut else 0):
        yield damaged(broken - (at_end if cut else 0))
    if len(container.streams.audio) > 1:
        yield more_tracks(len(container.streams.audio))


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


class Frames:
    """The decoded frames of the first audio stream; broken packets are counted and left out."""

    def __init__(self, container: Any) -> None:
        self._container = container
        self.damaged = 0
        self.damaged_at_end = 0

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
                _check_readable(packet)
                frames = [frame for frame in packet.decode() if frame.samples > 0]
            except av.EOFError:
                break
            except av.FFmpegError:
                self.damaged += 1
                self.damaged_at_end += 1
                frames = []
            if frames:
                self.damaged_at_end = 0
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


def _check_readable(packet: Any) -> None:
    has_sidedata = getattr(packet, "has_sidedata", None)  # since PyAV 15
    if has_sidedata is not None and has_sidedata("encryption_info"):
        raise AudioEncryptedError(
            "The sound in the file is encrypted (DRM): export it without protection and send that."
        )


def _resampled(frames: Frames, channels: int, longest: float) -> Iterator[NDArray[np.float32]]:
    block: _Block | None = None
    clock = Clock(longest)
    for frame in frames:
        missing = clock.missing_before(frame)
        if missing and block is not None:
            yield from block.taken(channels)
            yield from silence(missing, channels)
        frame.pts = None
        if block is None or not block.takes(frame):
            if block is not None:  # a stream may change in the middle
                yield from block.taken(channels, last=True)
            _check_rate(frame.sample_rate)
            block = _Block(frame)
        if block.samples >= _BLOCK:
            yield from block.taken(channels)
    if block is not None:
        yield from block.taken(channels, last=True)


class _Block:
    """Gathers frames, which may be a few samples long, and resamples them together."""

    def __init__(self, frame: Any) -> None:
        import av

        self._fifo = av.AudioFifo()
        self._resampler = av.AudioResampler(format="fltp", rate=SAMPLE_RATE)
        self._fifo.write(frame)

    @property
    def samples(self) -> int:
        count: int = self._fifo.samples
        return count

    def takes(self, frame: Any) -> bool:
        """Add ``frame``, if it is of the same kind as those before."""
        try:
            self._fifo.write(frame)
        except ValueError:
            return False
        return True

    def taken(self, channels: int, *, last: bool = False) -> Iterator[NDArray[np.float32]]:
        """What was gathered."""
        frame = self._fifo.read()
        for piece in [frame, None] if last else [frame]:
            if piece is not None or last:
                for out in self._resampler.resample(piece):
                    yield samples_of(out, channels)
