"""New calls are redacted before they are stored, where the settings say so."""

import io
from pathlib import Path

import pytest

from copilot.calls import pipeline, store
from copilot.calls.call import CallIn
from copilot.calls.config import Redact
from copilot.calls.flow import CallFlow
from copilot.calls.privacy import AUDIO_KIND, CallPrivacy
from copilot.jobs import store as jobs
from copilot.kernel.ids import TenantId
from copilot.speech.hearing import HeardFile
from copilot.speech.transcript import Transcript
from tests.calls.private import CALL, CARD, DIGITS, SECONDS, said_segments, tables_with
from tests.importing import Context
from tests.speech.sounds import encode
from tests.speech.test_silencing import heard


async def arrived(
    flow: CallFlow, tenant: TenantId, monkeypatch: pytest.MonkeyPatch, redact: Redact
) -> str:
    """A call worked on by its job; only what hears is replaced."""
    said = Transcript(language="en", duration=SECONDS, engine="x", segments=said_segments(*CALL))
    monkeypatch.setattr(
        pipeline, "hear_file", lambda *_, **__: HeardFile(said, damaged=False, warnings=[])
    )
    flow.redact = redact
    sent = encode("flac", "flac", 16_000, "stereo", seconds=SECONDS)
    call_id = (await flow.accept(tenant, CallIn(language="en"), io.BytesIO(sent))).id
    await pipeline.call_handler(flow)(Context(tenant, call_id))
    return call_id


@pytest.mark.parametrize("redact", ["off", "text", "audio"])
async def test_what_arrives(
    flow: CallFlow,
    tenant: TenantId,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    redact: Redact,
) -> None:
    call_id = await arrived(flow, tenant, monkeypatch, redact)
    holding = set(await tables_with(flow.db, CARD, DIGITS))
    assert ("call_segments" in holding) == (redact == "off")
    async with flow.db.read() as session:
        call = await store.row(session, tenant, call_id)
        queued = [one for one in (await jobs.find(session, tenant)).items if one.kind == AUDIO_KIND]
    assert (call.redacted_at is None) == (redact == "off")
    assert len(queued) == (redact == "audio")
    if redact == "off":
        return
    assert holding == set()
    assert [one["type"] for one in call.redacted] == ["card"]
    if queued:
        job = Context(tenant, call_id)
        job.job_id = queued[0].id
        await CallPrivacy(flow.db, flow.blobs, flow.queue, flow.summariser).silence(job)
        async with flow.db.read() as session:
            call = await store.row(session, tenant, call_id)
        samples, rate = heard(await flow.blobs.get(call.blob))
        middle = round((call.redacted[0]["start"] + call.redacted[0]["end"]) / 2 * rate)
        assert not samples[:, middle - 1000 : middle + 1000].any()
