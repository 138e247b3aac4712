"""House rules about files: short modules, a clean Dockerfile, no machine's paths."""

import statistics
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LONGEST, MEDIAN = 400, 150


def code() -> list[Path]:
    roots = ("copilot", "tests", "benchmarks", "tools")
    found = [path for root in roots for path in (ROOT / root).rglob("*.py")]
    found += (ROOT / "copilot" / "web" / "static").rglob("*.js")
    return found


def test_modules_are_short() -> None:
    lengths = {path: len(path.read_text().splitlines()) for path in code()}
    assert {path: length for path, length in lengths.items() if length > LONGEST} == {}
    assert statistics.median(length for length in lengths.values() if length) < MEDIAN


def test_dockerfile_is_clean() -> None:
    hadolint = Path(sys.executable).parent / "hadolint"
    if not hadolint.exists():
        pytest.skip("hadolint is not installed")
    done = subprocess.run([hadolint, ROOT / "Dockerfile"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_dockerfile_ends_without_root_or_build_tools() -> None:
    last = (ROOT / "Dockerfile").read_text().split("\nFROM ")[-1]
    assert "\nUSER 10001" in last
    assert "apt-get" not in last
