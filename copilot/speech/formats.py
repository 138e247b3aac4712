"""A transcript as plain text, as SRT or VTT subtitles, or as JSON."""

from collections.abc import Sequence
from typing import Literal

from copilot.speech.subtitles import Cue, CueWord, cues_of, marked, one_line
from copilot.speech.transcript import Segment, Speaker, Transcript

TranscriptFormat = Literal["json", "txt", "srt", "vtt"]

MEDIA_TYPES: dict[TranscriptFormat, str] = {
    "json": "application/json",
    "txt": "text/plain; charset=utf-8",
    "srt": "application/x-subrip; charset=utf-8",
    "vtt": "text/vtt; charset=utf-8",
}
LOW_ACCURACY = "Made by a fallback recogniser of low accuracy: expect wrong words."
UNSURE = "[?]"
"""Stands behind a word that the engine was not sure of, where marks are wanted."""

_NAMES: dict[Speaker, str] = {"agent": "Agent", "customer": "Customer", "unknown": "Speaker"}
_BEFORE: dict[Speaker, str] = {speaker: f"{name}: " for speaker, name in _NAMES.items()}
_ESCAPED = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"))


def render(transcript: Transcript, form: TranscriptFormat, *, marks: bool = False) -> str:
    """``transcript`` in the format asked for, ending in a line break.

    Args:
        transcript: What was said, as corrected.
        form: The format. Subtitles are cut so that each has at most two lines of 42 characters.
        marks: Show which words the engine was not sure of (``[?]``, in VTT the class ``unsure``)
            and what it had heard before a person put it right. JSON tells both anyway.
    """
    if form == "json":
        return transcript.model_dump_json(indent=2) + "\n"
    if form == "srt":
        cues = cues_of(transcript.segments, before=_BEFORE)
        return "\n".join(_srt(n, cue, marks=marks) for n, cue in enumerate(cues, 1))
    if form == "vtt":
        note = [f"NOTE {LOW_ACCURACY}\n"] if transcript.low_accuracy else []
        cues = cues_of(transcript.segments)
        return "\n".join(["WEBVTT\n", *note, *(_vtt(cue, marks=marks) for cue in cues)])
    return as_text(transcript, marks=marks)


def as_text(transcript: Transcript, *, marks: bool = False) -> str:
    """One line per segment: when, who, what."""
    note = [f"[{LOW_ACCURACY}]"] if transcript.low_accuracy else []
    lines = [
        f"[{_clock(segment.start)}] {_NAMES[segment.speaker]}: {_said(segment, marks=marks)}"
        for segment in transcript.segments
    ]
    return "\n".join([*note, *lines, ""])


def _said(segment: Segment, *, marks: bool) -> str:
    if not marks:
        return one_line(segment.text)
    said = _plain(marked(segment), marks=True)
    if segment.original_text is None:
        return said
    return f"{said} [heard: {one_line(segment.original_text)}]"


def _srt(n: int, cue: Cue, *, marks: bool) -> str:
    times = f"{_stamp(cue.start, ',')} --> {_stamp(cue.end, ',')}"
    lines = [_plain(one, marks=marks) for one in cue.lines]
    if cue.part == 1:
        lines[0] = _BEFORE[cue.speaker] + lines[0]
    return "\n".join([str(n), times, *lines, ""])


def _vtt(cue: Cue, *, marks: bool) -> str:
    times = f"{_stamp(cue.start, '.')} --> {_stamp(cue.end, '.')}"
    lines = [" ".join(_classed(word, marks=marks) for word in line) for line in cue.lines]
    name = str(cue.n) if cue.part == 1 else f"{cue.n}-{cue.part}"
    shown = f"{name}\n{times}\n<v {_NAMES[cue.speaker]}>{chr(10).join(lines)}\n"
    if marks and cue.heard is not None:
        return f"NOTE heard: {cue.heard}\n\n{shown}"
    return shown


def _plain(words: Sequence[CueWord], *, marks: bool) -> str:
    return " ".join(f"{one.text}{UNSURE}" if marks and one.unsure else one.text for one in words)


def _classed(word: CueWord, *, marks: bool) -> str:
    text = word.text
    for mark, escaped in _ESCAPED:
        text = text.replace(mark, escaped)
    return f"<c.unsure>{text}</c>" if marks and word.unsure else text


def _clock(seconds: float) -> str:
    whole = int(seconds)
    return f"{whole // 3600:d}:{whole // 60 % 60:02d}:{whole % 60:02d}"


def _stamp(seconds: float, separator: str) -> str:
    milliseconds = round(seconds * 1000)
    hours, rest = divmod(milliseconds, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    return f"{hours:02d}:{minutes:02d}:{rest // 1000:02d}{separator}{rest % 1000:03d}"
