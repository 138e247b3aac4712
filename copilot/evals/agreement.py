"""How far a judge agrees with people, chance taken out."""

import math
from collections.abc import Sequence
from typing import NamedTuple


class Agreement(NamedTuple):
    """Two sets of verdicts on the same cases.

    Attributes:
        cases: How many both have judged.
        observed: The share on which they agree; None with no case.
        kappa: Cohen's κ; None where chance alone would agree always, as when both always say
            the same one thing.
    """

    cases: int
    observed: float | None
    kappa: float | None


def agreement(ours: Sequence[str], theirs: Sequence[str]) -> Agreement:
    """Cohen's κ between two raters: (observed − expected) / (1 − expected).

    Source: J. Cohen, "A coefficient of agreement for nominal scales", 1960; computed by
    scikit-learn.

    Args:
        ours: One rater's verdicts.
        theirs: The other's, of the same cases in the same order.

    Raises:
        ValueError: They are not of the same length.
    """
    if len(ours) != len(theirs):
        raise ValueError("both raters must have judged the same cases")
    if not ours:
        return Agreement(0, None, None)
    same = sum(one == other for one, other in zip(ours, theirs, strict=True)) / len(ours)
    if len({*ours, *theirs}) == 1:
        return Agreement(len(ours), same, None)
    from sklearn.metrics import cohen_kappa_score

    kappa = float(cohen_kappa_score(list(ours), list(theirs)))
    return Agreement(len(ours), same, None if math.isnan(kappa) else kappa)
