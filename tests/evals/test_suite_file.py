"""Suite files: read whole, and whatever is wrong told with its line and what to do."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from copilot.evals.errors import SuiteError, UnknownMetricError
from copilot.evals.metric import Answered, Metric, Sums, mean
from copilot.evals.nearest import nearest
from copilot.evals.suite import Gate, Suite, TaskName
from copilot.evals.suite_file import KEYS, load_suite
from copilot.kernel.errors import ConfigurationError
from tests.evals.faulty_suites import BOUNDS, FAULTS, GOOD, TOP


def _nothing(answers: Sequence[Answered]) -> list[Sums]:
    return [(0.0, 1.0) for _ in answers]


def _known(name: str) -> Metric:
    lower = name in ("wer", "leaks")
    return Metric(
        name=name,
        better="lower" if lower else "higher",
        high=None if lower else 1.0,
        measure=_nothing,
        value=mean,
        about="",
        formula="",
        source="",
    )


METRICS = ("recall@5", "recall@10", "ndcg@10", "mrr@10", "wer", "leaks", "judge", "similarity")


def check_metric(task: TaskName, name: str) -> Metric:
    if name not in METRICS:
        raise UnknownMetricError(name, METRICS, nearest(name, METRICS))
    return _known(name)


def check_settings(overrides: dict[str, str]) -> None:
    for name in overrides:
        if name.startswith("COPILOT_LLN"):
            raise ConfigurationError(f"There is no setting {name}")
    if "COPILOT_INDEX__KIND" in overrides and "COPILOT_INDEX__URL" not in overrides:
        raise ConfigurationError("COPILOT_INDEX__KIND=server needs COPILOT_INDEX__URL.")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """``suites/`` beside ``datasets/kb_en``, with a baseline."""
    (tmp_path / "datasets" / "kb_en").mkdir(parents=True)
    runs = tmp_path / "suites" / "runs"
    runs.mkdir(parents=True)
    (runs / "kb.json").write_text("{}")
    (runs / "kb.txt").write_text("")
    return tmp_path / "suites"


Load = Callable[[str | bytes], Suite]


@pytest.fixture
def load(folder: Path) -> Load:
    """Reads a text as a suite file."""

    def load(text: str | bytes) -> Suite:
        file = folder / "suite.yaml"
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        return load_suite(file, check_metric=check_metric, check_settings=check_settings)

    return load


def test_a_good_suite_is_read_whole(load: Load, folder: Path) -> None:
    suite = load(GOOD)
    assert suite.name == "kb-retrieval-en"
    assert suite.task == "retrieval"
    assert suite.dataset == (folder.parent / "datasets" / "kb_en").resolve()
    assert suite.metrics == ("recall@5", "ndcg@10", "wer")
    assert suite.gates == {"recall@5": Gate(">=", 0.85), "wer": Gate("<", 0.15)}
    assert suite.baseline == (folder / "runs" / "kb.json").resolve()
    assert suite.settings == {
        "COPILOT_LLM__MODEL": "1.10",
        "COPILOT_LLM__LOCAL": "true",
        "COPILOT_EMBEDDER__QUERY_PREFIX": "",
        "COPILOT_EMBEDDER__THREADS": "4",
        "COPILOT_CONVERSATIONS__SUPPORT_ADDRESSES": '["a@example.com", 2, true]',
    }
    assert suite.description == "English articles"
    assert suite.file == folder / "suite.yaml"
    lines = GOOD.splitlines()
    told = {
        "name": "name:",
        "metrics.2": "metrics:",
        "gates.recall@5": "  recall@5",
        "gates.wer": "  wer",
        "baseline": "baseline",
        "settings.COPILOT_EMBEDDER__THREADS": "    threads",
        "settings.COPILOT_LLM__MODEL": "  COPILOT_LLM__MODEL",
    }
    for path, start in told.items():
        assert lines[suite.lines[path] - 1].startswith(start), path


def test_a_suite_written_as_json_reads_the_same(load: Load) -> None:
    as_json = {
        "name": "kb-retrieval-en",
        "task": "retrieval",
        "dataset": "../datasets/kb_en",
        "metrics": ["recall@5", "ndcg@10", "wer"],
        "gates": {"recall@5": ">= 0.85", "wer": "< 0.15"},
    }
    written, plain = load(json.dumps(as_json)), load(GOOD)
    assert (written.task, written.metrics, written.gates) == (
        plain.task,
        plain.metrics,
        plain.gates,
    )


def test_optional_keys_may_be_left_out_or_empty(load: Load) -> None:
    needed = "\ufeffname: a\r\ntask: figures\r\ndataset: .\r\nmetrics:\r\n- wer\r\n"
    for text in (needed, f"{needed}gates:\nbaseline:\nsettings: {{}}\ndescription:\n"):
        suite = load(text)
        assert (suite.gates, suite.baseline, suite.settings, suite.description) == (
            {},
            None,
            {},
            "",
        )
    assert suite.lines["metrics.0"] == 5


@pytest.mark.parametrize(("text", "line", "told"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_is_told_with_file_line_and_fix(
    load: Load, folder: Path, text: str | bytes, line: int, told: str
) -> None:
    with pytest.raises(SuiteError) as raised:
        load(text)
    assert raised.value.line == line
    assert raised.value.file == folder / "suite.yaml"
    assert raised.value.detail.startswith(f"{folder / 'suite.yaml'}:{line}: ")
    assert told in raised.value.detail
    assert "\n" not in raised.value.detail


@pytest.mark.parametrize(("written", "told"), BOUNDS.items())
def test_a_bad_bound_is_told_with_the_one_meant(load: Load, written: str, told: str) -> None:
    with pytest.raises(SuiteError) as raised:
        load(f"{TOP}gates:\n  wer: '< 1'\n  recall@5: {written}\n")
    assert raised.value.line == 7
    assert told in raised.value.detail


@pytest.mark.parametrize(
    ("written", "gate"),
    [
        ('">= 0.85"', Gate(">=", 0.85)),
        ("'>=.85'", Gate(">=", 0.85)),
        ('" > 0 "', Gate(">", 0)),
        ('">= 1"', Gate(">=", 1)),
        ('">= +8.5E-1"', Gate(">=", 0.85)),
    ],
)
def test_bounds_may_be_spaced_as_one_likes(load: Load, written: str, gate: Gate) -> None:
    assert load(f"{TOP}gates: {{recall@5: {written}}}\n").gates == {"recall@5": gate}


def test_none_below_zero_is_a_bound_that_can_be_kept(load: Load) -> None:
    assert load(f"{TOP}gates: {{wer: <= 0}}\n").gates == {"wer": Gate("<=", 0)}
    with pytest.raises(SuiteError, match=r"can never be < 0. Write `wer: \"<= 0\"`"):
        load(f"{TOP}gates: {{wer: < 0}}\n")


def test_a_judge_beside_a_measured_gate_is_fine(load: Load) -> None:
    suite = load(f'{TOP}gates: {{judge: ">= 0.5", recall@5: ">= 0.5"}}\n')
    assert set(suite.gates) == {"judge", "recall@5"}


def test_settings_that_need_each_other_are_checked_together(load: Load) -> None:
    both = "settings:\n  index.kind: server\n  index.url: http://127.0.0.1\n"
    assert load(TOP + both).settings["COPILOT_INDEX__KIND"] == "server"
    with pytest.raises(SuiteError, match=r"suite\.yaml:7: .* needs COPILOT_INDEX__URL\. Correct"):
        load(f"{TOP}settings:\n  llm.model: a\n  index.kind: server\n")


def test_the_dataset_that_was_looked_for_is_told_in_full(load: Load, folder: Path) -> None:
    with pytest.raises(SuiteError) as raised:
        load(TOP.replace("../datasets/kb_en", "../nowhere/x"))
    assert f"There is no dataset at {folder.parent.resolve() / 'nowhere' / 'x'}." in str(
        raised.value
    )


def test_paths_are_relative_to_the_suite_not_to_the_working_folder(
    load: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    assert load(GOOD).dataset.name == "kb_en"


def test_a_file_that_is_too_large_or_missing_or_a_folder_is_told(load: Load, folder: Path) -> None:
    with pytest.raises(SuiteError, match=r"larger than 1 MB\. A suite is a few lines"):
        load(GOOD + "#" * 1_000_000)
    for file, told in ((folder / "none.yaml", "no such file"), (folder, "cannot be read")):
        with pytest.raises(SuiteError, match=told) as raised:
            load_suite(file, check_metric=check_metric)
        assert raised.value.line is None


def test_nested_aliases_cannot_grow(load: Load) -> None:
    rows = ["a0: &a0 [x]"] + [
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)
    ]
    with pytest.raises(SuiteError, match="Anchors"):
        load("\n".join(rows))


_YAML = (
    *("\n", ": ", "- ", "{", "}", "[", "]", '"', "'", "&a ", "*a ", "!!int ", "<<: ", "? ", "|"),
    *("> ", "%YAML 9.9\n", "---\n", "\\U11111111", "\\ud800", "0b_", "\t", "2024-99-99", "="),
    *("settings: ", "gates: ", "metrics: ", "\u2028", "\x85", "\ufeff", "1:99:99"),
)
_PIECES = st.sampled_from([*GOOD.splitlines(keepends=True), *_YAML])


def _fault(load: Load, text: str | bytes) -> SuiteError | None:
    try:
        assert load(text).metrics
    except SuiteError as error:
        return error
    return None


@given(st.one_of(st.binary(max_size=200), st.lists(_PIECES, max_size=15).map("".join)))
@settings(
    max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_the_file_holds_it_is_a_suite_or_a_suite_error(
    load: Load, text: str | bytes
) -> None:
    error = _fault(load, text)
    if error is not None:
        error.detail.encode()
        assert error.line is None or error.line >= 1


@given(
    key=st.sampled_from(KEYS),
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=6,
    ),
)
@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_value_of_any_key_is_used_or_told(load: Load, key: str, value: object) -> None:
    lines = [f"{line}\n" for line in TOP.splitlines() if not line.startswith(f"{key}:")]
    error = _fault(load, "".join(lines) + f"{key}: {json.dumps(value)}\n")
    assert error is None or error.line == len(lines) + 1
