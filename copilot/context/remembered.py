"""Conversations as they were read, kept for a while: most cards of a customer read the same ones.

What is found here is only used after the database told that the conversation is there, whose it
is and which version it has: nothing erased, moved or changed comes back from memory.
"""

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from time import monotonic

from copilot.context.spoken import Spoken
from copilot.conversations.conversation import ConversationHead
from copilot.kernel.ids import TenantId

_MOST_CHARACTERS = 8_000_000
_KEEP_S = 600.0
_LEAST = 200
"""Characters that an entry counts for at least."""

_Key = tuple[TenantId, str, int, datetime, bool]


class Remembered:
    """What was said in conversations, by tenant, id and version.

    Args:
        most_characters: Most text kept, by the characters of the messages; the oldest goes first.
        keep_s: How long anything is kept, in seconds: erased text is gone from memory by then.
        clock: Seconds that only grow.
    """

    def __init__(
        self,
        *,
        most_characters: int = _MOST_CHARACTERS,
        keep_s: float = _KEEP_S,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._most = most_characters
        self._keep_s = keep_s
        self._clock = clock
        self._characters = 0
        self._kept: OrderedDict[_Key, tuple[float, Spoken]] = OrderedDict()

    def get(
        self, tenant: TenantId, head: ConversationHead, *, whole: bool = False
    ) -> Spoken | None:
        """What was said in the conversation as ``head`` tells it is now, if that is known.

        Args:
            tenant: Whose conversation.
            head: The conversation, read from the database just now.
            whole: Read as the present conversation, with its beginning, not as a past one.
        """
        self._drop_old()
        found = self._kept.get(_key(tenant, head, whole=whole))
        return found[1] if found is not None else None

    def put(
        self, tenant: TenantId, head: ConversationHead, spoken: Spoken, *, whole: bool = False
    ) -> None:
        """Keep ``spoken``, read when ``head`` was true."""
        size = _size(spoken)
        if size > self._most:
            return
        key = _key(tenant, head, whole=whole)
        self._drop(key)
        self._kept[key] = (self._clock(), spoken)
        self._characters += size
        while self._characters > self._most:
            self._drop(next(iter(self._kept)))

    @property
    def characters(self) -> int:
        """How much text is kept."""
        return self._characters

    def _drop_old(self) -> None:
        # In order of time: nothing is moved when it is used.
        limit = self._clock() - self._keep_s
        while self._kept and next(iter(self._kept.values()))[0] < limit:
            self._drop(next(iter(self._kept)))

    def _drop(self, key: _Key) -> None:
        gone = self._kept.pop(key, None)
        if gone is not None:
            self._characters -= _size(gone[1])


def _key(tenant: TenantId, head: ConversationHead, *, whole: bool) -> _Key:
    return tenant, head.id, head.version, head.updated_at, whole


def _size(spoken: Spoken) -> int:
    return max(_LEAST, spoken.characters)
