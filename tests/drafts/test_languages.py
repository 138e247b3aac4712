"""Replies put together in Swedish, German and Estonian: whole, and in one language."""

from datetime import UTC, datetime

import pytest

from copilot.context.flow import ContextBuilder
from copilot.conversations.conversation import ConversationIn
from copilot.conversations.flow import inline
from copilot.customers import flow as customers
from copilot.customers import orders
from copilot.customers.customer import CustomerIn
from copilot.customers.order import OrderCustomer, OrderIn, Tracking
from copilot.drafts.draft import Draft, DraftOptions, RefineIn
from copilot.drafts.flow import Drafter
from copilot.drafts.refining import change
from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId
from copilot.kernel.resources import bundled
from copilot.llm.prompts import Prompts
from tests.drafts.conftest import AT, WordSearch, passage, shelved
from tests.drafts.languages import ARTICLES, ENGLISH, FINNISH, FRAMES, THREADS, Thread

pytestmark = pytest.mark.parametrize("db", ["sqlite"], indirect=True)


async def _draft(db: Database, tenant: TenantId, thread: Thread, **options: object) -> Draft:
    customer = CustomerIn(source="crm", external_id="c-5", name=thread.name)
    async with db.write() as session:
        await customers.resolve(session, tenant, customer)
    if thread.orders:
        body = OrderIn(
            customer=OrderCustomer(source="crm", external_id="c-5"),
            status="shipped",
            placed_at=datetime(2026, 3, 2, tzinfo=UTC),
            tracking=[Tracking(number="NB123456789", status="in_transit", eta="2026-03-20")],
        )
        async with db.write() as session:
            await orders.put(session, tenant, "shop", "NB-7701", body)
    pages = [passage(title, text, thread.language) for title, text in ARTICLES[thread.language]]
    search = WordSearch([await shelved(db, tenant, one) for one in pages])
    context = ContextBuilder(db, search)  # type: ignore[arg-type]
    drafter = Drafter(db, context, None, Prompts(bundled("prompts")), search)
    message = {
        "external_id": "m1",
        "author": {"role": "customer", "name": thread.name},
        "sent_at": AT.isoformat(),
        "text": thread.text,
    }
    told = ConversationIn.model_validate(
        {"channel": thread.channel, "customer": customer.model_dump(), "messages": [message]}
    )
    return await drafter.draft_inline(
        tenant, inline(told), DraftOptions.model_validate(options), told.customer
    )


@pytest.mark.parametrize("thread", THREADS)
async def test_a_reply_in_the_language_of_the_thread(
    db: Database, tenant: TenantId, thread: Thread
) -> None:
    draft = await _draft(db, tenant, thread)
    assert draft.language == thread.language
    greeting, closing = FRAMES[thread.language]
    blocks = draft.text.split("\n\n")
    assert blocks[0] == greeting.format(name=thread.name.split()[0])
    assert blocks[-1] == closing
    for wanted in thread.has:
        assert wanted in draft.text
    for other in (*ENGLISH, *FINNISH):
        assert other not in draft.text, draft.text
    codes = {one.code for one in draft.warnings}
    assert not codes & {"language_not_supported", "claim_without_source", "figure_unsupported"}
    for block in blocks[1:-1]:
        assert block.rstrip("”“")[-1] in ".!?", block


@pytest.mark.parametrize("tone", ["friendly", "formal", "apologetic"])
@pytest.mark.parametrize("thread", [THREADS[1], THREADS[4], THREADS[7]])
async def test_tones_have_words_of_their_own(
    db: Database, tenant: TenantId, thread: Thread, tone: str
) -> None:
    draft = await _draft(db, tenant, thread, tone=tone)
    for other in (*ENGLISH, *FINNISH):
        assert other not in draft.text, draft.text
    assert "claim_without_source" not in {one.code for one in draft.warnings}
    other_tone = RefineIn(action="friendlier" if tone == "formal" else "more_formal").action
    assert other_tone is not None
    changed = change(draft, other_tone)
    assert changed is not None
    assert changed != draft.text
