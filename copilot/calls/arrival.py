"""Redaction of new calls, where the settings ask for it: nothing sensitive is ever stored."""

import asyncio

from copilot.calls import store
from copilot.calls.flow import CallFlow
from copilot.calls.privacy import AUDIO_KIND, redact_transcript
from copilot.calls.redacted import Found
from copilot.jobs import store as jobs
from copilot.kernel.clock import now
from copilot.kernel.ids import TenantId
from copilot.speech.transcript import Transcript


async def redact_arrival(flow: CallFlow, heard: Transcript) -> tuple[Transcript, dict[str, object]]:
    """``heard`` as it is to be stored, and the columns of its call that tell what was taken out."""
    if flow.redact == "off":
        return heard, {}
    kept, found = await asyncio.to_thread(redact_transcript, heard)
    return kept, _told(found)


async def silence_arrival(flow: CallFlow, tenant: TenantId, call_id: str) -> str | None:
    """Have the recording silenced where something was taken out; returns the job's id."""
    if flow.redact == "off":
        return None
    await flow.db.settle()  # chunks of what was heard have been deleted
    if flow.redact != "audio":
        return None
    async with flow.db.write() as session:
        call = await store.row(session, tenant, call_id)
        if not call.redacted or call.audio_checksum is not None:
            return None
        job_id = await jobs.add(session, tenant, AUDIO_KIND, call_id)
    await flow.queue.enqueue(tenant, AUDIO_KIND, call_id, job_id=job_id)
    return job_id


def _told(found: list[Found]) -> dict[str, object]:
    if not found:
        return {}
    return {"redacted": [one.model_dump(mode="json") for one in found], "redacted_at": now()}
