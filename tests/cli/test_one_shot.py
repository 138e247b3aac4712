"""Commands that do one thing: they wait for the model, and say when it cannot be loaded."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NoReturn

import pytest
from typer.testing import CliRunner, Result

from copilot import lab, wiring
from copilot.cli import demo
from copilot.cli.console import BAD_USAGE, FAILED
from copilot.cli.main import app
from copilot.kernel.errors import UnavailableError
from copilot.search.model_card import model_card
from tests.search.embedders import BagOfWords


class _Words(BagOfWords):
    """A model that takes no time, with the length of the packaged one."""

    name, dimension = model_card(None)


MAIL = "From: Ada <ada@mail.example>\nSubject: Kettle\n\nMy kettle arrived broken.\n"


@pytest.fixture(autouse=True)
def own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COPILOT_DATA_DIR", str(tmp_path / "data"))
    (tmp_path / "mail.eml").write_text(MAIL)
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "returns.md").write_text("# Returns\n\nWithin 30 days.\n")


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


@pytest.mark.parametrize(
    "words",
    [
        ("draft", "mail.eml", "--articles", "articles"),
        ("search", "kettle"),
        ("reindex",),
        ("import", "articles", "articles"),
        ("doctor",),
        ("demo", "--no-serve"),
    ],
    ids=lambda words: words[0],
)
def test_it_waits_for_the_model_as_long_as_it_loads(
    words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []

    def opening(_settings: object, **options: Any) -> NoReturn:
        asked.append(options["model_wait_s"])
        raise UnavailableError("The embedding model is not available: no weights.")

    monkeypatch.setattr(wiring, "open_deps", opening)
    monkeypatch.setattr(demo, "open_deps", opening)
    monkeypatch.setattr(lab, "open_deps", opening)
    result = run(*words)
    assert asked == [None]
    assert result.exit_code == FAILED
    assert "no weights" in " ".join(result.stderr.split())


@pytest.mark.slow
@pytest.mark.parametrize("model", ["weightless", "missing"])
def test_a_model_that_cannot_be_loaded_ends_in_a_sentence(model: str, tmp_path: Path) -> None:
    folder = tmp_path / "weightless"
    folder.mkdir()
    kind = "sentence_transformers.models.Transformer"
    (folder / "modules.json").write_text(f'[{{"idx":0,"name":"0","path":"","type":"{kind}"}}]')
    (folder / "config.json").write_text('{"model_type": "bert", "hidden_size": 8}')
    # A process of its own: model libraries keep the standard error they first saw.
    done = subprocess.run(
        [sys.executable, "-m", "copilot", "draft", "mail.eml", "--articles", "articles"],
        env={
            **os.environ,
            "COPILOT_EMBEDDER__MODEL": str(tmp_path / model),
            "HF_HUB_OFFLINE": "1",
            "PYTHONPATH": str(Path(__file__).parents[2]),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == (FAILED if model == "weightless" else BAD_USAGE), done.stderr
    assert model in done.stderr.replace("\n", "")
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.mark.slow
def test_articles_that_are_refused_fail_the_import_and_the_others_are_loaded(
    tmp_path: Path,
) -> None:
    made = run("keys", "create", "--tenant", "shop", "--scope", "admin")
    assert made.exit_code == 0, made.output
    broken = tmp_path / "articles" / "broken.md"
    broken.write_text("---\ntitle: [\n---\nNothing.\n")
    result = run("import", "articles", "articles")
    assert result.exit_code == FAILED
    assert "1 new, 0 known, 1 faulty" in " ".join(result.stdout.split())
    assert "broken.md" in result.stderr
    broken.unlink()
    again = run("import", "articles", "articles")
    assert again.exit_code == 0
    assert "0 new, 1 known, 0 faulty" in " ".join(again.stdout.split())


def test_a_draft_may_use_internal_material_when_told_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiring, "open_embedder", lambda _config: _Words())
    (tmp_path / "articles" / "returns.md").unlink()
    secret = "A kettle that arrived broken is replaced within 3 days at no cost."
    page = f"---\ntitle: Broken kettles\nvisibility: internal\nlanguage: en\n---\n{secret}\n"
    (tmp_path / "articles" / "broken.md").write_text(page)
    asked = ("draft", "mail.eml", "--articles", "articles", "--language", "en", "--json")
    kept, used = run(*asked), run(*asked, "--use-internal")
    assert kept.exit_code == used.exit_code == 0, kept.output + used.output
    without, having = json.loads(kept.stdout), json.loads(used.stdout)
    assert "within 3 days" not in without["text"]
    assert without["citations"] == []
    assert "within 3 days" in having["text"]
    assert [one["visibility"] for one in having["citations"]] == ["internal"]
    assert "internal_source" in {one["code"] for one in having["warnings"]}
