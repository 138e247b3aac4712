"""How results look in a terminal: sources beside sentences, verdicts beside figures."""

from collections.abc import Iterable, Iterator

from rich.columns import Columns
from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.markup import escape
from rich.panel import Panel
from rich.segment import Segment
from rich.table import Table

from copilot.context.card import ContextCard, DegradedPart, PartName, Promise, Reason
from copilot.drafts.draft import Citation, Draft
from copilot.drafts.parts import DraftProcess
from copilot.grounding.figure_check import FigureCheck
from copilot.knowledge.degraded import ALL_DEGRADED, told
from copilot.speech.transcript import Transcript
from copilot.summaries.summary import Summary
from copilot.summaries.wording import speaker

_SPEAKER_STYLE = {"agent": "cyan", "customer": "magenta", "unknown": "white"}
_VERDICT_STYLE = {"supported": "green", "contradicted": "red", "unsupported": "yellow"}
_SECTION_NAMES = {
    "request": "Request",
    "done": "Done",
    "promised": "Promised",
    "open": "Open",
    "next_step": "Next step",
}
_PART_NAMES: dict[PartName, str] = {
    "query": "Search",
    "customer": "Customer",
    "orders": "Orders",
    "past_conversations": "Past contacts",
    "already_told": "Already told",
    "promised": "Promised",
    "articles": "Articles",
    "similar_conversations": "Similar",
}
_NOT_WHOLE: dict[Reason, str] = {
    "unavailable": "Missing or incomplete: a part of the service does not answer.",
    "slow": "Missing or incomplete: it took too long.",
    "failed": "Missing or incomplete: a fault of ours.",
    **{one: told([one]) or "" for one in ALL_DEGRADED},
}


# Escape sequences in what a customer wrote would otherwise reach the terminal and be obeyed.
_CONTROLS = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)])
del _CONTROLS[ord("\n")], _CONTROLS[ord("\t")]
# Marks that turn the direction of writing, and with it the order in which a line is read.
_CONTROLS |= dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])


class Terminal(Console):
    """A console on which no text, whoever wrote it, can steer the terminal."""

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """See ``rich``; control characters of texts are left out, rich's own are kept."""
        for segment in super().render(renderable, options):
            if segment.control is None:
                yield Segment(segment.text.translate(_CONTROLS), segment.style)
            else:
                yield segment


