"""A gate as written in a suite, e.g. ``">= 0.85"``."""

import math
import re

import yaml

from copilot.evals.metric import Metric
from copilot.evals.suite import Gate, Operator
from copilot.evals.yaml_lines import Document, is_null, is_text, shown

_NUMBER = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_GATE = re.compile(rf"\s*(>=|>|<=|<)\s*({_NUMBER})\s*")
_SOME_NUMBER = re.compile(r"[+-]?[0-9]*[.,]?[0-9]+")
_OPERATORS: dict[str, Operator] = {">=": ">=", ">": ">", "<=": "<=", "<": "<"}


def read_gate(document: Document, metric: Metric, node: yaml.Node) -> Gate:
    """The bound written for ``metric``.

    Raises:
        SuiteError: It is no bound, or one that the metric cannot keep or that guards nothing.
    """
    if not isinstance(node, yaml.ScalarNode) or is_null(node):
        fault = f"The gate on {shown(metric.name)} is not a bound."
        raise document.error(node, fault, _write(metric, ""))
    if not is_text(node):
        fault = f"The gate {shown(node.value)} does not say whether it is a least or a most."
        raise document.error(node, fault, _write(metric, node.value))
    matched = _GATE.fullmatch(node.value)
    if not matched or not math.isfinite(float(matched[2])):
        fault = f"The gate {shown(node.value)} is not a bound."
        raise document.error(node, fault, _write(metric, node.value))
    gate = Gate(_OPERATORS[matched[1]], float(matched[2]))
    _refuse_out_of_range(document, metric, gate, node)
    _refuse_wrong_way(document, metric, gate, node)
    return gate


def _refuse_out_of_range(
    document: Document, metric: Metric, gate: Gate, node: yaml.ScalarNode
) -> None:
    top = math.inf if metric.high is None else metric.high
    if not metric.low <= gate.threshold <= top:
        most = f"{metric.low:g} to {top:g}" if metric.high is not None else f"{metric.low:g} up"
        fault = f"{shown(metric.name)} goes from {most}, so the gate {shown(node.value)} is no use."
        share = gate.threshold / 100
        if metric.high is not None and metric.low <= share <= top:
            fix = f"Did you mean {share:g}? {_write(metric, node.value)}"
        else:
            fix = "Choose a threshold in that range."
        raise document.error(node, fault, fix)
    if gate in ((">", top), ("<", metric.low)):
        raise document.error(
            node,
            f"{shown(metric.name)} can never be {node.value.strip()}.",
            f'Write `{metric.name}: "{gate.operator}= {gate.threshold:g}"`.',
        )


def _refuse_wrong_way(
    document: Document, metric: Metric, gate: Gate, node: yaml.ScalarNode
) -> None:
    least = gate.operator in (">=", ">")
    if least != (metric.better == "higher"):
        raise document.error(
            node,
            f"{shown(metric.name)} is better the {metric.better} it is, and the gate "
            f"{shown(node.value)} asks for at {'least' if least else 'most'} that.",
            _write(metric, node.value),
        )


def _write(metric: Metric, written: str) -> str:
    """The fix: the bound that was probably meant, else an example."""
    operator, example = (">=", 0.85) if metric.better == "higher" else ("<=", 0.15)
    found = _SOME_NUMBER.search(written)
    number = float(found[0].replace(",", ".")) if found else example
    top = math.inf if metric.high is None else metric.high
    if number > top and metric.low <= number / 100 <= top:
        number /= 100
    if not metric.low <= number <= top:
        number = example
    return f'Write `{metric.name}: "{operator} {number:g}"`.'
