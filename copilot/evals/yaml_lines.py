"""YAML read with the line of everything in it, so that a fault can be pointed at."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import yaml

from copilot.evals.errors import SuiteError

Line = int


class Entry(NamedTuple):
    """A key with its value."""

    key: str
    line: Line
    value: yaml.Node


@dataclass(frozen=True)
class Document:
    """One YAML file whose top is a mapping.

    Attributes:
        file: Where it stands.
        top: Its mapping.
    """

    file: Path
    top: yaml.MappingNode

    def error(self, place: yaml.Node | Line, fault: str, fix: str) -> SuiteError:
        """A fault at a value or at a line, counted from 1."""
        line = place if isinstance(place, int) else line_of(place)
        return SuiteError(self.file, line, fault, fix)

    def entries(self, node: yaml.MappingNode, place: str = "") -> dict[str, Entry]:
        """The keys of a mapping, in the order of the file; ``place`` names it in messages.

        Raises:
            SuiteError: A key is not text or stands there twice.
        """
        entries: dict[str, Entry] = {}
        for key, value in node.value:
            if not is_text(key):
                raise self.error(
                    key, f"A key{place} is not text.", "Write it in quotes, or take it out."
                )
            if key.value in entries:
                raise self.error(
                    key,
                    f"{shown(key.value)} stands here twice{place}; "
                    f"the first is in line {entries[key.value].line}.",
                    "Keep one of them.",
                )
            entries[key.value] = Entry(key.value, line_of(key), value)
        return entries

    def lines(self) -> dict[str, Line]:
        """The line of every key and list item, by path: ``name``, ``gates.wer``, ``metrics.0``."""
        return dict(_lines(self.top, ""))


def _lines(node: yaml.Node, prefix: str) -> Iterator[tuple[str, Line]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode):
                yield f"{prefix}{key.value}", line_of(key)
                yield from _lines(value, f"{prefix}{key.value}.")
    elif isinstance(node, yaml.SequenceNode):
        for position, value in enumerate(node.value):
            yield f"{prefix}{position}", line_of(value)
            yield from _lines(value, f"{prefix}{position}.")


def line_of(node: yaml.Node) -> Line:
    """Where ``node`` begins, counted from 1."""
    return int(node.start_mark.line) + 1


def kind(node: yaml.Node) -> str:
    """The last part of a node's tag: ``str``, ``int``, ``float``, ``bool``, ``null``, ``map``."""
    return str(node.tag).rpartition(":")[2]


def is_text(node: yaml.Node) -> bool:
    """Whether ``node`` is a text and not a number, a date, a list …."""
    return isinstance(node, yaml.ScalarNode) and kind(node) == "str"


def is_null(node: yaml.Node) -> bool:
    """Whether nothing is written there."""
    return kind(node) == "null"


def shown(text: str) -> str:
    """``text`` for a message: in backticks, on one line, at most 60 characters."""
    plain = repr(text)[1:-1].replace("\\'", "'").replace("\\\\", "\\")
    return f"`{plain}`" if len(plain) <= 60 else f"`{plain[:59]}…`"
