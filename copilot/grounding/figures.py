"""Finding the figures of a text and checking them against sources.

A draft or summary is only as good as its numbers. Every amount, date, time, percentage, quantity,
identifier, phone number, email and link is found, brought to one form whatever it was written
like, and looked up in the sources.
"""

from collections.abc import Sequence
from datetime import date

from copilot.grounding.figure import Figure
from copilot.grounding.figure_check import FigureCheck, Source
from copilot.grounding.figure_index import FigureIndex
from copilot.grounding.finding import find_figures

__all__ = ["Figure", "FigureIndex", "check_figures", "find_figures"]


def check_figures(
    text: str,
    sources: Sequence[Source],
    *,
    language: str | None = None,
    today: date | None = None,
) -> list[FigureCheck]:
    """The verdict on each figure of ``text``, in order.

    For many texts against the same sources, make one :class:`FigureIndex` and ask it.

    Args:
        text: The text to check.
        sources: What it may rest on.
        language: BCP 47 code of ``text`` where known.
        today: The day that its ``tomorrow`` counts from; None: such words are no figures.
    """
    return FigureIndex(sources).check(text, language=language, today=today)
