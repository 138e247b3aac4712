"""The terms of a search: found once for everyone who asks at the same time."""

import asyncio
from typing import Any

import pytest

from copilot.knowledge import query_terms
from copilot.knowledge.query import SearchQuery
from copilot.knowledge.query_terms import QueryTerms, Terms
from copilot.search.sparse import Part, query_names, query_vector

ASK = SearchQuery(
    "Missä tilaukseni KK-20418 viipyy?",
    (Part("Missä tilaukseni KK-20418 viipyy?"), Part("vedenkeitin", 0.7)),
    ("Missä tilaukseni KK-20418 viipyy?",),
    (Part("vedenkeitin"),),
)


@pytest.fixture
def analysed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was analysed, by the name of the function that did it."""
    done: list[str] = []
    for name in ("query_names", "query_vector", "detect_language"):
        found = getattr(query_terms, name)

        def noted(*given: Any, _name: str = name, _find: Any = found) -> Any:
            done.append(_name)
            return _find(*given)

        monkeypatch.setattr(query_terms, name, noted)
    return done


async def test_three_searches_at_once_are_analysed_once(analysed: list[str]) -> None:
    terms = QueryTerms()
    found = await asyncio.gather(terms.of(ASK, None), terms.of(ASK, "fi"), terms.of(ASK, None))
    wanted = Terms(query_vector(ASK.asked, "fi"), query_names(ASK.named), "fi")
    assert found == [wanted, wanted, wanted]
    assert sorted(analysed) == ["detect_language", "query_names", "query_vector"]


async def test_another_language_has_other_terms_and_nothing_is_kept_long(
    analysed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(query_terms, "_KEPT_S", 0.0)
    terms = QueryTerms()
    english, finnish = await asyncio.gather(terms.of(ASK, "en"), terms.of(ASK, "fi"))
    assert english.sparse != finnish.sparse
    assert english.names == finnish.names
    await asyncio.sleep(0.01)
    assert (await terms.of(ASK, "en")) == english
    assert sorted(analysed) == ["query_names"] * 2 + ["query_vector"] * 3


async def test_whoever_leaves_does_not_take_it_from_the_others() -> None:
    terms = QueryTerms()
    leaves = asyncio.create_task(terms.of(ASK, None))
    stays = asyncio.create_task(terms.of(ASK, None))
    await asyncio.sleep(0)
    leaves.cancel()
    assert (await stays).language == "fi"
    with pytest.raises(asyncio.CancelledError):
        await leaves
