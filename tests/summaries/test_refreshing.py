"""Marks and refreshes on both databases; what dies in between is in ``test_refresh_crash``."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import update

from copilot.conversations import edits
from copilot.jobs import store as jobs
from copilot.jobs.tables import JobRow
from copilot.kernel import clock
from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId
from copilot.summaries import notices, refreshes, store
from copilot.summaries.config import SummariesConfig
from copilot.summaries.notices import MOST_WAITING, TooManyNoticesError
from copilot.summaries.tables import SummaryRow
from tests.summaries.desk import AT_ONCE, SHORT, USUAL, Desk, Once, Open
from tests.summaries.scripted_chat import DOWN, ScriptedChat, answer


@pytest.fixture
def desk(db: Database, tenant: TenantId) -> Open:
    def opened(chat: ScriptedChat | None = None, config: SummariesConfig = AT_ONCE) -> Desk:
        return Desk(db, tenant, chat, config)

    return opened


async def test_new_messages_renew_what_is_stored_and_nothing_else(desk: Open) -> None:
    here = desk()
    await here.messages(3)
    assert await here.mark() is None
    await here.summarise(USUAL)
    await here.messages(5)
    (job,) = await here.work()
    assert await here.versions() == {"usual": 5}
    assert job.subject_id == here.id
    await here.summarise(SHORT)
    await here.messages(6)
    await here.work()
    assert await here.versions() == {"usual": 6, "short": 6}
    assert await here.work() == []
    # The same again is nothing new.
    await here.messages(6)
    assert await here.mark() is None


async def test_a_burst_puts_it_off_but_not_for_ever(
    desk: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = desk(config=SummariesConfig(quiet_s=5, longest_wait_s=12))
    await here.messages(1)
    await here.summarise(USUAL)
    start = clock.now()
    at = start
    monkeypatch.setattr(clock, "now", lambda: at)
    due: list[float] = []
    for number in range(2, 5):
        await here.messages(number)
        mark = await here.mark()
        assert mark is not None
        due.append((mark.due_at - start).total_seconds())
        assert await here.work() == []
        at += timedelta(seconds=4)
    assert due == [5, 9, 12]
    await here.work()
    assert await here.versions() == {"usual": 4}
    # What comes later waits anew.
    await here.messages(5)
    mark = await here.mark()
    assert mark is not None
    assert (mark.due_at - at).total_seconds() == 5


async def test_what_comes_while_it_is_renewed_is_renewed_afterwards(desk: Open) -> None:
    here = desk()
    await here.messages(3)
    await here.summarise(USUAL)
    await here.messages(4)
    assert await here.refresher.look() == 1
    await here.messages(5)
    # Not at the same time: the one under way may read the new message, or may not.
    assert await here.refresher.look() == 0
    ((tenant, _, subject, job_id),) = here.queue.jobs
    await here.refresher.handle(Once(tenant, subject, job_id))
    async with here.db.write() as session:
        await session.execute(update(JobRow).values(status="succeeded"))
    assert await here.refresher.look() == 1


async def test_refreshes_leave_room_for_other_work(desk: Open, db: Database) -> None:
    here = desk(config=SummariesConfig(quiet_s=0, longest_wait_s=0, at_once=2))
    async with db.write() as session:
        for number in range(5):
            await refreshes.mark(session, here.tenant, f"cnv_{number}", AT_ONCE)
    assert await here.refresher.look() == 2
    assert await here.refresher.look() == 0
    assert len({subject for _, _, subject, _ in here.queue.jobs}) == 2


async def test_two_processes_that_look_at_once_make_one_job_of_each(desk: Open) -> None:
    one, two = (desk(config=SummariesConfig(quiet_s=0, longest_wait_s=0, at_once=64)) for _ in "ab")
    async with one.db.write() as session:
        for number in range(40):
            await refreshes.mark(session, one.tenant, f"cnv_{number:02}", AT_ONCE)
    await asyncio.gather(*(here.refresher.look() for here in (one, two) for _ in range(3)))
    taken = [subject for here in (one, two) for _, _, subject, _ in here.queue.jobs]
    assert sorted(taken) == [f"cnv_{number:02}" for number in range(40)]
    async with one.db.read() as session:
        page = await jobs.find(session, one.tenant, kind=refreshes.KIND, limit=100)
    assert sorted(one.subject_id or "" for one in page.items) == sorted(taken)


async def test_a_deleted_conversation_is_no_error(desk: Open) -> None:
    here = desk()
    await here.messages(3)
    await here.summarise(USUAL)
    await here.messages(4, wish=(SHORT, "https://desk.example/hook"))
    await here.refresher.look()
    async with here.db.write() as session:
        await edits.delete(session, here.tenant, here.id)
    ((tenant, _, subject, job_id),) = here.queue.jobs
    context = Once(tenant, subject, job_id)
    await here.refresher.handle(context)
    assert context.steps == [[]]
    # And one that goes after the plan was made.
    assert await here.refresher._renew(tenant, subject, store.options_hash(USUAL)) is None


async def test_a_model_that_is_down_is_not_asked_again_before_there_is_news(desk: Open) -> None:
    text = "The desk lamp from order UK-7781 flickers and gets hot."
    chat = ScriptedChat(answer(("request", text, [1])), DOWN)
    here = desk(chat)
    await here.messages(3)
    await here.summarise(USUAL)
    await here.messages(4)
    await here.work()
    latest = await here.summariser.latest(here.tenant, here.id)
    assert (latest.version, latest.engine, latest.degraded) == (4, "extractive", True)
    asked = len(chat.asked)
    assert await here.work() == []
    assert not await here.refresher.stale_was_read(here.tenant, here.id)
    assert len(chat.asked) == asked
    await here.messages(5)
    await here.work()
    assert len(chat.asked) > asked


async def test_summaries_whose_options_nobody_kept(desk: Open, db: Database) -> None:
    """Rows from before the options were kept: renewed where they must be the usual ones."""
    here = desk()
    await here.messages(3)
    await here.summarise(USUAL, SHORT)
    async with db.write() as session:
        await session.execute(update(SummaryRow).values(options=None))
    await here.messages(4)
    await here.work()
    assert await here.versions() == {"usual": 4, "short": 3}
    await here.summarise(SHORT)
    await here.messages(5)
    await here.work()
    assert await here.versions() == {"usual": 5, "short": 5}


async def test_wishes_of_a_burst_are_one_and_there_are_not_too_many(desk: Open) -> None:
    here = desk()
    url = "https://desk.example/hook"
    for number in range(1, 4):
        await here.messages(number, wish=(USUAL, url))
    await here.work()
    async with here.db.read() as session:
        (told,) = (await notices.find(session, here.tenant, limit=9, cursor=None)).items
    assert (told.status, told.version, told.host) == ("due", 3, "desk.example")
    for number in range(MOST_WAITING):
        await here.messages(4, wish=(USUAL, f"{url}/{number}"))
    with pytest.raises(TooManyNoticesError, match="20 different wishes"):
        await here.messages(4, wish=(USUAL, f"{url}/one-more"))


async def test_what_is_over_is_forgotten_and_what_failed_is_kept(
    desk: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = desk()
    url = "https://desk.example/hook"
    await here.messages(2, wish=(USUAL, url))
    await here.work()
    async with here.db.write() as session:
        ((tenant, notice_id),) = await notices.take(session, at_once=2)
        assert await notices.take(session, at_once=2) == []
        await notices.sent(session, tenant, notice_id, error=None, again_at=None)
        failed = await jobs.add(session, tenant, refreshes.KIND, "cnv_1")
        other = await jobs.add(session, tenant, "call", "cal_1")
        for job_id, status in ((failed, "failed"), (other, "succeeded")):
            await session.execute(update(JobRow).where(JobRow.id == job_id).values(status=status))
    at = clock.now()
    for days, left in ((0.5, 3), (2, 2)):
        monkeypatch.setattr(clock, "now", lambda later=at + timedelta(days=days): later)
        async with here.db.write() as session:
            await refreshes.forget_jobs(session, [refreshes.KIND])
            assert len((await jobs.find(session, here.tenant)).items) == left
    for days, left in ((6, 1), (8, 0)):
        monkeypatch.setattr(clock, "now", lambda later=at + timedelta(days=days): later)
        async with here.db.write() as session:
            await notices.forget_old(session)
            page = await notices.find(session, here.tenant, limit=9, cursor=None)
        assert len(page.items) == left
