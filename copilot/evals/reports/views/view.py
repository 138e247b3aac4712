"""Which view shows which task."""

from collections.abc import Callable
from typing import NamedTuple

from copilot.evals.case import Output
from copilot.evals.reports.blocks import Block, raw
from copilot.evals.reports.views import drafts, retrieval, spans, summary, texts
from copilot.evals.run import CaseResult
from copilot.evals.suite import TaskName


class View(NamedTuple):
    """How a task is shown.

    Attributes:
        given: The input.
        expected: What should come out; with the output (None when there is none), so that what
            is missing can be marked.
        output: What came out.
        title: One line by which to know the case.
    """

    given: Callable[[CaseResult], list[Block]]
    expected: Callable[[CaseResult, Output | None], list[Block]]
    output: Callable[[CaseResult, Output], list[Block]]
    title: Callable[[CaseResult], str]


_VIEWS: dict[TaskName, View] = {
    "retrieval": View(retrieval.given, retrieval.expected, retrieval.output, retrieval.title),
    "summary": View(summary.given, summary.expected, summary.output, summary.title),
    "draft": View(drafts.given, drafts.expected, drafts.output, drafts.title),
    "transcription": View(
        texts.transcription_given,
        texts.transcription_expected,
        texts.transcription_output,
        texts.transcription_title,
    ),
    "email_parsing": View(
        texts.email_given, texts.email_expected, texts.email_output, texts.email_title
    ),
    "redaction": View(
        spans.redaction_given, spans.redaction_expected, spans.redaction_output, spans.text_title
    ),
    "figures": View(
        spans.figures_given, spans.figures_expected, spans.figures_output, spans.text_title
    ),
    "injection": View(
        spans.injection_given, spans.injection_expected, spans.injection_output, drafts.title
    ),
}


def given(task: TaskName, case: CaseResult) -> list[Block]:
    """A case's input."""
    return _VIEWS[task].given(case)


def expected(task: TaskName, case: CaseResult) -> list[Block]:
    """What should come out of a case; as JSON where there is nothing readable in it."""
    shown = _VIEWS[task].expected(case, case.output)
    return shown if any(map(_says, shown)) else raw(case.expected)


def output(task: TaskName, case: CaseResult, made: Output) -> list[Block]:
    """What came out; as JSON where there is nothing readable in it."""
    shown = _VIEWS[task].output(case, made)
    return shown if any(map(_says, shown)) else raw(made)


def title(task: TaskName, case: CaseResult) -> str:
    """One line by which to know the case."""
    return " ".join(_VIEWS[task].title(case).split())


def _says(block: Block) -> bool:
    return bool(block.get("pieces") or block.get("items") or block.get("rows"))
