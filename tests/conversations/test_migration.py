"""Mails that were imported before threads were kept keep their conversations."""

from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import create_engine, text

from copilot.conversations.mail import parse_mail
from copilot.conversations.mail_flow import accept_thread
from copilot.conversations.threads import rebuild
from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId
from copilot.migrations.run import upgrade
from tests.conversations.mails import mail

AT = "2026-03-01 08:00:00+00:00"
CONVERSATION = (
    "INSERT INTO conversations (id, tenant_id, source, external_id, channel, subject, status, tags,"
    " version, message_count, last_contact_at, created_at, updated_at)"
    " VALUES (:id, :tenant, :source, :name, 'email', 'Kettle', 'open', '[]', 1, 1, :at, :at, :at)"
)
MESSAGE = (
    "INSERT INTO messages (id, tenant_id, conversation_id, external_id, seq, author_role,"
    " visibility, sent_at, text, attachments)"
    " VALUES (:id, :tenant, :conversation, :name, 1, 'customer', 'public', :at, 'Hello', '[]')"
)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_mails_of_a_database_in_use_are_known(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    if kind == "sqlite":
        url = f"sqlite:///{tmp_path / 'used.db'}"
    else:
        url = request.getfixturevalue("postgres_database_url")
    to_head = command.upgrade
    with monkeypatch.context() as patched:
        patched.setattr(command, "upgrade", lambda config, _: to_head(config, "0005"))
        upgrade(url)
    engine = create_engine(url)
    with engine.begin() as connection:
        for number, (tenant, source, root, name) in enumerate(
            [
                ("ten_1", "mail", "0", "1"),  # the first mail was never here
                ("ten_1", "mail", "7", "1"),  # the same mail in a second conversation
                ("ten_1", "desk", "4", "4"),
                ("ten_2", "mail", "0", "2"),
            ]
        ):
            told = {"tenant": tenant, "at": AT, "conversation": f"cnv_{number}"}
            told |= {"id": f"cnv_{number}", "source": source, "name": f"{root}@x.example"}
            connection.execute(text(CONVERSATION), told)
            told |= {"id": f"msg_{number}", "name": f"{name}@x.example"}
            connection.execute(text(MESSAGE), told)
    assert upgrade(url) is True
    with engine.begin() as connection:
        rows = connection.execute(
            text("SELECT tenant_id, mail_id, conversation_id FROM mail_ids ORDER BY 1, 2")
        )
        assert [tuple(one) for one in rows] == [
            ("ten_1", "0@x.example", "cnv_0"),
            ("ten_1", "1@x.example", "cnv_0"),
            ("ten_1", "7@x.example", "cnv_1"),
            ("ten_2", "0@x.example", "cnv_3"),
            ("ten_2", "2@x.example", "cnv_3"),
        ]
    tenant = TenantId("ten_1")
    async with Database.open(url) as db:
        for raw, new in ((mail(1, parent=0), 0), (mail(2, parent=1), 1), (mail(0), 1)):
            [thread] = rebuild([parse_mail(raw)])
            assert await accept_thread(db, tenant, thread) == (0, new)
    with engine.begin() as connection:
        found = connection.scalars(
            text("SELECT external_id FROM messages WHERE conversation_id = 'cnv_0' ORDER BY seq")
        )
        assert list(found) == ["0@x.example", "1@x.example", "2@x.example"]
    engine.dispose()
