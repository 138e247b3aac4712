"""Silence over chosen seconds of a recording: the rest of it as it was, to the sample.

The recording is read, silenced and written frame by frame, so that its length costs no memory. It
keeps its codec where FFmpeg can write it and what was written proves to be as long as before and
silent where it has to be; else it becomes FLAC, which loses nothing.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np

from copilot.speech import audio
from copilot.speech.audio_frames import Clock
from copilot.speech.errors import AudioUnreadableError
from copilot.speech.transcriber import Progress

MARGIN_S = 0.35
"""Silenced before and after what was said: the engines' word times are off by a few tenths."""

_TOGETHER_S = 1.0
_HALF = 0.5
# Codecs with loss ring for a moment after a sound ends.
_RINGING_S = 0.1
_AUDIBLE = 0.02
_FLAC_S16 = ("u8", "u8p", "s16", "s16p")


class Stretch(NamedTuple):
    """Seconds of a recording."""

    start: float
    end: float


class Silenced(NamedTuple):
    """What was written.

    Attributes:
        media_type: By its container.
        codec: As FFmpeg calls it.
        samples: Of each channel, at ``sample_rate``: as many as the recording had.
    """

    media_type: str
    codec: str
    samples: int
    sample_rate: int


class _Form(NamedTuple):
    container: str
    codec: str
    media_type: str
    lossy: bool = False


_FLAC = _Form("flac", "flac", "audio/flac")
_KEPT = {
    "flac": _FLAC,
    "alac": _Form("ipod", "alac", "audio/mp4"),
    "mp3": _Form("mp3", "libmp3lame", "audio/mpeg", lossy=True),
    "aac": _Form("ipod", "aac", "audio/mp4", lossy=True),
    "opus": _Form("ogg", "libopus", "audio/ogg", lossy=True),
}
_PCM = frozenset(
    ("pcm_u8", "pcm_s16le", "pcm_s24le", "pcm_s32le", "pcm_f32le", "pcm_mulaw", "pcm_alaw")
)


def stretches(found: Sequence[Stretch], *, margin_s: float = MARGIN_S) -> list[Stretch]:
    """``found`` in order, wider by the margin on both sides, those close together as one."""
    wider = sorted(Stretch(max(0.0, one.start - margin_s), one.end + margin_s) for one in found)
    joined: list[Stretch] = []
    for one in wider:
        if joined and one.start - joined[-1].end < _TOGETHER_S:
            joined[-1] = Stretch(joined[-1].start, max(joined[-1].end, one.end))
        else:
            joined.append(one)
    return joined


def silence(
    source: BinaryIO,
    target: Path,
    silent: Sequence[Stretch],
    *,
    progress: Progress | None = None,
) -> Silenced:
    """Write ``source`` to ``target`` with every channel silent over the stretches ``silent``.

    Args:
        source: A recording, open and able to seek.
        target: The file to write, over whatever it is.
        silent: Without margin: see :func:`stretches`.
        progress: Told the share done; may raise.

    Raises:
        AudioUnreadableError: The recording cannot be decoded, or not be written in any form.
    """
    forms = _forms(source)
    for number, form in enumerate(forms):
        begun, part = number / len(forms), 1 / len(forms)

        def share(done: float, begun: float = begun, part: float = part) -> None:
            if progress is not None:
                progress(begun + done * part)

        written = _write(source, target, form, silent, lambda done: share(done * _HALF))
        if written and _holds(target, written, silent, lambda done: share(_HALF + done * _HALF)):
            return written
    raise AudioUnreadableError("The recording cannot be written again with silence in it.")


def _forms(source: BinaryIO) -> list[_Form]:
    """How to try to write the recording, the best first."""
    with audio.opened(source) as container:
        codec = container.streams.audio[0].codec_context.name
        kind = container.format.name.split(",")[0]
    codec = codec.removesuffix("float")
    if codec in _PCM and kind == "wav":
        return [_Form("wav", codec, "audio/wav"), _FLAC]
    if codec == "opus" and kind == "matroska":
        return [_Form("webm", "libopus", "audio/webm", lossy=True), _FLAC]
    found = _KEPT.get(codec, _FLAC)
    return [found] if found is _FLAC else [found, _FLAC]


