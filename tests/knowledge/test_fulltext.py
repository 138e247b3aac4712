"""Full-text search in SQL, on both databases: what it finds, and what it must not."""

from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import Engine, Select, create_engine, delete, select, text, update

from copilot.conversations import flow as conversation_flow
from copilot.conversations import store as conversations
from copilot.conversations.conversation import ConversationIn
from copilot.conversations.tables import ConversationRow
from copilot.kernel.db import Base, Database, ReadSession
from copilot.kernel.ids import TenantId
from copilot.knowledge import fulltext
from copilot.knowledge.article import ArticleIn
from copilot.knowledge.desired import Source, wanted_passages
from copilot.knowledge.flow import delete_article, put_article
from copilot.knowledge.store import as_article, passage_rows
from copilot.knowledge.tables import ArticleRow, PassageRow
from copilot.knowledge.unindexed import cut_unindexed, passage_row
from copilot.migrations.run import upgrade
from copilot.search.index import Filter

EVERYTHING = Filter("internal")
HOSTILE = (
    "",
    " \n\t",
    "?!… – «»",
    "🙂🙃",
    "\x00kettle\x00",
    '"kettle" AND NOT (tenant : x) OR *',
    "kettle' | !'lid':* & <-> ",
    "kettle\\' OR 1=1; DROP TABLE passages; --",
    "{title text} : kettle NEAR(a b, 3) ^lid",
    ":asked %s %(x)s $1 ${x} kettle",
    "kettle " + "x" * 8000,
    "k" * 8000,
    " ".join(f"word{n}" for n in range(1500)),
    "مرحبا kettle \u202eשלום",
    "NEAR AND OR NOT",
)


class Desk(NamedTuple):
    """A database whose passages are written without an index."""

    db: Database

    async def put(self, tenant: TenantId, external_id: str, body: str, **fields: object) -> None:
        article = ArticleIn.model_validate({"title": external_id, "body": body, **fields})
        async with self.db.write() as session:
            await put_article(session, tenant, "kb", external_id, article)

    async def cut(self) -> None:
        """Write the passages of everything, as the indexer would."""
        async with self.db.write() as session:
            sources: list[tuple[str, Source]] = [
                (row.tenant_id, as_article(row))
                for row in await session.scalars(select(ArticleRow))
            ]
            for row in await session.scalars(select(ConversationRow)):
                tenant = TenantId(row.tenant_id)
                sources.append((tenant, await conversations.get(session, tenant, row.id)))
            for tenant_id, source in sources:
                for one in wanted_passages(TenantId(tenant_id), source):
                    row = passage_row(TenantId(tenant_id), one)
                    await session.merge(row)


def case(customer: str, asked: str) -> ConversationIn:
    message = {"external_id": "m1", "sent_at": "2026-03-01T08:00:00Z", "text": asked}
    return ConversationIn.model_validate(
        {
            "channel": "email",
            "language": "en",
            "customer": {"source": "crm", "external_id": customer, "name": customer},
            "messages": [{**message, "author": {"role": "customer"}}],
        }
    )


@pytest.fixture
def desk(db: Database) -> Desk:
    return Desk(db)


async def found(
    session: ReadSession, tenant: TenantId, query: str, language: str | None = "en"
) -> list[str]:
    """The texts of passages that are found, best first."""
    words = fulltext.query_words(query, language)
    hits = await fulltext.search_passages(session, tenant, words, where=EVERYTHING, limit=10)
    assert [one.score for one in hits] == sorted((one.score for one in hits), reverse=True)
    assert all(one.score > 0 for one in hits)
    rows = await passage_rows(session, tenant, [one.id for one in hits])
    text_of = {row.id: row.text for row in rows}
    return [text_of[one.id] for one in hits]


def passages(tenant: TenantId) -> Select[PassageRow]:
    return select(PassageRow).where(PassageRow.tenant_id == tenant)


async def test_inflected_forms_meet(desk: Desk, tenant: TenantId) -> None:
    await desk.put(tenant, "returns", "Kettles may be returned: see our policies.", language="en")
    await desk.put(tenant, "palautus", "Rikkinäisten vedenkeittimien palautukset.", language="fi")
    await desk.put(tenant, "code", "Part KK-20418 fits a 2.5 l pan.", language="en")
    await desk.cut()
    async with desk.db.read() as session:
        for query in ("returning a KETTLE", "what is the return policy", "returns"):
            assert (await found(session, tenant, query))[0].startswith("Kettles may"), query
        for query in ("miten palautan vedenkeittimen", "rikkinäinen", "PALAUTUKSET"):
            assert (await found(session, tenant, query, "fi"))[0].startswith("Rikki"), query
        for query in ("kk-20418", "KK 20418", "20418", "2.5"):
            assert await found(session, tenant, query) == ["Part KK-20418 fits a 2.5 l pan."], query
        assert await found(session, tenant, "rikkinainen", "fi") == []
        assert await found(session, tenant, "vacuum cleaner") == []


