"""Figures said aloud in segments of a transcript, and their text in written form."""

from collections.abc import Callable, Sequence

from copilot.speech.spoken.figure import Spoken
from copilot.speech.spoken.writing import written_forms, written_out
from copilot.speech.transcript import Segment, Speaker, SpokenFigure, Word

_LONGEST_PAUSE = 6.0
"""Seconds within which somebody goes on with a number, the other side's "yes" included."""
_SEAM = 40
"""Words looked at on each side of a pause."""


def with_figures(
    segments: Sequence[Segment], language_of: Callable[[Segment], str | None]
) -> list[Segment]:
    """The segments with the figures that are said in each.

    A figure lies in one segment. What one speaker dictates over several, with a pause or the other
    side's "yes" between, stays as it is in each of them: the half of a number is no number.

    Args:
        segments: Of a transcript.
        language_of: The BCP 47 language that a segment is spoken in, None where it is unknown.
    """
    found = [
        segment.model_copy(
            update={"figures": figures_of(segment.text, language_of(segment), segment.words)}
        )
        for segment in segments
    ]
    last: dict[tuple[int | None, Speaker], int] = {}
    for at, segment in enumerate(found):
        voice = (segment.channel, segment.speaker)
        before = last.get(voice)
        if before is not None and segment.start - found[before].end <= _LONGEST_PAUSE:
            found[before], found[at] = _without_halves(found[before], segment, language_of(segment))
        last[voice] = at
    return found


def _without_halves(
    before: Segment, after: Segment, language: str | None
) -> tuple[Segment, Segment]:
    """Two segments of one speaker without the figures that are parts of one said over both."""
    head, tail = before.text.split(), after.text.split()
    ends = any(one.last == len(head) - 1 for one in before.figures)
    begins = any(one.first == 0 for one in after.figures)
    if not (ends or begins) or not (head and tail):
        return before, after
    near = head[-_SEAM:]
    # Recognisers end a segment with a full stop, whether or not the speaker had ended.
    joined = [*near[:-1], near[-1].rstrip(".,;:!?…"), *tail[:_SEAM]]
    for one in written_forms(joined, language):
        first, end = len(head) - len(near) + one.start, one.end - len(near)
        # Whoever goes on with "two of them" counts; the number before was whole.
        goes_on = begins or end == len(tail)
        if one.start < len(near) < one.end and goes_on:
            kept = [figure for figure in before.figures if figure.last < first]
            rest = [figure for figure in after.figures if figure.first >= end]
            return (
                before.model_copy(update={"figures": kept}),
                after.model_copy(update={"figures": rest}),
            )
    return before, after


def figures_of(text: str, language: str | None, words: Sequence[Word] = ()) -> list[SpokenFigure]:
    """The figures said in ``text``, in order.

    Args:
        text: What was said.
        language: BCP 47 code.
        words: Its words with their seconds, where these are known: one for each word of ``text``.
    """
    said = text.split()
    timed = words if len(words) == len(said) else ()
    return [
        SpokenFigure(
            first=one.start,
            last=one.end - 1,
            kind=one.kind,
            written=one.written,
            start=timed[one.start].start if timed else None,
            end=timed[one.end - 1].end if timed else None,
        )
        for one in written_forms(said, language)
    ]


def written_of(segment: Segment) -> str | None:
    """The segment's text with its figures in written form; None where it has none."""
    forms = [Spoken(one.first, one.last + 1, one.kind, one.written) for one in segment.figures]
    return written_out(segment.text.split(), forms) if forms else None
