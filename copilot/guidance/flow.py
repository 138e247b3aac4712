"""What guides one draft: the process that fits, the tenant's tone guide, a saved reply."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

from copilot.conversations.conversation import Conversation
from copilot.customers.customer import Customer
from copilot.customers.order import Order
from copilot.guidance import store
from copilot.guidance.matching import Nearness, earlier_words, process_in, reply_for
from copilot.guidance.process import Process
from copilot.guidance.saved_reply import SavedReply
from copilot.guidance.standing import Standing, standing_in
from copilot.kernel.clock import now
from copilot.kernel.db import Database
from copilot.kernel.errors import CopilotError
from copilot.kernel.ids import TenantId

_log = logging.getLogger(__name__)
_LONGEST_PHRASES = 200

Compare = Callable[[Sequence[str], str], Awaitable[Nearness]]
"""From texts and their language to what compares any two of them."""


class Guide(NamedTuple):
    """What guides a draft; all of it may be missing.

    Attributes:
        process: The process that fits, where the conversation stands in it, how surely it fits.
        tone: The tenant's tone guide, Markdown.
        reply: The saved reply that fits, and how surely.
        failed: Whether it could not be found out what fits; the draft is made without.
    """

    process: tuple[Process, Standing, float] | None = None
    tone: str | None = None
    reply: tuple[SavedReply, float] | None = None
    failed: bool = False


class Guidance:
    """Finds what guides a draft.

    Args:
        db: The database.
        compare: Makes what compares texts by meaning; None: by their words alone.
    """

    def __init__(self, db: Database, compare: Compare | None = None) -> None:
        self._db = db
        self._compare = compare

    async def for_draft(
        self,
        tenant: TenantId,
        conversation: Conversation,
        pending: str,
        language: str,
        *,
        orders: Sequence[Order] = (),
        facts: Sequence[str] = (),
        record: Customer | None = None,
    ) -> Guide:
        """What guides a draft of ``tenant`` for ``conversation``. No draft fails for want of it.

        Args:
            tenant: Whose.
            conversation: With its messages.
            pending: What the customer wrote and nobody has answered.
            language: BCP 47 code of the reply.
            orders: All orders of the customer.
            facts: What the agent told for this one draft.
            record: What is known of the customer.
        """
        try:
            return await self._found(tenant, conversation, pending, language, orders, facts, record)
        except (CopilotError, ValueError, ArithmeticError, LookupError) as error:
            _log.warning("drafting without guidance: %s", type(error).__name__)
            return Guide(failed=True)

    async def _found(
        self,
        tenant: TenantId,
        conversation: Conversation,
        pending: str,
        language: str,
        orders: Sequence[Order],
        facts: Sequence[str],
        record: Customer | None,
    ) -> Guide:
        async with self._db.read() as session:
            processes = await store.processes(session, tenant)
            replies = await store.replies(session, tenant)
            tone = await store.guide(session, tenant)
        texts = [pending, *filter(None, [earlier_words(conversation, pending)])]
        near = await self._nearness(texts, processes, replies, language)

        def found() -> Guide:
            fitting = process_in(conversation, pending, processes, near)
            process = None
            if fitting is not None:
                one, score = fitting
                standing = standing_in(one, conversation, orders, facts, language, now(), record)
                process = (one, standing, score)
            return Guide(
                process,
                None if tone is None else tone.body,
                reply_for(pending, language, replies, near),
            )

        return await asyncio.to_thread(found)

    async def _nearness(
        self,
        texts: Sequence[str],
        processes: Sequence[Process],
        replies: Sequence[SavedReply],
        language: str,
    ) -> Nearness:
        phrases = [text for one in processes for text in (*one.front.applies_when, one.front.title)]
        phrases += [text for one in replies for text in (one.title, *one.tags)]
        if self._compare is None or not phrases or len(phrases) > _LONGEST_PHRASES:
            return _unknown
        return await self._compare([*texts, *phrases], language)


def _unknown(_one: str, _other: str) -> float | None:
    return None
