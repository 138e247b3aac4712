"""A process that renews summaries, for the tests with several processes and with crashes.

Arguments: database URL, data folder, tenant, conversation id, and what to do: ``put`` adds a
message and dies as soon as it is stored, ``job`` dies as soon as the mark has become a job's row,
``renew`` dies when the summary is stored and the job does not know yet, ``work`` goes on until
standard input ends. Writes a line for every summary that it makes.
"""

import asyncio
import sys
from pathlib import Path

from copilot.conversations.conversation import Conversation
from copilot.conversations.flow import accept
from copilot.jobs.dbos_queue import DbosQueue, JobsConfig
from copilot.jobs.queue import Handler, JobContext
from copilot.kernel.db import Database, WriteSession
from copilot.kernel.ids import TenantId
from copilot.summaries import refreshes
from copilot.summaries.config import SummariesConfig
from copilot.summaries.flow import Summariser
from copilot.summaries.refreshing import Refresher
from copilot.summaries.summary import Summary, SummaryOptions
from tests.crashing import Doomed, die
from tests.summaries.threads import KETTLE, body

JOBS = JobsConfig(
    poll_interval_s=0.1, sweep_interval_s=0.3, heartbeat_s=0.2, dead_after_s=1, max_crashes=50
)
SOON = SummariesConfig(quiet_s=0.2, longest_wait_s=5, at_once=4)


_NEVER_ENDING_S = 100.0


class Telling(Summariser):
    """Writes down what it makes."""

    async def summarise(
        self, conversation: Conversation, options: SummaryOptions, **told
    ) -> Summary:  # type: ignore[no-untyped-def]
        sys.stdout.write(f"{conversation.external_id}:{conversation.version}\n")
        sys.stdout.flush()
        return await super().summarise(conversation, options, **told)


class DyingQueue:
    """Dies where a job would be started."""

    async def enqueue(self, *_: object, **__: object) -> str:
        die()
        return ""


async def put_and_die(refresher: Refresher, db: Database, tenant: TenantId) -> None:
    async def along(session: WriteSession, stored: Conversation, _new: int) -> None:
        await refresher.messages_came(session, tenant, stored.id)

    await accept(db, tenant, "test", "kettle", body(KETTLE[:9]), along=along)
    die()


async def main(url: str, folder: str, tenant: str, conversation_id: str, what: str) -> None:
    handlers: dict[str, Handler] = {}
    async with Database.open(url) as db:
        summariser = Telling(db, None, None)
        if what in {"put", "job"}:
            refresher = Refresher(db, DyingQueue(), summariser, SOON)  # type: ignore[arg-type]
            if what == "put":
                await put_and_die(refresher, db, TenantId(tenant))
            while True:
                await refresher.look()
                await asyncio.sleep(0.05)
        async with DbosQueue.open(
            JOBS, db=db, database_url=url, data_dir=Path(folder), handlers=handlers, run_jobs=True
        ) as queue:
            refresher = Refresher(db, queue, summariser, SOON)

            async def handle(context: JobContext) -> None:
                place = "inside:2" if what == "renew" else "never"
                await refresher.handle(Doomed(context, place))

            handlers[refreshes.KIND] = handle
            async with refresher.running():
                sys.stdout.write("ready\n")
                sys.stdout.flush()
                if what == "renew":
                    await asyncio.sleep(_NEVER_ENDING_S)
                await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
