"""Nothing leaves without a row, and the row tells what left."""

import asyncio
import json
from decimal import Decimal

import pytest
from sqlalchemy import text

from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId
from copilot.ledger import store
from copilot.ledger.entry import LedgerNotFoundError, LedgerText
from copilot.ledger.gate import LedgeredModels
from copilot.llm.chat import ChatMessage, Metered, ModelCall, ModelUnavailableError
from tests.fake_openai import Behaviour, FakeOpenAI
from tests.ledger.conftest import OpenGate

ASK = [ChatMessage("system", "Be brief."), ChatMessage("user", "Hei [NAME_1], missä paketti?")]
OTHER = TenantId("ten_other")


def call_of(tenant: TenantId) -> ModelCall:
    return ModelCall(tenant, "draft", "cnv_1", "cus_1", "key_1")


async def rows(db: Database, models: LedgeredModels, tenant: TenantId) -> list[LedgerText]:
    """The tenant's rows as they are told, the oldest first."""
    assert models.ledger is not None
    await models.ledger.settled()
    async with db.read() as session:
        page = await store.find(session, tenant, dead=models.ledger.dead, limit=100)
        return [
            await store.get(session, tenant, one.id, dead=models.ledger.dead)
            for one in reversed(page.items)
        ]


async def drained(models: LedgeredModels, tenant: TenantId) -> str:
    return "".join([one async for one in models.chat_for(call_of(tenant)).stream(ASK)])


async def completed(models: LedgeredModels, tenant: TenantId) -> str:
    return await models.chat_for(call_of(tenant)).complete(ASK)


async def test_the_row_tells_exactly_what_left(
    db: Database, open_gate: OpenGate, model_server: FakeOpenAI, tenant: TenantId
) -> None:
    model_server.answer = "Hei [NAME_1]! Paketti on matkalla."
    async with open_gate(prompt_price="0.5", answer_price="2", currency="EUR") as models:
        chat = models.chat_for(call_of(tenant))
        assert await chat.complete(ASK) == model_server.answer
        assert "".join([one async for one in chat.stream(ASK)]) == model_server.answer
        first, second = await rows(db, models, tenant)
        assert isinstance(chat, Metered)
        assert len(chat.usage) == 2
        assert chat.currency == "EUR"
        assert first.cost is not None
        assert second.cost is not None
        assert chat.cost == first.cost + second.cost > Decimal(0)
    for row, body in zip((first, second), model_server.requests, strict=True):
        assert row.sent == body["messages"]
        assert (row.task, row.conversation_id, row.customer_id) == ("draft", "cnv_1", "cus_1")
        assert (row.principal_id, row.engine, row.local) == ("key_1", "openai:fake", False)
        assert row.host in model_server.base_url
        assert row.masked == {"name": 1}
        assert row.characters == sum(len(one.content) for one in ASK)
        assert row.outcome == "answered"
        assert row.finished_at is not None
        assert row.prompt_tokens
        assert row.answer_tokens


async def test_the_row_is_there_before_the_server_is_asked(
    db: Database, open_gate: OpenGate, model_server: FakeOpenAI, tenant: TenantId
) -> None:
    model_server.takes_s = 0.4
    async with open_gate() as models:
        asking = asyncio.create_task(models.chat_for(call_of(tenant)).complete(ASK))
        while not model_server.requests:
            await asyncio.sleep(0.01)
        (row,) = await rows(db, models, tenant)
        assert row.outcome == "running"
        assert row.sent == model_server.requests[0]["messages"]
        await asking
        assert [one.outcome for one in await rows(db, models, tenant)] == ["answered"]


@pytest.mark.parametrize("streamed", [False, True])
async def test_nothing_leaves_that_cannot_be_written_down(
    db: Database,
    open_gate: OpenGate,
    model_server: FakeOpenAI,
    tenant: TenantId,
    streamed: bool,
) -> None:
    async with db.write() as session:
        await session.execute(text("DROP TABLE model_calls"))
    async with open_gate() as models:
        with pytest.raises(ModelUnavailableError, match="written down") as raised:
            await (drained if streamed else completed)(models, tenant)
    assert raised.value.retry_after_s
    assert model_server.requests == []


