"""Which cases of two runs are the same case."""

from collections.abc import Sequence
from typing import NamedTuple

from copilot.evals.metric import Array, table
from copilot.evals.run import CaseResult


class Pair(NamedTuple):
    """One case in two runs."""

    before: CaseResult
    after: CaseResult


class Pairing(NamedTuple):
    """How the cases of two runs go together.

    Attributes:
        pairs: Cases with the same id and the same input, in the later run's order.
        changed: Ids of cases whose input differs.
        only_before: Ids of cases that the later run lacks.
        only_after: Ids of cases that the earlier run lacks.
    """

    pairs: list[Pair]
    changed: list[str]
    only_before: list[str]
    only_after: list[str]

    @property
    def all(self) -> bool:
        """Whether no case is left over."""
        return not (self.changed or self.only_before or self.only_after)

    @property
    def enough(self) -> bool:
        """Whether at least half of each run's cases pair."""
        unpaired = len(self.changed) + max(len(self.only_before), len(self.only_after))
        return len(self.pairs) > 0 and len(self.pairs) >= unpaired

    @property
    def told(self) -> str:
        """What pairs and what does not, in a sentence."""
        after = len(self.pairs) + len(self.changed) + len(self.only_after)
        left = [
            (len(self.changed), "with another input"),
            (len(self.only_after), "new"),
            (len(self.only_before), "gone"),
        ]
        why = ", ".join(f"{count} {what}" for count, what in left if count)
        return f"{len(self.pairs)} of {after} cases pair" + (f" ({why})." if why else ".")


def pair(before: Sequence[CaseResult], after: Sequence[CaseResult]) -> Pairing:
    """Pair the cases of two runs by id and input hash."""
    earlier = {case.id: case for case in before}
    later = {case.id for case in after}
    pairs, changed, only_after = [], [], []
    for case in after:
        match = earlier.get(case.id)
        if match is None:
            only_after.append(case.id)
        elif match.input_hash != case.input_hash:
            changed.append(case.id)
        else:
            pairs.append(Pair(match, case))
    return Pairing(pairs, changed, [name for name in earlier if name not in later], only_after)


def paired_sums(pairs: Sequence[Pair], name: str) -> tuple[Array, Array] | None:
    """The sums of a metric in both runs, ``(n, k)`` each.

    Returns:
        None when a run does not have the metric in every case, or counted it differently.
    """
    before = [tuple(one.before.sums.get(name, ())) for one in pairs]
    after = [tuple(one.after.sums.get(name, ())) for one in pairs]
    widths = {len(row) for row in before + after}
    if len(widths) != 1 or widths == {0}:
        return None
    return table(before), table(after)
