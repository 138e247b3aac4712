"""More tenants than shards may be open, and copying without filling holes."""

import fcntl
import os
import threading
from pathlib import Path

import pytest

from copilot.kernel.ids import TenantId
from copilot.search.edge_shard import EdgeShard
from copilot.search.edge_tenants import EdgeTenants
from copilot.search.folders import FolderInUseError, copy_sparsely
from copilot.search.index import Fields
from copilot.search.sparse import NO_TERMS
from tests.search.test_index_contract import EVERYTHING, asked, name

FIELDS = Fields("article", "art_1", "public", "en", None)
TERMS = asked("kettle")


def upsert(shards: EdgeTenants, tenant: str, number: int) -> None:
    one = (name(number), [1.0, 0.0, 0.0, 0.0], TERMS, NO_TERMS, FIELDS)
    shards.upsert(TenantId(tenant), [one])


def found(shards: EdgeTenants, tenant: str) -> set[str]:
    hits = shards.search(TenantId(tenant), [1.0, 0, 0, 0], TERMS, NO_TERMS, EVERYTHING, 10)
    return {hit.id for hit in hits}


def test_more_tenants_than_may_be_open(tmp_path: Path) -> None:
    shards = EdgeTenants(tmp_path / "copilot-made", 4, most_open=2)
    for number in range(5):
        upsert(shards, f"tenant {number}", number)
    for number in (3, 0, 4, 1, 2):
        assert found(shards, f"tenant {number}") == {name(number)}
    assert sum(shards.count(one) for one in shards.names()) == 5
    shards.close()
    again = EdgeTenants(tmp_path / "copilot-made", 4, most_open=3)
    while again.preload():
        pass
    for number in range(5):
        assert found(again, f"tenant {number}") == {name(number)}
    again.close()


def test_counting_loads_only_what_may_have_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shards = EdgeTenants(tmp_path / "copilot-made", 4, most_open=2)
    for number in range(5):
        upsert(shards, f"tenant {number}", number)

    def total() -> int:
        return sum(shards.count(one) for one in shards.names())

    assert total() == 5
    loaded: list[Path] = []
    load = EdgeShard.load

    def counted(folder: Path, dimension: int | None) -> EdgeShard:
        loaded.append(folder)
        return load(folder, dimension)

    monkeypatch.setattr(EdgeShard, "load", counted)
    assert total() == 5
    assert loaded == []
    upsert(shards, "tenant 0", 7)
    shards.delete(TenantId("tenant 1"), [name(1)])
    shards.delete_tenant(TenantId("tenant 2"))
    assert total() == 4
    upsert(shards, "tenant 2", 8)
    assert total() == 5
    shards.close()


def test_names_of_tenants_are_no_paths(tmp_path: Path) -> None:
    shards = EdgeTenants(tmp_path / "copilot-made", 4)
    for number, tenant in enumerate(["../up", "a/b", "", ".", "ä" * 300, "a\0b"]):
        upsert(shards, tenant, number)
        assert found(shards, tenant) == {name(number)}
    shards.close()
    assert [one.name for one in tmp_path.iterdir()] == ["copilot-made"]


def test_holes_stay_holes(tmp_path: Path) -> None:
    source = tmp_path / "source"
    (source / "inner").mkdir(parents=True)
    with (source / "inner" / "file").open("wb") as file:
        file.truncate(8 << 20)
        file.seek(4 << 20)
        file.write(b"data" * 5000)
    (source / "hole").touch()
    os.truncate(source / "hole", 1 << 20)
    (source / "empty").touch()
    copy_sparsely(source, tmp_path / "target")
    for file in ("inner/file", "hole", "empty"):
        assert (tmp_path / "target" / file).read_bytes() == (source / file).read_bytes()
    assert (tmp_path / "target" / "inner" / "file").stat().st_blocks * 512 < 1 << 20


def held(shards: EdgeTenants, tenant: str, folder: Path) -> int:
    """Fill a tenant's shard, let go of it, and hold it as a process that is still ending does."""
    upsert(shards, tenant, 1)
    shards.completed()
    shards.close()
    (lock,) = folder.glob("tenants/*/wal")
    descriptor = os.open(lock, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    return descriptor


def test_a_shard_that_a_killed_process_still_holds_is_waited_for(tmp_path: Path) -> None:
    folder = tmp_path / "copilot-made"
    descriptor = held(EdgeTenants(folder, 4), "ann", folder)
    freeing = threading.Timer(0.5, os.close, [descriptor])
    freeing.start()
    again = EdgeTenants(folder, 4)
    assert found(again, "ann") == {name(1)}
    freeing.join()
    assert again.complete
    again.close()


def test_a_shard_that_stays_held_is_refused_and_not_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("copilot.search.edge_shard._LOCK_WAIT_S", 0.1)
    folder = tmp_path / "copilot-made"
    descriptor = held(EdgeTenants(folder, 4), "ann", folder)
    again = EdgeTenants(folder, 4)
    with pytest.raises(FolderInUseError):
        found(again, "ann")
    os.close(descriptor)
    assert found(again, "ann") == {name(1)}
    assert again.complete
    again.close()