def _write(
    source: BinaryIO, target: Path, form: _Form, silent: Sequence[Stretch], progress: Progress
) -> Silenced | None:
    """Write in ``form``; None where FFmpeg cannot."""
    import av

    try:
        with audio.opened(source) as container:
            stream = container.streams.audio[0]
            rate, layout = stream.codec_context.sample_rate, stream.codec_context.layout.name
            options = {"rf64": "auto"} if form.container == "wav" else {}
            with av.open(str(target), "w", format=form.container, options=options) as made:
                out: Any = made.add_stream(form.codec, rate=rate, layout=layout)
                if form.lossy:
                    out.bit_rate = stream.bit_rate or container.bit_rate or 64_000
                if form is _FLAC:
                    out.format = "s16" if stream.codec_context.format.name in _FLAC_S16 else "s32"
                resampler = av.AudioResampler(format=out.format.name, layout=layout, rate=rate)
                samples = 0
                for frame in _silenced(container, silent, rate, layout, progress):
                    samples += _encode(made, out, resampler.resample(frame))
                samples += _encode(made, out, resampler.resample(None))
                made.mux(out.encode(None))
    except (av.FFmpegError, ValueError):
        return None
    return Silenced(form.media_type, form.codec, samples, rate)


def _encode(made: Any, out: Any, frames: Sequence[Any]) -> int:
    for frame in frames:
        frame.pts = None
        made.mux(out.encode(frame))
    return sum(frame.samples for frame in frames)


def _silenced(
    container: Any, silent: Sequence[Stretch], rate: int, layout: str, progress: Progress
) -> Iterator[Any]:
    """The frames of the recording, holes in it filled, silent where they have to be."""
    import av

    length = (container.duration or 0) / 1_000_000
    clock = Clock(audio.MAX_SECONDS)
    resampler: Any = None
    setup, at = None, 0
    for frame in audio.Frames(container):
        found = (frame.format.name, frame.layout.name, frame.sample_rate)
        if resampler is None or found != setup:  # a stream may change in the middle
            for late in resampler.resample(None) if resampler is not None else ():
                yield _muted(late, silent, at, rate)
                at += late.samples
            resampler = av.AudioResampler(format=frame.format.name, layout=layout, rate=rate)
            setup = found
        for hole in _hole(round(clock.missing_before(frame) * rate), frame, layout, rate):
            yield hole
            at += hole.samples
        frame.pts = None
        for piece in resampler.resample(frame):
            yield _muted(piece, silent, at, rate)
            at += piece.samples
        if length:
            progress(min(1.0, at / rate / length))
    for late in resampler.resample(None) if resampler is not None else ():
        yield _muted(late, silent, at, rate)
        at += late.samples


def _hole(samples: int, like: Any, layout: str, rate: int) -> Iterator[Any]:
    import av

    while samples > 0:
        length = min(samples, rate)
        frame = av.AudioFrame(format=like.format.name, layout=layout, samples=length)
        frame.sample_rate = rate
        zeros = frame.to_ndarray()
        zeros[:] = _zero(like.format.name)
        yield _frame(zeros, frame)
        samples -= length


def _muted(frame: Any, silent: Sequence[Stretch], at: int, rate: int) -> Any:
    """``frame``, whose first sample is the recording's ``at``, with silence in its place."""
    end = at + frame.samples
    inside = [
        (max(at, round(one.start * rate)) - at, min(end, round(one.end * rate)) - at)
        for one in silent
        if one.start * rate < end and one.end * rate > at
    ]
    if not any(last > first for first, last in inside):
        frame.pts = None
        return frame
    samples = frame.to_ndarray().copy()
    apart = 1 if frame.format.is_planar else len(frame.layout.channels)
    for first, last in inside:
        samples[:, first * apart : last * apart] = _zero(frame.format.name)
    return _frame(samples, frame)


def _frame(samples: Any, like: Any) -> Any:
    import av

    frame = av.AudioFrame.from_ndarray(samples, like.format.name, like.layout.name)
    frame.sample_rate = like.sample_rate
    return frame


def _zero(sample_format: str) -> int:
    return 128 if sample_format in ("u8", "u8p") else 0


def _holds(target: Path, written: Silenced, silent: Sequence[Stretch], progress: Progress) -> bool:
    """Whether the file is as long as what was written, and silent where it has to be."""
    import av

    at, rate = 0, written.sample_rate
    inner = [Stretch(one.start + _RINGING_S, one.end - _RINGING_S) for one in silent]
    try:
        with target.open("rb") as file, audio.opened(file) as container:
            resampler = av.AudioResampler(format="fltp")
            for frame in audio.Frames(container):
                frame.pts = None
                for piece in resampler.resample(frame):
                    if piece.sample_rate != rate or _loudest(piece, inner, at, rate) > _AUDIBLE:
                        return False
                    at += piece.samples
                progress(min(1.0, at / max(1, written.samples)))
    except (av.FFmpegError, ValueError, AudioUnreadableError, OSError):
        return False
    return at == written.samples


def _loudest(frame: Any, silent: Sequence[Stretch], at: int, rate: int) -> float:
    end = at + frame.samples
    loudest = 0.0
    for one in silent:
        first, last = max(at, round(one.start * rate)) - at, min(end, round(one.end * rate)) - at
        if last > first:
            loudest = max(loudest, float(np.abs(frame.to_ndarray()[:, first:last]).max()))
    return loudest
