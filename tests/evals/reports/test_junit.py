"""JUnit XML as CI servers read it."""

from xml.etree import ElementTree as ET

from copilot.evals.reports.junit import as_junit
from tests.evals.reports import made


def test_counts_hold_and_only_gates_and_breakdowns_fail() -> None:
    run = made.retrieval(60, lost=12)
    run.cases[3] = made.failed("q-broken", "TimeoutError: no answer\nin 60 s", seconds=60.0)
    good = made.retrieval(4)
    root = ET.fromstring(as_junit([run, good]))
    first, second = root.findall("testsuite")
    assert first.get("name") == "our-retrieval"
    assert (first.get("tests"), first.get("failures"), first.get("errors")) == ("61", "1", "1")
    assert (second.get("tests"), second.get("failures"), second.get("errors")) == ("5", "0", "0")
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("66", "1", "1")
    assert first.get("time") == "12.400"
    assert first.get("timestamp") == "2026-11-20T09:30:00"
    assert len(first.findall("testcase")) == 61
    failure = first.find("testcase/failure")
    assert failure is not None
    assert failure.get("message") == failure.text == "recall@5: 0.8, to be >= 0.85: missed"
    broken = first.find("testcase[@name='q-broken']")
    assert broken is not None
    assert broken.get("time") == "60.000"
    error = broken.find("error")
    assert error is not None
    assert error.get("message") == "TimeoutError: no answer"
    assert error.text == "TimeoutError: no answer\nin 60 s"
    # A case that scores nothing is no failure of its own: that is for the gate.
    lost = first.find("testcase[@name='q-0']")
    assert lost is not None
    assert [child.tag for child in lost] == ["system-out"]
    assert lost.findtext("system-out") == "recall@5 0.000\nmrr@10 0.000"


def test_properties_name_what_decided_the_run() -> None:
    run = made.retrieval(2, variant={"COPILOT_LLM__MODEL": "b"})
    suite = ET.fromstring(as_junit([run]))[0]
    found = {one.get("name"): one.get("value") for one in suite.iter("property")}
    assert suite.get("name") == "our-retrieval model=b"
    assert found["engine"] == "openai:small-2"
    assert found["prompt_hash"] == run.identity.prompt_hash
    assert found["dataset_hash"] == run.dataset_hash
    assert found["seed"] == "7"
    assert found["setting.COPILOT_LLM__MODEL"] == "small-2"
    assert found["metric.recall@5"] == "1.000"


def test_what_xml_forbids_is_left_out_and_the_rest_kept() -> None:
    run = made.run("figures", [made.failed("a\x00\x1b[31m<&\ufffe\ud800é😀", "x\x0b]]>\n")])
    case = ET.fromstring(as_junit([run]))[0].find("testcase")
    assert case is not None
    assert case.get("name") == "a[31m<&é😀"
    assert case.findtext("error") == "x]]>\n"
