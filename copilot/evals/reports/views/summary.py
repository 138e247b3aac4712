"""Summaries: sections with their figures beside the references."""

from copilot.evals.case import Output
from copilot.evals.reports.blocks import Block, Item, Piece, listed, text
from copilot.evals.reports.marking import Span, marked
from copilot.evals.reports.views import conversations
from copilot.evals.reports.views.drafts import figure_spans
from copilot.evals.reports.views.reading import list_in, text_in
from copilot.evals.run import CaseResult

_NAMES = {
    "request": "Request",
    "done": "Done",
    "promised": "Promised",
    "open": "Open",
    "next_step": "Next step",
}


def given(case: CaseResult) -> list[Block]:
    """The conversation."""
    return conversations.conversation(case.input)


def expected(case: CaseResult, output: Output | None) -> list[Block]:
    """The references."""
    del output
    references = list_in(case.expected, "references")
    return [
        text("Reference" if len(references) == 1 else f"Reference {n}", str(one))
        for n, one in enumerate(references, 1)
    ]


def output(case: CaseResult, output: Output) -> list[Block]:
    """Headline and sections."""
    del case
    return sections(output)


def sections(summary: Output) -> list[Block]:
    """Headline and sections of a summary."""
    blocks = [text("Headline", text_in(summary, "headline"))]
    for section in list_in(summary, "sections"):
        kind = text_in(section, "kind")
        items: list[Item] = [(_sentence(one), "") for one in list_in(section, "sentences")]
        blocks.append(listed(_NAMES.get(kind, kind), items))
    return blocks


def title(case: CaseResult) -> str:
    """The conversation's subject."""
    return conversations.title(case.input)


def _sentence(sentence: object) -> list[Piece]:
    said = text_in(sentence, "text")
    spans: list[Span] = figure_spans(said, list_in(sentence, "figures"))
    pieces = marked(said, spans)
    if not list_in(sentence, "message_ids"):
        pieces.append(("no source", "tag"))
    return pieces
