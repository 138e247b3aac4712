"""What metrics of all tasks share: scoring case by case, and F1 from counts."""

from collections.abc import Callable, Sequence

from copilot.evals.case import Case, Output
from copilot.evals.metric import Answered, Array, Sums, ratio

Measure = Callable[[Sequence[Answered]], list[Sums]]
NOTHING: Sums = (0.0, 0.0)
"""Of a case that a ratio or a mean says nothing about."""

WORST: Sums = (0.0, 1.0)
"""Of a failed case, where more is better: nothing right of one."""


def each(score: Callable[[Case, Output], Sums], failed: Callable[[Case], Sums]) -> Measure:
    """Measures every case by itself.

    Args:
        score: The sums of a case with its output.
        failed: The sums of a case without one.
    """

    def measure(answered: Sequence[Answered]) -> list[Sums]:
        return [
            failed(case) if output is None else score(case, output) for case, output in answered
        ]

    return measure


def always(sums: Sums) -> Callable[[Case], Sums]:
    """The same sums for every failed case."""
    return lambda _: sums


def found_measures(
    counts: Callable[[Case, Output], tuple[int, int, int]], wanted: Callable[[Case], int]
) -> dict[str, Measure]:
    """What measures precision, recall and F1 of things to be found.

    Args:
        counts: True positives, false positives and false negatives of a case with its output.
        wanted: How many things a case expects; a failed one counts as that many wrong finds.
    """

    def precision(case: Case, output: Output) -> Sums:
        right, wrong, _ = counts(case, output)
        return (right, right + wrong)

    def recall(case: Case, output: Output) -> Sums:
        right, _, missed = counts(case, output)
        return (right, right + missed)

    return {
        "precision": each(precision, lambda case: (0.0, max(1, wanted(case)))),
        "recall": each(recall, lambda case: (0.0, wanted(case))),
        "f1": each(counts, lambda case: (0.0, max(1, wanted(case)), wanted(case))),
    }


def f1(sums: Array) -> Array:
    """F1 of (true positives, false positives, false negatives)."""
    right = 2 * sums[..., 0]
    return ratio(right, right + sums[..., 1] + sums[..., 2])
