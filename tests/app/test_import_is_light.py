"""Importing the application loads no model library and touches nothing."""

import json
import subprocess
import sys

HEAVY = (
    "torch",
    "transformers",
    "sentence_transformers",
    "faster_whisper",
    "ctranslate2",
    "pocketsphinx",
    "av",
    "lingua",
    "qdrant_client",
    "qdrant_edge",
    "openai",
    "dbos",
    "alembic",
)
SCRIPT = """
import json, sys
opened = []
def watch(event, arguments):
    if event == "open" and isinstance(arguments[0], str):
        mode = arguments[1] or "r"
        if any(letter in str(mode) for letter in "wax+"):
            opened.append(arguments[0])
    if event in {"socket.connect", "subprocess.Popen", "os.mkdir"}:
        opened.append(event)
sys.addaudithook(watch)
import copilot.app
print(json.dumps({"modules": sorted(sys.modules), "did": opened}))
"""


def test_importing_the_app_is_light() -> None:
    done = subprocess.run(
        [sys.executable, "-B", "-c", SCRIPT], capture_output=True, text=True, check=True
    )
    told = json.loads(done.stdout.splitlines()[-1])
    assert [name for name in HEAVY if name in told["modules"]] == []
    assert told["did"] == []
