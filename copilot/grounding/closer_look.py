"""What says otherwise than a figure whose sentence shares little with that of the source.

The clause of a figure says more surely what it is of than its sentence does. And a slip, digits in
another order or one of them wrong, tells which figure was meant.
"""

from collections.abc import Callable
from itertools import islice
from math import ceil

from copilot.grounding.contradictions import told_of
from copilot.grounding.figure import Figure
from copilot.grounding.matching import Place
from copilot.grounding.rivals import Rival, Rivals
from copilot.grounding.source_figures import Context, digits_of, measure_of

_OF_CLAUSES = frozenset(("amount", "quantity", "percent", "date", "time"))
_SLIPPING = frozenset(("amount", "quantity", "percent"))
_SURELY = 0.6
_FEW = 3
_MOST = 24
_FEWEST_DIGITS, _MOST_DIGITS = 2, 9

WordsBeside = Callable[[Rival | None], frozenset[str]]
"""Tells the words of the clause of a rival; asked with None, of the figure itself."""


def at_a_closer_look(
    here: Context, figure: Figure, rivals: Rivals, beside: WordsBeside
) -> Place | None:
    """The place among ``rivals`` that contradicts ``figure`` by its clause or its digits, or None.

    Args:
        here: What stands around the figure.
        figure: A figure that no source holds, and none by its sentence contradicts.
        rivals: Figures of the sources of the same kind.
        beside: Tells the words of clauses.
    """
    if figure.kind not in _OF_CLAUSES:
        return None
    here = here._replace(codes=here.codes & rivals.codes) if here.codes else here
    measure, near = measure_of(figure), beside(None)
    if near:
        alike = rivals.sharing(measure, near, ceil(_SURELY * len(near)))
        if len(near) <= _FEW:
            alike |= rivals.items(measure) & rivals.sharing(measure, near, 1)
        for one in islice(rivals.in_order(alike), _MOST):
            if _other_order(here, one):
                continue
            words = one.known.context.words
            few = one.known.of_item and len(near) <= _FEW and near & words
            if few or len(near & words & beside(one)) >= _SURELY * len(near):
                return one.place
    if figure.kind in _SLIPPING:
        return _slipped(here, figure, rivals)
    return None


def _slipped(here: Context, figure: Figure, rivals: Rivals) -> Place | None:
    """What was meant where only digits are in the wrong order, or one is wrong."""
    written = digits_of(figure)
    size = len(written)
    if not _FEWEST_DIGITS <= size <= _MOST_DIGITS:
        return None
    about = told_of(here)
    for scrambled, one in rivals.slipped(measure_of(figure), written):
        # Of a short number one wrong digit tells little.
        if not scrambled and size == _FEWEST_DIGITS:
            continue
        sure = scrambled and size > _FEWEST_DIGITS
        if not _other_order(here, one) and (sure or about & told_of(one.known.context)):
            return one.place
    return None


def _other_order(here: Context, one: Rival) -> bool:
    codes = one.known.context.codes
    return bool(here.codes and codes and not here.codes & codes)
