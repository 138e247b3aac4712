"""``copilot redact``: what would be pseudonymised before a text leaves for a language model."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from copilot.cli.console import err, out, print_json, told_errors
from copilot.kernel.errors import InvalidInputError
from copilot.privacy.entity import Entity
from copilot.privacy.known import KnownFacts
from copilot.privacy.pseudonyms import Pseudonymiser


def redact(
    file: Annotated[Path, typer.Argument(help="A text file, or - for standard input.")],
    name: Annotated[
        list[str] | None, typer.Option(help="A name to find in all its forms; may be repeated.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Show which personal data FILE holds and the text with placeholders in its place."""
    with told_errors():
        text = _read(file)
        redacted = Pseudonymiser(KnownFacts(names=tuple(name or ()))).redact(text)
    if as_json:
        entities = [one._asdict() for one in redacted.entities]
        print_json({"text": redacted.text, "entities": entities})
        return
    out.print(_marked(text, redacted.entities))
    err.print(f"{len(redacted.entities)} pieces of personal data", style="dim")


def _read(file: Path) -> str:
    try:
        content = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInputError(f"{file} is not text in UTF-8.") from error


def _marked(text: str, entities: list[Entity]) -> Text:
    shown = Text(text)
    for one in entities:
        shown.stylize("bold reverse", one.start, one.end)
    return shown
