"""DBOS Transact behind a few verbs. The only file that speaks to it, and the reasons why it does.

One workflow, ``run_job``, runs every job; its id is the job's id, so starting twice starts once.
How a job ended is told by its row: for DBOS a run that ended has succeeded, whatever became of the
job, and "again" is a rewind of the same workflow to its first step without a result.
"""

import asyncio
import contextvars
import json
import logging
import threading
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Coroutine,
    Iterable,
    Mapping,
    Sequence,
)
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import Any, Literal, Self

import sqlalchemy as sa
from dbos import DBOS, DBOSClient, DBOSConfig, SetWorkflowID, WorkflowStatus, _workflow_commands
from dbos._error import DBOSException, DBOSUnexpectedStepError
from dbos._serialization import Serializer

from copilot.jobs.errors import StepsChangedError
from copilot.jobs.queue import QueueName, Result
from copilot.kernel.errors import ConfigurationError

EngineState = Literal["absent", "waiting", "running", "ended", "crashed"]
RunJob = Callable[[str, str, str, str], Awaitable[None]]
"""Runs the job of a kind, tenant, subject and id."""

_APP = "copilot"
# Runs only recover in the version they began in, and a job should survive an upgrade: handlers
# whose steps have changed are told by StepsChangedError instead.
_VERSION = "1"
_WORKFLOW = "run_job"
_THREADS = 64
_STATES: Mapping[str, EngineState] = {
    "ENQUEUED": "waiting",
    "DELAYED": "waiting",
    "PENDING": "running",
    "SUCCESS": "ended",
    "ERROR": "ended",
    "CANCELLED": "ended",
    "MAX_RECOVERY_ATTEMPTS_EXCEEDED": "crashed",
}
_ENDED = [name for name, state in _STATES.items() if state in {"ended", "crashed"}]


# DBOS is one per process; a second would silently share the first one's settings.
_in_use = threading.Lock()


class IdsAsJson(Serializer):
    """Stores ids and counts as JSON, and of errors only their kind: messages may quote people."""

    def serialize(self, data: Any) -> str:
        """``data`` as JSON."""
        if isinstance(data, BaseException):
            return json.dumps({"error": type(data).__name__})
        return json.dumps(data)

    def deserialize(self, serialized_data: str) -> Any:
        """What was stored; a stored error comes back as a RuntimeError of that name."""
        data = json.loads(serialized_data)
        if isinstance(data, dict) and data.keys() == {"error"}:
            return RuntimeError(data["error"])
        return data

    def name(self) -> str:
        """The name stored beside everything this wrote."""
        return "copilot_json"


