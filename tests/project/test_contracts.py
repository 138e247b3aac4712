"""The import contracts hold, and notice when they are broken."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINT = Path(sys.executable).parent / "lint-imports"


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [LINT, "--no-cache", "--config", folder / "pyproject.toml"],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    ignored = shutil.ignore_patterns("workspace", "static", "__pycache__")
    shutil.copytree(ROOT / "copilot", tmp_path / "copilot", ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "line", "broken"),
    [
        ("customers/store.py", "from copilot.drafts import draft", "Layers"),
        ("knowledge/flow.py", "from copilot.search import edge", "Adapters"),
        ("summaries/flow.py", "import openai", "one file each"),
        ("search/batching.py", "import torch", "one file each"),
        ("customers/flow.py", "import fastapi", "HTTP"),
    ],
)
def test_a_seeded_violation_is_noticed(copy: Path, file: str, line: str, broken: str) -> None:
    path = copy / "copilot" / file
    path.write_text(path.read_text() + f"\n{line}\n")
    result = lint(copy)
    assert result.returncode == 1, result.stdout
    broken_lines = [one for one in result.stdout.splitlines() if "BROKEN" in one]
    assert any(broken in one for one in broken_lines), result.stdout
