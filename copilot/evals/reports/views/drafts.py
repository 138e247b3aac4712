"""Drafts: the reply with its citations and figures, and what it had to say."""

from collections.abc import Sequence
from typing import Any

from copilot.evals.case import Output
from copilot.evals.reports.blocks import Block, Item, listed, text
from copilot.evals.reports.marking import Span, marked
from copilot.evals.reports.views import conversations
from copilot.evals.reports.views.reading import list_in, map_in, offset_in, text_in
from copilot.evals.run import CaseResult

VERDICT_MARKS = {"supported": "ok", "contradicted": "bad", "unsupported": "warn"}


def given(case: CaseResult) -> list[Block]:
    """The conversation and the articles."""
    return conversations.conversation(case.input)


def expected(case: CaseResult, output: Output | None) -> list[Block]:
    """The reference and the phrases that must and must not be there."""
    said = text_in(output, "text")
    blocks = [text("Reference", text_in(case.expected, "reference"))]
    must, must_not = (list_in(case.expected, key) for key in ("must_mention", "must_not_mention"))
    blocks += conversations.phrases("Must mention", must, said, want=True)
    blocks += conversations.phrases("Must not mention", must_not, said, want=False)
    relevant: list[Item] = [([str(one)], "") for one in list_in(case.expected, "relevant_articles")]
    if relevant:
        blocks.append(listed("Articles that answer it", relevant))
    return blocks


def output(case: CaseResult, output: Output) -> list[Block]:
    """The draft with its sources."""
    del case
    return reply(output)


def reply(draft: Output, more: Sequence[Span] = ()) -> list[Block]:
    """A draft's text with figures and citations, its sources and its warnings.

    Args:
        draft: The draft as JSON.
        more: Spans to mark besides; they come before any other that they overlap.
    """
    said = text_in(draft, "text")
    found = [*figure_spans(said, list_in(draft, "figures")), *_citations(said, draft)]
    free = [one for one in found if not any(_overlap(one, other) for other in more)]
    spans = [*free, *more]
    blocks = [text("Draft", *marked(said, spans))]
    sources: list[Item] = [([_source(one)], "") for one in list_in(draft, "citations")]
    if sources:
        blocks.append(listed("Cited", sources))
    warnings: list[Item] = [([text_in(one, "detail")], "bad") for one in list_in(draft, "warnings")]
    if warnings:
        blocks.append(listed("Warnings", warnings))
    return blocks


def figure_spans(said: str, figures: Sequence[Any]) -> list[Span]:
    """Figures as marks; a figure without a place in ``said`` is looked for."""
    spans = []
    for one in figures:
        start, figure = offset_in(one, "start"), text_in(one, "text")
        if said[start : start + len(figure)] != figure or start < 0:
            start = said.find(figure)
        verdict = text_in(one, "verdict")
        mark = VERDICT_MARKS.get(verdict, "warn")
        spans.append(Span(start, start + len(figure), mark, "" if mark == "ok" else verdict))
    return spans


def title(case: CaseResult) -> str:
    """The conversation's subject."""
    return conversations.title(case.input)


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _citations(said: str, draft: Output) -> list[Span]:
    spans, at = [], 0
    for sentence in list_in(draft, "sentences"):
        words = text_in(sentence, "text")
        start = said.find(words, at) if words else -1
        numbers = list_in(sentence, "citations")
        if start >= 0:
            at = start + len(words)
            if numbers:
                shown = "".join(f"[{number}]" for number in numbers)
                spans.append(Span(at, at, "", shown))
    return spans


def _source(citation: object) -> str:
    number, passage = text_in(citation, "n"), map_in(citation, "passage")
    if passage:
        return f"[{number}] {text_in(passage, 'kind')}: {text_in(passage, 'title')}"
    order = text_in(citation, "order_number", "order_id")
    return f"[{number}] " + (
        f"order {order}" if order else f"message {text_in(citation, 'message_id')}"
    )
