"""The real service on a loopback port, in a thread of the test process."""

import asyncio
import socket
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

import uvicorn

from copilot.app import create_app
from copilot.auth.principal import ALL_SCOPES, Scope
from copilot.kernel.clock import now
from copilot.kernel.ids import TenantId, new_id
from copilot.settings import Settings
from copilot.wiring import Deps, open_deps

Result = TypeVar("Result")


class Credentials(NamedTuple):
    """A tenant with a key that may do everything."""

    tenant: TenantId
    key: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"}


class Service:
    """A running service: its address, its parts, and a way to call them."""

    def __init__(
        self,
        settings: Settings,
        *,
        run_jobs: bool = True,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self.settings = settings
        self._clock = clock
        # One process runs the jobs of one service only: a second one beside it must not.
        self._run_jobs = run_jobs
        # Kept open: a port that is given back can be somebody else's a moment later.
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=2048)
        # Inherited by each connection: else small pieces of a stream wait for one another.
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.port: int = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.deps: Deps
        self._loop: asyncio.AbstractEventLoop
        self._failure: BaseException | None = None
        self._opened = threading.Event()

    def call(self, work: Coroutine[Any, Any, Result], seconds: float = 60) -> Result:
        """Run ``work`` in the service's own loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(seconds)

    def new_tenant(self, scopes: tuple[Scope, ...] = ALL_SCOPES) -> Credentials:
        tenant = self.call(self.deps.auth.create_tenant(new_id("test")))
        made = self.call(self.deps.auth.create_key(tenant, "test", list(scopes)))
        return Credentials(tenant, made.secret)

    def _run(self) -> None:
        @asynccontextmanager
        async def opening(settings: Settings) -> Any:
            async with open_deps(settings, run_jobs=self._run_jobs, clock=self._clock) as deps:
                self.deps = deps
                self._opened.set()
                yield deps

        def failed(error: BaseException) -> None:
            self._failure = error
            self._opened.set()

        async def serve() -> None:
            self._loop = asyncio.get_running_loop()
            app = create_app(self.settings, open_deps=opening, on_failure=failed)
            self._server = uvicorn.Server(uvicorn.Config(app, log_config=None))
            await self._server.serve([self._socket])

        asyncio.run(serve())

    @contextmanager
    def running(self) -> Iterator["Service"]:
        thread = threading.Thread(target=self._run, name="service")
        thread.start()
        try:
            if not self._opened.wait(60) or self._failure is not None:
                raise RuntimeError("the service did not start") from self._failure
            yield self
        finally:
            self._server.should_exit = True
            thread.join(30)
            self._socket.close()
