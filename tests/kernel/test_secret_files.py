"""Secrets are made once, for the owner's eyes only."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from copilot.kernel.errors import ConfigurationError
from copilot.kernel.secret_files import load_or_create


def test_a_secret_is_made_once_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "data" / "secret.key"
    made = load_or_create(path)
    assert len(made) == 32
    assert load_or_create(path) == made
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert [one.name for one in path.parent.iterdir()] == ["secret.key"]


def test_a_secret_that_is_cut_off_is_not_used(tmp_path: Path) -> None:
    path = tmp_path / "secret.key"
    for content in (b"", b"x" * 31):
        path.write_bytes(content)
        with pytest.raises(ConfigurationError, match="cut off"):
            load_or_create(path)
        assert path.read_bytes() == content


def test_processes_that_start_at_once_share_one_secret(tmp_path: Path) -> None:
    path = tmp_path / "secret.key"
    with ThreadPoolExecutor(16) as pool:
        made = set(pool.map(lambda _: load_or_create(path), range(64)))
    assert len(made) == 1
