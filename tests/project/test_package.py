"""The wheel carries prompts, eval data, the console and the demo, and boots where it lands."""

import os
import socket
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[2]
WANTED = (
    "copilot/_bundled/prompts/draft/system.md.j2",
    "copilot/_bundled/prompts/summary/user.md.j2",
    "copilot/_bundled/prompts/judge/system.md.j2",
    "copilot/_bundled/eval/README.md",
    "copilot/_bundled/eval/suites/kb-retrieval-fi.yaml",
    "copilot/_bundled/eval/datasets/kb_fi/qrels.tsv",
    "copilot/_bundled/eval/datasets/summaries/cases.jsonl",
    "copilot/_bundled/eval/datasets/calls_en/en.ogg",
    "copilot/evals/reports/report.html.j2",
    "copilot/evals/reports/static/report.js",
    "copilot/web/templates/conversation.html",
    "copilot/web/static/js/conversation.js",
    "copilot/web/locales/fi.json",
    "copilot/demo/workspace/conversations.jsonl",
    "copilot/demo/workspace/threads/fi-main.mbox",
    "copilot/demo/workspace/calls/en.ogg",
    "copilot/migrations/versions/0001_initial.py",
    "copilot/migrations/versions/0003_feedback.py",
    "copilot/py.typed",
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT],
        check=True,
        capture_output=True,
    )
    return next(folder.glob("*.whl"))


@pytest.mark.slow
def test_wheel_holds_what_it_needs(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert [name for name in WANTED if name not in names] == []
    strays = [name for name in names if ".env" in name or "__pycache__" in name]
    assert strays == []


@pytest.mark.slow
def test_wheel_boots_in_a_clean_environment(wheel: Path, tmp_path: Path) -> None:
    place = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", place], check=True)
    python = place / "bin" / "python"
    # The wheel itself is installed; its dependencies are the ones already tested here, found
    # through a path file, because downloading them again would prove nothing about the wheel.
    site = next((place / "lib").glob("python*")) / "site-packages"
    dependencies = next(path for path in sys.path if path.endswith("site-packages"))
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", site, wheel],
        check=True,
    )
    (site / "dependencies.pth").write_text(f"{dependencies}\n")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        "PATH": os.environ["PATH"],
        "COPILOT_DATA_DIR": str(tmp_path / "data"),
        "HF_HUB_OFFLINE": "1",
    }
    where = subprocess.run(
        [python, "-I", "-c", "import copilot; print(copilot.__file__)"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert str(site) in where
    server = subprocess.Popen(
        [python, "-I", "-m", "copilot", "serve", "--port", str(port)],
        cwd=tmp_path,
        env=environment,
    )
    try:
        url = f"http://127.0.0.1:{port}"
        for _ in range(120):
            try:
                if httpx.get(f"{url}/ready").status_code == 200:
                    break
            except httpx.TransportError:
                assert server.poll() is None, "the service ended"
            time.sleep(0.5)
        assert httpx.get(f"{url}/ready").status_code == 200
        assert httpx.get(f"{url}/login").status_code == 200
    finally:
        server.terminate()
        # uvicorn closes everything in order, then hands the signal on.
        assert server.wait(20) in {0, -15}
