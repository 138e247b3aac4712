"""What should be indexed of an article or conversation, and how that differs from what is."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from copilot.conversations import store as conversations
from copilot.conversations.conversation import Conversation
from copilot.conversations.errors import ConversationNotFoundError
from copilot.kernel.db import ReadSession
from copilot.kernel.ids import TenantId
from copilot.knowledge import store
from copilot.knowledge.article import Article
from copilot.knowledge.errors import ArticleNotFoundError
from copilot.knowledge.passages import Cut, cut_article, cut_conversation, passage_id
from copilot.knowledge.tables import PassageRow
from copilot.search.index import Fields, PassageKind

Source = Article | Conversation


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


async def read_source(
    session: ReadSession, tenant: TenantId, kind: PassageKind, source_id: str
) -> Source | None:
    """The article or conversation, or None when it is gone."""
    try:
        if kind == "article":
            return await store.get_article(session, tenant, source_id)
        return await conversations.get(session, tenant, source_id)
    except (ArticleNotFoundError, ConversationNotFoundError):
        return None


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


def difference(
    wanted: Iterable[Wanted], stored: Iterable[PassageRow], indexed_with: str
) -> Difference:
    """Compare the wanted passages of a source with its rows.

    A passage's id stands for its words, so an id that is stored is not embedded again.

    Args:
        wanted: The passages as they should be.
        stored: The rows of the same source.
        indexed_with: Name of the vectors in use; rows made with others count as not indexed.
    """
    rows = {row.id: row for row in stored}
    to_embed, to_refresh = [], []
    for one in wanted:
        row = rows.pop(one.id, None)
        if row is None or row.indexed_with != indexed_with:
            to_embed.append(one)
        else:
            # Fields are written even when the row has them: the row changes at once, with the
            # article, and so cannot tell what the index knows.
            to_refresh.append(one)
    return Difference(to_embed, to_refresh, list(rows))
