"""Killed with SIGKILL at every point, a redaction ends with one recording, and that silent."""

import signal
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select

from copilot.calls import store
from copilot.calls.flow import CallFlow
from copilot.calls.privacy import CallPrivacy, RedactionIn
from copilot.calls.privacy_tables import DiscardedBlobRow
from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId
from tests.calls.private import CALL, recordings, whole_call
from tests.crashing import run_worker
from tests.speech.sounds import encode
from tests.speech.test_silencing import heard

PLACES = ("before:1", "put", "delete", "inside:1", "before:2", "after:2")


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_killed_everywhere(
    flow: CallFlow, db: Database, tenant: TenantId, tmp_path: Path
) -> None:
    sent = encode("wav", "pcm_s16le", 16_000, "stereo", seconds=20)
    call_id = await whole_call(flow, tenant, *CALL, audio=sent)
    privacy = CallPrivacy(flow.db, flow.blobs, flow.queue, flow.summariser)
    done = await privacy.redact(tenant, call_id, RedactionIn(audio=True))
    url = db.engine.url.render_as_string(hide_password=False)
    for place in PLACES:
        arguments = (url, str(tmp_path), tenant, done.job_id, place)
        code, _ = await run_worker("tests.calls.silence_worker", *arguments)
        assert code == -signal.SIGKILL, place
        async with db.read() as session:
            call = await store.row(session, tenant, call_id)
        playable, _ = heard(await flow.blobs.get(call.blob))
        assert playable.shape == (2, 320_000), place
    arguments = (url, str(tmp_path), tenant, done.job_id, "never")
    assert (await run_worker("tests.calls.silence_worker", *arguments))[0] == 0
    async with db.read() as session:
        call = await store.row(session, tenant, call_id)
        assert not list(await session.scalars(select(DiscardedBlobRow)))
    assert recordings(tmp_path) == [Path(call.blob).name]
    after, rate = heard(await flow.blobs.get(call.blob))
    (found,) = done.found
    assert not after[:, round(found.start * rate) : round(found.end * rate)].any()
    assert np.abs(after[:, : 3 * rate]).max() > 0.1
