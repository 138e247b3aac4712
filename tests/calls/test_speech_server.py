"""A call heard by a speech server: from the command line, in a job, and when it is down."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from copilot.calls import store
from copilot.calls.call import CallIn
from copilot.calls.flow import CallFlow
from copilot.cli.console import FAILED
from copilot.cli.main import app
from copilot.health.checking import try_speech
from copilot.health.http import _speech
from copilot.jobs.tables import JobRow
from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId
from copilot.speech.engines import SpeechConfig, SpeechEngines
from copilot.speech.hearing import hear_file
from copilot.wiring import build_speech
from tests import fake_speech
from tests.calls.talk import short_call
from tests.fake_speech import KEY, FakeSpeech, Sent, verbose


@pytest.fixture
def server() -> Iterator[FakeSpeech]:
    with fake_speech.running() as fake:
        fake.key = KEY
        yield fake


def engines(base_url: str, **settings: object) -> SpeechEngines:
    asked = {"kind": "openai", "model": "whisper-1", "base_url": base_url, "api_key": KEY}
    return build_speech(SpeechConfig.model_validate({**asked, **settings}))


def test_a_two_channel_call(server: FakeSpeech) -> None:
    def script(sent: Sent) -> dict[str, object]:
        seconds = len(sent.samples) / 16_000
        return verbose("Good morning, how can I help?", start=0.1, end=min(1.6, seconds))

    server.script = script
    used = engines(server.base_url)
    heard = hear_file(io.BytesIO(short_call()), used, language="en", agent_channel=0)
    used.close()
    transcript = heard.transcript
    assert transcript.engine == "openai:whisper-1"
    assert not transcript.low_accuracy
    assert {one.speaker for one in transcript.segments} == {"agent", "customer"}
    assert all(0 <= one.start < one.end <= transcript.duration for one in transcript.segments)
    assert {sent.field("language") for sent in server.sent} == {"en"}


def test_on_the_command_line(
    server: FakeSpeech, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COPILOT_SPEECH__BASE_URL", server.base_url)
    monkeypatch.setenv("COPILOT_SPEECH__API_KEY", KEY)
    path = tmp_path / "call.flac"
    path.write_bytes(short_call())
    asked = ["transcribe", str(path), "--engine", "openai", "--model", "whisper-1", "--json"]
    done = CliRunner().invoke(app, [*asked, "--language", "en"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["engine"] == "openai:whisper-1"
    assert "The kettle leaks." in done.stdout
    server.key = "another"
    refused = CliRunner().invoke(app, [*asked, "--language", "en"])
    assert refused.exit_code == FAILED
    assert "COPILOT_SPEECH__API_KEY" in " ".join(refused.stderr.split())
    assert KEY not in refused.output


async def test_doctor_and_ready_say_where_recordings_go_and_what_is_wrong(
    server: FakeSpeech,
) -> None:
    used = engines(server.base_url)
    tried = await try_speech(used)
    assert tried == (True, "openai:whisper-1", "recordings are sent to 127.0.0.1")
    state = await _speech(SimpleNamespace(speech=used))
    assert (state.ready, state.detail) == (True, "recordings are sent to 127.0.0.1")
    own = engines(server.base_url, local=True)
    assert (await _speech(SimpleNamespace(speech=own))).detail is None

    server.status = 404
    tried = await try_speech(used)
    assert not tried.ok
    assert "COPILOT_SPEECH__MODEL" in (tried.detail or "")
    state = await _speech(SimpleNamespace(speech=used))
    assert (state.ready, state.engine) == (False, "openai:whisper-1")
    assert "COPILOT_SPEECH__MODEL" in (state.detail or "")
    used.close()


async def test_a_call_that_waits_for_its_engine_tells_why(
    flow: CallFlow, db: Database, tenant: TenantId
) -> None:
    accepted = await flow.accept(tenant, CallIn(), io.BytesIO(short_call()))
    async with db.write() as session:
        job = await session.get(JobRow, accepted.job_id)
        assert job is not None
        assert (await store.get(session, tenant, accepted.id)).error is None
        job.error_code, job.error_detail = "speech_unavailable", "The speech server is away."
        await session.flush()
        call = await store.get(session, tenant, accepted.id)
    assert call.status == "queued"
    assert call.error is not None
    assert call.error.code == "speech_unavailable"
