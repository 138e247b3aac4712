"""Where in its recording a call says what was found: hits of calls carry the seconds to play."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from pydantic import Field
from sqlalchemy import func, select

from copilot.conversations.conversation import CALLS_SOURCE
from copilot.conversations.tables import ConversationRow, MessageRow
from copilot.kernel.db import ReadSession, belongs_to
from copilot.kernel.ids import TenantId
from copilot.knowledge.fulltext import Word, query_words, words_of
from copilot.knowledge.passage import Passage

_MOST_CALLS = 20
_MOST_MESSAGES = 4000
"""Of all calls found together: a search is answered in milliseconds."""


class FoundPassage(Passage):
    """A passage that search found; one of a call says where to play it.

    Attributes:
        call_id: The call; null for everything else, and so are the seconds.
        start: The second at which its best segment begins.
        end: The second at which it ends.
    """

    call_id: str | None = None
    start: float | None = Field(default=None, description="Seconds of the recording")
    end: float | None = Field(default=None, description="Seconds of the recording")


class _Said(NamedTuple):
    text: str
    start: float
    end: float


async def with_seconds(
    session: ReadSession, tenant: TenantId, query: str, passages: Sequence[Passage]
) -> list[FoundPassage]:
    """``passages`` with the seconds of those that come from calls.

    The best segment is the one with most of the query's words; where the call was found by its
    meaning, the first of its segments that the passage shows.

    Args:
        session: A session for queries.
        tenant: Whose passages.
        query: What was looked for.
        passages: As they were found.
    """
    ids = [one.conversation_id for one in passages if one.conversation_id is not None]
    calls = await _calls(session, tenant, list(dict.fromkeys(ids))) if ids else {}
    said = await _said(session, tenant, list(calls)) if calls else {}
    return await asyncio.to_thread(_placed, query, passages, calls, said)


async def _calls(session: ReadSession, tenant: TenantId, ids: Sequence[str]) -> dict[str, str]:
    """The ids of the calls that these conversations were, by conversation."""
    rows = await session.execute(
        select(ConversationRow.id, ConversationRow.external_id).where(
            belongs_to(ConversationRow.tenant_id, tenant),
            ConversationRow.id.in_(ids),
            ConversationRow.source == CALLS_SOURCE,
        )
    )
    found = {row.id: row.external_id for row in rows}
    return {one: found[one] for one in [one for one in ids if one in found][:_MOST_CALLS]}


async def _said(
    session: ReadSession, tenant: TenantId, ids: Sequence[str]
) -> dict[str, list[_Said]]:
    rows = await session.execute(
        select(
            MessageRow.conversation_id,
            func.coalesce(MessageRow.written, MessageRow.text),
            MessageRow.start,
            MessageRow.end,
        )
        .where(
            belongs_to(MessageRow.tenant_id, tenant),
            MessageRow.conversation_id.in_(ids),
            MessageRow.visibility == "public",
            MessageRow.start.is_not(None),
            MessageRow.end.is_not(None),
        )
        .order_by(MessageRow.conversation_id, MessageRow.seq)
        .limit(_MOST_MESSAGES)
    )
    found: defaultdict[str, list[_Said]] = defaultdict(list)
    for conversation_id, text, start, end in rows:
        if start is not None and end is not None:
            found[conversation_id].append(_Said(text, start, end))
    return found


def _placed(
    query: str,
    passages: Sequence[Passage],
    calls: dict[str, str],
    said: dict[str, list[_Said]],
) -> list[FoundPassage]:
    found = []
    for one in passages:
        place = FoundPassage.model_validate(dict(one))
        segments = said.get(one.conversation_id or "", [])
        if one.conversation_id in calls and segments:
            best = _best(query_words(query, one.language), one.text, segments)
            place.call_id = calls[one.conversation_id]
            place.start, place.end = best.start, best.end
        found.append(place)
    return found


def _best(words: Sequence[Word], shown: str, segments: Sequence[_Said]) -> _Said:
    """The segment that has most of ``words``; of equals one that the passage shows, the first."""

    def worth(one: _Said) -> tuple[int, bool, float]:
        held = set(words_of(one.text))
        return sum(any(map(word.matches, held)) for word in words), one.text in shown, -one.start

    return max(segments, key=worth)
