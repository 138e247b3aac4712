"""Drafts: gather the material, let an engine write, check, keep. Nothing is ever sent."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Coroutine
from contextlib import aclosing
from time import monotonic
from typing import Protocol

from copilot.context.card import ContextCard
from copilot.conversations import store as conversations
from copilot.conversations.conversation import Conversation, as_written
from copilot.customers.customer import CustomerIn
from copilot.drafts import store
from copilot.drafts.case import case_of, checked
from copilot.drafts.config import DraftsConfig
from copilot.drafts.draft import Draft, DraftEvent, DraftOptions, RefineIn, Review, ReviewIn
from copilot.drafts.errors import OwnDraftError
from copilot.drafts.freshness import as_they_are
from copilot.drafts.gathering import Finder, cited_by, found_for_each_question, neighbours_of
from copilot.drafts.guiding import examples_for
from copilot.drafts.making import ending, make
from copilot.drafts.material import Material, gather
from copilot.drafts.meaning import Embedding
from copilot.drafts.own import OWN
from copilot.drafts.refiner import refined
from copilot.drafts.reviewing import review
from copilot.drafts.second_look import SecondLook
from copilot.grounding.figure_check import FigureCheck
from copilot.guidance.flow import Guidance, Guide
from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId
from copilot.kernel.paging import Page
from copilot.llm.chat import Chat, ModelCall, Models, Task
from copilot.llm.prompts import Prompts


class Cards(Protocol):
    """What builds context cards; see :class:`copilot.context.flow.ContextBuilder`."""

    async def for_conversation(self, tenant: TenantId, conversation_id: str) -> ContextCard:
        """The card of a stored conversation."""
        ...

    async def for_inline(
        self, tenant: TenantId, conversation: Conversation, customer: CustomerIn | None = None
    ) -> ContextCard:
        """The card of a conversation that is stored nowhere."""
        ...


class Drafter:
    """Makes, refines and reviews drafts.

    Args:
        db: The database.
        context: Builds context cards.
        models: A guarded language model, or None to assemble replies without one.
        prompts: The prompts.
        searcher: Searches for each question of a message with several; None: only the whole
            message is searched for.
        embedding: Compares what is asked with what articles say, for assembled replies; None:
            their wording alone decides.
        guidance: Finds the tenant's process, tone guide and saved reply; None: there are none.
        config: How drafts are checked; None: as by default.
    """

    def __init__(
        self,
        db: Database,
        context: Cards,
        models: Models | None,
        prompts: Prompts,
        searcher: Finder | None = None,
        embedding: Embedding | None = None,
        guidance: Guidance | None = None,
        config: DraftsConfig | None = None,
    ) -> None:
        self._db = db
        self._context = context
        self._models = models
        self._prompts = prompts
        self._searcher = searcher
        self._embedding = embedding
        self._guidance = guidance
        self._config = config or DraftsConfig()

    async def stream(
        self,
        tenant: TenantId,
        conversation_id: str,
        options: DraftOptions,
        *,
        principal_id: str | None = None,
    ) -> AsyncGenerator[DraftEvent, None]:
        """A draft as events, kept before ``done`` is told.

        Args:
            tenant: Whose conversation.
            conversation_id: Which.
            options: The agent's wishes.
            principal_id: Who asks for it.

        Raises:
            ConversationNotFoundError: The tenant has no such conversation; before any event,
                or at the end when it was deleted meanwhile.
        """
        started = monotonic()
        conversation = await self._conversation(tenant, conversation_id)
        card = self._context.for_conversation(tenant, conversation.id)
        material = await self._material(tenant, conversation, card, options)
        gathered = monotonic() - started
        chat = self._chat_for("draft", tenant, conversation, principal_id)
        look = self._look(tenant, conversation, principal_id)
        making = self._make(material, chat, look, stored=True, asked=started)
        async with aclosing(making) as events:
            async for event in events:
                if event.kind in ("meta", "delta"):
                    yield event
                elif event.draft is not None:
                    draft = await self._keep(tenant, _timed(event.draft, gathered), options)
                    for last in ending(draft):
                        yield last

    async def draft(
        self,
        tenant: TenantId,
        conversation_id: str,
        options: DraftOptions,
        *,
        principal_id: str | None = None,
    ) -> Draft:
        """The draft that :meth:`stream` tells of.

        Raises:
            ConversationNotFoundError: The tenant has no such conversation.
        """
        stream = self.stream(tenant, conversation_id, options, principal_id=principal_id)
        async with aclosing(stream) as events:
            return await _last(events)

    async def draft_inline(
        self,
        tenant: TenantId,
        conversation: Conversation,
        options: DraftOptions,
        customer: CustomerIn | None = None,
        *,
        principal_id: str | None = None,
    ) -> Draft:
        """A draft for a conversation that is stored nowhere; the draft is not kept either.

        Args:
            tenant: Whose articles and customers.
            conversation: From ``conversations.flow.inline``.
            options: The agent's wishes.
            customer: Who asks, to find their orders.
            principal_id: Who asks for the draft.
        """
        stream = self.stream_inline(
            tenant, conversation, options, customer, principal_id=principal_id
        )
        async with aclosing(stream) as events:
            return await _last(events)

    async def stream_inline(
        self,
        tenant: TenantId,
        conversation: Conversation,
        options: DraftOptions,
        customer: CustomerIn | None = None,
        *,
        principal_id: str | None = None,
    ) -> AsyncGenerator[DraftEvent, None]:
        """:meth:`draft_inline` as events."""
        started = monotonic()
        card = self._context.for_inline(tenant, conversation, customer)
        material = await self._material(tenant, conversation, card, options)
        gathered = monotonic() - started
        chat = self._chat_for("draft", tenant, None, principal_id)
        look = self._look(tenant, None, principal_id)
        making = self._make(material, chat, look, stored=False, asked=started)
        async with aclosing(making) as events:
            async for event in events:
                if event.draft is None:
                    yield event
                else:
                    yield ending(_timed(event.draft, gathered))[-1]

    async def refine(
        self,
        tenant: TenantId,
        draft_id: str,
        wish: RefineIn,
        *,
        may_use_internal: bool = True,
        principal_id: str | None = None,
    ) -> Draft:
        """A new draft made from an earlier one, which is its parent, with its options.

        Args:
            tenant: Whose draft.
            draft_id: The parent.
            wish: What to change.
            may_use_internal: Whether internal material may be read for it, where the parent's
                options allow that; what the parent cites stays either way.
            principal_id: Who asks for it.

        Raises:
            DraftNotFoundError: The tenant has no such draft.
        """
        started = monotonic()
        async with self._db.read() as session:
            parent, options = await store.get(session, tenant, draft_id)
        if parent.engine == OWN:
            raise OwnDraftError
        if not may_use_internal:
            options = options.model_copy(update={"use_internal": False})
        conversation = await self._conversation(tenant, str(parent.conversation_id))
        card = self._context.for_conversation(tenant, conversation.id)
        material = await self._material(tenant, conversation, card, options, parent)
        gathered = monotonic() - started
        draft = await refined(
            parent,
            wish,
            material,
            self._chat_for("refine", tenant, conversation, principal_id),
            self._prompts,
            self._embedding,
            asked=started,
            look=self._look(tenant, conversation, principal_id),
        )
        total = monotonic() - started - gathered
        timed = draft.model_copy(update={"timings_ms": {"write": round(total * 1000, 2)}})
        return await self._keep(tenant, _timed(timed, gathered), options)

    async def review(
        self, tenant: TenantId, draft_id: str, told: ReviewIn, reviewer_id: str | None = None
    ) -> Review:
        """Keep what a person did with a draft, and how far what they sent is from it.

        Raises:
            DraftNotFoundError: The tenant has no such draft.
            DraftStaleError: It is accepted, and what changed since was not seen.
            FiguresUnconfirmedError: It is accepted, and has figures that nobody vouched for.
        """
        return await review(self._db, tenant, draft_id, told, reviewer_id)

    async def check(self, tenant: TenantId, draft_id: str, text: str) -> list[FigureCheck]:
        """The figures of what a person made of a draft, against what the draft may rest on.

        Raises:
            DraftNotFoundError: The tenant has no such draft.
        """
        async with self._db.read() as session:
            case = await case_of(session, tenant, draft_id)
        return await asyncio.to_thread(checked, case, text)

    async def get(self, tenant: TenantId, draft_id: str) -> Draft:
        """A draft, ``stale`` when its conversation or a cited article has moved on.

        Raises:
            DraftNotFoundError: The tenant has no such draft.
        """
        async with self._db.read() as session:
            found = (await store.get(session, tenant, draft_id)).draft
            return (await as_they_are(session, tenant, [found]))[0]

    async def of_conversation(
        self, tenant: TenantId, conversation_id: str, *, limit: int, cursor: str | None
    ) -> Page[Draft]:
        """The drafts of a conversation, latest first.

        Raises:
            ConversationNotFoundError: The tenant has no such conversation.
            InvalidInputError: The cursor is not one that this list gave.
        """
        async with self._db.read() as session:
            head = await conversations.head(session, tenant, conversation_id)
            page = await store.of_conversation(
                session, tenant, head.id, version=head.version, limit=limit, cursor=cursor
            )
            return Page(
                items=await as_they_are(session, tenant, page.items), next_cursor=page.next_cursor
            )

    def _chat_for(
        self,
        task: Task,
        tenant: TenantId,
        conversation: Conversation | None,
        principal_id: str | None,
    ) -> Chat | None:
        """The model as this caller may use it, or None when there is none."""
        if self._models is None:
            return None
        about: tuple[str | None, str | None] = (None, None)
        if conversation is not None:
            about = (conversation.id, conversation.customer_id)
        return self._models.chat_for(ModelCall(tenant, task, *about, principal_id))

    def _look(
        self, tenant: TenantId, conversation: Conversation | None, principal_id: str | None
    ) -> SecondLook | None:
        """The model's second look at citations, or None where none is set."""
        chat = self._chat_for("support", tenant, conversation, principal_id)
        if chat is None or not self._config.check_citations:
            return None
        return SecondLook(chat, self._prompts, self._config.check_s)

    def _make(
        self,
        material: Material,
        chat: Chat | None,
        look: SecondLook | None,
        *,
        stored: bool,
        asked: float,
    ) -> AsyncGenerator[DraftEvent, None]:
        return make(
            material,
            chat,
            self._prompts,
            stored=stored,
            asked=asked,
            embedding=self._embedding,
            look=look,
        )

    async def _conversation(self, tenant: TenantId, conversation_id: str) -> Conversation:
        async with self._db.read() as session:
            return as_written(await conversations.get(session, tenant, conversation_id))

    async def _material(
        self,
        tenant: TenantId,
        conversation: Conversation,
        building: Coroutine[None, None, ContextCard],
        options: DraftOptions,
        parent: Draft | None = None,
    ) -> Material:
        searching = asyncio.create_task(
            found_for_each_question(self._searcher, tenant, conversation)
        )
        try:
            card = await building
            found = await searching
        finally:
            searching.cancel()
        passages = [*card.articles, *found]
        if parent is not None:
            passages = [*await cited_by(self._db, tenant, parent), *passages]
        passages += await neighbours_of(self._db, tenant, passages)
        material = await asyncio.to_thread(gather, conversation, card, options, passages, parent)
        material = material._replace(guide=await self._guide(tenant, material))
        if parent is not None or self._models is None:
            return material
        return material._replace(examples=await examples_for(self._db, tenant, material))

    async def _guide(self, tenant: TenantId, material: Material) -> Guide:
        if self._guidance is None or not material.pending:
            return Guide()
        return await self._guidance.for_draft(
            tenant,
            material.conversation,
            "\n".join(one.text for one in material.pending),
            material.language,
            orders=material.card.orders,
            facts=material.options.facts,
            record=material.card.customer,
        )

    async def _keep(self, tenant: TenantId, draft: Draft, options: DraftOptions) -> Draft:
        """Store ``draft``; it is stale already when something moved on while it was made."""
        async with self._db.write() as session:
            head = await conversations.head(session, tenant, str(draft.conversation_id))
            await store.add(session, tenant, draft, options)
        if head.version > draft.conversation_version:
            draft = store.as_stale(draft)
        async with self._db.read() as session:
            return (await as_they_are(session, tenant, [draft]))[0]


def _timed(draft: Draft, gathered_s: float) -> Draft:
    timings = {"context": round(gathered_s * 1000, 2), **draft.timings_ms}
    timings["total"] = round(sum(timings.values()), 2)
    return draft.model_copy(update={"timings_ms": timings})


async def _last(events: AsyncIterator[DraftEvent]) -> Draft:
    draft: Draft | None = None
    async for event in events:
        draft = event.draft or draft
    assert draft is not None  # noqa: S101 - every stream of events ends with its draft
    return draft
