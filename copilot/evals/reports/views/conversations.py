"""Conversations and articles: what most tasks read."""

from collections.abc import Mapping
from typing import Any

from copilot.evals.metrics.wording import mentions
from copilot.evals.reports.blocks import Block, Item, listed, raw, text
from copilot.evals.reports.views.reading import list_in, map_in, text_in


def conversation(value: Mapping[str, Any]) -> list[Block]:
    """The messages, then the articles, of a case's input."""
    told = map_in(value, "conversation")
    blocks = [
        text(_heading(message), text_in(message, "text", "html"))
        for message in list_in(told, "messages")
    ]
    subject = text_in(told, "subject")
    if subject:
        blocks.insert(0, text("Subject", subject))
    blocks += articles(value)
    return blocks or raw(dict(value))


def articles(value: Mapping[str, Any]) -> list[Block]:
    """The articles that may be cited."""
    return [
        text(f"Article: {text_in(one, 'title', 'id')}", text_in(one, "body", "text"))
        for one in list_in(value, "articles")
    ]


def title(value: Mapping[str, Any]) -> str:
    """The line by which to know the case."""
    told = map_in(value, "conversation")
    first = next(iter(list_in(told, "messages")), None)
    return text_in(told, "subject") or text_in(first, "text")


def phrases(name: str, wanted: list[Any], found_in: str, *, want: bool) -> list[Block]:
    """Phrases that must, or must not, stand in a text, each with whether it does."""
    if not wanted:
        return []
    items: list[Item] = []
    for one in wanted:
        there = mentions(found_in, str(one))
        said = "is there" if there else "is not there"
        mark = "ok" if there is want else "bad"
        items.append(([str(one), (said, "tag")], mark))
    return [listed(name, items)]


def _heading(message: object) -> str:
    author = map_in(message, "author")
    sent = text_in(message, "sent_at")[:16].replace("T", " ")
    words = [text_in(author, "role") or "unknown", text_in(author, "name"), sent]
    return " · ".join(word for word in words if word)