@pytest.mark.parametrize("query", HOSTILE, ids=lambda query: repr(query[:20]))
async def test_no_query_is_syntax(desk: Desk, tenant: TenantId, query: str) -> None:
    await desk.put(tenant, "kettles", "About kettles.", language="en")
    await desk.put(TenantId("ten_other"), "kettles", "Of another.", language="en")
    await desk.cut()
    expected = ["About kettles."] if "kettle" in query else []
    async with desk.db.read() as session:
        for language in ("en", "fi", None):
            assert await found(session, tenant, query, language) == expected
        words = fulltext.query_words(query, "en")
        assert await cut_unindexed(session, tenant, words, where=EVERYTHING, limit=5) == []


async def test_the_best_match_comes_first(desk: Desk, tenant: TenantId) -> None:
    await desk.put(tenant, "other", "The lid of a kettle, and a pan, and a pot.", language="en")
    await desk.put(tenant, "descaling a kettle", "Descale the kettle monthly.", language="en")
    await desk.put(tenant, "pans", "A pan.", language="en")
    await desk.cut()
    async with desk.db.read() as session:
        hits = await found(session, tenant, "How do I descale my kettle?")
    assert hits[0] == "Descale the kettle monthly."
    assert len(hits) == 2


async def test_it_follows_every_change(desk: Desk, tenant: TenantId) -> None:
    """Also those that no code of ours makes row by row."""
    for name in ("one", "two", "three"):
        await desk.put(tenant, name, f"Kettle {name}.", language="en")
    other = TenantId("ten_other")
    await desk.put(other, "four", "Kettle four.", language="en")
    await desk.cut()

    async def kettles() -> set[str]:
        async with desk.db.read() as session:
            return set(await found(session, tenant, "kettle"))

    assert await kettles() == {"Kettle one.", "Kettle two.", "Kettle three."}
    async with desk.db.write() as session:
        await session.execute(
            update(PassageRow)
            .where(PassageRow.tenant_id == tenant, PassageRow.title == "one")
            .values(text="A pan.")
        )
        await session.execute(
            update(PassageRow).where(PassageRow.title == "two").values(id="renamed")
        )
    assert await kettles() == {"Kettle two.", "Kettle three."}
    async with desk.db.read() as session:
        assert await found(session, tenant, "pan") == ["A pan."]
    if desk.db.is_sqlite:
        async with desk.db.engine.connect() as connection:
            await connection.exec_driver_sql("COMMIT")
            await connection.exec_driver_sql("VACUUM")
    async with desk.db.write() as session:
        await delete_article(session, tenant, "kb", "two")
    assert await kettles() == {"Kettle three."}
    async with desk.db.write() as session:
        await session.execute(delete(PassageRow).where(PassageRow.tenant_id == tenant))
    assert await kettles() == set()
    async with desk.db.read() as session:
        assert await found(session, other, "kettle") == ["Kettle four."]
    async with desk.db.write() as session:
        await session.execute(delete(PassageRow))
        await session.execute(delete(ArticleRow))
    await nothing_left(desk.db)


async def nothing_left(db: Database) -> None:
    if not db.is_sqlite:
        return  # a generated column cannot outlive its row
    async with db.write() as session:
        for one in ("passage", "article"):
            await session.execute(
                text(f"INSERT INTO {one}_words({one}_words) VALUES ('integrity-check')")
            )
            left = text(f"SELECT count(*) FROM {one}_words_docsize")
            assert await session.scalar(left) == 0
            assert await session.scalar(text(f"SELECT count(*) FROM {one}_numbers")) == 0


