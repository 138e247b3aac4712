"""How many answers one tenant may have under way, so that none takes the model from the others."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from copilot.kernel.ids import TenantId
from copilot.llm.chat import ModelNotAskedError

_AGAIN_S = 5.0


class _Places:
    """Places of one tenant; who came first is let in first."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.semaphore = asyncio.Semaphore(most)
        self.users = 0


class Turns:
    """Gives each tenant its places in this process."""

    def __init__(self) -> None:
        self._places: dict[TenantId, _Places] = {}

    @asynccontextmanager
    async def turn(self, tenant: TenantId, most: int | None, wait_s: float) -> AsyncIterator[None]:
        """One of the tenant's ``most`` places, until exit; None: there are enough for all.

        Raises:
            ModelNotAskedError: None became free in ``wait_s``.
        """
        if most is None:
            yield
            return
        places = self._places.setdefault(tenant, _Places(most))
        places.users += 1
        try:
            await self._taken(places, wait_s)
            try:
                yield
            finally:
                places.semaphore.release()
        finally:
            places.users -= 1
            if not places.users:
                del self._places[tenant]

    async def _taken(self, places: _Places, wait_s: float) -> None:
        if not places.semaphore.locked():
            # Nobody waits: this takes it at once, whatever the time left.
            await places.semaphore.acquire()
            return
        try:
            async with asyncio.timeout(max(0.0, wait_s)):
                await places.semaphore.acquire()
        except TimeoutError as error:
            raise ModelNotAskedError(
                f"The language model is busy with {places.most} other answers of this"
                " organisation, as many as it may have at once: try again.",
                retry_after_s=_AGAIN_S,
            ) from error
