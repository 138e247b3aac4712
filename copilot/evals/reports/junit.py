"""Runs as JUnit XML, which CI servers show: a test suite per run, a test per case and per gate."""

import re
from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from copilot.evals.reports.wording import number, variant
from copilot.evals.run import CaseResult, GateResult, Run

# What XML 1.0 does not allow at all, not even as a reference.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_junit(runs: Sequence[Run]) -> str:
    """The document.

    A case is an error when it broke down and passes otherwise, with its scores in
    ``system-out``: how well it did is for the gates to judge. A gate is a failure when missed.

    Args:
        runs: One test suite each.
    """
    root = Element("testsuites", {"name": "copilot eval"})
    for run in runs:
        root.append(_suite(run))
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    root.set("time", _seconds(sum(run.seconds for run in runs)))
    indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _suite(run: Run) -> Element:
    suite = _element(
        "testsuite",
        {
            "name": " ".join(filter(None, [run.name, variant(run)])),
            "tests": str(len(run.cases) + len(run.gates)),
            "failures": str(sum(not gate.passed for gate in run.gates)),
            "errors": str(len(run.failed)),
            "skipped": "0",
            "time": _seconds(run.seconds),
            "timestamp": run.started_at.strftime("%Y-%m-%dT%H:%M:%S"),
        },
    )
    properties = SubElement(suite, "properties")
    for name, value in _properties(run).items():
        properties.append(_element("property", {"name": name, "value": value}))
    for gate in run.gates:
        suite.append(_gate(run, gate))
    for case in run.cases:
        suite.append(_case(run, case))
    return suite


def _properties(run: Run) -> dict[str, str]:
    found = {
        "task": run.task,
        "engine": run.identity.engine,
        "prompt_hash": run.identity.prompt_hash or "",
        "dataset": run.dataset,
        "dataset_hash": run.dataset_hash,
        "code": run.identity.code,
        "version": run.version,
        "seed": str(run.seed),
    }
    found |= {f"setting.{name}": value for name, value in run.identity.settings.items()}
    found |= {f"variant.{name}": value for name, value in run.variant.items()}
    for metric in run.metrics:
        ends = {"": metric.value, ".low": metric.low, ".high": metric.high}
        found |= {
            f"metric.{metric.name}{end}": number(one)
            for end, one in ends.items()
            if one is not None
        }
    return {name: value for name, value in found.items() if value}


def _gate(run: Run, gate: GateResult) -> Element:
    bound = (
        gate.condition if gate.kind == "threshold" else f"against the baseline: {gate.condition}"
    )
    test = _element(
        "testcase",
        {"classname": f"{run.name}.gates", "name": f"{gate.metric} {bound}", "time": "0.000"},
    )
    if not gate.passed:
        message = {"message": gate.detail, "type": f"gate.{gate.kind}"}
        test.append(_element("failure", message, gate.detail))
    return test


def _case(run: Run, case: CaseResult) -> Element:
    test = _element(
        "testcase",
        {"classname": f"{run.name}.cases", "name": case.id, "time": _seconds(case.seconds)},
    )
    if case.error is not None:
        first = next(iter(case.error.splitlines()), "")
        test.append(_element("error", {"message": first, "type": "case"}, case.error))
    scores = "\n".join(f"{name} {number(score)}" for name, score in case.scores.items())
    if scores:
        test.append(_element("system-out", {}, scores))
    return test


def _element(tag: str, attributes: Mapping[str, str], text: str | None = None) -> Element:
    element = Element(tag, {name: _clean(value) for name, value in attributes.items()})
    element.text = None if text is None else _clean(text)
    return element


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("", text)


def _seconds(value: float) -> str:
    return f"{value:.3f}"
