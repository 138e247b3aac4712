"""Nobody finds what is not theirs to see, whatever happened before and whatever they ask.

Random histories run through the real stores, the real index and the real search, while a model in
a few dictionaries keeps what each tenant may find. The indexer runs only now and then, and some
histories put points into the index that contradict the database.
"""

from collections.abc import Callable, Sequence
from typing import Any, Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from copilot.kernel.ids import TenantId, new_id
from copilot.kernel.visibility import Visibility
from copilot.search.index import PassageKind
from tests.knowledge.conftest import Parts
from tests.knowledge.world import World

_NAMES, _PEOPLE = 3, 3
_KINDS: list[tuple[PassageKind, ...]] = [
    ("article",),
    ("conversation",),
    ("article", "conversation"),
    ("conversation", "article", "article"),
]
_LANGUAGES = [None, "en", "FI", "en-GB", "xx", "", "' OR 1=1 --", "*", "e%", "\x00", "\ud800", "🦊"]
_QUERIES = [
    "kettle",
    "kettle lid 1 2 3",
    "kettle' OR '1'='1",
    'kettle" OR tenant_id:*',
    "kettle AND NOT public",
    "* kettle ) (",
    "KETTLE\x00\ud800 %_",
    "zebra",
]


_tenant = st.integers(0, 1)
_name = st.integers(0, _NAMES - 1)
_person = st.none() | st.integers(0, _PEOPLE - 1)
_visibility: st.SearchStrategy[Visibility] = st.sampled_from(["public", "internal"])
_searches = st.fixed_dictionaries(
    {
        "tenant": _tenant,
        "query": st.sampled_from(_QUERIES),
        "visibility": _visibility,
        "kinds": st.sampled_from(_KINDS),
        "customer": st.none() | st.integers(0, 12),
        "not_customer": st.none() | st.integers(0, 12),
        "language": st.sampled_from(_LANGUAGES),
        "limit": st.integers(1, 30),
    }
)
_language = st.sampled_from(["en", "fi"])
_changes = st.one_of(
    st.tuples(st.just("put_article"), _tenant, _name, _visibility, _language),
    st.tuples(st.just("put_article"), _tenant, _name, _visibility, _language),
    st.tuples(st.just("show_article"), _tenant, _name, _visibility),
    st.tuples(st.just("delete_article"), _tenant, _name),
    st.tuples(st.just("put_conversation"), _tenant, _name, _person),
    st.tuples(st.just("put_conversation"), _tenant, _name, _person),
    st.tuples(st.just("delete_conversation"), _tenant, _name),
    st.tuples(st.just("merge"), _tenant),
    st.tuples(st.just("delete_customer"), _tenant),
)
_tampering = st.tuples(st.just("tamper"), _tenant, _tenant, _visibility)
_lookups = st.one_of(
    st.just(("index",)),
    st.tuples(st.just("search"), _searches, st.booleans()),
    st.tuples(st.just("search"), _searches, st.just(value=False)),
)
"""The indexer comes by, or somebody searches, with the index broken or not."""

History = Sequence[tuple[Any, ...]]


async def _live(parts: Parts, history: History) -> World:
    world = World(parts, [TenantId(new_id("ten")) for _ in range(2)])
    # Something is there from the beginning, so that there is something to find.
    for tenant in world.tenants:
        await world.put_article(tenant, 0, "public", "en")
        await world.put_article(tenant, 1, "internal", "en")
        for person in range(2):
            await world.put_conversation(tenant, person, person)
    await parts.indexer.drain()
    for name, *given_ in history:
        if name == "index":
            await parts.indexer.drain()
        elif name == "search":
            await world.search(given_[0], broken=given_[1])
        else:
            tenants = 2 if name == "tamper" else 1
            who = [world.tenants[one] for one in given_[:tenants]]
            await getattr(world, name)(*who, *given_[tenants:])
    return world


def _histories(*changes: st.SearchStrategy[Any]) -> Callable[[Any], Any]:
    steps = st.lists(st.one_of(*changes, _lookups, _lookups), min_size=4, max_size=16)
    return given(history=steps)


_MODERATE = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@_histories(_changes)
@_MODERATE
async def test_no_history_lets_anyone_find_what_is_not_theirs(
    parts: Parts, history: History
) -> None:
    world = await _live(parts, history)
    await world.check_everything_is_found()


@_histories(_changes, _tampering)
@_MODERATE
async def test_an_index_that_contradicts_the_database_lets_nobody_either(
    parts: Parts, history: History
) -> None:
    world = await _live(parts, history)
    for tenant in range(2):
        for visibility in ("public", "internal"):
            asked = {
                "tenant": tenant,
                "query": "kettle",
                "visibility": visibility,
                "kinds": ("article", "conversation"),
                "customer": None,
                "not_customer": None,
                "language": None,
                "limit": 100,
            }
            await world.search(asked, broken=False)


async def test_text_that_was_internal_is_not_shown_as_public_before_it_is_indexed_anew(
    parts: Parts, tenant: TenantId
) -> None:
    await parts.put(tenant, "page", "The kettle margin is 40 percent.", visibility="internal")
    await parts.indexer.drain()
    await parts.put(tenant, "page", "The kettle is blue.", visibility="public")
    # The words have changed and the indexer has not come by: the old ones stay internal.
    assert await parts.find(tenant, "kettle", visibility="public") == []
    await parts.indexer.drain()
    assert await parts.find(tenant, "kettle", visibility="public") == ["The kettle is blue."]


async def test_words_that_were_internal_twice_over_are_not_shown_either(
    parts: Parts, tenant: TenantId
) -> None:
    await parts.put(tenant, "page", "The kettle margin is 40 percent.", visibility="internal")
    await parts.indexer.drain()
    for colour in ("blue", "red"):
        await parts.put(tenant, "page", f"The kettle is {colour}.", visibility="public")
        assert await parts.find(tenant, "kettle", visibility="public") == []
    await parts.put(tenant, "page", "The kettle is red.", url="https://kb.example/kettle")
    assert await parts.find(tenant, "kettle", visibility="public") == []


Kind = Literal["customer", "merged", "foreign"]


@pytest.mark.parametrize("kind", ["customer", "merged", "foreign"])
async def test_the_id_of_somebody_who_is_gone_or_another_tenants_finds_nothing(
    parts: Parts, kind: Kind
) -> None:
    world = World(parts, [TenantId(new_id("ten")) for _ in range(2)])
    mine, other = world.tenants
    for tenant in world.tenants:
        for person in range(2):
            await world.put_conversation(tenant, person, person)
    await parts.indexer.drain()
    first, second = world._owners(mine)
    if kind == "customer":
        await world.delete_customer(mine)
    elif kind == "merged":
        await world.merge(mine)
    asked = {"customer": first, "merged": second, "foreign": world._owners(other)[0]}[kind]
    for indexed in (False, True):
        if indexed:
            await parts.indexer.drain()
        assert await parts.find(mine, "kettle", customer_id=asked) == []
        # Until then, the index may take the merged one's cases for theirs and leave them out.
        if indexed or kind != "merged":
            whole = await parts.find(mine, "kettle", not_customer_id=asked)
            assert len(whole) == sum(one.tenant == mine for one in world.sources.values())
