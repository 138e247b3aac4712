"""A database whose drafts were reviewed before gets what reviews keep now, and loses nothing."""

import json
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Connection, create_engine, text

from copilot.migrations.run import upgrade

_AT = "2026-03-01 08:00:00+00:00"
_SENTENCES = {"kept": ["Hi.", "It costs £5."], "removed": ["Bye."], "added": [], "marks": []}


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_earlier_reviews_are_counted(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    if kind == "sqlite":
        url = f"sqlite:///{tmp_path / 'used.db'}"
    else:
        url = request.getfixturevalue("postgres_database_url")
    to_head = command.upgrade
    with monkeypatch.context() as patched:
        patched.setattr(command, "upgrade", lambda config, _: to_head(config, "0013"))
        upgrade(url)
    engine = create_engine(url)
    with engine.begin() as connection:
        _fill(connection)
    assert upgrade(url) is True
    with engine.begin() as connection:
        if kind == "sqlite":
            connection.exec_driver_sql("PRAGMA foreign_keys=ON")
        row = connection.execute(
            text("SELECT sentence_count, kept_count, confirmed, unsupported FROM reviews")
        ).one()
        assert tuple(row[:2]) == (3, 2)
        assert [one if isinstance(one, list) else json.loads(one) for one in row[2:]] == [[], []]
        connection.execute(
            text(
                "INSERT INTO review_sources (review_id, kind, source_id, part, tenant_id,"
                " sentence_count, kept_count, changed_count)"
                " VALUES ('rev_1', 'article', 'art_1', '', 'ten_1', 1, 1, 0)"
            )
        )
        connection.execute(
            text(
                "INSERT INTO review_examples (review_id, tenant_id, language, question, words,"
                f" sent, created_at) VALUES ('rev_1', 'ten_1', 'en', 'q', 'q', 's', '{_AT}')"
            )
        )
        # All of it goes with the conversation.
        connection.execute(text("DELETE FROM conversations"))
        for table in ("reviews", "review_sources", "review_examples"):
            assert connection.scalar(text(f"SELECT count(*) FROM {table}")) == 0
    engine.dispose()


def _fill(connection: Connection) -> None:
    told = {"at": _AT, "sentences": json.dumps(_SENTENCES), "none": "{}", "empty": "[]"}
    statements = (
        """INSERT INTO conversations (id, tenant_id, source, external_id, channel, subject,
        status, tags, version, message_count, last_contact_at, created_at, updated_at)
        VALUES ('cnv_1', 'ten_1', 'desk', '1', 'email', 'Kettle', 'open', :empty, 1, 0,
        :at, :at, :at)""",
        """INSERT INTO drafts (id, tenant_id, conversation_id, conversation_version, engine,
        degraded, options, body, created_at) VALUES ('drf_1', 'ten_1', 'cnv_1', 1,
        'extractive', false, :none, :none, :at)""",
        """INSERT INTO reviews (id, tenant_id, draft_id, action, edit_distance, similarity,
        sentences, created_at) VALUES ('rev_1', 'ten_1', 'drf_1', 'edited', 3, 0.5,
        :sentences, :at)""",
    )
    for statement in statements:
        given = {name: value for name, value in told.items() if f":{name}" in statement}
        connection.execute(text(statement), given)
