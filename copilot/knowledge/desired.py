"""What should be indexed of an article or conversation, and how that differs from what is."""

from collections.abc import Collection, Iterable
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from copilot.conversations import store as conversations
from copilot.conversations.conversation import Conversation, as_written
from copilot.conversations.errors import ConversationNotFoundError
from copilot.kernel.db import ReadSession
from copilot.kernel.ids import TenantId
from copilot.knowledge.article import Article
from copilot.knowledge.passages import Cut, cut_article, cut_conversation, passage_id
from copilot.knowledge.store import as_article
from copilot.knowledge.tables import ArticleRow, PassageRow
from copilot.search.index import Fields, PassageKind

Source = Article | Conversation

NOT_INDEXED = ""
"""Stands in a passage's row for the name of vectors that are missing or to be made again."""


class Wanted(NamedTuple):
    """One passage as it should be."""

    id: str
    seq: int
    cut: Cut
    fields: Fields
    url: str | None
    updated_at: datetime


class Difference(NamedTuple):
    """What must happen for the index to hold what is wanted; ``gone``: the source is deleted."""

    to_embed: list[Wanted]
    to_refresh: list[Wanted]
    to_delete: list[str]
    gone: bool = False


async def read_sources(
    session: ReadSession, tenant: TenantId, kind: PassageKind, ids: Collection[str]
) -> dict[str, Source]:
    """The articles or conversations with these ids, but for those that are gone."""
    if kind == "article":
        rows = await session.scalars(
            select(ArticleRow).where(ArticleRow.tenant_id == tenant, ArticleRow.id.in_(ids))
        )
        return {row.id: as_article(row) for row in rows}
    found: dict[str, Source] = {}
    for one in ids:
        with suppress(ConversationNotFoundError):
            found[one] = as_written(await conversations.get(session, tenant, one))
    return found


def wanted_passages(tenant: TenantId, source: Source) -> list[Wanted]:
    """The passages of a source as they should be; takes time for long texts."""
    if isinstance(source, Article):
        cuts = cut_article(source)
        fields = Fields("article", source.id, source.visibility, source.language, None)
        url, updated_at = source.url, source.updated_at
    else:
        cuts = cut_conversation(source)
        # A past case informs the agent; it is never something to show another customer.
        customer_id, language = source.customer_id, source.language
        fields = Fields("conversation", source.id, "internal", language, customer_id)
        url, updated_at = None, source.last_message_at or source.updated_at
    return [
        Wanted(
            passage_id(tenant, fields.kind, source.id, cut, fields.language),
            seq,
            cut,
            fields,
            url,
            updated_at,
        )
        for seq, cut in enumerate(cuts, 1)
    ]


def unknown(wanted: Iterable[Wanted], stored: Iterable[PassageRow], label: str) -> list[str]:
    """The wanted passages that the index may hold although no row says so.

    A crash leaves such between the writing of vectors and of their rows. A row that says it is not
    indexed is no such case: its vector is to be made again.
    """
    said = {row.id for row in stored if row.indexed_with in {label, NOT_INDEXED}}
    return [one.id for one in wanted if one.id not in said]


def difference(
    wanted: Iterable[Wanted],
    stored: Iterable[PassageRow],
    label: str,
    held: Collection[str] = frozenset(),
) -> Difference:
    """Compare the wanted passages of a source with its rows.

    A passage's id stands for its words, so an id that is indexed is not embedded again.

    Args:
        wanted: The passages as they should be.
        stored: The rows of the same source.
        label: Name of the vectors in use; rows made with others count as not indexed.
        held: Those of the ``unknown`` passages that the index holds.
    """
    rows = {row.id: row for row in stored}
    to_embed, to_refresh = [], []
    for one in wanted:
        row = rows.pop(one.id, None)
        if one.id in held or (row is not None and row.indexed_with == label):
            # Fields are written even when the row has them: the row changes at once, with the
            # article, and so cannot tell what the index knows.
            to_refresh.append(one)
        else:
            to_embed.append(one)
    return Difference(to_embed, to_refresh, list(rows))
