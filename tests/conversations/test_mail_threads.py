"""Threads over imports: one conversation and every mail once, in whatever order and portions."""

import asyncio
import itertools
import random
from collections.abc import Sequence

import pytest
from sqlalchemy import select

from copilot.conversations.mail import parse_mail
from copilot.conversations.mail_flow import accept_thread
from copilot.conversations.tables import ConversationRow, MessageRow
from copilot.conversations.threads import rebuild
from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId
from tests.conversations.mails import ANNA, BO, DESK, mail

OURS = ("@shop.example",)
MONTH = 31 * 24


async def store(
    db: Database, tenant: TenantId, *raws: bytes, support: Sequence[str] = OURS
) -> tuple[int, int]:
    """Store mails as one import would; the conversations made and the mails that were new."""
    threads = rebuild([parse_mail(one) for one in raws], support_addresses=support)
    added = [await accept_thread(db, tenant, one, support_addresses=support) for one in threads]
    return sum(one.conversations for one in added), sum(one.mails for one in added)


async def stored(db: Database, tenant: TenantId) -> list[list[str]]:
    """The names of the mails of every conversation, in their order."""
    async with db.read() as session:
        rows = await session.execute(
            select(MessageRow.conversation_id, MessageRow.external_id)
            .where(MessageRow.tenant_id == tenant)
            .order_by(MessageRow.conversation_id, MessageRow.seq)
        )
        found: dict[str, list[str]] = {}
        for conversation_id, name in rows:
            found.setdefault(conversation_id, []).append(name.removesuffix("@x.example"))
    return sorted(found.values())


WITH_REFERENCES = (
    mail(1),
    mail(2, sender=DESK, to=ANNA, subject="Re: Kettle", refs=(1,)),
    mail(3, subject="Vs: Kettle", refs=(1, 2)),
    mail(4, sender=DESK, to=ANNA, subject="Re: Kettle", refs=(1, 2, 3)),
)
BY_PARENT = (
    mail(1),
    mail(2, sender=DESK, to=ANNA, subject="Re: Kettle", parent=1),
    mail(3, subject="Re: Kettle", parent=2),
)
BY_SUBJECT = (
    mail(1),
    mail(2, sender=DESK, to=ANNA, subject="Re: Kettle"),
    mail(3, subject="Vs: kettle"),
)


@pytest.mark.parametrize("mails", [WITH_REFERENCES, BY_PARENT, BY_SUBJECT])
async def test_any_order_makes_one_conversation(
    db: Database, tenant: TenantId, mails: tuple[bytes, ...]
) -> None:
    for number, order in enumerate(itertools.permutations(mails)):
        own = TenantId(f"{tenant}-{number}")
        for one in order:
            await store(db, own, one)
        names = [str(n) for n in range(1, len(mails) + 1)]
        assert await stored(db, own) == [names], order
        assert await store(db, own, *mails) == (0, 0)


async def test_any_portions_of_many_threads_are_the_same(db: Database, tenant: TenantId) -> None:
    mails = []
    for thread in range(8):
        ids = [f"{thread}.{n}" for n in range(5)]
        for n, name in enumerate(ids):
            people = {"sender": DESK, "to": ANNA} if n % 2 else {}
            subject = "Order" if n == 0 else "Re: Order"
            refs = tuple(ids[:n])
            hours = thread + n * 24
            mails.append(mail(name, hours=hours, subject=subject, refs=refs, **people))  # type: ignore[arg-type]
    expected = [[f"{thread}.{n}" for n in range(5)] for thread in range(8)]
    for seed in range(3):
        own = TenantId(f"{tenant}-{seed}")
        shuffled = random.Random(seed)
        waiting = mails * 2
        shuffled.shuffle(waiting)
        while waiting:
            size = shuffled.randint(1, 12)
            await store(db, own, *waiting[:size])
            waiting = waiting[size:]
        assert await stored(db, own) == expected


async def test_the_same_subject_is_not_the_same_matter(db: Database, tenant: TenantId) -> None:
    order = {"subject": "Order"}
    answer = {"subject": "Re: Order", "sender": DESK, "to": ANNA}
    await store(db, tenant, mail(1, **order))  # type: ignore[arg-type]
    await store(db, tenant, mail(2, sender=BO, **order))  # type: ignore[arg-type]
    await store(db, tenant, mail(3, **order))  # type: ignore[arg-type]
    await store(db, tenant, mail(4, **answer))  # type: ignore[arg-type]
    await store(db, tenant, mail("late", hours=4 * MONTH, **answer))  # type: ignore[arg-type]
    await store(db, tenant, mail("bo", hours=5, sender=BO, subject="Re: Order"))
    assert await stored(db, tenant) == [["1"], ["2", "bo"], ["3", "4"], ["late"]]


async def test_answers_to_two_mails_that_are_not_here_stay_two_matters(
    db: Database, tenant: TenantId
) -> None:
    for name, parent in (("1", "confirmation-7"), ("2", "confirmation-8")):
        await store(db, tenant, mail(name, subject="Re: Your order", parent=parent))
    assert await stored(db, tenant) == [["1"], ["2"]]
    sent = [
        mail(f"confirmation-{n}", hours=0.5, sender=DESK, to=ANNA, subject="Your order")
        for n in (7, 8)
    ]
    for one in sent:
        await store(db, tenant, one)
    assert await stored(db, tenant) == [["confirmation-7", "1"], ["confirmation-8", "2"]]


async def test_two_conversations_that_prove_to_be_one_thread_are_both_kept(
    db: Database, tenant: TenantId
) -> None:
    chain = [
        mail(1, subject="One"),
        mail(2, subject="Two", parent=1),
        mail(3, subject="Three", parent=2),
        mail(4, subject="Four", parent=2),
    ]
    for at in (0, 2, 1, 3):
        await store(db, tenant, chain[at])
    assert await stored(db, tenant) == [["1"], ["2", "3", "4"]]
    assert await store(db, tenant, *chain) == (0, 0)


async def test_a_late_answer_of_ours_without_any_setting_is_ours(
    db: Database, tenant: TenantId
) -> None:
    await store(db, tenant, mail(1), support=())
    await store(db, tenant, mail(2, sender=DESK, to=ANNA, parent=1), support=())
    await store(db, tenant, mail(3, parent=2, subject="Something else"), support=())
    async with db.read() as session:
        roles = await session.scalars(select(MessageRow.author_role).order_by(MessageRow.seq))
        assert list(roles) == ["customer", "agent", "customer"]
        (row,) = await session.scalars(select(ConversationRow))
        assert (row.subject, row.external_id) == ("Kettle", "1@x.example")


async def test_many_at_once_make_one_conversation(db: Database, tenant: TenantId) -> None:
    mails = [mail(n, refs=tuple(range(n)), subject="Re: Kettle") for n in range(12)]
    await asyncio.gather(*(store(db, tenant, one) for one in (*mails, *mails)))
    assert await stored(db, tenant) == [sorted(map(str, range(12)), key=int)]


async def test_tenants_have_threads_of_their_own(db: Database, tenant: TenantId) -> None:
    other = TenantId(f"{tenant}-other")
    await store(db, other, *WITH_REFERENCES[:2])
    assert await store(db, tenant, WITH_REFERENCES[1], WITH_REFERENCES[2]) == (1, 2)
    assert await stored(db, tenant) == [["2", "3"]]
    assert await stored(db, other) == [["1", "2"]]
