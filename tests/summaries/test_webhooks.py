"""Webhooks: asked for at the real service, received by a real server, signed and tried again."""

import asyncio
import base64
import hashlib
import hmac
import json
import logging
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from copilot.cli import keys
from copilot.jobs.tables import JobRow
from copilot.summaries import notices
from copilot.summaries.tables import NoticeRow
from tests.service import Credentials, Service
from tests.summaries.receiver import Received, Receiver
from tests.summaries.threads import LAMP, body

NEVER_ENDING_S = 90.0
PLACE = "/v1/conversations/test/lamp"
SECRET = "purplehippo"  # stands in the query of every address


@pytest.fixture(autouse=True)
def _soon(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service.settings.summaries, "quiet_s", 0.2)
    monkeypatch.setattr(service.settings.webhooks, "allow_private", ["127.0.0.1"])
    monkeypatch.setattr(service.settings.webhooks, "first_wait_s", 0.05)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver().running() as running:
        yield running


def address(receiver: Receiver) -> str:
    return f"http://127.0.0.1:{receiver.port}/hook?token={SECRET}"


async def put(client: httpx.AsyncClient, count: int, url: str, **options: Any) -> dict[str, Any]:
    sent = body(LAMP[:count], channel="chat").model_dump(mode="json")
    notify = {"webhook": url, "options": options}
    answer = await client.put(PLACE, json={**sent, "notify": notify})
    assert answer.status_code in {200, 201}, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def delivery(client: httpx.AsyncClient, *ended: str) -> dict[str, Any]:
    """The one delivery of the tenant, once it has one of these statuses."""
    async with asyncio.timeout(NEVER_ENDING_S):
        while True:
            answer = await client.get("/v1/webhook-deliveries")
            assert SECRET not in answer.text
            (found,) = answer.json()["items"]
            if found["status"] in ended:
                told: dict[str, Any] = found
                return told
            await asyncio.sleep(0.1)


def is_signed(received: Received, secret: str) -> bool:
    """As a receiver does it, by the specification: base64 key, ``id.timestamp.body``."""
    headers = {name.lower(): value for name, value in received.headers.items()}
    key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + received.body
    digest = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return headers["webhook-signature"] == f"v1,{digest}"


async def test_a_summary_that_is_ready_is_told_and_signed(
    client: httpx.AsyncClient, service: Service, credentials: Credentials, receiver: Receiver
) -> None:
    for count in (3, 4):
        stored = await put(client, count, address(receiver), max_sentences=2)
    told = await delivery(client, "delivered")
    (received,) = receiver.received
    assert received.path == f"/hook?token={SECRET}"
    assert received.headers["Host"] == f"127.0.0.1:{receiver.port}"
    message = json.loads(received.body)
    place = f"/v1/conversations/{stored['id']}/summary"
    summary = (await client.post(place, json={"max_sentences": 2})).json()
    assert message == {
        "type": "summary.ready",
        "conversation_id": stored["id"],
        "source": "test",
        "external_id": "lamp",
        "version": 4,
        "summary_id": summary["id"],
        "engine": "extractive",
        "degraded": False,
        "created_at": summary["created_at"],
    }
    secret = service.deps.signer.secret_of(credentials.tenant)
    assert len(base64.b64decode(secret.removeprefix("whsec_"))) == 32
    assert is_signed(received, secret)
    assert not is_signed(received._replace(body=received.body + b" "), secret)
    assert not is_signed(received, service.deps.signer.secret_of("somebody-else"))
    assert told["id"] == received.headers["webhook-id"]
    assert (told["host"], told["attempts"], told["error"]) == ("127.0.0.1", 1, None)
    # Another tenant sees nothing of it, nor does one who is no administrator.
    for scopes, status in ((("admin",), 200), (("conversations:read",), 403)):
        headers = service.new_tenant(scopes).headers  # type: ignore[arg-type]
        async with httpx.AsyncClient(base_url=service.url, headers=headers) as other:
            answer = await other.get("/v1/webhook-deliveries")
            assert answer.status_code == status
            assert told["id"] not in answer.text


async def test_what_receivers_are_sent_is_in_the_api_description(
    client: httpx.AsyncClient, receiver: Receiver
) -> None:
    await put(client, 4, address(receiver))
    (received,) = await asyncio.to_thread(receiver.wait_for, 1)
    document = (await client.get("/openapi.json")).json()
    told = document["webhooks"]["summary.ready"]["post"]
    assert set(told["responses"]) == {"204", "4XX", "5XX"}
    sent = {name.lower() for name in received.headers}
    assert {one["name"] for one in told["parameters"]} <= sent
    schema = document["components"]["schemas"]["SummaryReady"]
    assert set(schema["properties"]) == set(json.loads(received.body))


