"""The whole service over a damaged index or a broken model: it starts, answers, tells, repairs."""

import json
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest

from copilot.auth.config import AuthConfig
from copilot.search.packaged_model import packaged_model
from copilot.settings import Settings
from tests.service import Credentials, Service
from tests.timing import limit

# Several services are started for this file: not on every worker.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("degraded_search")]
MESSAGE = {
    "external_id": "m1",
    "author": {"role": "customer"},
    "sent_at": "2026-03-01T08:00:00Z",
    "text": "My kettle lost its lid. Within how many days may a kettle be returned?",
}
CONVERSATION = {"channel": "chat", "language": "en", "messages": [MESSAGE]}
PAGES = {
    "returns": ("Returning a kettle", "A kettle may be returned within 30 days.", "public"),
    "lids": ("Spare lids", "The lid of a kettle is sold as a spare part.", "public"),
    "margins": ("Margins", "The margin on a returned kettle is ours alone.", "internal"),
}


class Filled(NamedTuple):
    """A data folder with an index that holds everything, and who may ask."""

    folder: Path
    credentials: Credentials
    conversation_id: str


class Desk(NamedTuple):
    service: Service
    client: httpx.Client

    def search(self, query: str, **asked: object) -> dict[str, Any]:
        # As ASCII: JSON can say what UTF-8 cannot.
        body = json.dumps({"query": query, **asked})
        answer = self.client.post("/v1/search", content=body)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def titles(self, query: str, **asked: object) -> list[str]:
        return [hit["title"] for hit in self.search(query, **asked)["hits"]]

    def ready(self) -> httpx.Response:
        return self.client.get("/ready")

    def wait_ready(self) -> None:
        """Until the model is loaded, or has failed."""
        end = time.monotonic() + limit(120)
        while self.ready().status_code != 200:
            assert time.monotonic() < end, self.ready().text
            time.sleep(0.1)

    def rebuild(self, filled: Filled) -> None:
        indexer = self.service.deps.indexer
        self.service.call(indexer.reconcile(filled.credentials.tenant), 120)
        self.service.call(indexer.drain(), 120)


@contextmanager
def open_desk(
    folder: Path, credentials: Credentials | None = None, **settings: Any
) -> Iterator[Desk]:
    made = Settings(
        _env_file=None,  # type: ignore[call-arg]
        data_dir=folder,
        auth=AuthConfig(requests_per_minute=1_000_000),
        **settings,
    )
    # Without a background: what is in the index is what the test has put there.
    with Service(made, run_jobs=False).running() as service:
        headers = {
            **(credentials or service.new_tenant()).headers,
            "Content-Type": "application/json",
        }
        with httpx.Client(base_url=service.url, headers=headers, timeout=60) as client:
            yield Desk(service, client)


def put_pages(client: httpx.Client) -> None:
    for name, (title, body, visibility) in PAGES.items():
        page = {"title": title, "body": body, "language": "en", "visibility": visibility}
        assert client.put(f"/v1/articles/kb/{name}", json=page).status_code == 201


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Filled:
    folder = tmp_path_factory.mktemp("filled")
    with open_desk(folder) as desk:
        credentials = desk.service.new_tenant()
        desk.client.headers.update(credentials.headers)
        put_pages(desk.client)
        made = desk.client.put("/v1/conversations/t/1", json=CONVERSATION).json()["id"]
        desk.wait_ready()
        desk.service.call(desk.service.deps.indexer.drain(), 120)
        assert desk.search("kettle")["degraded"] == []
        assert desk.ready().json()["degraded"] == []
    return Filled(folder, credentials, made)


@pytest.fixture
def copied(filled: Filled, tmp_path: Path) -> Filled:
    folder = tmp_path / "data"
    shutil.copytree(filled.folder, folder)
    return filled._replace(folder=folder)


def lose(index: Path) -> None:
    shutil.rmtree(index)


def garble(index: Path) -> None:
    for file in index.rglob("*"):
        if file.is_file():
            file.write_bytes(b"\x9d\x00garbage" * 100)


def cut_short(index: Path) -> None:
    for file in index.rglob("*"):
        if file.is_file():
            file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def replace_by_a_file(index: Path) -> None:
    shutil.rmtree(index)
    index.write_bytes(b"not a folder")


