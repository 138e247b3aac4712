"""The ``copilot`` command and its parts."""

import logging
import os
import sys
from typing import Annotated, NoReturn

import typer

from copilot import __version__
from copilot.cli import (
    agents,
    demo,
    doctor,
    draft,
    erase,
    guidance,
    import_articles,
    import_mailbox,
    keys,
    redact,
    reindex,
    retention,
    reviews,
    serve,
    summarize,
    thread,
    transcribe,
)
from copilot.cli import check as check_command
from copilot.cli import eval_ as eval_command
from copilot.cli import import_ as import_command
from copilot.cli import ledger as ledger_command
from copilot.cli import search as search_command

app = typer.Typer(
    help="Agent assist for customer support. Nothing is ever sent by itself.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_show_locals=False,
)


def _version(show: bool) -> None:
    if show:
        typer.echo(f"copilot {__version__}")
        raise typer.Exit


@app.callback()
def main(
    _show: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Agent assist for customer support. Nothing is ever sent by itself."""


app.command("demo")(demo.demo)
app.command("serve")(serve.serve)
app.command("worker")(serve.worker)
app.add_typer(serve.db_app, name="db")
app.command("doctor")(doctor.doctor)
app.add_typer(keys.app, name="keys")
app.add_typer(agents.app, name="agents")
app.command("transcribe")(transcribe.transcribe)
app.command("summarize")(summarize.summarize)
app.command("draft")(draft.draft)
app.command("thread")(thread.thread)
app.command("check")(check_command.check)
app.command("redact")(redact.redact)
import_command.app.command("articles")(import_articles.import_articles)
import_command.app.command("processes")(guidance.processes)
import_command.app.command("saved-replies")(guidance.saved_replies)
import_command.app.command("tone-guide")(guidance.tone_guide)
import_command.app.command("mailbox")(import_mailbox.import_mailbox)
app.add_typer(import_command.app, name="import")
app.command("search")(search_command.search)
app.add_typer(retention.app, name="retention")
app.add_typer(reviews.app, name="reviews")
app.add_typer(ledger_command.app, name="ledger")
app.command("erase")(erase.erase)
app.command("reindex")(reindex.reindex)
app.command("reconcile")(reindex.reconcile)
app.add_typer(eval_command.app, name="eval")


def run() -> None:
    """Entry point of the installed command."""
    try:
        app()
    except SystemExit as leaving:
        if sys.modules.keys() >= {"ctranslate2", "torch"}:
            _leave(leaving.code)
        raise


def _leave(code: str | int | None) -> NoReturn:
    # Both bring a oneDNN of their own under the same names. At the process's end one takes apart
    # what the other built, and a service that ended well would end in a segmentation fault.
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else int(code is not None))
