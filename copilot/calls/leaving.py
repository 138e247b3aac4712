"""Writing down in the ledger that a recording leaves for a speech server."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from copilot.calls.flow import CallFlow
from copilot.calls.tables import CallRow
from copilot.kernel.ids import TenantId
from copilot.ledger.entry import Outcome
from copilot.ledger.ledger import Ended, Leaving


@asynccontextmanager
async def leaving(flow: CallFlow, call: CallRow, vocabulary: Sequence[str]) -> AsyncIterator[None]:
    """While the recording of ``call`` is heard, where that is done by a server elsewhere.

    Args:
        flow: What calls are kept by.
        call: Whose recording.
        vocabulary: The names that may be sent along.

    Raises:
        UnavailableError: It could not be written down: the recording does not leave.
    """
    host = flow.speech.sent_to
    if host is None or flow.ledger is None:
        yield
        return
    tenant = TenantId(call.tenant_id)
    engine = await asyncio.to_thread(flow.speech.get, call.stated_language)
    sent = {
        "seconds": round(call.duration or 0.0, 3),
        "channels": call.channels,
        "vocabulary": list(vocabulary),
    }
    entry_id = await flow.ledger.begin(
        Leaving(
            tenant=tenant,
            task="transcription",
            engine=engine.engine,
            host=host,
            local=False,
            sent=sent,
            characters=sum(len(one) for one in vocabulary),
            masked={},
            conversation_id=call.conversation_id,
            call_id=call.id,
        )
    )
    outcome: Outcome = "failed"
    try:
        yield
        outcome = "answered"
    except asyncio.CancelledError:
        outcome = "cancelled"
        raise
    finally:
        await flow.ledger.end(tenant, entry_id, Ended(outcome))
