"""Summarising: by the model when there is one and it answers, else by choosing sentences."""

import asyncio
import logging
import time

from copilot.conversations import store as conversations
from copilot.conversations.conversation import Conversation, as_written
from copilot.customers import order_store
from copilot.customers import store as customers
from copilot.kernel.db import Database, ReadSession
from copilot.kernel.errors import ConfigurationError
from copilot.kernel.ids import TenantId
from copilot.llm.chat import ModelCall, Models, ModelUnavailableError
from copilot.llm.prompts import Prompts
from copilot.privacy.known import KnownFacts
from copilot.summaries import store
from copilot.summaries.building import extractive_summary
from copilot.summaries.generative import write_summary
from copilot.summaries.people import facts_of
from copilot.summaries.summary import Summary, SummaryOptions

_log = logging.getLogger(__name__)
_NOBODY = ModelCall(TenantId(""), "summary")


class Summariser:
    """Makes summaries.

    Args:
        db: Where stored summaries are; None is enough for :meth:`summarise`.
        models: The language model, behind its guard; None when there is none.
        prompts: The prompts; needed with a model.
    """

    def __init__(self, db: Database | None, models: Models | None, prompts: Prompts | None) -> None:
        self._db = db
        self._models = models
        self._prompts = prompts

    async def summarise(
        self,
        conversation: Conversation,
        options: SummaryOptions,
        *,
        known: KnownFacts | None = None,
        started: float | None = None,
        earlier: Summary | None = None,
        deadline_s: float | None = None,
        call: ModelCall | None = None,
    ) -> Summary:
        """A summary of ``conversation``; nothing is stored. Always answers.

        With a model that fails, the summary is extractive and ``degraded``.

        Args:
            conversation: What to summarise.
            options: How.
            known: What identifies the customer beyond what the conversation names; a model that
                is not local does not see it.
            started: When the request began, by ``time.monotonic()``; None: now. The model's
                deadline counts from then.
            earlier: The last summary for the same options, to be brought up to date if it can be.
            deadline_s: Seconds that it may take in all, when nobody waits for it; None: the
                model's own deadline. No call of the model takes longer than that either way.
            call: Who asks the model; None: nobody whose budget it is taken from.
        """
        started = time.monotonic() if started is None else started
        if self._models is not None and self._prompts is not None and conversation.messages:
            try:
                return await write_summary(
                    conversation,
                    options,
                    self._models.chat_for(call or _NOBODY),
                    self._prompts,
                    started=started,
                    known=known,
                    earlier=earlier,
                    deadline_s=deadline_s,
                )
            except ModelUnavailableError as error:
                _log.warning("summary without the model: %s", error.detail)
                return await asyncio.to_thread(
                    extractive_summary, conversation, options, degraded=True
                )
        return await asyncio.to_thread(extractive_summary, conversation, options)

    async def for_conversation(
        self,
        tenant: TenantId,
        conversation_id: str,
        options: SummaryOptions,
        *,
        deadline_s: float | None = None,
        principal_id: str | None = None,
    ) -> Summary:
        """The stored summary if it is up to date, else a new one, which is stored.

        When only messages at the end came since, the model sees the stored summary and those;
        ``options.refresh`` makes it read the whole again. A summary that was made without the
        model because it failed is made again; it takes no other one's place that knows the same
        messages.

        Args:
            tenant: Whose conversation.
            conversation_id: Which.
            options: How.
            deadline_s: As for :meth:`summarise`.
            principal_id: Who asks for it; None: the service by itself.

        Raises:
            ConversationNotFoundError: The tenant has no such conversation.
        """
        started = time.monotonic()
        db = self._database()
        async with db.read() as session:
            conversation = as_written(await conversations.get(session, tenant, conversation_id))
            stored = await store.find(session, tenant, conversation_id, options)
            known = await self._known(session, tenant, conversation.customer_id)
        if stored is not None and not self._outdated(stored, options):
            return stored
        summary = await self.summarise(
            conversation,
            options,
            known=known,
            started=started,
            earlier=None if options.refresh else stored,
            deadline_s=deadline_s,
            call=ModelCall(
                tenant, "summary", conversation_id, conversation.customer_id, principal_id
            ),
        )
        async with db.write() as session:
            # It may have been deleted while the model wrote, or have new messages.
            head = await conversations.head(session, tenant, conversation_id)
            await store.save(session, tenant, summary, options)
        return summary.model_copy(update={"stale": head.version > summary.version})

    async def latest(self, tenant: TenantId, conversation_id: str) -> Summary:
        """The newest stored summary, ``stale`` when messages came since.

        Raises:
            ConversationNotFoundError: The tenant has no such conversation.
            SummaryNotFoundError: It has no summary yet.
        """
        async with self._database().read() as session:
            await conversations.head(session, tenant, conversation_id)
            return await store.latest(session, tenant, conversation_id)

    async def _known(
        self, session: ReadSession, tenant: TenantId, customer_id: str | None
    ) -> KnownFacts | None:
        """What identifies the customer, when the model may not see it."""
        if customer_id is None or self._models is None or self._models.local:
            return None
        found = await customers.by_ids(session, tenant, [customer_id])
        orders = await order_store.orders_of(session, tenant, customer_id)
        return facts_of(found[0], orders) if found else None

    def _outdated(self, stored: Summary, options: SummaryOptions) -> bool:
        return options.refresh or stored.stale or (stored.degraded and self._models is not None)

    def _database(self) -> Database:
        if self._db is None:
            raise ConfigurationError("Stored summaries need a database.")
        return self._db
