"""Starting, asking and restarting the index process (see ``edge_worker``)."""

import asyncio
import contextlib
import logging
import os
import socket
import sys
from asyncio.subprocess import Process
from itertools import count
from pathlib import Path
from typing import Any

from copilot.kernel.errors import ConfigurationError, UnavailableError
from copilot.search.frames import HEADER, frame, unframed
from copilot.search.index import IndexInUseError

_log = logging.getLogger(__name__)
_worker_log = logging.getLogger("copilot.search.edge_worker")
_CLOSE_S = 30.0
_RETRY_S = 1.0


class _DiedError(Exception):
    """The process ended before it answered."""


class _Link:
    """One running index process.

    Args:
        process: The process.
        reader: What it says.
        writer: What it is told.
    """

    def __init__(
        self, process: Process, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.process = process
        self._reader = reader
        self._writer = writer
        self._waiting: dict[int, asyncio.Future[tuple[Any, Any, bool]]] = {}
        self._numbers = count(1)
        self._refusal: ConfigurationError | None = None
        self.dead = False
        self._reading = asyncio.create_task(self._read(), name="index answers")

    @classmethod
    async def start(cls, folder: Path) -> "_Link":
        ours, theirs = socket.socketpair()
        with theirs:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-P", "-m", "copilot.search.edge_worker",
                str(theirs.fileno()), str(folder),
                stdin=asyncio.subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            )  # fmt: skip
        reader, writer = await asyncio.open_connection(sock=ours)
        return cls(process, reader, writer)

    async def ask(self, operation: str, which: str, *arguments: Any) -> tuple[Any, Any, bool]:
        """The error or None, the value, and whether the index is complete."""
        if self.dead:
            raise self._death()
        number = next(self._numbers)
        answer = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        try:
            self._writer.write(frame((number, operation, which, arguments)))
            with contextlib.suppress(ConnectionError):
                await self._writer.drain()
            found: tuple[Any, Any, bool] = await answer
        except asyncio.CancelledError:
            if not self.dead:
                self._writer.write(frame((number, "cancel", "", ())))
            raise
        finally:
            self._waiting.pop(number, None)
        return found

    async def _read(self) -> None:
        try:
            while True:
                header = await self._reader.readexactly(HEADER.size)
                body = await self._reader.readexactly(*HEADER.unpack(header))
                number, error, value, complete = unframed(body)
                if number == 0:
                    _worker_log.log(error, "%s", value)
                elif number < 0:
                    self._refusal = (IndexInUseError if value else ConfigurationError)(error)
                elif (answer := self._waiting.get(number)) and not answer.done():
                    answer.set_result((error, value, complete))
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self.dead = True
            for answer in self._waiting.values():
                if not answer.done():
                    answer.set_exception(self._death())

    def _death(self) -> Exception:
        return self._refusal or _DiedError()

    async def end(self) -> None:
        """Wait for the process to end by itself, then see to it."""
        self._writer.close()
        try:
            async with asyncio.timeout(_CLOSE_S):
                await self.process.wait()
        except TimeoutError:
            _log.warning("the index process does not end and is killed")
            with contextlib.suppress(ProcessLookupError):
                self.process.kill()
            await self.process.wait()
        await self._reading


class IndexProcess:
    """The index process of this service, started again whenever it dies.

    Args:
        folder: The index folder.
        name: The collection that is kept up.
        dimension: Length of its dense vectors.
    """

    def __init__(self, folder: Path, name: str, dimension: int) -> None:
        self._folder = folder
        self._name = name
        self._dimension = dimension
        self._link: _Link | None = None
        self._starting: asyncio.Task[_Link] | None = None
        self._started_at: float | None = None
        self._closed = False
        self.complete = False
        self.replaces = False

    async def start(self) -> None:
        """Start it.

        Raises:
            IndexInUseError: Another process has the folder.
            ConfigurationError: It cannot be written to.
        """
        try:
            await self._connected()
        except _DiedError:
            raise ConfigurationError(
                "The index process ended at once: its last words are above."
            ) from None
        except OSError as error:
            raise ConfigurationError(f"The index process cannot be started: {error}") from error

    async def call(self, operation: str, which: str, *arguments: Any) -> Any:
        """What the operation returns there. Asked again once when the process dies over it.

        Raises:
            UnavailableError: The engine failed, or the process does not stay up.
        """
        for _ in range(2):
            try:
                link = await self._connected()
                error, value, self.complete = await link.ask(operation, which, *arguments)
            except _DiedError:
                continue
            except (ConfigurationError, OSError) as refused:
                told = getattr(refused, "detail", refused)
                _log.error("the index process cannot be started again: %s", told)
                break
            if error is None:
                return value
            _log.error("the search index failed: %s", error)
            break
        raise UnavailableError(
            "The search index failed: try again in a moment. If it stays so, the log says why.",
            retry_after_s=5,
        )

    async def close(self) -> None:
        """Have it write everything and end."""
        self._closed = True
        if self._starting is not None:
            with contextlib.suppress(Exception):
                await self._starting
        if self._link is None:
            return
        with contextlib.suppress(_DiedError, TimeoutError):
            async with asyncio.timeout(_CLOSE_S):
                await self._link.ask("close", "")
        await self._link.end()

    async def _connected(self) -> _Link:
        if self._link is not None and not self._link.dead:
            return self._link
        if self._closed:
            raise UnavailableError("The service is stopping.")
        if self._starting is None or self._starting.done():
            self._starting = asyncio.create_task(self._restart(), name="index process")
        # A caller that gives up must not leave a process half started.
        return await asyncio.shield(self._starting)

    async def _restart(self) -> _Link:
        loop = asyncio.get_running_loop()
        if self._started_at is not None and loop.time() - self._started_at < _RETRY_S:
            await asyncio.sleep(_RETRY_S)  # one that dies at once must not be started in a row
        self._started_at = loop.time()
        if self._link is not None:
            await self._link.end()
            code = self._link.process.returncode
            _log.warning("the index process ended (%s) and is started again", code)
            self._link = None
        link = await _Link.start(self._folder)
        try:
            error, self.replaces, self.complete = await link.ask(
                "open", "", self._name, self._dimension
            )
        except BaseException:
            await link.end()
            raise
        if error is not None:
            await link.end()
            raise ConfigurationError(f"The search index cannot be opened: {error}")
        self._link = link
        return link
