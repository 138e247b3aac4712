"""The main job on the demo workspace, one case in English and one in Finnish."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from copilot.calls import store as call_store
from copilot.calls.call import Call, CallIn
from copilot.calls.notes import NOTES
from copilot.conversations import store as conversations
from copilot.demo.load import DEMO_TENANT, Loaded, load_workspace
from copilot.demo.workspace import DemoCall, Workspace, workspace_now
from copilot.drafts.draft import DraftOptions
from copilot.jobs import store as job_store
from copilot.summaries.summary import SummaryOptions
from copilot.terminal import clock, show_card, show_draft, show_summary, show_transcript
from copilot.wiring import Deps

_FINISHED = {"done", "failed", "cancelled"}


async def run_demo(deps: Deps, workspace: Workspace, console: Console) -> None:
    """Load the workspace, index it, and show every step of the main job with its time.

    Args:
        deps: Open parts.
        workspace: The demo's files.
        console: Where to show it.
    """
    console.rule("[bold]Loading the demo workspace (an invented web shop)")
    loaded = await _load(deps, workspace, console)
    today = workspace_now()
    console.print(
        f"  In this shop it is {today.day} {today:%B %Y}: what is overdue is told from that day.",
        highlight=False,
    )
    calls = {call.script["language"]: call for call in workspace.calls()}
    for language, name in (("en", "English"), ("fi", "suomi")):
        console.rule(f"[bold]{name}: a call")
        await _show_call(deps, calls[language], console)
        console.rule(f"[bold]{name}: a written case")
        await _show_case(deps, loaded.main_cases[language], console)


async def _load(deps: Deps, workspace: Workspace, console: Console) -> Loaded:
    columns = (
        TextColumn("{task.description:>14}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as progress:
        tasks = {}

        def tell(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = progress.add_task(what, total=total)
            progress.update(tasks[what], completed=done)

        loaded = await load_workspace(deps, workspace, tell)
    with _timed(console, "indexing by meaning (the embedding model loads once)"):
        await deps.indexer.drain()
    console.print(f"  {await deps.index.count()} passages in the index", highlight=False)
    return loaded


async def _show_call(deps: Deps, call: DemoCall, console: Console) -> None:
    script = call.script
    console.print(f"{script['title']} · {call.audio.name}", highlight=False, markup=False)
    started = time.perf_counter()
    with call.audio.open("rb") as audio:
        accepted = await deps.calls.accept(DEMO_TENANT, call_in(script), audio)
    stored = await _follow(deps, accepted.id, console)
    if stored.status != "done" or stored.conversation_id is None:
        _show_unheard(stored, call, console)
        return
    took = time.perf_counter() - started
    console.print(
        f"  {stored.duration:.0f} s of audio, done {took:.1f} s after it was accepted",
        highlight=False,
    )
    async with deps.db.read() as session:
        show_transcript(console, await call_store.transcript(session, DEMO_TENANT, stored.id))
        conversation = await conversations.get(session, DEMO_TENANT, stored.conversation_id)
    names = {message.id: f"message {message.seq}" for message in conversation.messages}
    notes = await deps.summariser.for_conversation(DEMO_TENANT, stored.conversation_id, NOTES)
    show_summary(console, notes, names, title="Call notes")


async def _follow(deps: Deps, call_id: str, console: Console) -> Call:
    columns = (TextColumn("  transcribing"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=1.0)
        while True:
            call = await deps.calls.get(DEMO_TENANT, call_id)
            async with deps.db.read() as session:
                job = await job_store.get(session, DEMO_TENANT, call.job_id)
            progress.update(task, completed=job.progress)
            if call.status in _FINISHED:
                return call
            await asyncio.sleep(0.2)


def call_in(script: dict[str, object]) -> CallIn:
    """The metadata a telephone system would send with the recording of ``script``."""
    wanted = ("external_id", "customer", "agent_channel", "language", "started_at")
    given = {key: script[key] for key in wanted if key in script}
    return CallIn.model_validate({**given, "subject": script["title"]})


def _show_unheard(call: Call, demo_call: DemoCall, console: Console) -> None:
    why = call.error.detail if call.error else "unknown"
    console.print(f"  [yellow]not transcribed:[/yellow] {escape(why)}")
    table = Table.grid(padding=(0, 1))
    for turn in demo_call.script["turns"]:
        table.add_row(f"[dim]{clock(turn['start'])}[/dim]", turn["speaker"], escape(turn["text"]))
    console.print(
        Panel(
            table,
            title="What was said · read from the script, NOT recognised",
            subtitle="with Whisper weights this would be the transcript, with call notes",
            title_align="left",
            subtitle_align="right",
        )
    )


async def _show_case(deps: Deps, case_id: str, console: Console) -> None:
    async with deps.db.read() as session:
        conversation = await conversations.get(session, DEMO_TENANT, case_id)
    count = len(conversation.messages)
    console.print(
        f"{conversation.subject} · {conversation.channel} · {count} messages",
        highlight=False,
        markup=False,
    )
    names = {message.id: f"message {message.seq}" for message in conversation.messages}
    with _timed(console, "summary"):
        summary = await deps.summariser.for_conversation(
            DEMO_TENANT, conversation.id, SummaryOptions(refresh=True)
        )
    show_summary(console, summary, names)
    with _timed(console, "context card"):
        card = await deps.context.for_conversation(DEMO_TENANT, conversation.id)
    show_card(console, card)
    with _timed(console, "draft"):
        draft = await deps.drafter.draft(DEMO_TENANT, conversation.id, DraftOptions())
    show_draft(console, draft)


@contextmanager
def _timed(console: Console, name: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    took = (time.perf_counter() - started) * 1000
    console.print(f"  {name}: {took:.0f} ms", highlight=False)