class DbosEngine:
    """An open connection to DBOS's tables and, where jobs run, its threads.

    Args:
        url: ``sqlite:///…`` or ``postgresql+psycopg://…``.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._db = _sync_engine(url)
        self._client = DBOSClient(
            system_database_engine=self._db,
            serializer=IdsAsJson(),
            application_name=_APP,
            lazy=True,
            # Raise, so that a request can be answered, instead of waiting for the database.
            retry_connection_errors=False,
        )
        self._workflow: Callable[..., Coroutine[Any, Any, None]] | None = None

    @classmethod
    @asynccontextmanager
    async def open(cls, url: str) -> AsyncIterator[Self]:
        """Open (and create or migrate) DBOS's tables until exit; nothing runs yet."""
        engine = await asyncio.to_thread(cls, url)
        try:
            await asyncio.to_thread(DBOS.migrate, url)
            yield engine
        finally:
            await asyncio.to_thread(engine._dispose)

    @asynccontextmanager
    async def running(
        self,
        run_job: RunJob,
        *,
        executor_id: str,
        concurrency: Mapping[QueueName, int],
        poll_interval_s: float,
        max_crashes: int,
    ) -> AsyncIterator[None]:
        """Run jobs in this process until exit, those that ``executor_id`` left first.

        The exit does not wait for runs: end them before. What they leave is queued for whoever
        comes next.

        Raises:
            ConfigurationError: This process runs jobs already.
        """
        if not _in_use.acquire(blocking=False):
            raise ConfigurationError("One process can run the jobs of one database only.")
        loop = asyncio.get_running_loop()
        # DBOS adds a handler of its own, past the application's logging, unless it finds one.
        if not logging.getLogger("dbos").handlers:
            logging.getLogger("dbos").addHandler(logging.NullHandler())

        async def workflow(kind: str, tenant: str, subject_id: str, job_id: str) -> None:
            await run_job(kind, tenant, subject_id, job_id)

        config: DBOSConfig = {
            "name": _APP,
            "application_version": _VERSION,
            "executor_id": executor_id,
            "system_database_engine": self._db,
            "serializer": IdsAsJson(),
            "max_executor_threads": _THREADS,
            "scheduler_polling_interval_sec": 3600,
            # Nothing is ever waited for this way; but closing waits for its sleep to end.
            "notification_listener_polling_interval_sec": 0.2,
            "log_level": "WARNING",
        }
        try:
            register = DBOS.workflow(name=_WORKFLOW, max_recovery_attempts=max_crashes)
            self._workflow = register(workflow)
            dbos = DBOS(config=config)
            # The queue of its own, through which recovered runs come; else looked at every second.
            dbos._registry.get_internal_queue()._polling_interval_sec = poll_interval_s
            # Its search for delayed runs and for deadlines that passed: there are none of either.
            _workflow_commands._BACKGROUND_JOBS_INTERVAL_SEC = poll_interval_s
            # On the loop, so that DBOS runs workflows there, beside everything they use.
            DBOS.launch()
            for name, at_once in concurrency.items():
                await DBOS.register_queue_async(
                    name,
                    worker_concurrency=at_once,
                    polling_interval_sec=poll_interval_s,
                    on_conflict="always_update",
                )
            yield
        finally:
            self._workflow = None
            # DBOS has made its own threads the loop's; they are about to end.
            loop.set_default_executor(ThreadPoolExecutor(thread_name_prefix="asyncio"))
            await asyncio.to_thread(DBOS.destroy, destroy_registry=True)
            loop.set_default_executor(ThreadPoolExecutor(thread_name_prefix="asyncio"))
            _in_use.release()
            with suppress(sa.exc.OperationalError):  # without it they count as those of the dead
                await self._hand_over(executor_id)

    async def start(self, job_id: str, *inputs: str) -> None:
        """Run the job in this process now; does nothing if it was ever started or queued."""
        workflow = self._workflow
        if workflow is None:
            raise RuntimeError("no jobs run in this process")

        async def go() -> None:
            with SetWorkflowID(job_id):
                await DBOS.start_workflow_async(workflow, *inputs)

        # In a context of its own: started inside another job's run it would be that run's child.
        await asyncio.get_running_loop().create_task(go(), context=contextvars.Context())

    async def enqueue(self, queue: QueueName, job_id: str, *inputs: str) -> None:
        """Queue the job for any process; does nothing if it was ever started or queued."""
        await self._client.enqueue_async(
            {
                "workflow_name": _WORKFLOW,
                "queue_name": queue,
                "workflow_id": job_id,
                "app_version": _VERSION,
            },
            *inputs,
        )

    async def step(self, name: str, work: Callable[[], Awaitable[Result]]) -> Result:
        """Inside a run: do ``work`` and remember its result, or give the remembered one."""

        async def body() -> Result:
            return await work()

        try:
            return await DBOS.run_step_async({"name": name}, body)
        except DBOSUnexpectedStepError as error:
            raise StepsChangedError(
                "This kind of job has other steps than when the job began: it starts over."
            ) from error

    async def states(self, job_ids: Sequence[str]) -> dict[str, EngineState]:
        """Where each of the jobs stands; those never started or queued are ``absent``."""
        known = await self._list(workflow_ids=list(job_ids))
        found: dict[str, EngineState] = dict.fromkeys(job_ids, "absent")
        return found | {one.workflow_id: _STATES[one.status] for one in known}

    async def rewind(self, queue: QueueName, job_id: str, *, start_over: bool = False) -> None:
        """Queue an ended job again, from its first step without a result or from the start.

        Does nothing if the job has not ended, or someone else has just done it.
        """
        steps = await self._client.list_workflow_steps_async(job_id)
        done = max((step["function_id"] for step in steps), default=0)
        try:
            await self._client.rewind_workflow_async(
                job_id, start_step=1 if start_over else done + 1, queue_name=queue
            )
        except DBOSException:
            if (await self.states([job_id]))[job_id] in {"ended", "crashed"}:
                raise

    async def end(self, job_id: str) -> None:
        """Take the job away from whoever runs it, and out of its queue."""
        await self._client.cancel_workflow_async(job_id)

    async def delete(self, job_ids: Iterable[str]) -> None:
        """Delete all that DBOS keeps about the jobs."""
        await self._client.delete_workflows_async(list(job_ids))

    async def delete_ended(self, before: datetime) -> int:
        """Delete all that DBOS keeps about jobs that ended before a time; returns how many."""
        deleted = 0
        while True:
            ended = await self._list(status=_ENDED, completed_before=before.isoformat(), limit=200)
            if not ended:
                return deleted
            await self.delete(one.workflow_id for one in ended)
            deleted += len(ended)

    async def executors_at_work(self) -> set[str]:
        """The processes that hold runs."""
        held = await self._list(status="PENDING")
        return {one.executor_id for one in held if one.executor_id is not None}

    async def recover(self, executor_ids: Iterable[str]) -> int:
        """Queue the runs of dead processes for the living ones; returns how many.

        One conditional update per run: when several processes do this at once, one wins.
        """
        runs = await asyncio.to_thread(DBOS._recover_pending_workflows, list(executor_ids))
        return len(runs)

    async def _hand_over(self, executor_id: str) -> None:
        """Queue what this process leaves unfinished, without counting it as a crash."""
        for one in await self._list(status="PENDING", executor_id=executor_id):
            await self._client.resume_workflow_async(
                one.workflow_id, queue_name=one.queue_name or "interactive"
            )

    async def _list(self, **which: Any) -> list[WorkflowStatus]:
        return await self._client.list_workflows_async(
            name=_WORKFLOW, load_input=False, load_output=False, **which
        )

    def _dispose(self) -> None:
        self._client.destroy()
        self._db.dispose()


def _sync_engine(url: str) -> sa.Engine:
    if not url.startswith("sqlite"):
        return sa.create_engine(url, pool_size=10, max_overflow=10, pool_pre_ping=True)
    engine = sa.create_engine(url, pool_size=10, max_overflow=10)

    @sa.event.listens_for(engine, "connect")
    def configure(connection: Any, _record: object) -> None:
        # What DBOS sets on engines it makes itself, and the write-ahead log.
        connection.isolation_level = "IMMEDIATE"
        for pragma in (
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "busy_timeout=30000",
            "foreign_keys=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    return engine
