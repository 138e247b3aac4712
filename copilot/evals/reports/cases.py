"""A run's cases for the HTML report: readable, worst first, and small enough to open at once."""

import json
from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

from copilot.evals.reports.blocks import fit
from copilot.evals.reports.views import view
from copilot.evals.reports.wording import worst_first
from copilot.evals.run import CaseResult, Run

MOST_BYTES = 3_400_000
"""Of the cases' JSON: with the page around it, the file stays well below 5 MB."""

_WIDEST = 6000
_NARROWEST = 160
LONGEST_NAME = 200
"""Characters of an id, a label and the like."""
_ERROR = 1000

Shown = dict[str, Any]


def shown_cases(run: Run, baseline: Run | None) -> list[Shown]:
    """Every case as the report shows it, worst by the first metric first.

    Texts are trimmed evenly, and at last the best cases left out, until all is at most
    ``MOST_BYTES`` as JSON.

    Args:
        run: The run.
        baseline: A run to show beside it.
    """
    before = {case.id: case for case in baseline.cases} if baseline else {}
    places = {id(case): place for place, case in enumerate(run.cases)}
    ordered = worst_first(run.cases, run.metrics[0] if run.metrics else None)
    pairs = [(places[id(case)], case, comparable(case, before)) for case in ordered]
    room = _room(run, baseline)
    while True:
        shown = [_shown(run, room, *pair) for pair in pairs]
        size = sum(len(as_json(one)) for one in shown)
        if size <= MOST_BYTES or not pairs:
            return shown
        if room > _NARROWEST:
            room = max(_NARROWEST, int(room * min(0.8, MOST_BYTES / size)))
        else:
            pairs = pairs[: int(len(pairs) * min(0.95, MOST_BYTES / size))]


def comparable(case: CaseResult, before: Mapping[str, CaseResult]) -> CaseResult | None:
    """The same case in the baseline; None when it is not there or had another input."""
    other = before.get(case.id)
    return other if other is not None and other.input_hash == case.input_hash else None


def as_json(value: object) -> bytes:
    """JSON that may stand inside a script element, whatever the texts in it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    # "</script" and "<!--" would end the element or change how it is read; two line separators
    # and lone surrogates are no valid text in some readers.
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text.encode("utf-8", "replace")


def _room(run: Run, baseline: Run | None) -> int:
    """How many characters one side of a case may have, so that one try mostly suffices."""
    sides = 4 if baseline else 3
    return max(_NARROWEST, min(_WIDEST, MOST_BYTES // (max(1, len(run.cases)) * sides)))


def _shown(run: Run, room: int, place: int, case: CaseResult, before: CaseResult | None) -> Shown:
    names = [metric.name for metric in run.metrics]
    shown: Shown = {
        "id": case.id[:LONGEST_NAME],
        "place": place,
        "title": view.title(run.task, case)[:LONGEST_NAME],
        "labels": {
            name[:LONGEST_NAME]: value[:LONGEST_NAME] for name, value in case.labels.items()
        },
        "scores": _scores(case, names),
        "engine": case.engine[:LONGEST_NAME],
        "seconds": round(case.seconds, 3),
        "cached": case.cached,
        "degraded": case.degraded,
        "expected": fit(view.expected(run.task, case), room),
        "input": fit(view.given(run.task, case), room),
    }
    if case.error is not None:
        shown["error"] = case.error[:_ERROR]
    if case.output is not None:
        shown["output"] = fit(view.output(run.task, case, case.output), room)
    if before is not None:
        shown["before"] = {
            "scores": _scores(before, names),
            "engine": before.engine[:LONGEST_NAME],
            "failed": before.error is not None,
        }
        if before.output is not None and before.output != case.output:
            shown["before"]["output"] = fit(view.output(run.task, case, before.output), room)
    return shown


def _scores(case: CaseResult, names: Sequence[str]) -> list[float | None]:
    scores = [case.scores.get(name) for name in names]
    return [round(one, 6) if one is not None and isfinite(one) else None for one in scores]
