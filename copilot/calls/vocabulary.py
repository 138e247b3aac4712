"""Words to expect in a call: what its customer bought, what people corrected, names of articles."""

import asyncio
import re
from collections import Counter, OrderedDict
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from typing import Any

from pydantic import ValidationError
from sqlalchemy import and_, func, or_, select

from copilot.calls.names import is_name, names_in
from copilot.calls.tables import CallRow, SegmentRow
from copilot.conversations.tables import ConversationRow
from copilot.customers import order_store
from copilot.customers.address import DEFAULT_REGION, addresses_of
from copilot.customers.customer import CustomerIn
from copilot.customers.order import Order
from copilot.customers.tables import AddressRow, CustomerRow
from copilot.kernel.db import ReadSession
from copilot.kernel.ids import TenantId
from copilot.kernel.language import primary_subtag
from copilot.kernel.little_words import FUNCTION_WORDS
from copilot.knowledge.tables import ArticleRow

MOST_NAMES = 100
_MOST_ORDERS = 20
_MOST_OF_ORDERS = 40
_MOST_CORRECTIONS = 500
_MOST_OF_CORRECTIONS = 30
_MOST_ARTICLES = 400
_MOST_CHARACTERS = 3000
"""Of each article: names stand early, and the whole base is not read for a call."""

_LONGEST = 60
_PREFIX = re.compile(r"([^\W\d_]{1,6})[-_/ ]?\d")
_EDGES = ".,;:!?…\"'“”«»()[]"
_RECURS = 2
_SHORTEST = 3
_REMEMBERED_TENANTS = 64

_ARTICLE_NAMES: OrderedDict[tuple[Any, ...], list[str]] = OrderedDict()
"""Names of a tenant's articles by the state of the base they were read from."""


async def vocabulary_for(
    session: ReadSession, tenant: TenantId, call: CallRow, *, region: str = DEFAULT_REGION
) -> list[str]:
    """What an engine is to expect in ``call``, the surest first, at most a hundred.

    First what was stated with the call; then items and the letters of order numbers of this
    customer's latest orders; then words that people put in when they corrected transcripts, if
    they recur or are names; then names in the tenant's articles.

    Args:
        session: A session for queries.
        tenant: Whose call.
        call: Its row.
        region: Two-letter country of phone numbers without a country code.
    """
    language = call.stated_language or call.language or (call.customer or {}).get("language")
    found = [*call.vocabulary]
    customer_id = await _customer_of(session, tenant, call, region)
    if customer_id is not None:
        orders = await order_store.orders_of(session, tenant, customer_id, limit=_MOST_ORDERS)
        found += of_orders(orders)
    found += await _of_corrections(session, tenant, language)
    found += await _of_articles(session, tenant, language)
    return _unique(found)[: max(MOST_NAMES, len(call.vocabulary))]


def of_orders(orders: Sequence[Order]) -> list[str]:
    """Names of what was ordered and the letters that order numbers begin with, newest first."""
    items = [_clipped(item.name) for order in orders for item in order.items]
    numbers = [order.number for order in orders]
    numbers += [one.number for order in orders for one in order.tracking if one.number]
    prefixes = [found[1].upper() for one in numbers if (found := _PREFIX.match(one))]
    carriers = [one.carrier for order in orders for one in order.tracking if one.carrier]
    return _unique([*items, *prefixes, *carriers])[:_MOST_OF_ORDERS]


def put_in(corrections: Iterable[tuple[str, str, str]]) -> list[str]:
    """Words that people put in: those that recur and those that are names, most often first.

    Args:
        corrections: What was heard, what a person says was said, and the name of the customer,
            which is nothing to expect in the calls of others.
    """
    counts: Counter[str] = Counter()
    names: set[str] = set()
    for heard, said, customer in corrections:
        words = said.split()
        own = {_key(one) for one in customer.split()}
        keys = [_key(one) for one in words]
        matcher = SequenceMatcher(None, [_key(one) for one in heard.split()], keys, autojunk=False)
        places = [
            place
            for kind, _, _, first, last in matcher.get_opcodes()
            if kind in {"replace", "insert"}
            for place in range(first, last)
        ]
        for place in places:
            word = words[place].strip(_EDGES)
            if keys[place] in FUNCTION_WORDS or keys[place] in own:
                continue
            if len(word) < _SHORTEST or any(map(str.isdigit, word)):
                continue
            counts[word] += 1
            begins = place == 0 or words[place - 1][-1:] in ".!?…"
            if not begins and word[:1].isupper() and is_name(word):
                names.add(word)
    kept = [(many, word) for word, many in counts.items() if word in names or many >= _RECURS]
    ordered = sorted(kept, key=lambda one: (-one[0], one[1]))
    return _unique(word for _, word in ordered)[:_MOST_OF_CORRECTIONS]


