"""The terms of a search, found once for all who search by it at about the same time."""

import asyncio
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from copilot.kernel.language import detect_language
from copilot.knowledge.query import SearchQuery
from copilot.search.sparse import SparseVector, query_names, query_vector

Found = TypeVar("Found")

_KEPT_S = 1.0
"""As long as the searches of one context card may lie apart; no longer is a text remembered."""


class Terms(NamedTuple):
    """What the lexical half of a search goes by.

    Attributes:
        sparse: How much each term matters.
        names: What the search names.
        language: The language of its words, given or detected.
    """

    sparse: SparseVector
    names: SparseVector
    language: str | None


class QueryTerms:
    """Analyses searches in threads. A context card searches three times by one query."""

    def __init__(self) -> None:
        self._running: dict[tuple[Any, ...], asyncio.Task[Any]] = {}

    async def of(self, query: SearchQuery, language: str | None) -> Terms:
        """The terms of ``query``, whose language is detected when None is given."""
        names = self._once(query_names, query.named)
        spoken = language or await asyncio.shield(self._once(detect_language, query.text))
        sparse = await asyncio.shield(self._once(query_vector, query.asked, spoken))
        return Terms(sparse, await asyncio.shield(names), spoken)

    def _once(self, find: Callable[..., Found], *arguments: Any) -> "asyncio.Task[Found]":
        key = (find, *arguments)
        running = self._running.get(key)
        if running is None:
            running = asyncio.create_task(asyncio.to_thread(find, *arguments))
            self._running[key] = running
            running.add_done_callback(lambda done: self._gone(key, done))
        return running

    def _gone(self, key: tuple[Any, ...], done: "asyncio.Task[Any]") -> None:
        # Asked for its error because nobody may be left who waits for it.
        if done.cancelled() or done.exception() is not None:
            del self._running[key]
        else:
            asyncio.get_running_loop().call_later(_KEPT_S, self._running.pop, key)
