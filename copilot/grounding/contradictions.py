"""Which figure of the sources says otherwise: same kind, same matter, another value.

Careful on purpose: a wrong alarm costs trust, so the sentences around both figures must share
most of their words, or name the same order.
"""

import re
from collections.abc import Iterable
from itertools import islice
from typing import NamedTuple

from copilot.grounding.figure import Figure
from copilot.grounding.matching import Place
from copilot.grounding.source_figures import Context, Known, Measure, context_of, measure_of

_NEAR_MISS = 0.8
_MAX_RIVALS = 400
_GENERIC = frozenset(("=price",))
_LONGEST_COMPARED = 200
_MIN_SCORE = 0.5
_NATIONAL_DIGITS = 7
_SAME_PLACE = 0.6
_SAME_ITEM = 0.6
_COMPARED_LETTER_BY_LETTER = frozenset(("identifier", "phone", "email", "url"))


class Rival(NamedTuple):
    """A figure of a source that may say otherwise, and which source that is."""

    place: Place
    known: Known


def contradicting(text: str, figure: Figure, rivals: Iterable[Rival]) -> Place | None:
    """The place among ``rivals`` that contradicts ``figure`` of ``text``, or None.

    Args:
        text: The checked text.
        figure: A figure of it that no source holds.
        rivals: Figures of the sources of the same kind.
    """
    looked_at = list(islice(rivals, _MAX_RIVALS))
    here = context_of(text, figure)
    if here.codes:
        # A number that no source has is wrong itself, and tells of no other matter.
        codes = frozenset[str]().union(*(one.known.context.codes for one in looked_at))
        here = here._replace(codes=here.codes & codes)
    measure, by_label = measure_of(figure), figure.kind in ("amount", "quantity")
    best, best_score = None, 0.0
    for one in looked_at:
        other = one.known.measure
        if not (_measure_alike(figure, measure, other) if by_label else measure == other):
            continue
        rival = one.place.figure
        score = _score(here, one.known.context)
        if figure.kind in _COMPARED_LETTER_BY_LETTER:
            score = max(
                score, _near_miss(_plain(figure), _plain(rival)), _same_place(figure, rival)
            )
        elif _prices_same_item(here, one.known):
            score = max(score, _SAME_ITEM)
        if score > best_score:
            best, best_score = one.place, score
    return best if best_score >= _MIN_SCORE else None


def _measure_alike(figure: Figure, one: Measure, other: Measure) -> bool:
    """Whether two amounts or quantities may be of one currency or dimension."""
    if not one.isdisjoint(other):
        return True
    return figure.kind == "amount" and (None in one or None in other)


def _prices_same_item(here: Context, known: Known) -> bool:
    """Whether both are prices of what an order's line names."""
    return known.of_item and "=price" in here.words and bool(here.words & known.context.words)


def _score(here: Context, there: Context) -> float:
    """How surely both speak of the same matter, 0 to 1."""
    if here.codes and there.codes and not here.codes & there.codes:
        return 0.0
    if _about_other_things(here.words, there.words):
        return 0.0
    shared = len(here.words & there.words)
    if here.codes & there.codes and shared >= 1:
        return 0.5 + shared / (1 + len(here.words | there.words))
    fewest = min(len(here.words), len(there.words))
    if shared < min(2, fewest):
        return 0.0
    return shared / fewest if shared else 0.0


def _about_other_things(here: frozenset[str], there: frozenset[str]) -> bool:
    """Whether all that two contexts share is that something has a price."""
    return bool(here - _GENERIC and not here & there - _GENERIC)


def _plain(figure: Figure) -> str:
    """What is compared letter by letter: of a phone number the national digits."""
    if figure.kind == "phone":
        return re.sub(r"\D", "", figure.text)[-_NATIONAL_DIGITS:]
    return figure.text.lower()


def _same_place(figure: Figure, rival: Figure) -> float:
    """Another mailbox of the same domain was meant to be the one that is known."""
    if figure.kind != "email":
        return 0.0
    domains = {one.text.lower().rpartition("@")[2] for one in (figure, rival)}
    return _SAME_PLACE if len(domains) == 1 else 0.0


def _near_miss(one: str, other: str) -> float:
    """A number with a digit or two wrong was meant to be the other."""
    from rapidfuzz import fuzz

    if max(len(one), len(other)) > _LONGEST_COMPARED:
        return 0.0
    return fuzz.ratio(one, other, score_cutoff=100 * _NEAR_MISS) / 100