async def test_a_call_site_that_forgot_to_mask_leaks_nothing(
    db: Database, open_gate: OpenGate, model_server: FakeOpenAI, tenant: TenantId
) -> None:
    personal = [
        "maija.virtanen@posti.example",
        "+358 40 123 4567",
        "4111 1111 1111 1111",
        "FI21 1234 5600 0007 85",
        "131052-308T",
    ]
    told = f"[EMAIL_1] kirjoitti.\n\nTiedot: {', '.join(personal)}."
    model_server.script = lambda messages: f"Kiitos! {messages[-1]['content']} [EMAIL_9]"
    model_server.piece_length = 3
    async with open_gate() as models:
        chat = models.chat_for(call_of(tenant))
        ask = [ChatMessage("user", told)]
        assert await chat.complete(ask) == f"Kiitos! {told} [EMAIL_9]"
        assert "".join([one async for one in chat.stream(ask)]) == f"Kiitos! {told} [EMAIL_9]"
        kept = await rows(db, models, tenant)
    for left in [json.dumps(model_server.requests), *(json.dumps(one.sent) for one in kept)]:
        assert all(one not in left for one in personal)
        assert "[EMAIL_1] kirjoitti" in left
    assert kept[0].masked == {"card": 1, "email": 2, "iban": 1, "id": 1, "phone": 1}


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
async def test_of_a_local_model_no_text_is_kept(
    db: Database, open_gate: OpenGate, model_server: FakeOpenAI, tenant: TenantId
) -> None:
    ask = [ChatMessage("user", "Kirjoita osoitteeseen maija@posti.example")]
    async with open_gate(local=True) as models:
        await models.chat_for(call_of(tenant)).complete(ask)
        (row,) = await rows(db, models, tenant)
    assert model_server.prompts == [ask[0].content]
    assert (row.sent, row.has_text, row.local, row.masked) == (None, False, True, {})
    assert row.characters == len(ask[0].content)


async def test_a_stream_that_is_closed_early_was_cancelled(
    db: Database, open_gate: OpenGate, model_server: FakeOpenAI, tenant: TenantId
) -> None:
    model_server.answer = "sana " * 200
    async with open_gate() as models:
        stream = models.chat_for(call_of(tenant)).stream(ASK)
        assert await anext(stream)
        await stream.aclose()
        (row,) = await rows(db, models, tenant)
        assert row.outcome == "cancelled"
        assert row.prompt_tokens
        # And one whose whole request is given up while it waits.
        model_server.takes_s = 2
        asking = asyncio.create_task(drained(models, tenant))
        while len(model_server.requests) < 2:
            await asyncio.sleep(0.01)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert [one.outcome for one in await rows(db, models, tenant)] == ["cancelled"] * 2


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("behaviour", "outcome"),
    [("error_500", "failed"), ("half_a_stream", "failed"), ("hangs", "timed_out")],
)
async def test_the_row_tells_how_it_ended(
    db: Database,
    open_gate: OpenGate,
    model_server: FakeOpenAI,
    tenant: TenantId,
    behaviour: Behaviour,
    outcome: str,
) -> None:
    model_server.behaviour = behaviour
    async with open_gate(deadline_s=0.5) as models:
        with pytest.raises(ModelUnavailableError):
            await drained(models, tenant)
        (row,) = await rows(db, models, tenant)
    assert row.outcome == outcome
    assert row.sent == model_server.requests[0]["messages"]


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
async def test_a_model_left_alone_after_failures_gets_nothing(
    db: Database, open_gate: OpenGate, model_server: FakeOpenAI, tenant: TenantId
) -> None:
    model_server.behaviour = "error_500"
    async with open_gate() as models:
        for _ in range(4):
            with pytest.raises(ModelUnavailableError):
                await models.chat_for(call_of(tenant)).complete(ASK)
        told = await rows(db, models, tenant)
    asked = len(model_server.requests)
    assert [one.outcome for one in told] == ["failed"] * asked + ["refused"] * (4 - asked)
    assert asked < 4
    assert told[-1].sent is None


async def test_a_call_whose_process_died_is_unknown(
    db: Database, open_gate: OpenGate, model_server: FakeOpenAI, tenant: TenantId
) -> None:
    model_server.takes_s = 0.3
    async with open_gate() as models:
        asking = asyncio.create_task(models.chat_for(call_of(tenant)).complete(ASK))
        while not model_server.requests:
            await asyncio.sleep(0.01)
        async with open_gate() as after_restart:
            (row,) = await rows(db, after_restart, tenant)
        assert row.outcome == "unknown"
        assert row.sent == model_server.requests[0]["messages"]
        await asking


async def test_no_tenant_sees_the_rows_of_another(
    db: Database, open_gate: OpenGate, tenant: TenantId
) -> None:
    async with open_gate() as models:
        await drained(models, tenant)
        await drained(models, OTHER)
        await drained(models, OTHER)
        (mine,) = await rows(db, models, tenant)
        assert len(await rows(db, models, OTHER)) == 2
        assert models.ledger is not None
        async with db.read() as session:
            with pytest.raises(LedgerNotFoundError):
                await store.get(session, OTHER, mine.id, dead=models.ledger.dead)
