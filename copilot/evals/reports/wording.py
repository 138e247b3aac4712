"""How numbers and findings are worded, alike in the terminal and in the HTML report."""

from collections.abc import Iterable
from datetime import UTC, datetime

from copilot.evals.comparing import Change, Verdict
from copilot.evals.matrix import label
from copilot.evals.run import CaseResult, GateResult, JudgeResult, MetricResult, Run

NOTHING = "–"
HASH_LENGTH = 12
LONGEST = 200


def number(value: float | None) -> str:
    """A score with three decimals, a large one with one; a dash when there is none."""
    if value is None:
        return NOTHING
    return f"{value:,.1f}" if abs(value) >= 100 else f"{value:.3f}"


def difference(value: float | None) -> str:
    """A difference with its sign: a true minus, so that columns line up."""
    if value is None:
        return NOTHING
    shown = number(abs(value))
    if float(shown.replace(",", "")) == 0:
        return f"±{shown}"
    return f"{'+' if value > 0 else '−'}{shown}"


def interval(low: float | None, high: float | None, *, signed: bool = False) -> str:
    """Two ends of an interval."""
    if low is None or high is None:
        return NOTHING
    shown = difference if signed else number
    return f"{shown(low)} … {shown(high)}"


def probability(value: float | None) -> str:
    """A p value; what is below a thousandth only as that."""
    if value is None:
        return NOTHING
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def counted(count: int, one: str, many: str | None = None) -> str:
    """``1 case``, ``1,000 cases``."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def moment(value: datetime) -> str:
    """A time to the minute, in UTC."""
    return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def seconds(value: float) -> str:
    """A duration as a person says it."""
    if value < 10:
        return f"{value:.1f} s"
    if value < 120:
        return f"{value:.0f} s"
    return f"{value / 60:.0f} min"


def short(digest: str | None) -> str:
    """The beginning of a hash: enough to tell two apart by eye."""
    return digest[:HASH_LENGTH] if digest else NOTHING


def variant(run: Run) -> str:
    """The settings of a matrix that made this run, ``model=a prompt=x``."""
    return label(run.variant, [run.variant]) if run.variant else ""


def verdict(run: Run) -> str:
    """Whether the run may ship, in a sentence."""
    if not run.gates:
        return "No gates: the suite holds nothing to a bound."
    missed = [gate for gate in run.gates if not gate.passed]
    if not missed:
        held = "the one gate was" if len(run.gates) == 1 else f"all {len(run.gates)} gates were"
        return f"Passed: {held} kept."
    names = ", ".join(dict.fromkeys(gate.metric for gate in missed))
    return f"Missed: {len(missed)} of {counted(len(run.gates), 'gate')} ({names})."


def gate_text(gate: GateResult) -> str:
    """The bound as it is known: a threshold, or the baseline."""
    return gate.condition if gate.kind == "threshold" else "baseline"


def brief(text: str) -> str:
    """``text`` on one line, cut where it is longer than anybody reads."""
    line = " ".join(text[: 4 * LONGEST].split())
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"


def changed_to(change: Change) -> tuple[str, str]:
    """Both sides of a change; of hashes only so much that they can be told apart."""
    hashed = change.what in ("dataset", "prompt", "code")
    sides = (change.before, change.after)
    before, after = (short(one) if hashed else one or NOTHING for one in sides)
    return before, after


def verdict_sign(verdict: Verdict) -> str:
    """A sign for a verdict on a difference."""
    return {"better": "✓", "worse": "✗"}.get(verdict, "·")


def gates_of(metric: str, gates: Iterable[GateResult]) -> list[GateResult]:
    """The bounds on ``metric``."""
    return [gate for gate in gates if gate.metric == metric]


def worst_first(cases: Iterable[CaseResult], metric: MetricResult | None) -> list[CaseResult]:
    """Failed cases, then by score from the worst; those without a score last.

    Args:
        cases: In the dataset's order, which is kept among equals.
        metric: What to order by; None: only failed cases come first.
    """

    def place(case: CaseResult) -> tuple[int, float]:
        if case.error is not None:
            return (0, 0.0)
        score = case.scores.get(metric.name) if metric else None
        if metric is None or score is None:
            return (2, 0.0)
        return (1, score if metric.better == "higher" else -score)

    return sorted(cases, key=place)


def findings(run: Run) -> list[str]:
    """What a reader has to know besides the gates, each in a sentence."""
    told = []
    if run.failed:
        cases = counted(len(run.cases), "case")
        which = "it counts" if len(run.failed) == 1 else "each counts"
        told.append(f"{len(run.failed):,} of {cases} failed; {which} as badly as a case can.")
    degraded = sum(case.degraded for case in run.cases)
    if degraded:
        told.append(
            f"{counted(degraded, 'output')} degraded: made without the model, which did not answer."
        )
    silent = [one.name for one in run.metrics if one.value is None]
    if silent:
        told.append(f"No case says anything about {', '.join(silent)}.")
    if run.judge is not None:
        told.append(_judged(run.judge))
    return told


def _judged(judge: JudgeResult) -> str:
    told = f"Judged by {judge.engine}: {counted(judge.judged, 'output')} with a verdict"
    if judge.consistent is not None:
        told += f", {judge.consistent:.0%} the same with the places swapped"
    if judge.failed:
        told += f"; {judge.failed:,} without one ({judge.error or 'no reason told'})"
    return f"{told}."
