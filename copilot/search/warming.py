"""Loading what the first request would otherwise wait for."""

import asyncio
import gc
from contextlib import suppress

from copilot.kernel.errors import UnavailableError
from copilot.kernel.language import detect_language
from copilot.search.batching import EmbeddingService


async def warm_up(embedding: EmbeddingService) -> None:
    """Load what the first request would otherwise wait for, after what /ready waits for."""
    try:
        with suppress(UnavailableError):
            await embedding.query("Where is my parcel?")
    finally:
        # Off while the server starts (see ``copilot serve``); what is loaded now stays for good.
        gc.freeze()
        gc.enable()
    await asyncio.to_thread(detect_language, "Missä pakettini viipyy, ja milloin se tulee?")