def clock(seconds: float) -> str:
    """Seconds as ``m:ss``."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def show_transcript(console: Console, transcript: Transcript) -> None:
    """Lines with time and speaker."""
    table = Table.grid(padding=(0, 1))
    for segment in transcript.segments:
        style = _SPEAKER_STYLE[segment.speaker]
        table.add_row(
            f"[dim]{clock(segment.start)}[/dim]",
            f"[{style}]{segment.speaker}[/{style}]",
            escape(segment.text),
        )
    mark = " · low accuracy: expect wrong words" if transcript.low_accuracy else ""
    console.print(
        Panel(
            table,
            title=f"Transcript · {len(transcript.segments)} segments",
            subtitle=escape(f"made by {transcript.engine}{mark}"),
            title_align="left",
            subtitle_align="right",
        )
    )


def show_summary(
    console: Console, summary: Summary, sources: dict[str, str], title: str = "Summary"
) -> None:
    """Sections of sentences, each with who said it and where.

    Args:
        console: Where to print.
        summary: The summary.
        sources: What to call each message id, e.g. ``#3``.
        title: The panel's title.
    """
    table = _sheet()
    for section in summary.sections:
        for number, sentence in enumerate(section.sentences):
            name = _SECTION_NAMES[section.kind] if number == 0 else ""
            places = ", ".join(sources.get(one, one) for one in sentence.message_ids)
            where = " ".join(filter(None, (speaker(sentence.author_role, "en"), places)))
            if sentence.start is not None:
                where += f" at {clock(sentence.start)}"
            beside = [f"[dim]{escape(where)}[/dim]", *_figures(sentence.figures)]
            table.add_row(f"[bold]{name}[/bold]", escape(sentence.text), "\n".join(beside))
    console.print(
        Panel(
            table,
            title=escape(f"{title} · {summary.headline}"),
            subtitle=_made_by(summary.engine, degraded=summary.degraded)
            + (f" · messages not read whole: {summary.left_out}" if summary.left_out else ""),
            title_align="left",
            subtitle_align="right",
        )
    )


def show_card(console: Console, card: ContextCard, *, limit: int = 4) -> None:
    """The context card: who, orders, past contacts, what was told and promised, articles."""
    table = _sheet()

    def row(name: str, text: str, note: str = "") -> None:
        table.add_row(f"[bold]{name}[/bold]", escape(text), f"[dim]{escape(note)}[/dim]")

    if card.customer:
        addresses = ", ".join(
            address.value for address in card.customer.addresses if address.kind != "external"
        )
        row("Customer", card.customer.name or "(no name)")
        row("", addresses)
    for place, order in enumerate(card.orders[:limit]):
        total = f"{order.total.amount} {order.total.currency}" if order.total else ""
        row("Orders" if place == 0 else "", f"{order.number} · {order.status}", total)
    for place, past in enumerate(card.past_conversations[:limit]):
        day = past.last_message_at.date().isoformat() if past.last_message_at else ""
        row("Past contacts" if place == 0 else "", past.headline, f"{past.channel} {day}")
    for place, fact in enumerate(card.already_told[:limit]):
        where = f"{fact.channel or ''} {fact.said_at.date().isoformat()}".lstrip()
        row("Already told" if place == 0 else "", fact.text, where)
    for place, promise in enumerate(card.promised[:limit]):
        name = "[bold]Promised[/bold]" if place == 0 else ""
        table.add_row(name, escape(promise.text), _promised(promise))
    for place, article in enumerate(card.articles[:limit]):
        row("Articles" if place == 0 else "", article.title, article.language or "")
    for place, similar in enumerate(card.similar_conversations[:limit]):
        row("Similar" if place == 0 else "", similar.subject or similar.id, "solved")
        row("", similar.resolution)
    notes = [f"[yellow]! {escape(line)}[/yellow]" for line in _lacking(card.degraded)]
    total_ms = card.timings_ms.get("total", sum(card.timings_ms.values()))
    console.print(
        Panel(
            Group(table, *notes),
            title="Context card",
            subtitle=f"{total_ms:.0f} ms",
            title_align="left",
            subtitle_align="right",
        )
    )


def _promised(promise: Promise) -> str:
    """When it is due, or was, or when it was said; and who promised."""
    due = f"{'was due' if promise.overdue else 'due'} {promise.due}"
    when = due if promise.due else promise.said_at.date().isoformat()
    beside = f"[dim]{escape(' · '.join(filter(None, (when, promise.by))))}[/dim]"
    return f"[bold red]OVERDUE[/bold red] {beside}" if promise.overdue else beside


def _lacking(degraded: list[DegradedPart]) -> Iterator[str]:
    """One line for each reason: which parts of the card are not whole, and why."""
    for reason in dict.fromkeys(one.reason for one in degraded):
        parts = ", ".join(_PART_NAMES[one.part] for one in degraded if one.reason == reason)
        yield f"{parts}. {_NOT_WHOLE[reason]}"


def show_draft(console: Console, draft: Draft) -> None:
    """The draft, its citations, figure verdicts and warnings."""
    sources = [f"[dim]\\[{one.n}] {escape(_citation(one))}[/dim]" for one in draft.citations]
    parts: list[RenderableType] = ["\n".join([escape(draft.text), "", *sources])]
    if draft.process is not None:
        parts += ["", *_process(draft.process)]
    if draft.saved_reply is not None:
        parts.append(f"Saved reply: {escape(draft.saved_reply.title)}")
    if draft.figures:
        parts += ["", "Figures:", Columns(_figures(draft.figures), padding=(0, 2))]
    if draft.warnings:
        parts.append("")
    parts += [f"[yellow]! {escape(warning.detail)}[/yellow]" for warning in draft.warnings]
    if not draft.answerable:
        parts.append("[yellow]The sources do not carry a full answer.[/yellow]")
    console.print(
        Panel(
            Group(*parts),
            title="Draft · for a human to edit and send",
            subtitle=_made_by(draft.engine, degraded=draft.degraded),
            title_align="left",
            subtitle_align="right",
        )
    )


def _process(process: DraftProcess) -> list[str]:
    lines = [f"Process: {escape(process.title)}"]
    if process.step is not None:
        lines.append(
            f"  step {process.step} of {len(process.steps)}: {escape(process.step_text or '')}"
        )
    if process.missing_facts:
        lines.append(f"  not known yet: {escape(', '.join(process.missing_facts))}")
    if process.deadline:
        lines.append(f"  within {escape(process.deadline)}")
    return lines


def _citation(citation: Citation) -> str:
    if citation.passage is not None:
        passage = citation.passage
        return f"{passage.kind}: {passage.title}" + (f" ({passage.url})" if passage.url else "")
    if citation.order_id is not None:
        return f"order {citation.order_number or citation.order_id}"
    return f"message {citation.message_id}"


def _sheet() -> Table:
    """Three columns: what it is, the text, and what stands beside it."""
    table = Table.grid(padding=(0, 1), expand=True)
    table.add_column(no_wrap=True)
    table.add_column(ratio=2)
    table.add_column(ratio=1, overflow="fold")
    return table


def _figures(figures: list[FigureCheck]) -> list[str]:
    marks = {"supported": "✓", "contradicted": "✗", "unsupported": "?"}
    return [
        f"[{_VERDICT_STYLE[one.verdict]}]{marks[one.verdict]} {escape(one.text)}"
        f"[/{_VERDICT_STYLE[one.verdict]}]"
        for one in figures
    ]


def _made_by(engine: str, *, degraded: bool) -> str:
    return escape(f"made by {engine}") + (" · model down, degraded" if degraded else "")
