"""What a tenant may take: budgets, answers at once, and what is told of them."""

import asyncio
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text, update

from copilot.kernel.clock import now
from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId
from copilot.ledger.gate import LedgeredModels
from copilot.ledger.keeping import LedgerKeeper
from copilot.ledger.tables import ModelCallRow
from copilot.ledger.turns import Turns
from copilot.llm.chat import ModelNotAskedError, ModelUnavailableError
from tests.fake_openai import FakeOpenAI
from tests.ledger.conftest import OpenGate
from tests.ledger.test_gate import ASK, OTHER, call_of, drained, rows


async def aged(db: Database, tenant: TenantId, age: timedelta) -> None:
    """Make every row of ``tenant`` that much older."""
    async with db.write() as session:
        await session.execute(
            update(ModelCallRow).where(ModelCallRow.tenant_id == tenant).values(sent_at=now() - age)
        )


@pytest.mark.parametrize(
    "settings",
    [
        {"tokens_per_day": 10},
        {"tokens_per_month": 10},
        {"cost_per_day": "0.00001", "prompt_price": "100"},
        {"cost_per_month": "0.00001", "prompt_price": "100", "answer_price": "0"},
    ],
)
async def test_a_tenant_over_its_budget_is_refused_and_others_are_not(
    db: Database,
    open_gate: OpenGate,
    model_server: FakeOpenAI,
    tenant: TenantId,
    settings: dict[str, object],
) -> None:
    async with open_gate(**settings) as models:
        await drained(models, tenant)
        with pytest.raises(ModelUnavailableError, match="used up") as raised:
            await drained(models, tenant)
        left_s = raised.value.retry_after_s
        period = "day" if any("day" in one for one in settings) else "month"
        assert left_s is not None
        assert 0 < left_s <= 86_400 * (1 if period == "day" else 31)
        assert f"a {period}" in raised.value.detail
        assert len(model_server.requests) == 1
        await drained(models, OTHER)
        assert len(model_server.requests) == 2
        first, refused = await rows(db, models, tenant)
        assert (first.outcome, refused.outcome) == ("answered", "refused")
        assert (refused.sent, refused.prompt_tokens, refused.cost) == (None, None, None)


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
async def test_a_budget_is_known_to_a_process_that_starts_later(
    open_gate: OpenGate, model_server: FakeOpenAI, tenant: TenantId
) -> None:
    for _ in range(2):
        async with open_gate(tokens_per_day=10) as models:
            if model_server.requests:
                with pytest.raises(ModelNotAskedError):
                    await drained(models, tenant)
            else:
                await drained(models, tenant)
    assert len(model_server.requests) == 1


async def test_a_budget_starts_anew(db: Database, open_gate: OpenGate, tenant: TenantId) -> None:
    async with open_gate(tokens_per_day=10) as models:
        await drained(models, tenant)
    await aged(db, tenant, timedelta(days=1))
    async with open_gate(tokens_per_day=10) as models:
        await drained(models, tenant)


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
async def test_a_tenant_may_have_limits_of_its_own(
    open_gate: OpenGate, model_server: FakeOpenAI, tenant: TenantId
) -> None:
    own = {OTHER: {"tokens_per_day": 1_000_000}}
    async with open_gate(tokens_per_day=10, tenants=own) as models:
        for _ in range(3):
            await drained(models, OTHER)
        await drained(models, tenant)
        with pytest.raises(ModelNotAskedError):
            await drained(models, tenant)
    assert len(model_server.requests) == 4


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
async def test_a_budget_that_cannot_be_read_lets_nothing_out(
    db: Database, open_gate: OpenGate, model_server: FakeOpenAI, tenant: TenantId
) -> None:
    async with db.write() as session:
        await session.execute(text("DROP TABLE model_calls"))
    async with open_gate(tokens_per_day=10) as models:
        with pytest.raises(ModelNotAskedError, match="budget"):
            await drained(models, tenant)
    assert model_server.requests == []


