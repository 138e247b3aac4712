"""The judge over a run: outputs against references, or one run's outputs against another's."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import numpy as np
from pydantic import BaseModel, Field

from copilot.evals.agreement import agreement
from copilot.evals.cache import OutputCache
from copilot.evals.case import Case
from copilot.evals.errors import SuiteError
from copilot.evals.jsonl import json_lines, validated
from copilot.evals.judging import Judge, Judgement, Pair, judged_text
from copilot.evals.lab import Lab
from copilot.evals.metrics.judged import judge_metric, reference_of
from copilot.evals.run import CaseResult, JudgeResult, Run
from copilot.evals.statistics import Resamples, interval
from copilot.evals.suite import TaskName
from copilot.evals.working import Worked
from copilot.kernel.errors import ConfigurationError

Better = Literal["a", "b", "tie"]
_SCORES = {"first": 1.0, "tie": 0.5, "second": 0.0}
_SIDES: dict[str | None, Better] = {"first": "a", "second": "b", "tie": "tie"}


class JudgedPair(BaseModel):
    """Which of two runs' outputs the judge prefers for a case; None when it gave no verdict."""

    id: str
    better: Better | None
    consistent: bool
    error: str | None = None


class JudgedComparison(BaseModel):
    """Run B's outputs against run A's, as a model sees them.

    Attributes:
        win_rate: Of B: the mean of 1 for a win, 0.5 for a tie, 0 for a loss; 0.5 is no difference.
        low, high: Its 95 % bootstrap interval.
        consistent: Share of pairs whose verdict did not depend on the places.
        labelled: Cases that people have judged too.
        agreement, kappa: Share on which judge and people agree, and Cohen's κ; None without
            labels, or where chance alone would agree always.
    """

    engine: str
    prompt_hash: str
    pairs: list[JudgedPair]
    win_rate: float | None
    low: float | None
    high: float | None
    consistent: float | None
    labelled: int = 0
    agreement: float | None = None
    kappa: float | None = None


async def judge_outputs(
    task: TaskName,
    cases: Sequence[Case],
    worked: Sequence[Worked],
    lab: Lab,
    cache: OutputCache,
    *,
    fresh: bool = False,
) -> tuple[list[Worked], JudgeResult]:
    """Outputs with the judge's verdict against each case's first reference.

    A case without a reference, and one that failed, is not judged.

    Raises:
        ConfigurationError: No model is set to judge.
    """
    async with lab.judge() as chat:
        if chat is None:
            raise ConfigurationError(
                "The metric judge needs a model: set COPILOT_JUDGE__KIND=openai, "
                "COPILOT_JUDGE__BASE_URL and COPILOT_JUDGE__MODEL, or leave the metric out."
            )
        judge = Judge(chat, lab.prompts(), task, cache, fresh=fresh)
        pairs: dict[int, Pair] = {}
        for place, (case, one) in enumerate(zip(cases, worked, strict=True)):
            reference = reference_of(case.expected)
            if one.output is not None and reference:
                text = judged_text(task, one.output)
                pairs[place] = Pair(case.id, case.input["conversation"], text, reference)
        verdicts = dict(zip(pairs, await judge.judge_all(list(pairs.values())), strict=True))
    scored = [_with_verdict(one, verdicts.get(place)) for place, one in enumerate(worked)]
    return scored, _told(judge, list(verdicts.values()))


def _with_verdict(worked: Worked, judgement: Judgement | None) -> Worked:
    if worked.output is None or judgement is None or judgement.verdict is None:
        return worked
    verdict = {"score": _SCORES[judgement.verdict], "consistent": judgement.consistent}
    return worked._replace(output={**worked.output, "judge": verdict})


def _told(judge: Judge, judgements: Sequence[Judgement]) -> JudgeResult:
    given = [one for one in judgements if one.verdict is not None]
    failed = [one.error for one in judgements if one.error is not None]
    return JudgeResult(
        engine=judge.engine,
        prompt_hash=judge.prompt_hash,
        judged=len(given),
        consistent=_share([one.consistent for one in given]),
        failed=len(failed),
        error=failed[0] if failed else None,
    )


async def judge_runs(
    before: Run, after: Run, lab: Lab, cache: OutputCache, labels: Mapping[str, Better] | None
) -> JudgedComparison:
    """Which run's outputs the judge prefers, case by case.

    Args:
        before: Run A.
        after: Run B, of the same task; cases pair by id and input.
        lab: Opens the judge.
        cache: Verdicts of earlier comparisons.
        labels: What people prefer, by case id.

    Raises:
        ConfigurationError: No model is set to judge, or the task cannot be judged.
    """
    async with lab.judge() as chat:
        if chat is None:
            raise ConfigurationError(
                "There is no judge: set COPILOT_JUDGE__KIND=openai, COPILOT_JUDGE__BASE_URL and "
                "COPILOT_JUDGE__MODEL, or compare without --judge."
            )
        judge = Judge(chat, lab.prompts(), after.task, cache)
        pairs = _pairs(before, after)
        judgements = await judge.judge_all(pairs)
    found = [
        JudgedPair(
            id=pair.case_id,
            better=_SIDES.get(one.verdict),
            consistent=one.consistent,
            error=one.error,
        )
        for pair, one in zip(pairs, judgements, strict=True)
    ]
    given = [one for one in found if one.better is not None]
    value, low, high = _win_rate(given, seed=after.seed)
    told = labels or {}
    both = [(one.better, told[one.id]) for one in given if one.id in told]
    agreed = agreement([str(one) for one, _ in both], [other for _, other in both])
    return JudgedComparison(
        engine=judge.engine,
        prompt_hash=judge.prompt_hash,
        pairs=found,
        win_rate=value,
        low=low,
        high=high,
        consistent=_share([one.consistent for one in given]),
        labelled=agreed.cases,
        agreement=agreed.observed,
        kappa=agreed.kappa,
    )


def _pairs(before: Run, after: Run) -> list[Pair]:
    earlier = {(one.id, one.input_hash): one for one in before.cases if one.output is not None}
    return [
        Pair(
            one.id,
            one.input["conversation"],
            _text(after.task, earlier[one.id, one.input_hash]),
            _text(after.task, one),
        )
        for one in after.cases
        if one.output is not None and (one.id, one.input_hash) in earlier
    ]


def _text(task: TaskName, case: CaseResult) -> str:
    return judged_text(task, case.output or {})


def _win_rate(
    pairs: Sequence[JudgedPair], *, seed: int
) -> tuple[float | None, float | None, float | None]:
    if not pairs:
        return None, None, None
    scores = {"a": 0.0, "tie": 0.5, "b": 1.0}
    sums = np.array([[scores[str(one.better)], 1.0] for one in pairs])
    low, high = interval(sums, judge_metric("output"), Resamples(len(pairs), seed=seed))
    return float(sums[:, 0].mean()), low, high


class _Label(BaseModel):
    id: str = Field(min_length=1)
    better: Better


def read_labels(file: Path) -> dict[str, Better]:
    """People's verdicts: JSONL of ``{"id", "better": "a" | "b" | "tie"}``.

    Raises:
        SuiteError: A line is wrong, or judges a case again; told with its number.
    """
    found: dict[str, Better] = {}
    for line in json_lines(file):
        label = validated(_Label, file, line, 'id and better, which is "a", "b" or "tie"')
        if label.id in found:
            fault = f"The case {label.id!r} has been judged on an earlier line."
            raise SuiteError(file, line.number, fault, "Keep one verdict for each case.")
        found[label.id] = label.better
    return found


def _share(values: Sequence[bool]) -> float | None:
    return sum(values) / len(values) if values else None
