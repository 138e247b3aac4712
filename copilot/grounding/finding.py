"""Finding the figures of a text: each finder in turn, the surest first."""

from collections.abc import Iterable, Sequence
from datetime import date

from copilot.grounding.figure import Figure
from copilot.grounding.finders import (
    amounts,
    contacts,
    dates,
    identifiers,
    numbered_places,
    quantities,
    relative,
    times,
)
from copilot.grounding.finders.scan import Anchors, cuts, without

APART = "\x00\n"
"""Between texts that are searched together: no figure reaches over it."""


def find_figures(
    text: str,
    language: str | None = None,
    *,
    said_at: date | None = None,
    today_too: bool = False,
) -> list[Figure]:
    """The figures of ``text`` in order; no two overlap.

    Args:
        text: Any text.
        language: BCP 47 code of the text where known; it settles what is ambiguous.
        said_at: The day that ``tomorrow`` counts from; None: such words are no figures.
        today_too: Whether ``today`` is one then.
    """
    left = _Left(text)
    left.keep(contacts.find_addresses(text))
    if said_at is not None:
        left.keep(relative.find_relative(left.text, said_at, today_too=today_too))
    language = language.split("-")[0].lower() if language else None
    if left.anchors.runs:
        left.keep(identifiers.find_accounts(left.text, left.anchors))
        left.keep(dates.find_dates(left.text, left.anchors, language))
        left.keep(times.find_times(left.text, left.anchors))
        left.keep(contacts.find_phones(left.text, left.anchors))
        left.keep(amounts.find_amounts(left.text, left.anchors, language))
        left.keep(quantities.find_percentages(left.text, left.anchors))
        left.keep(identifiers.find_codes(left.text, left.anchors))
        left.keep(identifiers.find_digit_runs(left.text, left.anchors))
        left.keep(numbered_places.find_numbered_places(left.text, left.anchors))
        left.keep(quantities.find_quantities(left.text, left.anchors))
        left.keep(amounts.find_bare_prices(left.text, left.anchors))
    left.keep(quantities.find_worded(left.text, left.anchors))
    left.keep(dates.find_weekdays(left.text, left.anchors))
    return sorted(left.found, key=lambda figure: figure.start)


def find_in_each(texts: Sequence[str]) -> list[list[Figure]]:
    """The figures of each of ``texts``, as :func:`find_figures` finds them, in one go."""
    found: list[list[Figure]] = []
    figures = iter(find_figures(APART.join(texts)))
    figure = next(figures, None)
    start = 0
    for text in texts:
        end = start + len(text)
        here: list[Figure] = []
        while figure is not None and figure.start < end:
            written, kind, low, high, parts = figure
            here.append(Figure(written, kind, low - start, high - start, parts))
            figure = next(figures, None)
        found.append(here)
        start = end + len(APART)
    return found


class _Left:
    """What is left of a text to look at, and what was found in it.

    Attributes:
        text: The text with what was found blanked out.
        found: The figures so far.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.found: list[Figure] = []
        self._anchors: Anchors | None = None

    @property
    def anchors(self) -> Anchors:
        """Where figures may start in the text."""
        if self._anchors is None:
            self._anchors = Anchors(self.text)
        return self._anchors

    def keep(self, candidates: Iterable[Figure]) -> None:
        """Add what overlaps nothing yet."""
        taken: list[Figure] = []
        last_end = -1
        for figure in sorted(candidates, key=lambda one: (one.start, -one.end)):
            if figure.start >= last_end:
                taken.append(figure)
                last_end = figure.end
        if taken:
            self.found.extend(taken)
            if self._anchors is not None and cuts(self.text, taken):
                self._anchors = None
            self.text = without(self.text, taken)
