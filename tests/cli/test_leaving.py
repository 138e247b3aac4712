"""A command that used both model libraries ends with its own exit code."""

import subprocess
import sys

import pytest

SCRIPT = """
import sys, types
import ctypes
from copilot.cli import main

def command():
    sys.modules["ctranslate2"] = sys.modules["torch"] = types.ModuleType("stand-in")
    print("last words", flush=False)
    import atexit
    # As the libraries do when both were used: the end of the interpreter is the end of the process.
    atexit.register(ctypes.string_at, 0)
    sys.exit({code})

main.app = command
main.run()
"""


@pytest.mark.parametrize(
    ("code", "told"), [("0", 0), ("3", 3), ("None", 0), ("'what went wrong'", 1)]
)
def test_its_exit_code_and_its_last_words_are_kept(code: str, told: int) -> None:
    made = [sys.executable, "-c", SCRIPT.format(code=code)]
    done = subprocess.run(made, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == told
    assert done.stdout == "last words\n"
