"""``copilot check``: the figures of a text against sources, no server."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from copilot.cli.console import out, print_json, told_errors
from copilot.grounding.figure_check import FigureCheck, Source
from copilot.grounding.figures import check_figures
from copilot.kernel.errors import InvalidInputError
from copilot.kernel.text import storable

_STYLES = {"supported": "green", "contradicted": "red", "unsupported": "yellow"}


def check(
    file: Annotated[Path, typer.Argument(help="The text to check.")],
    sources: Annotated[
        list[Path], typer.Option("--sources", help="A text it may rest on; may be repeated.")
    ],
    more: Annotated[
        list[Path] | None, typer.Argument(help="More sources, after the first.", metavar="SOURCE")
    ] = None,
    language: Annotated[str | None, typer.Option(help="Language of the text, e.g. fi.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Check every number, date, amount and identifier of FILE against the sources.

    Each is supported, contradicted or unsupported.
    """
    with told_errors():
        read = [Source("fact", str(path), _text(path)) for path in (*sources, *(more or ()))]
        figures = check_figures(_text(file), read, language=language)
    if as_json:
        print_json({"figures": figures})
    else:
        out.print(_table(figures) if figures else "There is no figure in the text.")


def _text(path: Path) -> str:
    raw = path.read_bytes()
    try:
        return storable(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise InvalidInputError(f"{path} is not text in UTF-8.") from error


def _table(figures: list[FigureCheck]) -> Table:
    table = Table("figure", "kind", "verdict", "where", "evidence")
    for one in figures:
        style = _STYLES[one.verdict]
        table.add_row(
            escape(one.text),
            one.kind,
            f"[{style}]{one.verdict}[/{style}]",
            escape(one.evidence.id) if one.evidence else "",
            escape(one.derivation or (one.evidence.text if one.evidence else "")),
        )
    return table