async def test_a_receiver_that_falls_over_is_tried_again(
    client: httpx.AsyncClient,
    service: Service,
    credentials: Credentials,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    with Receiver(500, 429, 200).running() as receiver:
        await put(client, 4, address(receiver))
        told = await delivery(client, "delivered")
        assert (told["attempts"], told["error"]) == (3, None)
        secret = service.deps.signer.secret_of(credentials.tenant)
        assert all(is_signed(one, secret) for one in receiver.received)
        assert len({one.headers["webhook-id"] for one in receiver.received}) == 1
        assert len({one.body for one in receiver.received}) == 1
    ours = [one.getMessage() for one in caplog.records if one.name.startswith("copilot")]
    assert any("The receiver answered 500." in one for one in ours)
    quiet = {"httpx", "httpcore"}  # at debug they tell everything: see the test of the log
    assert not [
        one for one in caplog.records if SECRET in one.getMessage() and one.name not in quiet
    ]


@pytest.mark.parametrize(
    ("status", "told"), [(404, "answered 404"), (410, "answered 410"), (302, "a redirect")]
)
async def test_a_receiver_that_refuses_is_not_tried_again(
    client: httpx.AsyncClient, status: int, told: str
) -> None:
    with Receiver(status).running() as receiver:
        await put(client, 4, address(receiver))
        failed = await delivery(client, "failed")
        assert (failed["attempts"], failed["next_attempt_at"]) == (1, None)
        assert told in failed["error"]
        assert [one.path for one in receiver.received] == [f"/hook?token={SECRET}"]


async def test_it_is_given_up_in_the_end(
    client: httpx.AsyncClient, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service.settings.webhooks, "max_attempts", 2)
    with Receiver().running() as receiver:
        nobody = address(receiver)
    await put(client, 4, nobody)
    failed = await delivery(client, "failed")
    assert (failed["attempts"], failed["error"]) == (2, "It could not be connected to.")


async def test_attempts_that_take_the_process_down_are_counted(
    client: httpx.AsyncClient,
    service: Service,
    credentials: Credentials,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(service.settings.summaries, "quiet_s", 3.0)
    monkeypatch.setattr(service.settings.webhooks, "max_attempts", 3)
    await put(client, 4, address(receiver))

    async def ends_thrice() -> None:
        """As when a process dies after the attempt began: nobody writes down how it went."""
        async with service.deps.db.write() as session:
            (row,) = await session.scalars(
                select(NoticeRow).where(NoticeRow.tenant_id == credentials.tenant)
            )
            row.status = "sending"
            await session.flush()
            for _ in range(3):
                assert await notices.begin(session, credentials.tenant, row.id) is row
            row.status = "waiting"

    service.call(ends_thrice())
    failed = await delivery(client, "failed")
    assert failed["error"] == "Its attempts did not end."
    assert receiver.received == []


async def test_what_became_private_meanwhile_is_not_sent_to(
    client: httpx.AsyncClient,
    service: Service,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(service.settings.summaries, "quiet_s", 3.0)
    await put(client, 4, address(receiver))
    monkeypatch.setattr(service.settings.webhooks, "allow_private", [])
    failed = await delivery(client, "failed")
    assert "COPILOT_WEBHOOKS__ALLOW_PRIVATE" in failed["error"]
    assert receiver.received == []


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://desk.example/hook", "over https"),
        ("ftp://desk.example/hook", "https://host/path"),
        ("//desk.example/hook", "https://host/path"),
        ("https:///hook", "https://host/path"),
        ("https://user:hippo@desk.example/", "user and password"),
        ("https://desk.example/#part", "after #"),
        ("https://10.0.0.7/hook", "COPILOT_WEBHOOKS__ALLOW_PRIVATE"),
        ("https://169.254.169.254/latest/meta-data", "COPILOT_WEBHOOKS__ALLOW_PRIVATE"),
        ("https://[::1]/hook", "COPILOT_WEBHOOKS__ALLOW_PRIVATE"),
        ("https://[::ffff:10.0.0.7]/hook", "COPILOT_WEBHOOKS__ALLOW_PRIVATE"),
        ("https://2130706433/hook", "full IP address"),
        ("https://0x7f.1/hook", "full IP address"),
        ("https://desk.example:99999/hook", "no URL"),
        ("https://desk example/hook", "ASCII without blanks"),
    ],
)
async def test_what_is_wrong_with_an_address_is_told_at_once(
    client: httpx.AsyncClient, url: str, told: str
) -> None:
    sent = body(LAMP[:2], channel="chat").model_dump(mode="json")
    answer = await client.put(PLACE, json={**sent, "notify": {"webhook": url}})
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "webhook_refused")
    assert told in problem["detail"]
    assert problem["errors"][0]["loc"] == ["body", "notify", "webhook"]
    assert "hippo" not in answer.text
    assert "meta-data" not in answer.text
    # Refused as a whole: nothing is stored that nobody was told of.
    assert (await client.get("/v1/conversations")).json()["items"] == []


async def test_jobs_know_no_address(
    client: httpx.AsyncClient, service: Service, receiver: Receiver
) -> None:
    await put(client, 4, address(receiver))
    await delivery(client, "delivered")
    columns = {column.name for column in JobRow.__table__.columns}
    assert not columns & {"url", "input", "payload"}
    jobs = (await client.get("/v1/jobs?kind=deliver_webhook")).json()["items"]
    assert [one["subject_id"][:4] for one in jobs] == ["whk_"]
    assert SECRET not in json.dumps(jobs)
    engine = service.settings.data_dir / "jobs.db"
    for path in (engine, engine.with_name("jobs.db-wal")):
        assert SECRET.encode() not in (path.read_bytes() if path.exists() else b"")


async def test_the_inline_and_imported_shape_has_no_notify(client: httpx.AsyncClient) -> None:
    sent = body(LAMP[:2], channel="chat").model_dump(mode="json")
    asked = {**sent, "notify": {}}
    assert (await client.post("/v1/summarize", json={"conversation": asked})).status_code == 422


def test_the_secret_is_shown_by_a_command(service: Service, credentials: Credentials) -> None:
    told = ["webhook-secret", "--tenant", credentials.tenant, "--data"]
    result = CliRunner().invoke(keys.app, [*told, str(service.settings.data_dir)])
    assert result.exit_code == 0, result.output
    assert result.stdout.strip() == service.deps.signer.secret_of(credentials.tenant)
