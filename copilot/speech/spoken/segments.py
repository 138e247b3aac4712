"""Figures said aloud in segments of a transcript, and their text in written form."""

from collections.abc import Callable, Sequence

from copilot.speech.spoken.figure import Spoken
from copilot.speech.spoken.writing import written_forms, written_out
from copilot.speech.transcript import Segment, SpokenFigure, Word


def with_figures(
    segments: Sequence[Segment], language_of: Callable[[Segment], str | None]
) -> list[Segment]:
    """The segments with the figures that are said in each.

    A figure lies in one segment. What is dictated over several stays as it is in each of them: the
    half of a number is no number.

    Args:
        segments: Of a transcript.
        language_of: The BCP 47 language that a segment is spoken in, None where it is unknown.
    """
    return [
        segment.model_copy(
            update={"figures": figures_of(segment.text, language_of(segment), segment.words)}
        )
        for segment in segments
    ]


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
