"""Full-text search in SQL, for when the index or the embedding model is not there.

The words of a query are cut to their stems and found as beginnings of words, so that inflected
forms meet. A query is taken apart into letters and digits and put together again: none of it is
read as syntax. What may be found is decided in the same statement, by the rows of articles and
conversations themselves.
"""

import re
import unicodedata
from collections.abc import Sequence
from itertools import takewhile
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Label,
    Select,
    and_,
    cast,
    column,
    desc,
    exists,
    func,
    literal,
    literal_column,
    or_,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR

from copilot.conversations.tables import ConversationRow
from copilot.kernel.db import ReadSession
from copilot.kernel.ids import TenantId
from copilot.kernel.little_words import SPOKEN_LITTLE
from copilot.knowledge.fulltext_tables import SEARCHED
from copilot.knowledge.tables import ArticleRow, PassageRow
from copilot.search.analysis import word_terms
from copilot.search.index import Filter

_WORD = re.compile(r"[^\W_]+")
_LONGEST_WORD = 64
# A pasted page must not read the whole table.
_MOST_WORDS = 16
# Shorter beginnings stand in every other word.
_SHORTEST_BEGINNING = 3
# Their ends still differ between forms, and their beginnings are telling enough.
_LONG_STEM = 8
_TITLE_WEIGHT = 2.0


class Word(NamedTuple):
    """A word to look for: as it stands, or as the beginning of one."""

    text: str
    is_beginning: bool

    def matches(self, word: str) -> bool:
        """Whether ``word``, in small letters, is one that is looked for."""
        return word.startswith(self.text) if self.is_beginning else word == self.text


class Scored(NamedTuple):
    """The id of a row and how well it answers; comparable within one answer only."""

    id: str
    score: float


def query_words(query: str, language: str | None) -> list[Word]:
    """What to look for, each once; of many words those that tell most.

    Args:
        query: Any text.
        language: Its BCP 47 language; without one, words stand for their own stems.
    """
    words = list(dict.fromkeys(one[:_LONGEST_WORD] for one in words_of(query)))
    telling = [one for one in words if one not in SPOKEN_LITTLE] or words
    # Numbers and long words are the rarer ones.
    best = sorted(telling, key=lambda one: (one.isalpha(), -len(one)))[:_MOST_WORDS]
    return list(dict.fromkeys(_word(one, language) for one in best))


def words_of(any_text: str) -> list[str]:
    """The words of a text in small letters, as they are compared with a :class:`Word`."""
    return _WORD.findall(unicodedata.normalize("NFC", any_text).lower())


async def search_passages(
    session: ReadSession, tenant: TenantId, words: Sequence[Word], *, where: Filter, limit: int
) -> list[Scored]:
    """The passages that have any of ``words``, best first, as far as ``where`` lets them be seen.

    Args:
        session: A session for queries.
        tenant: Whose passages.
        words: From :func:`query_words`.
        where: What may be found.
        limit: Most passages.
    """
    article, conversation = PassageRow.kind == "article", PassageRow.kind == "conversation"
    wanted = (
        select(PassageRow.id)
        .join(
            ArticleRow,
            and_(article, _same(ArticleRow, PassageRow.source_id, tenant)),
            isouter=True,
        )
        .join(
            ConversationRow,
            and_(conversation, _same(ConversationRow, PassageRow.source_id, tenant)),
            isouter=True,
        )
        .where(
            PassageRow.tenant_id == tenant,
            PassageRow.kind.in_(where.kinds),
            or_(ArticleRow.id.is_not(None), ConversationRow.id.is_not(None)),
        )
    )
    if where.visibility == "public":
        wanted = wanted.where(PassageRow.visibility == "public", ArticleRow.visibility == "public")
    if where.customer_id is not None:
        wanted = wanted.where(ConversationRow.customer_id == where.customer_id)
    if where.not_customer_id is not None:
        theirs = ConversationRow.customer_id
        wanted = wanted.where(or_(theirs.is_(None), theirs != where.not_customer_id))
    if where.language is not None:
        wanted = wanted.where(PassageRow.language == where.language)
    return await _best(session, wanted, PassageRow, tenant, words, limit)


