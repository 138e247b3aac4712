import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from stat import S_IMODE

import pytest

from copilot.evals.cache import Made, OutputCache
from copilot.evals.errors import CacheError


def test_what_is_put_is_found_again_later(tmp_path: Path) -> None:
    file = tmp_path / "runs" / "outputs.cache"
    made = Made({"text": "Pöytä on varattu 👍", "figures": [1, 2.5, None]}, 0.25)
    with OutputCache.open(file) as cache:
        cache.put("one", "suite", made)
    with OutputCache.open(file) as cache:
        assert cache.get(["one", "two"]) == {"one": made}


def test_more_keys_than_one_query_takes(tmp_path: Path) -> None:
    with OutputCache.open(tmp_path / "cache") as cache:
        for number in range(1200):
            cache.put(str(number), "suite", Made({"n": number}, 0.0))
        found = cache.get([str(number) for number in range(2000)])
    assert len(found) == 1200
    assert found["1199"].output == {"n": 1199}


def test_a_newer_output_takes_the_older_ones_place(tmp_path: Path) -> None:
    with OutputCache.open(tmp_path / "cache") as cache:
        cache.put("one", "suite", Made({"n": 1}, 0.0))
        cache.put("one", "suite", Made({"n": 2}, 0.0))
        assert cache.get(["one"])["one"].output == {"n": 2}


def test_only_its_owner_reads_it(tmp_path: Path) -> None:
    file = tmp_path / "cache"
    with OutputCache.open(file):
        assert S_IMODE(file.stat().st_mode) == 0o600


def test_two_runs_share_a_file(tmp_path: Path) -> None:
    file = tmp_path / "cache"

    def fill(who: int) -> None:
        with OutputCache.open(file) as cache:
            for number in range(100):
                cache.put(f"{who}-{number}", "suite", Made({"n": number}, 0.0))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(fill, range(4)))
    with OutputCache.open(file) as cache:
        assert len(cache.get([f"{who}-{n}" for who in range(4) for n in range(100)])) == 400


def test_a_file_that_is_no_cache_is_told(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("something else entirely, and longer than a header" * 100)
    (tmp_path / "folder").mkdir()
    for name in ("cache", "folder"):
        with pytest.raises(CacheError, match=name), OutputCache.open(tmp_path / name):
            pass


def test_a_full_disk_is_told(tmp_path: Path) -> None:
    with OutputCache.open(tmp_path / "cache") as cache:
        cache._connection.execute("PRAGMA max_page_count = 4")
        with pytest.raises(CacheError, match=r"cache: .*full\. Make room"):
            cache.put("one", "suite", Made({"text": "x" * 100_000}, 0.0))


def test_runs_that_begin_together_wait_for_each_other(tmp_path: Path) -> None:
    file = tmp_path / "cache"
    file.touch()
    with closing(sqlite3.connect(file, isolation_level=None, check_same_thread=False)) as other:
        # Another run about to write: SQLite does not wait for it before it changes the journal.
        other.execute("BEGIN IMMEDIATE")
        other.execute("CREATE TABLE something (x)")
        leaving = threading.Timer(0.2, other.execute, ["COMMIT"])
        leaving.start()
        with OutputCache.open(file) as cache:
            cache.put("one", "suite", Made({"n": 1}, 0.0))
            assert cache.get(["one"])
        leaving.join()
