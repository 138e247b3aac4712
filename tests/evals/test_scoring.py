import numpy as np

from copilot.evals.case import Case
from copilot.evals.metrics.catalog import metric
from copilot.evals.scoring import score_cases, score_suite
from copilot.evals.statistics import Resamples
from copilot.evals.working import Worked


def worked(output: dict[str, object] | None, error: str | None = None) -> Worked:
    return Worked("h", output, error, 0.5, cached=False)


def test_cases_are_scored_alone_and_together() -> None:
    wer = {"wer": metric("transcription", "wer")}
    cases = [
        Case(
            id="one", input={}, expected={"text": "red green blue black"}, labels={"language": "en"}
        ),
        Case(id="two", input={}, expected={"text": "my order"}),
        Case(id="three", input={}, expected={"text": "your lid"}),
    ]
    heard = [
        worked({"text": "red green blue white"}),
        worked({"text": "my order"}),
        worked(None, "broke"),
    ]
    found = score_cases(cases, heard, wer, "pocketsphinx")
    assert [one.scores["wer"] for one in found] == [0.25, 0.0, 1.0]
    assert [one.sums["wer"] for one in found] == [[1.0, 4.0], [0.0, 2.0], [2.0, 2.0]]
    assert [one.error for one in found] == [None, None, "broke"]
    assert found[0].labels == {"language": "en"}
    (result,) = score_suite(found, wer, Resamples(3, seed=0))
    # Three errors in eight words, not the mean of the three rates.
    assert result.value == 3 / 8
    assert result.cases == 3
    assert result.low is not None
    assert result.high is not None
    assert result.low <= 3 / 8 <= result.high


def test_a_metric_that_says_nothing_of_any_case_has_no_value() -> None:
    factor = {"real_time_factor": metric("transcription", "real_time_factor")}
    cases = [Case(id="one", input={}, expected={"text": "a"})]
    found = score_cases(cases, [worked(None, "broke")], factor, "pocketsphinx")
    (result,) = score_suite(found, factor, Resamples(1, seed=0))
    assert (result.value, result.low, result.high, result.cases) == (None, None, None, 0)
    assert found[0].scores == {"real_time_factor": None}


def test_a_difference_beyond_the_range_is_not_called_detectable() -> None:
    recall = {"recall@1": metric("retrieval", "recall@1")}
    cases = [
        Case(id=str(n), input={}, expected={"relevant": {"a": 1}, "titles": {}}) for n in range(3)
    ]
    outputs = [worked({"ranked": [{"id": one, "title": "", "score": 1}]}) for one in "aba"]
    found = score_cases(cases, outputs, recall, "model")
    (result,) = score_suite(found, recall, Resamples(3, seed=0))
    assert result.value is not None
    assert np.isclose(result.value, 2 / 3)
    assert result.detectable is None


def test_a_record_keeps_the_beginning_of_long_articles() -> None:
    article = {"id": "a", "title": "Returns", "text": "x" * 1000}
    case = Case(id="one", input={"conversation": {"channel": "email"}, "articles": [article]})
    (found,) = score_cases([case], [worked(None, "broke")], {}, "extractive")
    assert found.input["conversation"] == {"channel": "email"}
    (kept,) = found.input["articles"]
    assert (kept["id"], kept["title"]) == ("a", "Returns")
    assert kept["text"] == "x" * 200 + "…"
    assert case.input["articles"] == [article]
