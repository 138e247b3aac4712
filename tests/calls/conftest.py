"""Calls as the service accepts them, with real parts."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from copilot.calls.flow import CallFlow
from copilot.jobs.config import JobsConfig
from copilot.jobs.dbos_queue import DbosQueue
from copilot.kernel.blobs_obstore import BlobsConfig, ObstoreBlobs
from copilot.kernel.db import Database
from copilot.speech.engines import SpeechConfig
from copilot.summaries.flow import Summariser
from copilot.wiring import build_speech


@pytest.fixture
async def flow(db: Database, tmp_path: Path) -> AsyncIterator[CallFlow]:
    """Accepts calls; nobody works on them."""
    async with (
        ObstoreBlobs.open(BlobsConfig(), folder=tmp_path / "blobs") as blobs,
        DbosQueue.open(
            JobsConfig(),
            db=db,
            database_url=db.engine.url.render_as_string(hide_password=False),
            data_dir=tmp_path,
            handlers={},
            run_jobs=False,
        ) as queue,
    ):
        speech = build_speech(SpeechConfig(kind="pocketsphinx"))
        yield CallFlow(db, blobs, queue, speech, Summariser(db, None, None))
