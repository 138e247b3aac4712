"""The index process: owns the index folder and answers its parent, one request at a time.

The engine holds Python's lock while it works, for seconds when it loads or flushes: here that
stops nobody. Searches go before writes, and what nobody waits for is done when there is neither.

    python -m copilot.search.edge_worker SOCKET FOLDER
"""

import logging
import os
import select
import signal
import socket
import sys
import time
from collections import deque
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

from copilot.jobs.folder_lock import folder_lock
from copilot.kernel.errors import ConfigurationError
from copilot.search import collection
from copilot.search.edge_tenants import EdgeTenants
from copilot.search.folders import remove
from copilot.search.frames import Frames, frame
from copilot.search.index import IndexInUseError

_log = logging.getLogger(__name__)
_URGENT = ("search", "held")
_OPERATIONS = frozenset(
    {
        "upsert", "set_fields", "delete", "delete_source", "delete_tenant",
        "search", "held", "ids", "contents", "names", "count",
    }
)  # fmt: skip
_URGENT_IN_A_ROW = 8
_PIECE = 1 << 16
_LOCK_WAIT_S = 5.0
_IDLE_WAIT_S = 1.0
_QUIET_S = 3.0


class Request(NamedTuple):
    """What the parent asks: an operation on the ``new`` or the ``old`` collection."""

    number: int
    operation: str
    which: str
    arguments: tuple[Any, ...]


class Worker:
    """Answers requests until the parent says so or is gone.

    Args:
        link: Connected to the parent.
        folder: The index folder, locked.
    """

    def __init__(self, link: socket.socket, folder: Path) -> None:
        self._link = link
        # Not select(): it takes no descriptor above 1023, and a busy service has more.
        self._poll = select.poll()
        self._poll.register(link, select.POLLIN)
        self._folder = folder
        self._frames = Frames()
        self._urgent: deque[Request] = deque()
        self._bulk: deque[Request] = deque()
        self._row = 0
        self._collections: dict[str, EdgeTenants] = {}
        self._closing = False
        self._asked_at = time.monotonic()

    def run(self) -> None:
        """Answer until the end."""
        wait_s = 0.0
        while not self._closing:
            if not self._receive(wait_s):
                return  # The parent is gone. What it was told is in the write-ahead log.
            request = self._next()
            if request is not None:
                self._answer(request)
                self._asked_at = time.monotonic()
                wait_s = 0.0
            else:
                wait_s = 0.0 if self._tidy() else _IDLE_WAIT_S

    def _receive(self, wait_s: float) -> bool:
        """Take in what has arrived; False when the parent is gone."""
        while self._poll.poll(int(wait_s * 1000)):
            try:
                piece = self._link.recv(_PIECE)
            except ConnectionResetError:
                return False
            if not piece:
                return False
            for values in self._frames.feed(piece):
                request = Request(*values)
                if request.operation == "cancel":
                    self._urgent = deque(one for one in self._urgent if one.number != values[0])
                else:
                    (self._urgent if request.operation in _URGENT else self._bulk).append(request)
            wait_s = 0
        return True

    def _next(self) -> Request | None:
        if self._urgent and (not self._bulk or self._row < _URGENT_IN_A_ROW):
            self._row += 1
            return self._urgent.popleft()
        self._row = 0
        return self._bulk.popleft() if self._bulk else None

    def _answer(self, request: Request) -> None:
        error, value = None, None
        try:
            value = self._do(request)
        except Exception as failed:  # noqa: BLE001 - told to the parent
            error = f"{type(failed).__name__}: {failed}"
        except BaseException as panic:  # noqa: BLE001 - the engine's panics are no Exceptions
            error = f"{type(panic).__name__}: {panic}"
            if shards := self._collections.get(request.which):
                shards.forget()
        complete = "new" in self._collections and self._collections["new"].complete
        self.tell((request.number, error, value, complete))

    def _do(self, request: Request) -> Any:
        if request.operation == "open":
            return self._open(*request.arguments)
        if request.operation == "filled":
            return self._filled()
        if request.operation == "close":
            self._closing = True
            for one in self._collections.values():
                one.close()
            return None
        shards = self._collections.get(request.which)
        if shards is None:
            return []  # the old one, dropped while the request was on its way
        if request.operation not in _OPERATIONS:
            raise ValueError(f"there is no operation {request.operation}")
        value = getattr(shards, request.operation)(*request.arguments)
        if request.operation not in _URGENT:
            shards.flush(busy=True)
        return value

    def _open(self, name: str, dimension: int) -> bool:
        """Open the collection, and the one it replaces while it is not complete.

        Returns:
            Whether there is one that it replaces.
        """
        new = self._collections["new"] = EdgeTenants(self._folder / name, dimension)
        old = None if new.complete else self._replaced(name)
        if old is not None:
            self._collections["old"] = EdgeTenants(old, None)
        # An index that is no longer kept up would keep what was erased.
        self._drop_others({self._folder / name, old})
        return old is not None

    def _replaced(self, name: str) -> Path | None:
        """The collection that was complete last, if its terms are still the terms of today."""
        complete = [
            one
            for one in self._folder.glob(f"{collection.PREFIX}*")
            if one.name != name and collection.same_terms(one.name) and EdgeTenants.is_complete(one)
        ]
        return max(complete, key=EdgeTenants.completed_at, default=None)

    def _filled(self) -> None:
        self._collections["new"].completed()
        old = self._collections.pop("old", None)
        if old is not None:
            old.close()
        self._drop_others({self._collections["new"].folder})

    def _drop_others(self, kept: set[Path | None]) -> None:
        for other in self._folder.glob(f"{collection.PREFIX}*"):
            if other not in kept:
                remove(other)

    def _tidy(self) -> bool:
        """Do one thing that nobody waits for; False when there is nothing."""
        try:
            # Flushing waits for the disk: not in the pauses of somebody who writes.
            quiet = time.monotonic() - self._asked_at >= _QUIET_S
            return any(
                one.preload() or (quiet and one.flush(busy=False))
                for one in self._collections.values()
            )
        except BaseException:  # noqa: BLE001 - the engine's panics are no Exceptions
            _log.exception("the search index could not be tidied up")
            return False

    def tell(self, values: tuple[Any, ...]) -> None:
        """Send an answer, or a line for the log as answer number 0."""
        try:
            self._link.sendall(frame(values))
        except OSError:
            self._closing = True


