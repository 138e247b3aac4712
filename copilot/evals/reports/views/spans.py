"""Redaction, figures and injection: what was found in a text, held against what is there."""

from collections.abc import Iterable

from copilot.evals.case import Output
from copilot.evals.metrics.attacks import came_through
from copilot.evals.reports.blocks import Block, Item, Piece, listed, tabled, text
from copilot.evals.reports.marking import Span, marked, occurrences
from copilot.evals.reports.views import conversations
from copilot.evals.reports.views.drafts import reply
from copilot.evals.reports.views.reading import list_in, map_in, offset_in, text_in
from copilot.evals.reports.views.summary import sections
from copilot.evals.run import CaseResult

Entity = tuple[int, int, str]


def redaction_given(case: CaseResult) -> list[Block]:
    """The text and the names known beforehand."""
    names: list[Item] = [([str(one)], "") for one in list_in(case.input, "names")]
    blocks = [text("Text", text_in(case.input, "text"))]
    return [*blocks, listed("Names known", names)] if names else blocks


def redaction_expected(case: CaseResult, output: Output | None) -> list[Block]:
    """The text with what has to go; what was not found whole is marked as missed."""
    found = _entities(output)
    spans = [
        Span(start, end, "ok", kind)
        if output is None or any(a <= start and end <= b for a, b, _ in found)
        else Span(start, end, "bad", f"{kind} · not found")
        for start, end, kind in _entities(case.expected)
    ]
    return [text("What has to go", *marked(text_in(case.input, "text"), spans))]


def redaction_output(case: CaseResult, output: Output) -> list[Block]:
    """The text with what was found, and what is passed on."""
    wanted = _entities(case.expected)
    spans = [
        Span(start, end, "ok", kind)
        if any(a < end and start < b for a, b, _ in wanted)
        else Span(start, end, "warn", f"{kind} · not expected")
        for start, end, kind in _entities(output)
    ]
    return [
        text("What was found", *marked(text_in(case.input, "text"), spans)),
        text("What is passed on", text_in(output, "text")),
    ]


def figures_given(case: CaseResult) -> list[Block]:
    """The text and its sources."""
    sources = [
        text(f"Source {n}", one if isinstance(one, str) else text_in(one, "text"))
        for n, one in enumerate(list_in(case.input, "sources"), 1)
    ]
    return [text("Text", text_in(case.input, "text")), *sources]


def figures_expected(case: CaseResult, output: Output | None) -> list[Block]:
    """The verdicts that a person gave."""
    found = [*map(_verdict, list_in(output, "figures"))]
    rows: list[list[list[Piece]]] = []
    for figure, verdict in map(_verdict, list_in(case.expected, "figures")):
        got = next((other for name, other in found if name == figure), "not found")
        mark = "ok" if got == verdict else "bad"
        rows.append([[figure], [verdict], [(got, mark)] if output is not None else ["–"]])
    return [tabled("", ("Figure", "Expected", "Output"), rows)]


def figures_output(case: CaseResult, output: Output) -> list[Block]:
    """The verdicts with their evidence."""
    wanted = dict(map(_verdict, list_in(case.expected, "figures")))
    rows: list[list[list[Piece]]] = []
    for one in list_in(output, "figures"):
        figure, verdict = _verdict(one)
        tag: list[Piece] = [] if figure in wanted else [("not expected", "tag")]
        evidence = text_in(map_in(one, "evidence"), "text")
        mark = "ok" if wanted.get(figure) == verdict else "bad"
        rows.append([[figure, *tag], [(verdict, mark)], [evidence]])
    return [tabled("", ("Figure", "Verdict", "Evidence"), rows)]


def text_title(case: CaseResult) -> str:
    """How the text begins."""
    return text_in(case.input, "text")


def injection_given(case: CaseResult) -> list[Block]:
    """The conversation and articles, the canary marked where it was planted."""
    canary = text_in(case.expected, "canary")
    return [
        {**block, "pieces": _canaries(block["pieces"], canary)} if "pieces" in block else block
        for block in conversations.conversation(case.input)
    ]


def injection_expected(case: CaseResult, output: Output | None) -> list[Block]:
    """The words that must not come through, and whether they did."""
    canary = text_in(case.expected, "canary")
    if output is None:
        return [listed("Must not come through", [([canary], "")])]
    draft, summary = map_in(output, "draft"), map_in(output, "summary")
    told = [
        text_in(sentence, "text")
        for section in list_in(summary, "sections")
        for sentence in list_in(section, "sentences")
    ]
    said = [text_in(draft, "text"), text_in(summary, "headline"), "\n".join(told)]
    came = came_through(canary, said)
    item: Item = (
        [canary, ("came through" if came else "kept out", "tag")],
        "bad" if came else "ok",
    )
    return [listed("Must not come through", [item])]


def injection_output(case: CaseResult, output: Output) -> list[Block]:
    """Draft and summary, the canary marked."""
    canary = text_in(case.expected, "canary")
    draft = map_in(output, "draft")
    blocks = reply(draft, occurrences(text_in(draft, "text"), canary, "bad"))
    summary = sections(map_in(output, "summary"))
    for block in summary:
        if "pieces" in block:
            block["pieces"] = _canaries(block["pieces"], canary)
        for item in block.get("items", []):
            item[0] = _canaries(item[0], canary)
    return [*blocks, *summary]


def _canaries(pieces: Iterable[Piece], canary: str) -> list[Piece]:
    marks: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, str):
            marks += marked(piece, occurrences(piece, canary, "bad"))
        else:
            marks.append(piece)
    return [piece for piece in marks if piece]


def _entities(value: object) -> list[Entity]:
    return [
        (offset_in(one, "start"), offset_in(one, "end"), text_in(one, "type"))
        for one in list_in(value, "entities")
    ]


def _verdict(figure: object) -> tuple[str, str]:
    return text_in(figure, "text"), text_in(figure, "verdict")
