"""What is searched and read for one draft beside its context card."""

import asyncio
from collections.abc import Sequence
from typing import Protocol

from copilot.conversations.conversation import Conversation
from copilot.drafts.draft import Draft
from copilot.drafts.material import pending_messages
from copilot.drafts.questions import asks_in
from copilot.kernel.db import Database
from copilot.kernel.errors import UnavailableError
from copilot.kernel.ids import TenantId
from copilot.kernel.visibility import Visibility
from copilot.knowledge import store as knowledge
from copilot.knowledge.passage import Passage
from copilot.search.index import PassageKind

_PER_QUESTION = 3
_WHOLE_ARTICLES = 4
_SECTIONS = 12


class Finder(Protocol):
    """What finds passages; see :class:`copilot.knowledge.searching.Searcher`."""

    async def search(
        self,
        tenant: TenantId,
        query: str,
        *,
        visibility: Visibility,
        kinds: Sequence[PassageKind] = ...,
        language: str | None = None,
        limit: int = 10,
    ) -> list[Passage]:
        """The passages that answer ``query`` best."""
        ...


async def cited_by(db: Database, tenant: TenantId, draft: Draft) -> list[Passage]:
    """What ``draft`` cites, as far as it is still there: search need not find it again."""
    cited = [one.passage.id for one in draft.citations if one.passage is not None]
    async with db.read() as session:
        there = await knowledge.passages(session, tenant, cited)
    return [there[one] for one in cited if one in there]


async def neighbours_of(db: Database, tenant: TenantId, found: Sequence[Passage]) -> list[Passage]:
    """The other sections of the articles found first: one often has what another lacks."""
    articles = list(dict.fromkeys(one.article_id for one in found if one.article_id))
    async with db.read() as session:
        return await knowledge.sections(
            session, tenant, articles[:_WHOLE_ARTICLES], most_each=_SECTIONS
        )


async def found_for_each_question(
    searcher: Finder | None, tenant: TenantId, conversation: Conversation
) -> list[Passage]:
    """What search finds for single questions: one query for all finds the loudest alone."""
    if searcher is None:
        return []
    asks = await asyncio.to_thread(asks_in, pending_messages(conversation))
    searches = [
        searcher.search(
            tenant,
            ask.text,
            visibility="internal",
            kinds=("article",),
            language=conversation.language,
            limit=_PER_QUESTION,
        )
        for ask in asks
        if ask.kind != "told"
    ]
    try:
        found = await asyncio.gather(*searches)
    except UnavailableError:
        return []
    return [passage for passages in found for passage in passages]
