"""Which figure of the sources says otherwise: same kind, same matter, another value.

Careful on purpose: a wrong alarm costs trust, so the sentences around both figures must share
most of their words, or name the same order.
"""

import re

from copilot.grounding.figure import Figure
from copilot.grounding.matching import Place
from copilot.grounding.rivals import Rivals, likeness
from copilot.grounding.source_figures import Context, Known, context_of, measure_of

_NEAR_MISS = 0.8
_GENERIC = frozenset(("=price",))
_MIN_SCORE = 0.5
_NATIONAL_DIGITS = 7
_SAME_PLACE = 0.6
_SAME_ITEM = 0.6
_COMPARED_LETTER_BY_LETTER = frozenset(("identifier", "phone", "email", "url"))


def contradicting(text: str, figure: Figure, rivals: Rivals) -> Place | None:
    """The place among ``rivals`` that contradicts ``figure`` of ``text``, or None.

    Args:
        text: The checked text.
        figure: A figure of it that no source holds.
        rivals: Figures of the sources of the same kind.
    """
    here = context_of(text, figure)
    if here.codes:
        # A number that no source has is wrong itself, and tells of no other matter.
        here = here._replace(codes=here.codes & rivals.codes)
    measure, by_letter = measure_of(figure), figure.kind in _COMPARED_LETTER_BY_LETTER
    written = _plain(figure)
    best, best_score = None, 0.0
    # Where no word is shared, only what is written alike can tell.
    looked_at = rivals.sharing(measure, here.words, 1 if here.codes else 2)
    if "=price" in here.words:
        looked_at |= rivals.items(measure)
    if by_letter:
        looked_at |= rivals.resembling(measure, _plain, written, _NEAR_MISS)
    if figure.kind == "email":
        looked_at |= rivals.resembling(measure, _domain, _domain(figure), 1.0)
    for one in rivals.in_order(looked_at):
        rival = one.known.figure
        score = _score(here, one.known.context)
        if by_letter:
            score = max(score, _near_miss(written, _plain(rival)), _same_place(figure, rival))
        elif _prices_same_item(here, one.known):
            score = max(score, _SAME_ITEM)
        if score > best_score:
            best, best_score = one, score
            if score >= 1 and not here.codes:
                break
    return best.place if best is not None and best_score >= _MIN_SCORE else None


def _prices_same_item(here: Context, known: Known) -> bool:
    """Whether both are prices of what an order's line names."""
    return known.of_item and "=price" in here.words and bool(here.words & known.context.words)


def _score(here: Context, there: Context) -> float:
    """How surely both speak of the same matter, 0 to 1, or more where they name one order."""
    both = here.words & there.words
    if not both:
        return 0.0
    codes = here.codes & there.codes
    if here.codes and there.codes and not codes:
        return 0.0
    # Where all that they share is that something has a price, they are about other things.
    if both <= _GENERIC and not here.words <= _GENERIC:
        return 0.0
    shared = len(both)
    if codes:
        return 0.5 + shared / (1 + len(here.words | there.words))
    fewest = min(len(here.words), len(there.words))
    return shared / fewest if shared >= min(2, fewest) else 0.0


def _plain(figure: Figure) -> str:
    """What is compared letter by letter: of a phone number the national digits."""
    if figure.kind == "phone":
        return re.sub(r"\D", "", figure.text)[-_NATIONAL_DIGITS:]
    return figure.text.lower()


def _same_place(figure: Figure, rival: Figure) -> float:
    """Another mailbox of the same domain was meant to be the one that is known."""
    if figure.kind != "email":
        return 0.0
    return _SAME_PLACE if _domain(figure) == _domain(rival) else 0.0


def _domain(figure: Figure) -> str:
    return figure.text.lower().rpartition("@")[2]


def _near_miss(one: str, other: str) -> float:
    """A number with a digit or two wrong was meant to be the other."""
    alike = likeness(one, other)
    return alike if alike >= _NEAR_MISS else 0.0
