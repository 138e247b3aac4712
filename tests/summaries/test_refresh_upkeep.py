"""Nobody holds up the others, and what lost its job is taken up again."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from copilot.conversations import store as conversations
from copilot.jobs.tables import JobRow
from copilot.kernel import clock
from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId
from copilot.summaries import notices, refreshes
from copilot.summaries.config import SummariesConfig
from copilot.summaries.tables import NoticeRow
from tests.summaries.desk import AT_ONCE, SHORT, USUAL, Desk, Open
from tests.summaries.scripted_chat import ScriptedChat

EARLIER = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def desk(db: Database, tenant: TenantId) -> Open:
    def opened(chat: ScriptedChat | None = None, config: SummariesConfig = AT_ONCE) -> Desk:
        return Desk(db, tenant, chat, config)

    return opened


async def test_one_tenants_silent_receiver_does_not_hold_up_the_others(desk: Open) -> None:
    first, second = desk(), desk()
    second.tenant = TenantId("another")
    for here in (first, second):
        for number in (1, 2):
            await here.messages(2, wish=(USUAL, f"https://desk.example/{number}"))
        await here.work()
    async with first.db.write() as session:
        # As before anybody looked.
        await session.execute(update(NoticeRow).values(status="due"))
        taken = await notices.take(session, at_once=9)
        assert sorted(one.tenant for one in taken) == sorted([first.tenant, second.tenant])
        mine = next(one for one in taken if one.tenant == first.tenant)
        await notices.sent(session, mine.tenant, mine.notice_id, error=None, again_at=None)
    async with first.db.write() as session:
        assert [one.tenant for one in await notices.take(session, at_once=9)] == [first.tenant]


async def test_many_silent_receivers_do_not_hold_up_a_tenant_that_came_later(desk: Open) -> None:
    desks = [desk() for _ in range(4)]
    for number, here in enumerate(desks):
        here.tenant = TenantId(f"tenant-{number}")
        for one in range(1 if number == 3 else 5):
            await here.messages(2, wish=(USUAL, f"https://desk.example/{one}"))
        await here.work()
    served: list[str] = [""]
    async with desks[0].db.write() as session:
        await session.execute(update(NoticeRow).values(status="due"))
        later = clock.now()
        await session.execute(
            update(NoticeRow).where(NoticeRow.tenant_id == "tenant-3").values(due_at=later)
        )
        for _ in range(4):
            for one in await notices.take(session, at_once=1, after=served[-1]):
                served.append(one.tenant)
                # Nobody answered, and it is due again at once.
                await notices.sent(
                    session, one.tenant, one.notice_id, error="No answer.", again_at=EARLIER
                )
    assert served[1:] == [here.tenant for here in desks]


async def test_one_tenants_thousands_do_not_hold_up_the_others(desk: Open) -> None:
    here = desk(config=SummariesConfig(quiet_s=0, longest_wait_s=0, at_once=1))
    async with here.db.write() as session:
        for number in range(300):
            await refreshes.mark(session, TenantId("busy"), f"cnv_{number:03}", AT_ONCE)
        await refreshes.mark(session, TenantId("small"), "cnv_small", AT_ONCE)
    taken = []
    for _ in range(3):
        assert await here.refresher.look() == 1
        ((tenant, _, subject, _),) = here.queue.jobs
        taken.append((tenant, subject))
        here.queue.jobs.clear()
        async with here.db.write() as session:
            await session.execute(update(JobRow).values(status="succeeded"))
    # Of each tenant what is due longest comes first, and alone it has all the room.
    assert taken == [("busy", "cnv_000"), ("small", "cnv_small"), ("busy", "cnv_001")]
    async with here.db.write() as session:
        rest = await refreshes.take(session, at_once=7, after="small")
    assert rest == [("busy", f"cnv_{number:03}") for number in range(2, 9)]


async def test_a_wish_whose_job_is_lost_is_taken_up_again_and_given_up_in_the_end(
    desk: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = desk()
    await here.messages(2, wish=(USUAL, "https://desk.example/hook"))
    await here.messages(2, wish=(SHORT, None))
    assert await here.refresher.look() == 1
    at = clock.now()

    async def upkeep_after(**passed: float) -> bool:
        monkeypatch.setattr(clock, "now", lambda: at + timedelta(**passed))
        await here.refresher.upkeep()
        return await here.mark() is not None

    assert not await upkeep_after(minutes=11)  # its job is still to be run
    here.queue.jobs.clear()
    async with here.db.write() as session:
        await session.execute(update(JobRow).values(status="failed"))
    assert not await upkeep_after(minutes=9)
    assert await upkeep_after(minutes=11)
    assert len(await here.work()) == 1
    assert await here.versions() == {"usual": 2, "short": 2}
    async with here.db.write() as session:
        # As if it had failed once more, and again for a week.
        await session.execute(update(NoticeRow).values(status="waiting"))
        await notices.wish(
            session,
            here.tenant,
            await conversations.head(session, here.tenant, here.id),
            SHORT,
            None,
        )
    assert not await upkeep_after(days=7, minutes=30)
    async with here.db.read() as session:
        (told,) = (await notices.find(session, here.tenant, limit=9, cursor=None)).items
        assert await notices.wanted_options(session, here.tenant, here.id) == []
    assert (told.status, told.error) == ("failed", "The summary could not be made.")


async def test_an_attempt_that_never_ended_is_made_again(
    desk: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = desk()
    await here.messages(2, wish=(USUAL, "https://desk.example/"))
    await here.work()
    async with here.db.write() as session:
        (taken,) = await notices.take(session, at_once=2)
    at = clock.now()
    for minutes, found in ((5, []), (11, [taken])):
        monkeypatch.setattr(clock, "now", lambda later=at + timedelta(minutes=minutes): later)
        async with here.db.write() as session:
            assert await notices.take(session, at_once=2) == found
