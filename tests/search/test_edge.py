"""What holds for the index in this process alone: its folder, its lock, crashes."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from copilot.kernel.errors import ConfigurationError, UnavailableError
from copilot.kernel.ids import TenantId
from copilot.search.config import IndexConfig
from copilot.search.edge import EdgeIndex
from copilot.search.edge_shard import EdgeShard
from tests.search.test_index_contract import ANN, found, name, point

CONFIG = IndexConfig()
WRITER = """
import asyncio, sys
from pathlib import Path
from copilot.search.config import IndexConfig
from copilot.search.edge import EdgeIndex
from tests.search.test_index_contract import ANN, point

async def main() -> None:
    async with EdgeIndex.open(
        IndexConfig(), folder=Path(sys.argv[1]), model="made", dimension=4
    ) as index:
        await index.upsert(ANN, [point(one) for one in range(1, 1001)])
        print("written", flush=True)
        sys.stdin.read()

asyncio.run(main())
"""


async def test_points_are_there_after_reopening(tmp_path: Path) -> None:
    async with EdgeIndex.open(CONFIG, folder=tmp_path, model="made", dimension=4) as index:
        await index.upsert(ANN, [point(1)])
    async with EdgeIndex.open(CONFIG, folder=tmp_path, model="made", dimension=4) as index:
        assert await index.count() == 1
        assert await found(index) == {name(1)}


async def test_points_survive_sigkill_and_a_second_process_is_refused(tmp_path: Path) -> None:
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    try:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"written\n"
        with pytest.raises(ConfigurationError, match="in use by another process") as told:
            async with EdgeIndex.open(CONFIG, folder=tmp_path, model="made", dimension=4):
                pass
        assert "COPILOT_INDEX__KIND=server" in told.value.detail
        writer.send_signal(signal.SIGKILL)
    finally:
        writer.kill()
        writer.communicate()
    async with EdgeIndex.open(CONFIG, folder=tmp_path, model="made", dimension=4) as index:
        assert await index.count() == 1000
        assert await index.ids(ANN) == {name(one) for one in range(1, 1001)}


async def test_another_model_starts_empty_and_the_old_vectors_go(tmp_path: Path) -> None:
    async with EdgeIndex.open(CONFIG, folder=tmp_path, model="made", dimension=4) as index:
        await index.upsert(ANN, [point(1)])
    async with EdgeIndex.open(CONFIG, folder=tmp_path, model="other", dimension=8) as index:
        assert await index.count() == 0
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("broken", ["edge_config.json", "segments", "everything"])
async def test_a_broken_folder_is_rebuilt(tmp_path: Path, broken: str) -> None:
    async with EdgeIndex.open(CONFIG, folder=tmp_path, model="made", dimension=4) as index:
        await index.upsert(ANN, [point(one) for one in range(1, 50)])
    (shard,) = tmp_path.iterdir()
    for file in [one for one in shard.rglob("*") if one.is_file()]:
        if broken == "everything" or broken in file.relative_to(shard).parts:
            file.write_bytes(b"\xff" * min(file.stat().st_size, 100_000))
    async with EdgeIndex.open(CONFIG, folder=tmp_path, model="made", dimension=4) as index:
        await index.upsert(TenantId("new"), [point(77)])
        assert await index.ids(TenantId("new")) == {name(77)}


async def test_a_file_that_was_cut_short_is_no_end(tmp_path: Path) -> None:
    async with EdgeIndex.open(CONFIG, folder=tmp_path, model="made", dimension=4) as index:
        await index.upsert(ANN, [point(one) for one in range(1, 50)])
    # The engine panics over these: its error is no Exception.
    for file in tmp_path.rglob("status.dat"):
        file.write_bytes(b"")
    async with EdgeIndex.open(CONFIG, folder=tmp_path, model="made", dimension=4) as index:
        assert await index.count() == 0
        await index.upsert(ANN, [point(1)])
        assert await found(index) == {name(1)}


async def test_an_engine_that_fails_is_told_as_unavailable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Panic(BaseException):
        pass

    def panic(*_: object) -> None:
        raise Panic("index out of bounds")

    async with EdgeIndex.open(CONFIG, folder=tmp_path, model="made", dimension=4) as index:
        with monkeypatch.context() as patch:
            patch.setattr(EdgeShard, "search", panic)
            with pytest.raises(UnavailableError, match="try again"):
                await found(index)
        assert await found(index) == set()
