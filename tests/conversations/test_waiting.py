"""Since when a customer waits: alone, through everything that stores messages, and migrated."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import create_engine, select, text

from copilot.conversations import edits, flow, redaction
from copilot.conversations.conversation import ConversationIn
from copilot.conversations.mail import parse_mail
from copilot.conversations.mail_flow import accept_thread
from copilot.conversations.tables import ConversationRow
from copilot.conversations.threads import rebuild
from copilot.conversations.waiting import Said, Standing, standing
from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId
from copilot.migrations.run import upgrade
from tests.conversations.mails import mail

START = datetime(2026, 3, 1, 8, tzinfo=UTC)


def at(minute: int) -> datetime:
    return START + timedelta(minutes=minute)


@pytest.mark.parametrize(
    ("said", "since", "last"),
    [
        ([], None, None),
        (["customer"], 0, "customer"),
        (["customer", "agent"], None, "agent"),
        (["customer", "bot"], None, "bot"),
        (["customer", "agent", "customer", "customer"], 2, "customer"),
        (["customer", "agent/internal"], 0, "customer"),
        (["customer", "system"], 0, "customer"),
        (["agent", "customer/internal"], None, "agent"),
        (["system"], None, None),
        (["customer spoken", "agent spoken", "customer spoken"], None, "customer"),
        (["customer spoken", "customer spoken"], 0, "customer"),
        (["customer", "customer spoken", "agent spoken"], None, "agent"),
        (["customer spoken", "agent spoken", "customer spoken", "customer"], 3, "customer"),
    ],
)
def test_who_waits(said: list[str], since: int | None, last: str | None) -> None:
    messages = []
    for n, one in enumerate(said):
        role, _, how = one.partition(" ")
        role, _, visibility = role.partition("/")
        messages.append(Said(role, visibility or "public", at(n), spoken=how == "spoken"))
    assert standing(messages) == Standing(None if since is None else at(since), last)


def message(minute: int, role: str = "customer", **more: Any) -> dict[str, Any]:
    author = {"role": role}
    return {"external_id": f"m{minute}", "author": author, "sent_at": at(minute), "text": "Hei"} | (
        more
    )


async def put(db: Database, tenant: TenantId, *messages: dict[str, Any]) -> str:
    body = ConversationIn.model_validate({"channel": "email", "messages": list(messages)})
    return (await flow.accept(db, tenant, "desk", "1", body))[0].id


async def stands(db: Database, conversation_id: str) -> tuple[datetime | None, str | None, int]:
    async with db.read() as session:
        row = await session.get_one(ConversationRow, conversation_id)
        return row.waiting_since, row.last_author_role, row.news_version


async def test_it_is_kept_as_messages_come(db: Database, tenant: TenantId) -> None:
    one = await put(db, tenant)
    assert await stands(db, one) == (None, None, 0)
    await put(db, tenant, message(0))
    assert await stands(db, one) == (at(0), "customer", 1)
    await put(db, tenant, message(5))
    assert await stands(db, one) == (at(0), "customer", 2)
    # Sent again it changes nothing; a note answers nobody.
    await put(db, tenant, message(5), message(6, "agent", visibility="internal"))
    assert await stands(db, one) == (at(0), "customer", 2)
    # An answer to the first that arrives late: the second is still open.
    await put(db, tenant, message(3, "agent"))
    assert await stands(db, one) == (at(5), "customer", 2)
    await put(db, tenant, message(9, "agent"))
    assert await stands(db, one) == (None, "agent", 2)
    # What comes with its answer is no news.
    await put(db, tenant, message(20), message(21, "agent"))
    assert await stands(db, one) == (None, "agent", 2)
    await put(db, tenant, message(30))
    assert await stands(db, one) == (at(30), "customer", 8)


async def test_it_is_kept_when_messages_are_put_right_or_removed(
    db: Database, tenant: TenantId
) -> None:
    one = await put(db, tenant, message(0), message(1, "agent"))
    async with db.write() as session:
        assert await edits.correct_message(session, tenant, one, "m0", "Hei taas")
    assert await stands(db, one) == (None, "agent", 0)
    async with db.write() as session:
        await redaction.remove_messages(session, tenant, one, ["m1"])
    assert (await stands(db, one))[:2] == (at(0), "customer")
    async with db.write() as session:
        await redaction.remove_messages(session, tenant, one, ["m"])
    assert (await stands(db, one))[:2] == (None, None)


async def test_it_is_kept_of_mails(db: Database, tenant: TenantId) -> None:
    [thread] = rebuild([parse_mail(mail(0))])
    await accept_thread(db, tenant, thread, support_addresses=["@ours.example"])
    async with db.read() as session:
        row = (await session.scalars(select(ConversationRow))).one()
    assert (row.last_author_role, row.waiting_since) == ("customer", row.last_message_at)


CONVERSATION = (
    "INSERT INTO conversations (id, tenant_id, source, external_id, channel, status, tags,"
    " version, message_count, last_contact_at, created_at, updated_at)"
    " VALUES (:id, 'ten_1', 'desk', :id, 'email', 'open', '[]', :count, :count, :at, :at, :at)"
)
MESSAGE = (
    "INSERT INTO messages (id, tenant_id, conversation_id, external_id, seq, author_role,"
    " visibility, sent_at, text, attachments, start_s)"
    " VALUES (:id, 'ten_1', :conversation, :id, :seq, :role, :visibility, :at, 'Hei', '[]', :start)"
)
SCORE = (
    "INSERT INTO feedback (id, tenant_id, kind, score, conversation_id, created_at)"
    " VALUES (:id, 'ten_1', :kind, :score, :conversation, :at)"
)
BEFORE: dict[str, list[str]] = {
    "waits": ["customer", "agent", "customer", "customer", "agent/internal"],
    "answered": ["customer", "agent", "system"],
    "called": ["customer spoken", "agent spoken", "customer spoken"],
    "voicemail": ["customer spoken"],
    "empty": [],
}


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_rows_of_a_database_in_use_are_told_too(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    if kind == "sqlite":
        url = f"sqlite:///{tmp_path / 'used.db'}"
    else:
        url = request.getfixturevalue("postgres_database_url")
    to_head = command.upgrade
    with monkeypatch.context() as patched:
        patched.setattr(command, "upgrade", lambda config, _: to_head(config, "0014"))
        upgrade(url)
    engine = create_engine(url)
    moment = [f"2026-03-01 08:0{n}:00+00:00" for n in range(6)]
    with engine.begin() as connection:
        for name, said in BEFORE.items():
            told: dict[str, Any] = {"id": name, "count": len(said), "at": moment[0]}
            connection.execute(text(CONVERSATION), told)
            for n, one in enumerate(said):
                role, _, how = one.partition(" ")
                role, _, visibility = role.partition("/")
                row = {"id": f"{name}-{n}", "conversation": name, "seq": n + 1, "role": role}
                row |= {"visibility": visibility or "public", "at": moment[n]}
                connection.execute(text(MESSAGE), row | {"start": 1.0 * n if how else None})
        for n, (what, score) in enumerate((("cfs", 2), ("cfs", 5), ("csat", 1))):
            row = {"id": f"f{n}", "kind": what, "score": score, "conversation": "waits"}
            connection.execute(text(SCORE), row | {"at": moment[n]})
    assert upgrade(url) is True
    with engine.begin() as connection:
        columns = "id, waiting_since, last_author_role, news_version, cfs"
        found = connection.execute(text(f"SELECT {columns} FROM conversations"))
        rows = {one.id: (str(one[1])[:16] if one[1] else None, *one[2:]) for one in found}
    engine.dispose()
    assert rows == {
        "waits": ("2026-03-01 08:02", "customer", 5, 5),
        "answered": (None, "agent", 0, None),
        "called": (None, "customer", 0, None),
        "voicemail": ("2026-03-01 08:00", "customer", 1, None),
        "empty": (None, None, 0, None),
    }
