"""A desk for the tests of refreshes: messages come and jobs are done when the tests like."""

from collections.abc import Awaitable, Callable

from sqlalchemy import update

from copilot.conversations.conversation import Conversation, ConversationIn
from copilot.conversations.flow import put
from copilot.jobs.queue import Result
from copilot.jobs.tables import JobRow
from copilot.kernel.db import Database, WriteSession
from copilot.kernel.ids import TenantId
from copilot.kernel.resources import bundled
from copilot.llm.prompts import Prompts
from copilot.summaries import refreshes, store
from copilot.summaries.config import SummariesConfig
from copilot.summaries.flow import Summariser
from copilot.summaries.refreshing import Refresher
from copilot.summaries.summary import SummaryOptions
from copilot.summaries.tables import RefreshRow
from tests.summaries.scripted_chat import ScriptedChat
from tests.summaries.threads import KETTLE, body

AT_ONCE = SummariesConfig(quiet_s=0, longest_wait_s=0)
USUAL, SHORT = SummaryOptions(), SummaryOptions(max_sentences=1)
BOTH = {"usual": USUAL, "short": SHORT}


class Waiting:
    """A queue that keeps what it is given: the tests do it when they like."""

    def __init__(self) -> None:
        self.jobs: list[tuple[TenantId, str, str, str]] = []

    async def enqueue(
        self, tenant: TenantId, kind: str, subject_id: str, *, job_id: str, **_: object
    ) -> str:
        self.jobs.append((tenant, kind, subject_id, job_id))
        return job_id


class Once:
    """A job context that runs every step."""

    def __init__(self, tenant: TenantId, subject_id: str, job_id: str) -> None:
        self.tenant, self.subject_id, self.job_id = tenant, subject_id, job_id
        self.steps: list[object] = []

    async def step(self, _name: str, work: Callable[[], Awaitable[Result]]) -> Result:
        self.steps.append(await work())
        return self.steps[-1]  # type: ignore[return-value]

    async def progress(self, share: float) -> None:
        """Not told."""


class Desk:
    """A conversation whose messages come as the tests like."""

    def __init__(
        self, db: Database, tenant: TenantId, chat: ScriptedChat | None, config: SummariesConfig
    ) -> None:
        self.db, self.tenant = db, tenant
        self.queue = Waiting()
        prompts = Prompts(bundled("prompts")) if chat is not None else None
        self.summariser = Summariser(db, chat, prompts)
        self.refresher = Refresher(db, self.queue, self.summariser, config)  # type: ignore[arg-type]
        self.id = ""

    async def messages(
        self, count: int, *, wish: tuple[SummaryOptions, str | None] | None = None
    ) -> None:
        async def along(session: WriteSession, stored: Conversation, new: int) -> None:
            if new:
                await self.refresher.messages_came(session, self.tenant, stored.id)
            if wish is not None:
                await self.refresher.wish(session, self.tenant, stored, *wish)

        sent: ConversationIn = body(KETTLE[:count], channel="chat")
        async with self.db.write() as session:
            stored, _ = await put(session, self.tenant, "test", "lamp", sent, along=along)
        self.id = stored.id

    async def versions(self) -> dict[str, int]:
        async with self.db.read() as session:
            found = {
                name: await store.find(session, self.tenant, self.id, one)
                for name, one in BOTH.items()
            }
        return {name: made.version for name, made in found.items() if made is not None}

    async def summarise(self, *wanted: SummaryOptions) -> None:
        for one in wanted or (USUAL,):
            await self.summariser.for_conversation(self.tenant, self.id, one)

    async def mark(self) -> RefreshRow | None:
        async with self.db.read() as session:
            return await session.get(RefreshRow, (self.tenant, self.id))

    async def work(self) -> list[Once]:
        """Look, then do what came of it."""
        await self.refresher.look()
        done, self.queue.jobs = self.queue.jobs, []
        contexts = [
            Once(tenant, subject, job_id)
            for tenant, kind, subject, job_id in done
            if kind == refreshes.KIND
        ]
        for context in contexts:
            await self.refresher.handle(context)
            async with self.db.write() as session:
                await session.execute(
                    update(JobRow).where(JobRow.id == context.job_id).values(status="succeeded")
                )
        return contexts


Open = Callable[..., Desk]


Open = Callable[..., Desk]
