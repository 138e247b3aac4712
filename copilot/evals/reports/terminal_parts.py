"""Parts that the tables in a terminal are made of."""

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table


def more(console: Console, count: int) -> None:
    """How many entries are not shown; nothing when all are."""
    if count > 0:
        console.print(f"  [dim]and {count:,} more[/dim]", highlight=False)


def line(console: Console, sign: str, text: str) -> None:
    """A sentence behind a sign (markup); where it wraps, it stays right of the sign."""
    table = Table.grid(padding=(0, 1))
    table.add_row(f"  {sign}", escape(text))
    console.print(table)


def table_of(*heads: str) -> Table:
    """A table; a head that begins with ``>`` stands over numbers."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False, collapse_padding=True, header_style="dim")
    for head in heads:
        right = head.startswith(">")
        name = head.removeprefix(">")
        table.add_column(name, justify="right" if right else "left", no_wrap=right, overflow="fold")
    return table
