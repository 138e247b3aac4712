"""What a case shows of itself: texts, lists and tables in pieces, some of them marked.

The HTML report draws these twice: the script from JSON, and the template for readers without
scripts. Both put every piece in as text, so nothing an engine wrote can become markup.

Marks: ``add`` and ``del`` (a word difference), ``ok``, ``warn``, ``bad`` (a judgement on the piece)
and ``tag`` (our own word beside it).
"""

import json
from collections.abc import Sequence
from typing import Any

Piece = str | tuple[str, str]
"""A text, or a text with its mark."""

Block = dict[str, Any]
Item = tuple[Sequence[Piece], str]
"""The pieces of one entry of a list, and its mark (``ok``, ``bad`` or nothing)."""


def text(title: str, *pieces: Piece) -> Block:
    """A text; line breaks are kept."""
    return {"kind": "text", "title": title, "pieces": [piece for piece in pieces if _of(piece)]}


def listed(title: str, items: Sequence[Item], *, ordered: bool = False) -> Block:
    """A list of entries."""
    kind = "ordered" if ordered else "list"
    return {"kind": kind, "title": title, "items": [[list(pieces), mark] for pieces, mark in items]}


def tabled(title: str, head: Sequence[str], rows: Sequence[Sequence[Sequence[Piece]]]) -> Block:
    """A table whose cells are pieces."""
    cells = [[list(cell) for cell in row] for row in rows]
    return {"kind": "table", "title": title, "head": list(head), "rows": cells}


def raw(value: object) -> list[Block]:
    """JSON as it is, for what has no shape that is known here."""
    return [text("", json.dumps(value, ensure_ascii=False, indent=1, default=str))]


def fit(blocks: Sequence[Block], room: int) -> list[Block]:
    """The blocks with at most ``room`` characters of text, and a word on what is left out.

    Args:
        blocks: What one side of a case shows.
        room: In characters.
    """
    trimmer = _Trimmer(room)
    kept = [block for block in map(trimmer.block, blocks) if block]
    if trimmer.dropped:
        plural = "character" if trimmer.dropped == 1 else "characters"
        kept.append({"kind": "more", "title": f"… {trimmer.dropped:,} {plural} more"})
    return kept


class _Trimmer:
    def __init__(self, room: int) -> None:
        self.left = room
        self.dropped = 0

    def block(self, block: Block) -> Block | None:
        # Titles can be long too: the subject of a message, the title of an article.
        title = self.string(block["title"])
        match block["kind"]:
            case "text":
                inside: dict[str, Any] = {"pieces": self.pieces(block["pieces"])}
                empty = not inside["pieces"]
            case "table":
                rows = [[self.pieces(cell) for cell in row] for row in block["rows"]]
                inside = {"rows": [row for row in rows if any(row)]}
                empty = not inside["rows"]
            case _:
                items = [[self.pieces(pieces), mark] for pieces, mark in block["items"]]
                inside = {"items": [item for item in items if item[0]]}
                empty = not inside["items"]
        if empty and self.dropped:
            return None
        return {**block, **inside, "title": title}

    def pieces(self, pieces: Sequence[Piece]) -> list[Piece]:
        kept: list[Piece] = []
        for piece in pieces:
            shown = self.string(_of(piece))
            if shown:
                kept.append(shown if isinstance(piece, str) else (shown, piece[1]))
        return kept

    def string(self, whole: str) -> str:
        shown = whole[: self.left]
        self.left -= len(shown)
        self.dropped += len(whole) - len(shown)
        return shown


def _of(piece: Piece) -> str:
    return piece if isinstance(piece, str) else piece[0]
