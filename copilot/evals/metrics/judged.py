"""The model's verdict on an output, read from where the judge left it."""

from copilot.evals.case import Case, Output
from copilot.evals.metric import Metric, Sums, mean
from copilot.evals.metrics.counting import NOTHING, WORST, always, each


def judge_metric(what: str) -> Metric:
    """The mean verdict on ``what``; it says nothing where no model has judged."""
    return Metric(
        name="judge",
        better="higher",
        measure=each(_score, always(WORST)),
        value=mean,
        about=f"What a language model thinks of the {what}. Optional; never the only gate.",
        formula="mean of the verdicts: 1, 0.5 or 0",
        source="Zheng et al. 2023 (positions swapped); the model that the settings name",
    )


def _score(_case: Case, output: Output) -> Sums:
    judged = output.get("judge")
    return (float(judged["score"]), 1.0) if judged is not None else NOTHING
