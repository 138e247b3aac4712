"""Cutting passages into statements that can stand in a reply: sentences, table rows, lists."""

import re
from collections.abc import Iterable, Iterator
from itertools import takewhile
from typing import NamedTuple

from copilot.drafts.references import needs_company
from copilot.drafts.sources import DraftSource
from copilot.grounding.sentences import split_sentences
from copilot.kernel.language import primary_subtag

_ITEM = re.compile(r"^\s*(?:[-*•–·]|(?P<number>\d{1,2})[.)])\s+(?P<text>.+)$")
_MOST_ITEMS = 8
_FEW_WORDS = 3
_ROW = " | "
_BARE = re.compile(r"^[^.:!?\n]{2,40}:\s+\S+(?:\s+\S+)?$")
_POINTS_ELSEWHERE = re.compile(
    r"^\W*(?:see(?: also)?\b(?!\W+(?:if|that|whether|how))|read more\b|more (?:about|on|in)\b"
    r"|katso(?: myös)?\b|ks\.|lue (?:lisää|myös)\b|lisätietoja\b|lisää (?:aiheesta|tästä)\b)",
    re.IGNORECASE,
)
_LONGEST_POINTER = 14

_POINTS_BACK = re.compile(
    r"^(?:\w+\s+){0,3}(?:se|sen|sitä|siitä|ne|niitä|niiden|nämä|tämä|it|they|them|these|this|those)\b",
    re.IGNORECASE,
)


class Statement(NamedTuple):
    """A piece of a passage that says something by itself.

    Attributes:
        text: As it would stand in a reply; a list has its items on lines of their own.
        heading: The titles it stands under.
        source: The number of its source.
        rank: The place of its passage in the search result, from 0.
        place: Its place in the passage.
        in_list: Whether it is a row of a table or an item of a list: others may stand between.
    """

    text: str
    heading: str
    source: int
    rank: int
    place: int
    in_list: bool = False

    @property
    def is_list(self) -> bool:
        """Whether it takes lines of its own."""
        return "\n" in self.text


def readable(sources: Iterable[DraftSource], language: str) -> list[DraftSource]:
    """Passages and notes in the language of the reply: others cannot be quoted."""
    return [one for one in sources if _has_text(one) and in_language(one.language, language)]


def in_language(one: str | None, other: str) -> bool:
    """Whether a text in ``one``, where that is known, can stand in a text in ``other``."""
    return one is None or primary_subtag(one) == primary_subtag(other)


def _has_text(source: DraftSource) -> bool:
    # Promises are an agent's own words to this customer: a reply does not repeat them.
    return source.passage is not None or source.visibility == "internal"


def statements_of(source: DraftSource, rank: int) -> list[Statement]:
    """The statements of a passage or an internal note, in order."""
    if not _has_text(source):
        return []
    passage = source.passage
    title, text = (passage.title, passage.text) if passage is not None else ("", source.text)
    return [
        Statement(piece.text, title, source.number, rank, place, piece.in_list)
        for place, piece in enumerate(_pieces(text, title.split(" › ")[-1]))
    ]


class _Piece(NamedTuple):
    text: str
    in_list: bool = False


def _pieces(text: str, heading: str) -> Iterator[_Piece]:
    intro = ""
    for paragraph in re.split(r"\n\s*\n", text):
        lines = [line.rstrip() for line in paragraph.splitlines() if line.strip()]
        if not lines:
            continue
        if sum(_ROW in line for line in lines) == len(lines) >= 2:
            yield from (_Piece(row, in_list=True) for row in _rows(lines))
            intro = ""
            continue
        head = lines[: _first_item(lines)]
        items = _items(lines[len(head) :])
        sentences = split_sentences("\n".join(head))
        if items and sentences and sentences[-1].endswith(":"):
            intro = sentences.pop()
        yield from map(_Piece, _standing_alone(sentences))
        if items:
            yield from (_Piece(one, in_list=True) for one in _list(intro, items, heading))
            intro = ""
        elif sentences and sentences[-1].endswith(":"):
            intro = sentences[-1]


def _standing_alone(sentences: Iterable[str]) -> Iterator[str]:
    """Sentences, each with the one before when it points back to it ("They leave on …").

    One that points back to what cannot be quoted ("See the table below.") cannot be either.
    """
    before: str | None = ""
    for sentence in sentences:
        quotable = _says_something(sentence)
        if before != "" and _POINTS_BACK.match(sentence):
            quotable = quotable and before is not None
            if quotable:
                yield f"{before} {sentence}"
        elif quotable:
            yield sentence
        before = (
            None if _leads_away(sentence) or not (quotable or _is_short(sentence)) else sentence
        )


def _is_bare(text: str) -> bool:
    """Whether ``text`` is a label with a value ("Locker: 7 days."), which says of what nothing."""
    first = next(iter(split_sentences(text)), "")
    return _BARE.match(first.rstrip(".!")) is not None


def _says_something(sentence: str) -> bool:
    return not (_is_short(sentence) or _is_bare(sentence) or _leads_away(sentence))


def _is_short(sentence: str) -> bool:
    return len(sentence.split()) < _FEW_WORDS


def _leads_away(sentence: str) -> bool:
    """Whether ``sentence`` asks, announces, or sends the reader to something else."""
    if sentence.endswith((":", "?")) or needs_company(sentence):
        return True
    return len(sentence.split()) <= _LONGEST_POINTER and bool(_POINTS_ELSEWHERE.match(sentence))


def _first_item(lines: list[str]) -> int:
    return next((n for n, line in enumerate(lines) if _ITEM.match(line)), len(lines))


def _items(lines: list[str]) -> list[str]:
    items: list[str] = []
    for line in lines:
        match = _ITEM.match(line)
        if match:
            mark = f"{match['number']}. " if match["number"] else "- "
            items.append(mark + match["text"])
        elif items:
            items[-1] += " " + line.strip()
    return items


def _list(intro: str, items: list[str], heading: str) -> Iterator[str]:
    stepwise = items[0][0].isdigit()
    if not stepwise and not intro and any(_is_bare(item.removeprefix("- ")) for item in items):
        intro = f"{heading.rstrip('?:. ')}:"
    if stepwise or intro:
        yield "\n".join(filter(None, [intro, *items[:_MOST_ITEMS]]))
        return
    for item in items:
        # "Replacement: leaves our warehouse …" and other items that are sentences of their own.
        sentences = split_sentences(item.removeprefix("- "))
        text = " ".join(takewhile(lambda one: not _leads_away(one), sentences))
        if _says_something(text):
            yield text if text.endswith((".", "!")) else f"{text}."


def _rows(lines: list[str]) -> Iterator[str]:
    """Rows of a table as sentences, such as ``Finland, home: price €6.90, time 2–4 days``."""
    heads = [cell.strip() for cell in lines[0].split(_ROW)]
    for line in lines[1:]:
        cells = [cell.strip() for cell in line.split(_ROW)]
        if len(cells) != len(heads):
            continue
        named = 2 if len(cells) > 2 and not re.search(r"\d", cells[1]) else 1
        values = [
            f"{_lowered(head)} {cell}".strip()
            for head, cell in zip(heads[named:], cells[named:], strict=True)
            if cell
        ]
        if values:
            yield f"{', '.join(filter(None, cells[:named]))}: {', '.join(values)}."


def _lowered(head: str) -> str:
    return head if head[1:2].isupper() else head[:1].lower() + head[1:]
