"""Exports of helpdesks, known by their shape: what an export says once is read first.

A Zendesk article names its section by a number, and a Zammad answer its state in another table,
perhaps in another file. So all documents are read twice: :meth:`Exports.note` takes what is small
and told once, then :meth:`Exports.entries` gives the articles as they come, none of them kept.
"""

from collections.abc import Iterator
from typing import Any

from copilot.knowledge.entry import Entry, made
from copilot.knowledge.zammad import ZammadExport
from copilot.knowledge.zendesk import ZendeskExport

_UNKNOWN = "holds no articles of a known shape"


class Exports:
    """The exports of one import: Zendesk Help Center, Zammad knowledge base, and our own shape."""

    def __init__(self) -> None:
        self._zendesk = ZendeskExport()
        self._zammad = ZammadExport()

    @staticmethod
    def may_need_noting(content: bytes) -> bool:
        """Whether a document can hold what others refer to; quick, so that most are read once."""
        return any(sign in content for sign in (*ZendeskExport.SIGNS, *ZammadExport.SIGNS))

    def note(self, document: Any) -> None:
        """Take from a document what others refer to."""
        for one in _single(document):
            if ZammadExport.is_one(one):
                self._zammad.note(one)
            elif ZendeskExport.is_one(one):
                self._zendesk.note(one)

    def entries(self, place: str, document: Any) -> Iterator[Entry]:
        """The articles of a document, and what is wrong with those that are none."""
        several = isinstance(document, list)
        for number, one in enumerate(_single(document), 1):
            where = f"{place}, entry {number}" if several else place
            if ZammadExport.is_one(one):
                yield from self._zammad.entries(where, one)
            elif ZendeskExport.is_one(one):
                yield from self._zendesk.entries(where, one)
            elif _is_ours(one):
                yield _ours(where, one)
            elif isinstance(one, dict):
                yield Entry(where, skipped=_UNKNOWN)
            else:
                yield Entry(where, fault="not a JSON object")

    def left(self) -> Iterator[Entry]:
        """What was told of but never came, after the last document."""
        yield from self._zammad.left()

    def row(self, place: str, row: Any) -> Iterator[Entry]:
        """The same for one line of JSON lines, where an object of no known shape is a fault."""
        if isinstance(row, dict) and (ZammadExport.is_one(row) or ZendeskExport.is_one(row)):
            yield from self.entries(place, row)
        elif isinstance(row, dict):
            yield _ours(place, row)
        else:
            yield Entry(place, fault="not a JSON object")


def _single(document: Any) -> list[Any]:
    return document if isinstance(document, list) else [document]


def _is_ours(one: Any) -> bool:
    return isinstance(one, dict) and "external_id" in one


def _ours(place: str, row: dict[str, Any]) -> Entry:
    fields = dict(row)
    source = fields.pop("source", None)
    key = fields.pop("external_id", None)
    if source is None or source == "":
        return made(place, "files", key, fields)
    return made(place, source, key, fields)
