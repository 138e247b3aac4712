"""What a metric is: sums per case, and how a suite's sums become its value.

Every metric here is a function of sums over cases: a mean is (sum of scores, count), a word error
rate (errors, words), an F1 (true positives, false positives, false negatives). So one way of
resampling cases serves all of them; see ``statistics.py``.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from copilot.evals.case import Case, Output

Array = npt.NDArray[np.float64]
Sums = tuple[float, ...]


class Answered(NamedTuple):
    """A case with its output; None when it failed."""

    case: Case
    output: Output | None


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One way of scoring.

    Attributes:
        name: As written in a suite, e.g. ``recall@5``.
        better: Which way is up.
        low: The least possible value.
        high: The greatest; None: no bound.
        measure: Answered cases to one tuple of sums each, all of the same length, in order. A
            failed case counts as badly as a case can; a case that the metric says nothing about
            (a precision with nothing found) has zeros.
        value: Sums (``(…, k)``) to values (``(…)``); NaN where nothing was counted.
        about: What it means, in a sentence.
        formula: How it is computed.
        source: Who defined it, and which library computes it.
    """

    name: str
    better: Literal["higher", "lower"]
    low: float = 0.0
    high: float | None = 1.0
    measure: Callable[[Sequence[Answered]], list[Sums]]
    value: Callable[[Array], Array]
    about: str
    formula: str
    source: str


def mean(sums: Array) -> Array:
    """The value of a metric whose sums are (total, count)."""
    return ratio(sums[..., 0], sums[..., 1])


def ratio(above: Array, below: Array) -> Array:
    """``above`` / ``below``, NaN where ``below`` is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(below > 0, above / below, np.nan)


def table(rows: Sequence[Sums]) -> Array:
    """Sums as an array of shape ``(cases, k)``."""
    return np.asarray(rows, dtype=np.float64).reshape(len(rows), -1)