@pytest.mark.parametrize("damage", [lose, garble, cut_short, replace_by_a_file])
def test_a_damaged_index_is_stood_in_for_and_rebuilt(
    copied: Filled, damage: Callable[[Path], None]
) -> None:
    damage(copied.folder / "index")
    with open_desk(copied.folder, copied.credentials) as desk:
        # At once, from full text: the model is not loaded, and nothing is in the index.
        answer = desk.search("How do I return my kettle?")
        assert {hit["title"] for hit in answer["hits"]} >= {"Returning a kettle", "Margins"}
        assert "index_rebuilding" in answer["degraded"]
        assert "being rebuilt" in answer["detail"]
        public = desk.titles("returned kettle", visibility="public")
        assert "Returning a kettle" in public
        assert "Margins" not in public
        assert desk.titles("kettle lid", kinds=["conversation"]) == [""]
        stranger = desk.service.new_tenant()
        headers = stranger.headers
        theirs = desk.client.post("/v1/search", json={"query": "kettle"}, headers=headers).json()
        assert theirs["hits"] == []

        desk.wait_ready()
        ready = desk.ready().json()
        assert ready["ready"] is True
        assert ready["degraded"] == ["index_rebuilding"]
        assert ready["engines"]["index"]["detail"] == (
            "rebuilding: 0 of 4 passages are in the index"
        )
        desk.rebuild(copied)
        ready = desk.ready().json()
        assert (ready["degraded"], ready["detail"]) == ([], None)
        assert ready["engines"]["index"]["detail"] == "4 passages"
        answer = desk.search("sending the water boiler back", visibility="public")
        assert answer["hits"][0]["title"] == "Returning a kettle", "by meaning"
        assert answer["degraded"] == []
        assert answer["detail"] is None


def test_the_service_repairs_its_index_by_itself(copied: Filled) -> None:
    garble(copied.folder / "index")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "copilot", "serve", "--port", str(port)]
    process = subprocess.Popen([*command, "--data", str(copied.folder)])
    url = f"http://127.0.0.1:{port}"
    try:
        with httpx.Client(base_url=url, headers=copied.credentials.headers, timeout=60) as client:

            def ready() -> dict[str, Any]:
                with suppress(httpx.TransportError):
                    answer = client.get("/ready")
                    told: dict[str, Any] = answer.json()
                    return told if answer.status_code == 200 else {}
                assert process.poll() is None, "the service ended"
                return {}

            end = time.monotonic() + limit(120)
            while (told := ready()).get("degraded") != []:
                assert time.monotonic() < end, told
                time.sleep(0.1)
            assert told["engines"]["index"]["detail"] == "4 passages"
            found = client.post("/v1/search", json={"query": "return a kettle"}).json()
            assert found["degraded"] == []
            assert found["hits"][0]["title"] == "Returning a kettle"
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def test_a_broken_model_still_serves(filled: Filled, tmp_path: Path) -> None:
    model = tmp_path / "model"
    shutil.copytree(packaged_model(), model)
    for weights in [*model.rglob("*.safetensors"), *model.rglob("*.bin"), *model.rglob("*.onnx")]:
        weights.write_bytes(b"\x9d\x00garbage" * 1000)
    with open_desk(tmp_path / "data", embedder={"model": str(model)}) as desk:
        put_pages(desk.client)
        desk.wait_ready()
        ready = desk.ready().json()
        assert ready["engines"]["embedder"]["ready"] is False
        assert ready["engines"]["embedder"]["detail"]
        assert ready["degraded"] == ["no_embedding"]
        answer = desk.search("How do I return my kettle?")
        assert answer["hits"][0]["title"] == "Returning a kettle"
        assert answer["degraded"] == ["no_embedding"]
        assert "Margins" not in desk.titles("returned kettle", visibility="public")

        made = desk.client.put("/v1/conversations/t/1", json=CONVERSATION)
        assert made.status_code == 201, made.text
        place = f"/v1/conversations/{made.json()['id']}"
        card = desk.client.get(f"{place}/context")
        assert card.status_code == 200, card.text
        assert card.json()["articles"][0]["title"] == "Returning a kettle"
        draft = desk.client.post(f"{place}/drafts", json={})
        assert draft.status_code == 200, draft.text
        assert "30 days" in draft.json()["text"]
        assert draft.json()["citations"][0]["passage"]["title"] == "Returning a kettle"
        metrics = desk.client.get("/metrics").text
        assert 'copilot_searches_degraded_total{lacking="no_embedding"}' in metrics
        assert 'copilot_searches_degraded_total{lacking="full_text_only"} 0.0' in metrics


@pytest.mark.parametrize(
    "query",
    [
        '"kettle" AND NOT (tenant : x) OR *',
        "kettle' | !'lid':* & <-> \\' ; DROP TABLE passages; --",
        "\x00kettle\ud800",
        "🙂 kettle 🙃",
        "kettle " + "k" * 7993,
        " ".join(f"w{n}" for n in range(1300)) + " kettle",
    ],
    ids=lambda query: repr(query[:12]),
)
def test_hostile_queries_are_words(shared_without_index: Desk, query: str) -> None:
    hits = shared_without_index.search(query, visibility="public")["hits"]
    assert {hit["title"] for hit in hits} <= {"Returning a kettle", "Spare lids"}
    assert shared_without_index.search("?!🙂 …")["hits"] == []


@pytest.fixture(scope="module")
def shared_without_index(
    filled: Filled, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("without") / "data"
    shutil.copytree(filled.folder, folder)
    shutil.rmtree(folder / "index")
    with open_desk(folder, filled.credentials) as desk:
        yield desk
