"""What holds for the index without a server alone: its process, its folder, its lock, crashes."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, suppress
from pathlib import Path

import pytest

from copilot.kernel.errors import UnavailableError
from copilot.kernel.ids import TenantId
from copilot.search.config import IndexConfig
from copilot.search.edge import EdgeIndex
from copilot.search.index import Filter, Index, IndexInUseError
from tests.search.test_index_contract import ANN, BOB, EVERYTHING, asked, found, name, naming, point

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
        await asyncio.Event().wait()

asyncio.run(main())
"""


def opened(folder: Path, model: str = "made") -> AbstractAsyncContextManager[Index]:
    return EdgeIndex.open(IndexConfig(), folder=folder, model=model, dimension=4)


@pytest.fixture(autouse=True)
def others() -> Iterator[None]:
    """Index processes of a service that other tests share are not this file's."""
    OTHERS.update(index_processes())
    yield
    OTHERS.clear()


OTHERS: set[int] = set()


def index_processes() -> set[int]:
    """The index processes that this process started for a test and that have not ended."""
    running = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
            command = (stat.parent / "cmdline").read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(parent) == os.getpid() and state != "Z" and b"edge_worker" in command:
            running.add(int(stat.parent.name))
    return running - OTHERS


async def the_process() -> int:
    (running,) = index_processes()
    return running


async def test_points_are_there_after_reopening(tmp_path: Path) -> None:
    async with opened(tmp_path) as index:
        await index.upsert(ANN, [point(1, called="zebra")])
    assert index_processes() == set()
    async with opened(tmp_path) as index:
        assert await index.count() == 1
        assert await found(index) == {name(1)}
        (hit,) = (await naming(index, "zebra")).values()
        assert hit.names == pytest.approx(1, abs=1e-5)


async def test_points_survive_sigkill_and_a_second_process_is_refused(tmp_path: Path) -> None:
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    try:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"written\n"
        with pytest.raises(IndexInUseError, match="in use by another process") as told:
            async with opened(tmp_path):
                pass
        assert "COPILOT_INDEX__KIND=server" in told.value.detail
        writer.send_signal(signal.SIGKILL)
    finally:
        writer.kill()
        writer.communicate()
    # Its index process goes with it, and lets go of the folder.
    async with opened(tmp_path) as index:
        assert await index.count() == 1000
        assert await index.ids(ANN) == {name(one) for one in range(1, 1001)}


async def test_a_second_index_in_this_process_is_refused(tmp_path: Path) -> None:
    async with opened(tmp_path) as index:
        with pytest.raises(IndexInUseError, match="in use by another process"):
            async with opened(tmp_path):
                pass
        await index.upsert(ANN, [point(1)])
        assert await found(index) == {name(1)}


async def test_a_killed_index_process_is_started_again_and_loses_nothing(tmp_path: Path) -> None:
    async with opened(tmp_path) as index:
        await index.upsert(ANN, [point(one) for one in range(1, 101)])
        first = await the_process()
        os.kill(first, signal.SIGKILL)
        assert await index.ids(ANN) == {name(one) for one in range(1, 101)}
        assert await the_process() != first
        await index.upsert(ANN, [point(101)])
        assert await index.count() == 101


async def test_what_was_acknowledged_while_it_is_killed_again_and_again_is_there(
    tmp_path: Path,
) -> None:
    acknowledged = set()
    async with opened(tmp_path) as index:

        async def write() -> None:
            for one in range(1, 61):
                try:
                    await index.upsert(ANN, [point(one)])
                except UnavailableError:
                    continue
                acknowledged.add(name(one))

        writing = asyncio.create_task(write())
        for _ in range(3):
            before = len(acknowledged)
            while len(acknowledged) < before + 10 and not writing.done():
                await asyncio.sleep(0.001)
            for process in index_processes():
                os.kill(process, signal.SIGKILL)
        await writing
        assert acknowledged
        assert acknowledged <= await index.ids(ANN)


async def test_searches_of_many_at_once_while_it_is_written_to(tmp_path: Path) -> None:
    async with opened(tmp_path) as index:
        await index.upsert(ANN, [point(one) for one in range(1, 51)])
        await index.upsert(BOB, [point(one) for one in range(101, 151)])

        async def write() -> None:
            for start in range(200, 1200, 100):
                await index.upsert(ANN, [point(start + one) for one in range(100)])
                await index.delete(ANN, [name(start + one) for one in range(100)])

        writing = asyncio.create_task(write())
        rounds = 0
        while not writing.done():
            hits = await asyncio.gather(*(found(index, BOB) for _ in range(32)))
            assert all(len(one) == 10 for one in hits)
            assert all(one <= {name(n) for n in range(101, 151)} for one in hits)
            rounds += 1
        await writing
        assert rounds > 1
        assert await index.ids(ANN) == {name(one) for one in range(1, 51)}


async def test_cancelled_searches_leave_nothing_behind(tmp_path: Path) -> None:
    async with opened(tmp_path) as index:
        await index.upsert(ANN, [point(one) for one in range(1, 51)])
        searches = [asyncio.create_task(found(index)) for _ in range(64)]
        await asyncio.sleep(0)
        for one in searches[::2]:
            one.cancel()
        ended = await asyncio.gather(*searches, return_exceptions=True)
        assert all(isinstance(one, asyncio.CancelledError) for one in ended[::2])
        assert all(isinstance(one, set) and len(one) == 10 for one in ended[1::2])
        assert len(await found(index)) == 10


async def test_a_search_that_is_cancelled_while_it_restarts_stops_nobody(tmp_path: Path) -> None:
    async with opened(tmp_path) as index:
        await index.upsert(ANN, [point(1)])
        os.kill(await the_process(), signal.SIGKILL)
        given_up = asyncio.create_task(found(index))
        await asyncio.sleep(0.01)
        other = asyncio.create_task(found(index))
        given_up.cancel()
        assert await other == {name(1)}
        await the_process()


