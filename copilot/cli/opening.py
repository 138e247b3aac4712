"""Opening what indexes, or the database alone while a server holds the index."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

from copilot.cli.console import load_settings
from copilot.search.index import IndexInUseError

if TYPE_CHECKING:
    from copilot.wiring import Core, Deps


@asynccontextmanager
async def opened_to_index() -> "AsyncIterator[tuple[Core, Deps | None]]":
    """The database, and the parts that index; None for them when a running server has the index.

    Raises:
        ConfigurationError: The settings cannot work.
    """
    from copilot.wiring import open_core, open_deps

    settings = load_settings()
    async with AsyncExitStack() as stack:
        try:
            opening = open_deps(settings, run_jobs=False, model_wait_s=None)
            deps = await stack.enter_async_context(opening)
        except IndexInUseError:
            yield await stack.enter_async_context(open_core(settings)), None
        else:
            yield deps, deps