async def search_unindexed_articles(
    session: ReadSession, tenant: TenantId, words: Sequence[Word], *, where: Filter, limit: int
) -> list[Scored]:
    """The articles without passages yet that have any of ``words``; arguments as above."""
    if "article" not in where.kinds or where.customer_id is not None:
        return []
    passages = exists().where(
        PassageRow.tenant_id == tenant,
        PassageRow.kind == "article",
        PassageRow.source_id == ArticleRow.id,
    )
    wanted = select(ArticleRow.id).where(ArticleRow.tenant_id == tenant, ~passages)
    if where.visibility == "public":
        wanted = wanted.where(ArticleRow.visibility == "public")
    if where.language is not None:
        wanted = wanted.where(ArticleRow.language == where.language)
    return await _best(session, wanted, ArticleRow, tenant, words, limit)


async def _best(
    session: ReadSession,
    wanted: Select[str],
    row: type[PassageRow] | type[ArticleRow],
    tenant: TenantId,
    words: Sequence[Word],
    limit: int,
) -> list[Scored]:
    if not words:
        return []
    if session.get_bind().dialect.name == "sqlite":
        asked = _on_sqlite(wanted, row, tenant, words)
    else:
        asked = _on_postgresql(wanted, row, tenant, words)
    # Equals come in the same order each time.
    ordered = asked.order_by(desc("score"), row.id).limit(limit)
    return [Scored(found.id, float(found.score)) for found in await session.execute(ordered)]


def _on_sqlite(
    wanted: Select[Any], row: Any, tenant: TenantId, words: Sequence[Word]
) -> Select[Any]:
    name = SEARCHED[row.__tablename__]
    numbers = table(f"{name}_numbers", column("number"), column("id"))
    found = table(f"{name}_words", column("rowid"))
    theirs = " AND ".join(f'tenant : "{one}"' for one in words_of(_tenant_word(tenant)))
    any_of = " OR ".join(f'"{one}" *' if begins else f'"{one}"' for one, begins in words)
    # bm25() is smaller for better, and the tenant, a word of every row, says nothing.
    score: Label[Any] = literal_column(f"-bm25({name}_words, 0.0, {_TITLE_WEIGHT}, 1.0)").label(
        "score"
    )
    asked = f"{theirs} AND {{title text}} : ({any_of})"
    return (
        wanted.add_columns(score)
        .join(numbers, numbers.c.id == row.id)
        .join(found, found.c.rowid == numbers.c.number)
        .where(literal_column(f"{name}_words").op("MATCH")(literal(asked)))
    )


def _on_postgresql(
    wanted: Select[Any], row: Any, tenant: TenantId, words: Sequence[Word]
) -> Select[Any]:
    theirs = " & ".join(f"'{one}'" for one in words_of(f"tenant{_tenant_word(tenant)}"))
    any_of = " | ".join(f"'{one}':*" if begins else f"'{one}'" for one, begins in words)
    held: ColumnElement[Any] = literal_column(f"{row.__tablename__}.words", TSVECTOR)
    # 1: divided by 1 + the logarithm of the length.
    score = func.ts_rank(held, cast(literal(any_of), TSQUERY), 1).label("score")
    asked = cast(literal(f"{theirs} & ({any_of})"), TSQUERY)
    return wanted.add_columns(score).where(held.op("@@")(asked))


def _same(row: Any, source_id: Any, tenant: TenantId) -> ColumnElement[bool]:
    return and_(row.id == source_id, row.tenant_id == tenant)


def _tenant_word(tenant: TenantId) -> str:
    return tenant.replace("_", "")


def _word(word: str, language: str | None) -> Word:
    stems = [one[2:] for one in word_terms([word], language) if one.startswith("s:")]
    pairs = zip(word, stems[0], strict=False)
    beginning = "".join(one for one, _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    if len(beginning) >= _LONG_STEM:
        beginning = beginning[:-2]  # rikkinäin-en: rikkinäis-tä
    elif beginning.endswith("i") and beginning != word:
        beginning = beginning[:-1]  # polici-es: policy
    if len(beginning) < _SHORTEST_BEGINNING:
        # Short stems begin too much; the word itself may still begin a longer form.
        return Word(word, is_beginning=len(word) >= _SHORTEST_BEGINNING)
    return Word(beginning, is_beginning=True)
