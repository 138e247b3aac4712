"""What ``eval run --json`` prints."""

import json
from pathlib import Path

from copilot.evals.reports.as_json import as_json
from tests.evals.reports import made


def test_the_document_tells_runs_metrics_and_gates_without_cases() -> None:
    missed = made.retrieval(60, lost=12, variant={"COPILOT_LLM__MODEL": "b"}, left_out=["line 3"])
    missed.cases[0] = made.failed("q-0", "no answer", degraded=True)
    document = as_json([(made.retrieval(4), None), (missed, Path("runs/a.json"))])
    told = json.loads(json.dumps(document))
    assert told["passed"] is False
    good, bad = told["runs"]
    assert (good["passed"], good["file"], good["degraded"]) == (True, None, False)
    assert bad["file"] == "runs/a.json"
    assert (bad["cases"], bad["failed"], bad["cached"]) == (60, 1, 11)
    assert bad["degraded"] is True
    assert bad["variant"] == {"COPILOT_LLM__MODEL": "b"}
    assert bad["left_out"] == ["line 3"]
    assert bad["metrics"]["recall@5"] == {
        "value": 0.8,
        "low": 0.74,
        "high": 0.8500000000000001,
        "cases": 60,
        "better": "higher",
        "detectable": 0.081,
    }
    assert bad["gates"][0]["passed"] is False
    assert bad["gates"][0]["condition"] == ">= 0.85"
    assert set(good) == {
        *("name", "task", "file", "passed", "engine", "degraded", "prompt_hash", "dataset_hash"),
        *("seed", "cases", "failed", "cached", "seconds", "variant", "metrics", "gates"),
        "left_out",
    }


def test_no_runs_have_missed_nothing() -> None:
    assert as_json([]) == {"passed": True, "runs": []}
