"""A transcript as plain text, as SRT or VTT subtitles, or as JSON."""

from typing import Literal

from copilot.speech.transcript import Segment, Speaker, Transcript

TranscriptFormat = Literal["json", "txt", "srt", "vtt"]

MEDIA_TYPES: dict[TranscriptFormat, str] = {
    "json": "application/json",
    "txt": "text/plain; charset=utf-8",
    "srt": "application/x-subrip; charset=utf-8",
    "vtt": "text/vtt; charset=utf-8",
}
LOW_ACCURACY = "Made by a fallback recogniser of low accuracy: expect wrong words."

_NAMES: dict[Speaker, str] = {"agent": "Agent", "customer": "Customer", "unknown": "Speaker"}


def render(transcript: Transcript, form: TranscriptFormat) -> str:
    """``transcript`` in the format asked for, ending in a line break."""
    if form == "json":
        return transcript.model_dump_json(indent=2) + "\n"
    if form == "srt":
        return "\n".join(_srt(segment) for segment in transcript.segments)
    if form == "vtt":
        note = [f"NOTE {LOW_ACCURACY}\n"] if transcript.low_accuracy else []
        return "\n".join(["WEBVTT\n", *note, *map(_vtt, transcript.segments)])
    return as_text(transcript)


def as_text(transcript: Transcript) -> str:
    """One line per segment: when, who, what."""
    note = [f"[{LOW_ACCURACY}]"] if transcript.low_accuracy else []
    lines = [
        f"[{_clock(segment.start)}] {_NAMES[segment.speaker]}: {_one_line(segment.text)}"
        for segment in transcript.segments
    ]
    return "\n".join([*note, *lines, ""])


def _srt(segment: Segment) -> str:
    times = f"{_stamp(segment.start, ',')} --> {_stamp(segment.end, ',')}"
    return f"{segment.n}\n{times}\n{_NAMES[segment.speaker]}: {_one_line(segment.text)}\n"


def _vtt(segment: Segment) -> str:
    times = f"{_stamp(segment.start, '.')} --> {_stamp(segment.end, '.')}"
    text = _one_line(segment.text)
    for mark, escaped in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.replace(mark, escaped)
    return f"{segment.n}\n{times}\n<v {_NAMES[segment.speaker]}>{text}\n"


def _one_line(text: str) -> str:
    # A blank line would end a subtitle, and a corrected text may hold anything.
    return " ".join(text.split()).replace("-->", "→")


def _clock(seconds: float) -> str:
    whole = int(seconds)
    return f"{whole // 3600:d}:{whole // 60 % 60:02d}:{whole % 60:02d}"


def _stamp(seconds: float, separator: str) -> str:
    milliseconds = round(seconds * 1000)
    hours, rest = divmod(milliseconds, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    return f"{hours:02d}:{minutes:02d}:{rest // 1000:02d}{separator}{rest % 1000:03d}"
