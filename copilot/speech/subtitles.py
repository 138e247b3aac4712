"""Segments as subtitles: at most two lines of 42 characters, each shown while it is said.

42 characters and two lines are what broadcasters' guides for subtitles ask for.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from copilot.speech.aligning import Span, retimed
from copilot.speech.transcript import LOW_CONFIDENCE, Segment, Speaker, Word

LINE = 42
_SHORTEST_S = 0.001
_ENDS = (".", "!", "?", "…", ",", ";", ":")


class CueWord(NamedTuple):
    """A word of a subtitle; ``unsure`` where the engine was not confident of it."""

    text: str
    unsure: bool


class Cue(NamedTuple):
    """One subtitle.

    Attributes:
        n: Number of its segment.
        part: Which of the segment's subtitles it is, from 1.
        lines: One or two lines of words.
        heard: What the engine had heard, with the first subtitle of a corrected segment.
    """

    n: int
    part: int
    start: float
    end: float
    speaker: Speaker
    lines: list[list[CueWord]]
    heard: str | None


def cues_of(segments: Sequence[Segment], *, before: dict[Speaker, str] | None = None) -> list[Cue]:
    """The subtitles of a transcript by when they begin.

    Args:
        segments: Of the transcript.
        before: What stands before the first line of a segment, and takes of its room.
    """
    found = [cue for one in segments for cue in _cues(one, (before or {}).get(one.speaker, ""))]
    return sorted(found, key=lambda one: (one.start, one.n, one.part))


def one_line(text: str) -> str:
    """``text`` without what would end a subtitle: line breaks and arrows."""
    return " ".join(text.split()).replace("-->", "→")


def marked(segment: Segment) -> list[CueWord]:
    """The words of a segment's text, with those marked that the engine was not sure of."""
    said = segment.text.split()
    same = len(said) == len(segment.words)
    words = segment.words if same else retimed(segment.words, segment.text, _span(segment))
    sure = [_unsure(one) for one in words] or [False] * len(said)
    return [CueWord(one_line(text), low) for text, low in zip(said, sure, strict=True)]


def _unsure(word: Word) -> bool:
    return word.confidence is not None and word.confidence < LOW_CONFIDENCE


def _span(segment: Segment) -> Span:
    return Span(segment.start, segment.end)


def _cues(segment: Segment, before: str) -> Iterator[Cue]:
    if not segment.text.strip():
        return
    words, times = _timed(segment)
    heard = None if segment.original_text is None else one_line(segment.original_text)
    first, part = 0, 1
    while first < len(words):
        room = len(before) if first == 0 else 0
        last = _end_of_cue(words, first, room)
        # The segment's own seconds count at its ends: words begin and end a little inside.
        start = segment.start if first == 0 else times[first].start
        end = segment.end if last == len(words) else times[last - 1].end
        yield Cue(
            segment.n,
            part,
            start,
            max(end, start + _SHORTEST_S),
            segment.speaker,
            _lines(words[first:last], room),
            heard if part == 1 else None,
        )
        first, part = last, part + 1


def _timed(segment: Segment) -> tuple[list[CueWord], list[Span]]:
    """The words, those longer than a line in pieces, and the seconds of each."""
    said = marked(segment)
    timed = segment.words
    if len(timed) != len(said):
        span = _span(segment)
        whole = timed or [Word(start=span.start, end=span.end, text="\0")]
        timed = retimed(whole, segment.text, span)
    words: list[CueWord] = []
    times: list[Span] = []
    for one, at in zip(said, timed, strict=True):
        pieces = [one.text[n : n + LINE] for n in range(0, len(one.text), LINE)]
        each = (at.end - at.start) / len(pieces)
        for n, piece in enumerate(pieces):
            words.append(CueWord(piece, one.unsure))
            times.append(Span(at.start + n * each, at.start + (n + 1) * each))
    return words, times


def _end_of_cue(words: Sequence[CueWord], first: int, room: int) -> int:
    """Where the subtitle that begins with ``first`` ends: full, or after a clause if half full."""
    last = first + 1
    while last < len(words) and _lines_needed(words[first : last + 1], room) <= 2:
        last += 1
    if last == len(words):
        return last
    for end in range(last, first + (last - first) // 2, -1):
        if words[end - 1].text.endswith(_ENDS):
            return end
    return last


def _lines_needed(words: Sequence[CueWord], room: int) -> int:
    lines, length = 1, room
    for place, one in enumerate(words):
        length += len(one.text) + (1 if place else 0)
        if length > LINE:
            lines, length = lines + 1, len(one.text)
    return lines


def _lines(words: Sequence[CueWord], room: int) -> list[list[CueWord]]:
    """One line where it fits, else two of about the same length."""
    lengths = [len(one.text) for one in words]
    whole = room + sum(lengths) + len(words) - 1
    if whole <= LINE or len(words) == 1:
        return [list(words)]

    def longer(cut: int) -> int:
        above = room + sum(lengths[:cut]) + cut - 1
        return max(above, whole - above - 1)

    cut = min(range(1, len(words)), key=lambda one: (longer(one), one))
    return [list(words[:cut]), list(words[cut:])]
