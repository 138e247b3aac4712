"""Which figure of the sources says otherwise: same kind, same matter, another value.

Careful on purpose: a wrong alarm costs trust, so the sentences around both figures must share
most of their words, or name the same order.
"""

import re
from collections.abc import Iterable

from copilot.grounding.figure import Figure
from copilot.grounding.matching import Place
from copilot.grounding.rivals import Rivals, likeness
from copilot.grounding.source_figures import Context, Known, measure_of

_NEAR_MISS = 0.8
_GENERIC = frozenset(("=price",))
_SAID_OF_ALL = frozenset(("=price", "=lasts", "=total", "=until", "=placed", "=deliver"))
_LEAST_ABOUT = 2
_SURELY = 0.6
_MIN_SCORE = 0.5
_NATIONAL_DIGITS = 7
_SAME_PLACE = 0.6
_SAME_ITEM = 0.6
_COMPARED_LETTER_BY_LETTER = frozenset(("identifier", "phone", "email", "url"))


def contradicting(here: Context, figure: Figure, rivals: Rivals) -> Place | None:
    """The place among ``rivals`` that contradicts ``figure`` of a text, or None.

    Args:
        here: What stands around the figure there.
        figure: A figure that no source holds.
        rivals: Figures of the sources of the same kind.
    """
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
    if len(figure.parts) > 1:
        looked_at |= rivals.ranges(measure)
    if any(str(one).startswith("noun:") for one in measure):
        looked_at |= rivals.measuring(measure)
    if figure.kind == "email":
        looked_at |= rivals.resembling(measure, _domain, _domain(figure), 1.0)
    for one in rivals.in_order(looked_at):
        rival = one.known.figure
        score = _score(here, one.known.context)
        if by_letter:
            score = max(score, _near_miss(written, _plain(rival)), _same_place(figure, rival))
        elif (
            _prices_same_item(here, one.known)
            or _shares_an_end(figure, rival)
            or _counts_the_same(figure, rival)
        ):
            score = max(score, _SAME_ITEM)
        if score > best_score:
            best, best_score = one, score
            if score >= 1 and not here.codes:
                break
    return best.place if best is not None and best_score >= _MIN_SCORE else None


def told_of(context: Context) -> frozenset[str]:
    """What the words around a figure tell of its matter: without what is said of any."""
    return context.words - _SAID_OF_ALL


def is_about(here: Context) -> bool:
    """Whether enough is told to tell one matter from another; an order's number tells itself."""
    return len(told_of(here)) >= _LEAST_ABOUT and not here.codes


def rebutting(
    here: Context, theirs: Iterable[Context], figure: Figure, rivals: Rivals
) -> Place | None:
    """The place among ``rivals`` that ``figure`` is taken from another matter than, or None.

    Its value stands in the sources, but everywhere about something else: a bicycle place costs 7 €,
    and the text says so of a change, for which the sources have 5 €.

    Args:
        here: What the figure's sentence is about; see :func:`is_about`.
        theirs: What is told where its value stands.
        figure: The figure.
        rivals: Figures of the sources of the same kind that no figure of the text stands for.
    """
    about = told_of(here)
    for one in theirs:
        there = told_of(one)
        if not there or about & there:
            return None
    best, best_shared = None, _LEAST_ABOUT - 1
    for rival in rivals.in_order(rivals.sharing(measure_of(figure), here.words, _LEAST_ABOUT)):
        there = told_of(rival.known.context)
        shared = len(about & there)
        if shared > best_shared and shared / len(about) >= _SURELY:
            best, best_shared = rival, shared
    return best.place if best is not None else None


def _prices_same_item(here: Context, known: Known) -> bool:
    """Whether both are prices of what an order's line names."""
    return known.of_item and "=price" in here.words and bool(here.words & known.context.words)


def _shares_an_end(figure: Figure, rival: Figure) -> bool:
    """Whether both are ranges, one end of which is the same: ``17–20`` for ``17–21``."""
    if len(figure.parts) < 2 or len(rival.parts) < 2:
        return False
    return any(set(one) & set(other) for one, other in zip(figure.parts, rival.parts, strict=False))


def _counts_the_same(figure: Figure, rival: Figure) -> bool:
    """Whether both count the same rare things: ``15 mailboxes`` for ``10 mailboxes``."""
    label = str(figure.parts[0][0][0])
    return label.startswith("noun:") and rival.parts[0][0][0] == label


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
