"""Cutting texts into passages: by headings and paragraphs, about 120 to 220 words each."""

import re
from collections.abc import Iterator
from typing import NamedTuple
from uuid import UUID, uuid5

from copilot.conversations.conversation import Conversation, Message
from copilot.kernel.ids import TenantId
from copilot.knowledge.article import Article
from copilot.search.index import PassageKind

MOST_PASSAGES = 5000
"""Most passages of one source; what comes after is not found (5 MB of prose stay below it)."""

_ENOUGH, _MOST = 120, 220
_MOST_CHARACTERS = 2000
_OF_CONVERSATION = 100
_LONGEST_HEADING = 300
_JOINT = " › "
_NAMESPACE = UUID("6b1f7e0a-6d0f-4a2f-9a55-3c1f7d0e5a11")
_HEADING = re.compile(r"^ {0,3}(#{1,6})[ \t]+(.*)$")
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"')\]»”]*\s+")


_MOST_CODES = 8
# Letters with digits, or five to nine digits: longer ones are telephones and cards.
_CODE = re.compile(
    r"(?<![\w-])(?:(?=[A-Z0-9-]*\d{3})(?=[0-9-]*[A-Z])[A-Z0-9-]{4,20}|\d{5,9})(?![\w-])"
)


class Cut(NamedTuple):
    """A passage's title (the article's and the headings above it) and text."""

    title: str
    text: str


def passage_id(
    tenant: TenantId, kind: PassageKind, source_id: str, cut: Cut, language: str | None
) -> str:
    """The id of a passage: the same words of the same source always have the same one."""
    return str(uuid5(_NAMESPACE, "\x1f".join((tenant, kind, source_id, language or "", *cut))))


def embedded_text(cut: Cut) -> str:
    """What is indexed of a passage: its text under its title."""
    return f"{cut.title}\n{cut.text}" if cut.title else cut.text


def name_of(cut: Cut) -> str:
    """What a passage is of: the article's title without headings, or the case's subject."""
    return cut.title.split(_JOINT, 1)[0]


def cut_article(article: Article) -> list[Cut]:
    """The passages of an article, in order; a text that stands twice is one passage."""
    found: dict[Cut, None] = {}
    for headings, paragraphs in _sections(article.text):
        # A page often repeats its title as its first heading.
        under = [one for one in headings if one.casefold() != article.title.casefold()]
        title = _JOINT.join([article.title, *under])
        for text in _packed(paragraphs):
            found.setdefault(Cut(title, text))
            if len(found) >= MOST_PASSAGES:
                return list(found)
    if not found:
        # A page that is only a title can still be the answer.
        found[Cut(article.title, article.title)] = None
    return list(found)


def cut_conversation(conversation: Conversation) -> list[Cut]:
    """What a past case was about and how it ended: subject, the customer's ask, the last answer.

    Only what the customer could see goes in: internal notes stay notes.
    """
    seen = [one for one in conversation.messages if one.visibility == "public" and one.text.strip()]
    asked = _first(seen, "customer")
    if asked is None:
        return []
    lines = [_beginning(asked.text)]
    answered = _first(reversed(seen), "agent")
    if answered is not None and answered.seq > asked.seq:
        lines.append(_beginning(answered.text))
    # A caller greets first and says the number when asked: without it nobody would find the call.
    lines += [" ".join(codes)] if (codes := _codes_said(seen, lines)) else []
    return [Cut((conversation.subject or "").strip(), "\n\n".join(lines))]


def _first(messages: "Iterator[Message] | list[Message]", role: str) -> Message | None:
    return next((one for one in messages if one.author.role == role), None)


def _codes_said(messages: "list[Message]", told: list[str]) -> list[str]:
    """Numbers of orders and the like that were said in a call and are not in what is told of it."""
    found = [
        code
        for message in messages
        if message.start is not None
        for code in _CODE.findall(message.text)
        if not any(code in line for line in told)
    ]
    return list(dict.fromkeys(found))[:_MOST_CODES]


def _beginning(text: str) -> str:
    words = text.split()
    short = " ".join(words[:_OF_CONVERSATION])[:_MOST_CHARACTERS]
    return short if len(words) <= _OF_CONVERSATION else f"{short} …"


def _sections(text: str) -> Iterator[tuple[list[str], list[str]]]:
    path: list[tuple[int, str]] = []
    paragraphs: list[str] = []
    lines: list[str] = []
    bare = False  # whether nothing has come under the last heading yet

    def end_paragraph() -> None:
        if lines:
            paragraphs.append("\n".join(lines))
            lines.clear()

    for line in text.split("\n"):
        heading = _HEADING.match(line) if len(line) <= _LONGEST_HEADING else None
        if heading is None:
            if line.strip():
                lines.append(line.rstrip())
                bare = False
            else:
                end_paragraph()
            continue
        end_paragraph()
        depth, name = len(heading.group(1)), heading.group(2).strip()
        if not paragraphs and bare and path[-1][0] >= depth:
            # A heading with nothing below it can be an answer: "Free delivery over 50 €".
            paragraphs = [path[-1][1]]
        if paragraphs:
            yield [name for _, name in path], paragraphs
            paragraphs = []
        path = [(level, above) for level, above in path if level < depth]
        if name:
            path.append((depth, name))
        bare = bool(name)
    end_paragraph()
    if not paragraphs and bare:
        paragraphs = [path[-1][1]]
    if paragraphs:
        yield [name for _, name in path], paragraphs


def _packed(paragraphs: list[str]) -> Iterator[str]:
    held: list[str] = []
    words = 0
    for piece in _pieces(paragraphs):
        length = len(piece.split())
        full = words >= _ENOUGH or words + length > _MOST
        if held and (full or sum(map(len, held)) + len(piece) > _MOST_CHARACTERS):
            yield "\n\n".join(held)
            held, words = [], 0
        held.append(piece)
        words += length
    if held:
        yield "\n\n".join(held)


def _pieces(paragraphs: list[str]) -> Iterator[str]:
    for paragraph in paragraphs:
        if len(paragraph.split()) <= _MOST and len(paragraph) <= _MOST_CHARACTERS:
            yield paragraph
        else:
            yield from _shortened(paragraph)


def _shortened(paragraph: str) -> Iterator[str]:
    """A long paragraph in runs of lines or sentences, and where there are none, of words."""
    parts = paragraph.split("\n")
    if len(parts) == 1:
        parts = _SENTENCE_END.split(paragraph)
    joint = "\n" if "\n" in paragraph else " "
    held: list[str] = []
    words = characters = 0
    for part in parts:
        for run in _runs(part):
            length = len(run.split())
            if held and (words + length > _MOST or characters + len(run) > _MOST_CHARACTERS):
                yield joint.join(held)
                held, words, characters = [], 0, 0
            held.append(run)
            words += length
            characters += len(run) + 1
    if held:
        yield joint.join(held)


def _runs(part: str) -> Iterator[str]:
    words = part.split(" ")
    if len(words) <= _MOST and len(part) <= _MOST_CHARACTERS:
        yield part
        return
    held: list[str] = []
    characters = 0
    for word in words:
        for start in range(0, max(1, len(word)), _MOST_CHARACTERS):
            piece = word[start : start + _MOST_CHARACTERS]
            if held and (len(held) >= _MOST or characters + len(piece) > _MOST_CHARACTERS):
                yield " ".join(held)
                held, characters = [], 0
            held.append(piece)
            characters += len(piece) + 1
    if held:
        yield " ".join(held)
