import errno
from datetime import UTC, datetime, timedelta
from pathlib import Path
from stat import S_IMODE

import pytest

from copilot.evals.errors import SuiteError
from copilot.evals.lab import Identity
from copilot.evals.run import CaseResult, MetricResult, Run
from copilot.evals.runs import earlier_runs, find_run, history, read_run, write_run

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def a_run(name: str = "kb", at: datetime = NOON, seed: int = 0) -> Run:
    return Run(
        name=name,
        task="retrieval",
        suite_file="kb.yaml",
        dataset="kb",
        dataset_hash="d",
        identity=Identity(engine="model", code="c"),
        version="1",
        seed=seed,
        started_at=at,
        seconds=1.0,
        work_seconds=0.5,
        metrics=[MetricResult(name="recall@5", better="higher", value=1, low=0.9, high=1, cases=1)],
        cases=[
            CaseResult(
                id="q1",
                input_hash="h",
                input={"text": "Missä pakettini on?"},
                output={"ranked": []},
                sums={"recall@5": [1.0, 1.0]},
                scores={"recall@5": 1.0},
                engine="model",
                seconds=0.1,
            )
        ],
    )


def test_a_run_is_read_as_it_was_written(tmp_path: Path) -> None:
    file = write_run(a_run(), tmp_path / "runs")
    assert file.name == "kb-20260301T120000Z.json"
    assert read_run(file) == a_run()
    assert S_IMODE(file.stat().st_mode) == 0o600
    assert "Missä" in file.read_text("utf-8")
    assert [one.name for one in file.parent.iterdir()] == [file.name]


def test_two_runs_in_one_second_are_two_files_in_order(tmp_path: Path) -> None:
    files = [write_run(a_run(seed=seed), tmp_path) for seed in range(12)]
    assert history("kb", tmp_path) == files


def test_a_suites_runs_are_told_from_those_of_a_longer_name(tmp_path: Path) -> None:
    short = write_run(a_run("kb"), tmp_path)
    write_run(a_run("kb-fi"), tmp_path)
    assert history("kb", tmp_path) == [short]


def test_a_run_is_found_by_file_stem_and_suite(tmp_path: Path) -> None:
    files = [write_run(a_run(at=NOON + timedelta(hours=n)), tmp_path) for n in range(3)]
    assert find_run(str(files[0]), tmp_path) == files[0]
    assert find_run(files[1].stem, tmp_path) == files[1]
    assert find_run("kb", tmp_path) == files[2]
    assert find_run("kb~1", tmp_path) == files[1]
    assert find_run("kb~2", tmp_path) == files[0]


@pytest.mark.parametrize(
    "name",
    [
        *("kb~3", "kb~x", "kb~-1", f"kb~{'9' * 5000}", "other", "no/such.json", "/no/such.json"),
        *("", "../kb", "*", "kb\0", "x" * 5000),
    ],
)
def test_a_run_that_is_not_there_is_told(tmp_path: Path, name: str) -> None:
    for hour in range(3):
        write_run(a_run(at=NOON + timedelta(hours=hour)), tmp_path)
    with pytest.raises(SuiteError, match="latest run"):
        find_run(name, tmp_path)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "not the record of a run"),
        ("[]", "not the record of a run"),
        ('{"name": "kb"}', "task"),
        ("\udcff", "not the record of a run"),
    ],
)
def test_a_file_that_is_no_run_is_told(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "run.json"
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(SuiteError, match=told):
        read_run(file)


def test_a_run_of_another_format_is_told(tmp_path: Path) -> None:
    file = tmp_path / "run.json"
    file.write_text(a_run().model_copy(update={"format": 2}).model_dump_json())
    with pytest.raises(SuiteError, match="format 2"):
        read_run(file)


def test_a_full_disk_is_told_with_the_file_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_file: Path, _text: str, _encoding: str) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_text", full)
        with pytest.raises(OSError, match="No space left on device") as raised:
            write_run(a_run(), tmp_path / "runs")
    assert str(tmp_path / "runs") in raised.value.filename
    assert list((tmp_path / "runs").iterdir()) == []


def test_a_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("")
    with pytest.raises(OSError, match="runs"):
        write_run(a_run(), tmp_path / "runs")
    assert history("kb", tmp_path / "runs") == []


def test_earlier_runs_are_those_before_it_that_can_be_read(tmp_path: Path) -> None:
    for hour in range(5):
        write_run(a_run(at=NOON + timedelta(hours=hour), seed=hour), tmp_path)
    (tmp_path / "kb-20260301T131500Z.json").write_text("")
    other = a_run(at=NOON + timedelta(minutes=50)).model_copy(update={"task": "draft"})
    write_run(other, tmp_path)
    third = a_run(at=NOON + timedelta(hours=3))
    assert [one.seed for one in earlier_runs(third, tmp_path, 20)] == [0, 1, 2]
    assert [one.seed for one in earlier_runs(third, tmp_path, 2)] == [1, 2]
    soon = a_run(at=NOON + timedelta(milliseconds=3))
    assert [one.seed for one in earlier_runs(soon, tmp_path, 20)] == [0]