async def test_a_request_that_fails_is_told_and_the_next_works(tmp_path: Path) -> None:
    async with opened(tmp_path) as index:
        await index.upsert(ANN, [point(1)])
        with pytest.raises(UnavailableError, match="try again"):
            await index.search(ANN, [1.0], asked("x"), where=EVERYTHING, limit=5)
        assert await found(index) == {name(1)}


async def test_nothing_is_of_no_kind_and_all_is_of_any(tmp_path: Path) -> None:
    async with opened(tmp_path) as index:
        await index.upsert(ANN, [point(1), point(2, kind="conversation", visibility="internal")])
        assert await found(index, where=Filter("internal", kinds=())) == set()
        assert await found(index, where=Filter("internal")) == {name(1), name(2)}
        assert await found(index, where=Filter("public")) == {name(1)}
        assert await found(index, where=Filter("public", kinds=("conversation",))) == set()


async def test_it_is_fresh_until_it_was_filled(tmp_path: Path) -> None:
    async with opened(tmp_path) as index:
        assert index.fresh
        await index.upsert(ANN, [point(1)])
        assert index.fresh
    async with opened(tmp_path) as index:
        assert index.fresh
        await index.filled()
        assert not index.fresh
    async with opened(tmp_path) as index:
        assert not index.fresh


def garbage(file: Path) -> None:
    file.write_bytes(b"\xff" * min(file.stat().st_size, 100_000))


def cut_short(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: min(file.stat().st_size, 100_000) // 2])


def emptied(file: Path) -> None:
    file.write_bytes(b"")


@pytest.mark.parametrize("harm", [garbage, cut_short, emptied, Path.unlink])
@pytest.mark.parametrize("part", ["edge_config.json", "segments", "wal", ""])
async def test_one_tenants_broken_files_are_nobody_elses_end(
    tmp_path: Path, harm: Callable[[Path], None], part: str
) -> None:
    async with opened(tmp_path) as index:
        await index.upsert(ANN, [point(one) for one in range(1, 50)])
        await index.filled()
    (of_ann,) = tmp_path.glob("*/tenants/*")
    async with opened(tmp_path) as index:
        await index.upsert(BOB, [point(one) for one in range(101, 120)])
    for file in [one for one in of_ann.rglob("*") if one.is_file()]:
        if not part or part in file.relative_to(of_ann).parts:
            harm(file)
    async with opened(tmp_path) as index:
        await index.search(ANN, (1, 0, 0, 0), asked("kettle"), where=EVERYTHING, limit=5)
        left = await index.ids(ANN)
        # Either nothing was lost, or the index says that something was.
        assert index.fresh or left == {name(one) for one in range(1, 50)}
        assert await index.ids(BOB) == {name(one) for one in range(101, 120)}
        await index.upsert(ANN, [point(77)])
        await index.upsert(TenantId("new"), [point(78)])
        assert name(77) in await found_by_terms(index, ANN)
        assert await found(index, TenantId("new")) == {name(78)}


async def found_by_terms(index: Index, tenant: TenantId) -> set[str]:
    hits = await index.search(tenant, None, asked("kettle"), where=EVERYTHING, limit=100)
    return {hit.id for hit in hits}


@pytest.mark.parametrize("where", ["", "*", "*/tenants", "*/tenants/*", "*/template"])
async def test_a_file_in_the_place_of_a_folder_is_no_end(tmp_path: Path, where: str) -> None:
    folder = tmp_path / "index"
    async with opened(folder) as index:
        await index.upsert(ANN, [point(1)])
        await index.filled()
    harmed = [one for one in folder.glob(where) if one.is_dir()] if where else [folder]
    for one in harmed:
        one.rename(tmp_path / f"away-{one.name}")
        one.write_text("no folder")
    async with opened(folder) as index:
        if where != "*/template":
            assert await index.ids(ANN) == set()
            assert index.fresh
        await index.upsert(BOB, [point(2)])
        assert await found(index, BOB) == {name(2)}


async def test_a_missing_folder_is_made(tmp_path: Path) -> None:
    async with opened(tmp_path / "not" / "there") as index:
        assert index.fresh
        await index.upsert(ANN, [point(1)])
        assert await found(index) == {name(1)}


async def test_an_index_that_breaks_while_it_is_open_is_repaired(tmp_path: Path) -> None:
    async with opened(tmp_path) as index:
        await index.upsert(ANN, [point(one) for one in range(1, 50)])
        await index.filled()
        first = await the_process()
        # Reading mapped files that were cut short ends the process (SIGBUS).
        for file in tmp_path.glob("*/tenants/**/*"):
            if file.is_file() and "segments" in file.parts:
                os.truncate(file, 0)
        with suppress(UnavailableError):
            await found(index)
        for process in index_processes() & {first}:  # it may have answered from memory
            os.kill(process, signal.SIGKILL)
        await index.upsert(ANN, [point(1)])
        assert await found(index) == {name(1)}
        assert await the_process() != first
        assert index.fresh


async def test_deleting_a_tenant_removes_its_files(tmp_path: Path) -> None:
    async with opened(tmp_path) as index:
        await index.upsert(ANN, [point(1)])
        await index.upsert(BOB, [point(2)])
        assert len(list(tmp_path.glob("*/tenants/*"))) == 2
        await index.delete_tenant(ANN)
        assert len(list(tmp_path.glob("*/tenants/*"))) == 1
        await index.upsert(ANN, [point(3)])
        assert await found(index) == {name(3)}
        assert await found(index, BOB) == {name(2)}
