"""``copilot doctor``: what it finds, part by part."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from copilot import wiring
from copilot.cli.console import DONE, FAILED
from copilot.cli.main import app
from copilot.search.config import EmbedderConfig, IndexConfig
from copilot.search.cross_encoder import RerankerConfig
from copilot.search.edge import EdgeIndex
from copilot.search.embedder import Embedder
from copilot.search.model_card import model_card
from copilot.search.reranker import Reranker
from copilot.wiring import embedder_backend
from tests.search.cross_encoders import SharedWords


@pytest.fixture(autouse=True)
def own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COPILOT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("COPILOT_SPEECH__KIND", "pocketsphinx")


def checks(code: int = DONE) -> dict[str, Any]:
    result = CliRunner().invoke(app, ["doctor", "--json"])
    assert result.exit_code == code, result.output
    found: dict[str, Any] = json.loads(result.stdout)["checks"]
    return found


def test_it_tells_the_index_folder_and_what_runs_the_model(tmp_path: Path) -> None:
    found = checks()
    assert {name for name, check in found.items() if not check["ok"]} == set()
    assert found["index"]["detail"] == f"0 of 0 passages in {tmp_path / 'data' / 'index'}"
    backend = embedder_backend(EmbedderConfig())
    assert found["embedder"]["detail"] == f"384 dimensions, run by {backend} (picked)"
    assert "reranker" not in found


async def test_beside_a_server_the_engines_are_checked_all_the_same(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "index"
    card = model_card(None)
    async with EdgeIndex.open(
        IndexConfig(), folder=folder, model=card.name, dimension=card.dimension
    ):
        found = await asyncio.to_thread(checks)
    assert found["index"]["ok"] is True
    assert "/ready" in found["index"]["detail"]
    assert found["database"]["ok"] is True
    assert "384 dimensions" in found["embedder"]["detail"]


def test_a_model_that_cannot_be_loaded_is_one_part_of_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(_config: EmbedderConfig) -> Embedder:
        raise OSError("the weights are cut short")

    monkeypatch.setattr(wiring, "open_embedder", broken)
    monkeypatch.setenv("COPILOT_EMBEDDER__BACKEND", "torch")
    found = checks(FAILED)
    assert {name for name, check in found.items() if not check["ok"]} == {"embedder"}
    assert "the weights are cut short" in found["embedder"]["detail"]
    assert "torch (as set)" in found["embedder"]["detail"]


@pytest.mark.parametrize("failure", [None, OSError("no such folder")])
def test_a_reranker_is_checked_when_there_is_one(
    monkeypatch: pytest.MonkeyPatch, failure: Exception | None
) -> None:
    def opened(_config: RerankerConfig) -> Reranker:
        if failure is not None:
            raise failure
        return SharedWords()

    monkeypatch.setattr("copilot.wiring.CrossEncoderReranker.open", opened)
    monkeypatch.setenv("COPILOT_RERANKER__MODEL", "some/reranker")
    monkeypatch.setenv("COPILOT_RERANKER__DEADLINE_S", "30")
    found = checks(DONE if failure is None else FAILED)
    assert found["reranker"]["engine"] == "some/reranker"
    assert found["reranker"]["ok"] is (failure is None)
    assert found["reranker"]["detail"] == (None if failure is None else "no such folder")