async def test_permissions_are_those_of_now(desk: Desk, tenant: TenantId) -> None:
    """The rows of passages follow later than what they were cut from."""
    await desk.put(tenant, "page", "A kettle page.", language="en")
    ids = {}
    for name in ("ann", "bob"):
        async with desk.db.write() as session:
            stored, _ = await conversation_flow.put(
                session,
                tenant,
                "mail",
                name,
                case(name, f"The kettle of {name}."),
            )
            ids[name] = stored
    await desk.cut()
    ann, bob = ids["ann"].customer_id, ids["bob"].customer_id

    async def kettles(**where: object) -> set[str]:
        async with desk.db.read() as session:
            words = fulltext.query_words("kettle", "en")
            asked = EVERYTHING._replace(**where)
            hits = await fulltext.search_passages(session, tenant, words, where=asked, limit=10)
            rows = await passage_rows(session, tenant, [one.id for one in hits])
            return {row.text for row in rows}

    every = {"A kettle page.", "The kettle of ann.", "The kettle of bob."}
    assert await kettles() == every
    assert await kettles(visibility="public") == {"A kettle page."}
    assert await kettles(kinds=("conversation",)) == every - {"A kettle page."}
    assert await kettles(customer_id=ann) == {"The kettle of ann."}
    assert await kettles(not_customer_id=ann) == every - {"The kettle of ann."}
    assert await kettles(language="fi") == set()
    async with desk.db.write() as session:
        # Behind the back of the code that would change the passages too.
        await session.execute(update(ArticleRow).values(visibility="internal"))
        await session.execute(
            update(ConversationRow)
            .where(ConversationRow.id == ids["ann"].id)
            .values(customer_id=bob)
        )
    assert await kettles(visibility="public") == set()
    assert await kettles(customer_id=ann) == set()
    assert await kettles(customer_id=bob) == every - {"A kettle page."}
    async with desk.db.write() as session:
        await session.execute(delete(ArticleRow))
    assert await kettles() == every - {"A kettle page."}
    async with desk.db.read() as session:
        assert await found(session, TenantId("ten_other"), "kettle") == []


async def test_articles_that_were_never_indexed(desk: Desk, tenant: TenantId) -> None:
    long = "\n\n".join(f"# Part {n}\n\n" + f"words of part{n} " * 60 for n in range(6))
    await desk.put(tenant, "long", long, language="en")
    await desk.put(tenant, "secret", "The secret of part3.", language="en", visibility="internal")
    await desk.put(TenantId("ten_other"), "other", "About part3.", language="en")
    words = fulltext.query_words("what is part3?", "en")

    async def cut(where: Filter) -> list[str]:
        async with desk.db.read() as session:
            hits = await cut_unindexed(session, tenant, words, where=where, limit=5)
        return sorted({row.title for _, row in hits})

    assert await cut(EVERYTHING) == ["long › Part 3", "secret"]
    assert await cut(Filter("public")) == ["long › Part 3"]
    assert await cut(Filter("internal", ("conversation",))) == []
    assert await cut(Filter("internal", customer_id="cus_1")) == []
    async with desk.db.read() as session:
        cuts = await cut_unindexed(session, tenant, words, where=EVERYTHING, limit=5)
    await desk.cut()
    assert await cut(EVERYTHING) == []
    async with desk.db.read() as session:
        stored = {row.id for row in await session.scalars(passages(tenant))}
    assert {row.id for _, row in cuts} <= stored


async def test_an_article_as_long_as_it_may_be(desk: Desk, tenant: TenantId) -> None:
    body = " ".join(f"w{n:x}ö" for n in range(600_000))
    async with desk.db.write() as session:
        await put_article(
            session, tenant, "kb", "long", ArticleIn(title="t" * 500, body=body, language="en")
        )
        words = fulltext.query_words("w2ö", "en")
        hits = await fulltext.search_unindexed_articles(
            session, tenant, words, where=EVERYTHING, limit=5
        )
    assert len(hits) == 1


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_migrated_and_declared_are_the_same(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Rows from before the migration are found too, and both schemas are one."""
    if kind == "sqlite":
        url = f"sqlite:///{tmp_path / 'migrated.db'}"
        made = create_engine(f"sqlite:///{tmp_path / 'declared.db'}")
        asked = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name LIKE '%e_%s%'"
    else:
        url = request.getfixturevalue("postgres_database_url")
        made = create_engine(url)
        asked = (
            "SELECT attrelid::regclass::text, pg_get_expr(adbin, adrelid) FROM pg_attrdef "
            "JOIN pg_attribute ON attrelid = adrelid AND attnum = adnum AND attname = 'words'"
            "UNION SELECT indexname, indexdef FROM pg_indexes WHERE indexname LIKE '%_words'"
        )

    def schema(engine: Engine) -> set[tuple[str, str]]:
        with engine.connect() as connection:
            rows = connection.exec_driver_sql(
                asked.replace("%", "%%") if kind != "sqlite" else asked
            )
            return {
                (name, " ".join(sql.split()))
                for name, sql in rows
                if kind != "sqlite" or "_words" in name or "_numbers" in name
            }

    with made.begin() as connection:
        Base.metadata.create_all(connection)
    declared = schema(made)
    if kind != "sqlite":
        with made.begin() as connection:
            Base.metadata.drop_all(connection)
    assert upgrade(url) is True
    migrated = create_engine(url)
    assert schema(migrated) == declared
    assert len(declared) >= 4
    made.dispose()
    migrated.dispose()
