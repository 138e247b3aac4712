"""Finding the figures of a text: each finder in turn, the surest first."""

from collections.abc import Iterable
from datetime import date

from copilot.grounding.figure import Figure
from copilot.grounding.finders import (
    amounts,
    contacts,
    dates,
    identifiers,
    quantities,
    relative,
    times,
)
from copilot.grounding.finders.scan import digit_windows, without


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
    language = language.split("-")[0].lower() if language else None
    found: list[Figure] = []

    def keep(candidates: Iterable[Figure]) -> str:
        """Add what overlaps nothing yet; returns the text that is left to look at."""
        taken: list[Figure] = []
        last_end = -1
        for figure in sorted(candidates, key=lambda one: (one.start, -one.end)):
            if figure.start >= last_end:
                taken.append(figure)
                last_end = figure.end
        found.extend(taken)
        return without(rest, taken)

    rest = text
    rest = keep(contacts.find_addresses(rest))
    if said_at is not None:
        rest = keep(relative.find_relative(rest, said_at, today_too=today_too))
    windows = digit_windows(rest)
    if windows:
        rest = keep(identifiers.find_accounts(rest, windows))
        rest = keep(dates.find_dates(rest, windows, language))
        rest = keep(times.find_times(rest, windows))
        rest = keep(contacts.find_phones(rest, windows))
        rest = keep(amounts.find_amounts(rest, windows, language))
        rest = keep(quantities.find_percentages(rest, windows))
        rest = keep(identifiers.find_codes(rest, windows))
        rest = keep(identifiers.find_digit_runs(rest, windows))
        rest = keep(quantities.find_quantities(rest, windows))
        rest = keep(amounts.find_bare_prices(rest, windows))
    rest = keep(quantities.find_worded(rest))
    keep(dates.find_weekdays(rest))
    return sorted(found, key=lambda figure: figure.start)
