"""Retrieval: a query, the documents that answer it, and the ranking."""

from copilot.evals.case import Output
from copilot.evals.reports.blocks import Block, Item, Piece, listed, text
from copilot.evals.reports.views.reading import list_in, map_in, text_in
from copilot.evals.run import CaseResult

SHOWN = 10


def given(case: CaseResult) -> list[Block]:
    """The query."""
    return [text("Query", text_in(case.input, "text"))]


def expected(case: CaseResult, output: Output | None) -> list[Block]:
    """The relevant documents, each with the rank it came to."""
    relevant, titles = map_in(case.expected, "relevant"), map_in(case.expected, "titles")
    ranks = _ranks(output)
    items: list[Item] = []
    for name, grade in relevant.items():
        rank = ranks.get(name)
        notes = [f"grade {grade}"] if len(set(relevant.values())) > 1 else []
        if ranks:
            notes.append(f"rank {rank}" if rank else f"not among the first {len(ranks)}")
        pieces = _document(str(name), str(titles.get(name, "")))
        pieces.append((", ".join(notes), "tag"))
        items.append((pieces, "ok" if rank and rank <= SHOWN else "bad" if ranks else ""))
    return [listed("Relevant documents", items)]


def output(case: CaseResult, output: Output) -> list[Block]:
    """The ranking, relevant documents marked."""
    relevant = map_in(case.expected, "relevant")
    items: list[Item] = []
    for one in list_in(output, "ranked")[:SHOWN]:
        name = text_in(one, "id")
        pieces = _document(name, text_in(one, "title"))
        if name in relevant:
            pieces.append(("relevant", "tag"))
        items.append((pieces, "ok" if name in relevant else ""))
    return [listed(f"First {SHOWN} of the ranking", items, ordered=True)]


def title(case: CaseResult) -> str:
    """The query."""
    return text_in(case.input, "text")


def _ranks(output: Output | None) -> dict[str, int]:
    ranked = list_in(output, "ranked")
    return {text_in(one, "id"): rank for rank, one in enumerate(ranked, 1)}


def _document(name: str, title: str) -> list[Piece]:
    return [title or name, (name, "tag")] if title and title != name else [name]