async def test_usage_is_told_by_day_task_and_engine(
    db: Database, open_gate: OpenGate, tenant: TenantId
) -> None:
    settings = {"tokens_per_day": 1_000_000, "prompt_price": "1", "answer_price": "3"}
    async with open_gate(**settings) as models:
        await drained(models, tenant)
        await aged(db, tenant, timedelta(days=2))
        await drained(models, tenant)
        await drained(models, tenant)
        await models.chat_for(call_of(tenant)._replace(task="summary")).complete(ASK)
        await drained(models, OTHER)
        mine = await rows(db, models, tenant)
        assert models.ledger is not None
        report = await models.ledger.report(tenant, now() - timedelta(days=7))
        recent = await models.ledger.report(tenant, now() - timedelta(hours=30))
    told = [(one.day, one.task, one.engine, one.calls) for one in report.items]
    today, before = now().date(), (now() - timedelta(days=2)).date()
    assert told == [
        (today, "draft", "openai:fake", 2),
        (today, "summary", "openai:fake", 1),
        (before, "draft", "openai:fake", 1),
    ]
    assert [one.calls for one in recent.items] == [2, 1]
    assert sum(one.cost or 0 for one in report.items) == sum(one.cost or 0 for one in mine)
    (budget,) = report.budgets
    taken = sum((one.prompt_tokens or 0) + (one.answer_tokens or 0) for one in mine[1:])
    assert (budget.used, budget.left) == (Decimal(taken), Decimal(1_000_000 - taken))
    assert budget.resets_at > datetime.now(UTC)


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
async def test_one_tenant_does_not_take_the_model_from_another(
    open_gate: OpenGate, model_server: FakeOpenAI, tenant: TenantId
) -> None:
    model_server.takes_s = 0.5
    async with open_gate(concurrency=2, wait_s=0.05) as models:
        many = [asyncio.create_task(drained(models, tenant)) for _ in range(6)]
        while len(model_server.requests) < 2:
            await asyncio.sleep(0.01)
        assert await drained(models, OTHER)
        told = await asyncio.gather(*many, return_exceptions=True)
    refused = [one for one in told if isinstance(one, ModelNotAskedError)]
    assert len(refused) == 4
    assert "at once" in refused[0].detail
    assert refused[0].retry_after_s
    assert len(model_server.requests) == 3


@pytest.mark.parametrize("db", ["sqlite"], indirect=True)
async def test_who_waits_first_is_let_in_first(
    open_gate: OpenGate, model_server: FakeOpenAI, tenant: TenantId
) -> None:
    model_server.takes_s = 0.05
    ended: list[int] = []

    async def one(models: LedgeredModels, number: int) -> None:
        await drained(models, tenant)
        ended.append(number)

    async with open_gate(concurrency=1, wait_s=10) as models, asyncio.TaskGroup() as group:
        for number in range(5):
            group.create_task(one(models, number))
    assert ended == list(range(5))


async def test_places_are_given_back_whatever_happens(tenant: TenantId) -> None:
    turns = Turns()
    with pytest.raises(ValueError, match="broken"):
        async with turns.turn(tenant, 1, 0):
            raise ValueError("broken")

    async def held() -> None:
        async with turns.turn(tenant, 1, 0):
            await asyncio.sleep(60)

    holder = asyncio.create_task(held())
    await asyncio.sleep(0)
    with pytest.raises(ModelNotAskedError):
        async with turns.turn(tenant, 1, 0):
            pass
    holder.cancel()
    await asyncio.wait([holder])
    async with turns.turn(tenant, 1, 0):
        pass


async def test_text_is_dropped_when_it_was_kept_long_enough(
    db: Database, open_gate: OpenGate, tenant: TenantId
) -> None:
    async with open_gate(text_days=90, tenants={OTHER: {"text_days": 400}}) as models:
        for one in (tenant, OTHER):
            await drained(models, one)
            await aged(db, one, timedelta(days=91))
        await drained(models, tenant)
        before = await rows(db, models, tenant)
        keeper = LedgerKeeper(db, models.config)
        assert await keeper.look() == 1
        assert await keeper.look() == 0
        old, new = await rows(db, models, tenant)
        assert (old.sent, old.has_text) == (None, False)
        assert old.model_copy(update={"sent": before[0].sent, "has_text": True}) == before[0]
        assert new == before[1]
        assert (await rows(db, models, OTHER))[0].sent
