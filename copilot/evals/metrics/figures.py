"""Figure checks: is each figure found, with the right verdict."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, get_args

from copilot.evals.case import Case, Output
from copilot.evals.metric import Metric, mean
from copilot.evals.metrics.counting import f1, found_measures
from copilot.evals.metrics.grounds import collapsed
from copilot.evals.metrics.wording import tidied
from copilot.grounding.figure_check import Verdict

_VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
_SOURCE = "van Rijsbergen 1979"


def _keyed(figures: Iterable[Mapping[str, Any]], verdict: str | None) -> set[tuple[str, int, str]]:
    """Each figure as (text, its number among those with that text, verdict)."""
    seen: Counter[str] = Counter()
    found = set()
    for one in figures:
        text = collapsed(tidied(one["text"]))
        if verdict is None or one["verdict"] == verdict:
            found.add((text, seen[text], one["verdict"]))
        seen[text] += 1
    return found


def _counts(case: Case, output: Output, verdict: str | None) -> tuple[int, int, int]:
    wanted = _keyed(case.expected["figures"], verdict)
    found = _keyed(output["figures"], verdict)
    return len(wanted & found), len(found - wanted), len(wanted - found)


def _three(verdict: Verdict | None) -> list[Metric]:
    ending = f"_{verdict}" if verdict else ""
    which = f"“{verdict}” verdicts" if verdict else "verdicts of all kinds"

    measures = found_measures(
        lambda case, output: _counts(case, output, verdict),
        lambda case: len(_keyed(case.expected["figures"], verdict)),
    )

    def metric(name: str, about: str, formula: str) -> Metric:
        return Metric(
            name=name + ending,
            better="higher",
            measure=measures[name],
            value=f1 if name == "f1" else mean,
            about=about,
            formula=f"{formula} over all cases; the n-th figure with a text belongs to the n-th "
            "expected one with it",
            source=_SOURCE,
        )

    return [
        metric("precision", f"Share of the {which} that are right.", "TP / (TP + FP)"),
        metric("recall", f"Share of the expected {which} that were given.", "TP / (TP + FN)"),
        metric("f1", f"Precision and recall of {which} in one number.", "2 TP / (2 TP + FP + FN)"),
    ]


METRICS = [one for verdict in (None, *_VERDICTS) for one in _three(verdict)]