async def _customer_of(
    session: ReadSession, tenant: TenantId, call: CallRow, region: str
) -> str | None:
    """Who called, by the conversation or by an address that is known; nobody is made."""
    if call.conversation_id is not None:
        owner = select(ConversationRow.customer_id).where(
            ConversationRow.tenant_id == tenant, ConversationRow.id == call.conversation_id
        )
        known: str | None = await session.scalar(owner)
        return known
    if call.customer is None:
        return None
    try:
        who = CustomerIn.model_validate(call.customer)
    except ValidationError:  # stored by an older version
        return None
    given = addresses_of(who, region=region)
    if not given:
        return None
    named = or_(
        *(and_(AddressRow.kind == one.kind, AddressRow.value == one.value) for one in given)
    )
    rows = await session.execute(
        select(AddressRow.kind, AddressRow.value, AddressRow.customer_id).where(
            AddressRow.tenant_id == tenant, named
        )
    )
    owners = {(row.kind, row.value): row.customer_id for row in rows}
    return next(
        (owners[one.kind, one.value] for one in given if (one.kind, one.value) in owners), None
    )


async def _of_corrections(
    session: ReadSession, tenant: TenantId, language: str | None
) -> list[str]:
    wanted = (
        select(SegmentRow.original_text, SegmentRow.text, CustomerRow.name)
        .join(CallRow, CallRow.id == SegmentRow.call_id)
        .outerjoin(ConversationRow, ConversationRow.id == CallRow.conversation_id)
        .outerjoin(CustomerRow, CustomerRow.id == ConversationRow.customer_id)
        .where(
            SegmentRow.tenant_id == tenant,
            SegmentRow.corrected_at.is_not(None),
            SegmentRow.original_text.is_not(None),
        )
        .order_by(SegmentRow.corrected_at.desc())
        .limit(_MOST_CORRECTIONS)
    )
    if language is not None:
        wanted = wanted.where(
            or_(CallRow.language.is_(None), CallRow.language.startswith(primary_subtag(language)))
        )
    rows = [
        (str(heard)[:_MOST_CHARACTERS], said[:_MOST_CHARACTERS], name or "")
        for heard, said, name in await session.execute(wanted)
    ]
    return await asyncio.to_thread(put_in, rows)


async def _of_articles(session: ReadSession, tenant: TenantId, language: str | None) -> list[str]:
    """Names in the articles changed last; read again only when an article has changed."""
    theirs = ArticleRow.tenant_id == tenant
    state = (
        await session.execute(select(func.count(), func.max(ArticleRow.updated_at)).where(theirs))
    ).one()
    code = primary_subtag(language) if language else None
    key = (tenant, code, *state)
    if key in _ARTICLE_NAMES:
        _ARTICLE_NAMES.move_to_end(key)
        return _ARTICLE_NAMES[key]
    wanted = (
        select(ArticleRow.title, func.substr(ArticleRow.text, 1, _MOST_CHARACTERS))
        .where(theirs)
        .order_by(ArticleRow.updated_at.desc())
        .limit(_MOST_ARTICLES)
    )
    if code is not None:
        wanted = wanted.where(
            or_(ArticleRow.language.is_(None), ArticleRow.language.startswith(code))
        )
    # A title has no sentence to be in the middle of: its names count where the text has them too.
    texts = [f"{title}\n\n{text}" for title, text in await session.execute(wanted)]
    counts = await asyncio.to_thread(names_in, texts, code)
    names = sorted(counts, key=lambda one: (-counts[one], one))[:MOST_NAMES]
    _ARTICLE_NAMES[key] = names
    while len(_ARTICLE_NAMES) > _REMEMBERED_TENANTS:
        _ARTICLE_NAMES.popitem(last=False)
    return names


def _clipped(name: str) -> str:
    line = " ".join(name.split())
    return line if len(line) <= _LONGEST else line[:_LONGEST].rsplit(" ", 1)[0].rstrip(_EDGES)


def _key(word: str) -> str:
    return word.strip(_EDGES).casefold()


def _unique(words: Iterable[str]) -> list[str]:
    found: dict[str, str] = {}
    for word in words:
        bare = " ".join(word.split())
        if bare:
            found.setdefault(bare.casefold(), bare)
    return list(found.values())
