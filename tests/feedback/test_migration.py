"""A database that already has drafts gets the table of feedback and keeps everything."""

from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Connection, create_engine, inspect, text

from copilot.migrations.run import upgrade

AT = "2026-03-01 08:00:00+00:00"


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_feedback_comes_to_a_database_in_use(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    if kind == "sqlite":
        url = f"sqlite:///{tmp_path / 'used.db'}"
    else:
        url = request.getfixturevalue("postgres_database_url")
    to_head = command.upgrade
    with monkeypatch.context() as patched:
        patched.setattr(command, "upgrade", lambda config, _: to_head(config, "0002"))
        upgrade(url)
    engine = create_engine(url)
    with engine.begin() as connection:
        assert "feedback" not in inspect(connection).get_table_names()
        _fill(connection)
    assert upgrade(url) is True
    assert upgrade(url) is False
    with engine.begin() as connection:
        if kind == "sqlite":
            connection.exec_driver_sql("PRAGMA foreign_keys=ON")
        rows = [("f1", "'cnv_1'"), ("f2", "NULL")]
        for name, about in rows:
            connection.execute(
                text(
                    "INSERT INTO feedback (id, tenant_id, kind, score, conversation_id, created_at)"
                    f" VALUES ('{name}', 'ten_1', 'csat', 5, {about}, '{AT}')"
                )
            )
        assert connection.scalar(text("SELECT subject FROM conversations")) == "Kettle"
        # A customer's words go with their conversation.
        connection.execute(text("DELETE FROM conversations"))
        assert list(connection.scalars(text("SELECT id FROM feedback"))) == ["f2"]
    engine.dispose()


def _fill(connection: Connection) -> None:
    connection.execute(
        text(
            "INSERT INTO conversations (id, tenant_id, source, external_id, channel, subject,"
            " status, tags, version, message_count, last_contact_at, created_at, updated_at)"
            " VALUES ('cnv_1', 'ten_1', 'desk', '1', 'email', 'Kettle', 'open', '[]', 1, 0,"
            f" '{AT}', '{AT}', '{AT}')"
        )
    )
