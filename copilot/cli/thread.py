"""``copilot thread``: how mail was understood. Needs no server."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.panel import Panel

from copilot.cli.console import out, print_json, told_errors
from copilot.conversations.reading import ReadFile, ReadMessage

_KINDS = (".eml", ".mbox", ".txt", ".html", ".htm")


def thread(
    files: Annotated[
        list[Path], typer.Argument(help="Mail: .eml, .mbox, or bare bodies .txt and .html.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Show the messages in FILES, oldest first: what each added, quoted and signed."""
    for file in files:
        if file.suffix.lower() not in _KINDS:
            told = ", ".join(_KINDS)
            raise typer.BadParameter(f"{file} is none of the kinds that can be read: {told}.")
    from copilot.conversations.reading import read_file

    with told_errors():
        read = [read_file(file) for file in files]
    if as_json:
        print_json(read)
        return
    for one in read:
        _show(one)


def _show(read: ReadFile) -> None:
    count = len(read.messages)
    out.rule(escape(f"{read.file} · {count} message{'' if count == 1 else 's'}"))
    for message in read.messages:
        out.print(_panel(message))


def _panel(message: ReadMessage) -> Panel:
    sent = f" · {message.sent_at:%Y-%m-%d %H:%M}" if message.sent_at else ""
    mark = " · automatic" if message.auto_reply else ""
    body = escape(message.text) or "[dim](nothing of its own)[/dim]"
    if message.signature:
        body += f"\n[dim italic]{escape(message.signature)}[/dim italic]"
    quoted = len(message.quoted_text.splitlines()) if message.quoted_text else 0
    return Panel(
        body,
        title=escape(f"{message.author or 'unknown'}{sent}{mark}"),
        subtitle=f"{quoted} quoted line{'' if quoted == 1 else 's'}" if quoted else None,
        title_align="left",
        subtitle_align="right",
    )