class _ToParent(logging.Handler):
    """The parent logs for us: in its format, to where it logs."""

    def __init__(self, worker: Worker) -> None:
        super().__init__(logging.INFO)
        self._worker = worker

    def emit(self, record: logging.LogRecord) -> None:
        self._worker.tell((0, record.levelno, self.format(record), False))


def _lock(stack: ExitStack, folder: Path) -> None:
    """Hold the folder; the process of a service that was killed may take a moment to end."""
    until = time.monotonic() + _LOCK_WAIT_S
    while True:
        try:
            stack.enter_context(folder_lock(folder / "lock"))
        except ConfigurationError:
            if time.monotonic() > until:
                raise IndexInUseError(
                    f"The search index in {folder} is in use by another process. The "
                    "embedded index serves one process: stop the other one, or set "
                    "COPILOT_INDEX__KIND=server and COPILOT_INDEX__URL to a Qdrant server."
                ) from None
            time.sleep(0.1)
        else:
            return


def main(descriptor: int, folder: Path) -> None:
    """Serve the folder on a connected socket.

    Args:
        descriptor: The socket's file descriptor.
        folder: The index folder.
    """
    # Whoever stops the service may signal all its processes: this one ends after its parent.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    with socket.socket(fileno=descriptor) as link, ExitStack() as stack:
        worker = Worker(link, folder)
        try:
            if folder.exists() and not folder.is_dir():
                remove(folder)
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            _lock(stack, folder)
        except (ConfigurationError, OSError) as error:
            told = getattr(error, "detail", f"The search index cannot be opened: {error}")
            worker.tell((-1, told, isinstance(error, IndexInUseError), False))
            return
        logging.getLogger().addHandler(_ToParent(worker))
        worker.run()
        # Ended at once when the parent is gone: leaving in order would give back the folder's lock
        # before the shards', and the next process would find them held.
        os._exit(0)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
