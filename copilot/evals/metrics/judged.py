"""The model's verdict on an output, read from where the judge left it."""

from collections.abc import Mapping

from copilot.evals.case import Case, Output
from copilot.evals.metric import Metric, Sums, mean
from copilot.evals.metrics.counting import NOTHING, WORST, each


def reference_of(expected: Mapping[str, object]) -> str | None:
    """What the judge holds an output against: the first reference that is not blank."""
    several = expected.get("references")
    given = several if isinstance(several, list) else [expected.get("reference")]
    return next((one for one in given if isinstance(one, str) and one.strip()), None)


def judge_metric(what: str) -> Metric:
    """The mean verdict on ``what``; it says nothing where no model has judged.

    A gate on it is missed when the judge failed on every case: there is no value then.
    """
    return Metric(
        name="judge",
        better="higher",
        measure=each(_score, _failed),
        value=mean,
        about=f"What a language model thinks of the {what}. Optional; never the only gate.",
        formula="mean of the verdicts on output against reference: 1 better, 0.5 as good, 0 worse; "
        "a case that failed is 0, one without a reference or a verdict is left out",
        source="Zheng et al. 2023 (positions swapped); the model that the settings name",
    )


def _score(_case: Case, output: Output) -> Sums:
    judged = output.get("judge")
    return (float(judged["score"]), 1.0) if judged is not None else NOTHING


def _failed(case: Case) -> Sums:
    return WORST if reference_of(case.expected) else NOTHING
