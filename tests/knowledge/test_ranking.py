"""The order in which passages are shown."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot.knowledge.passage import Passage
from copilot.knowledge.ranking import ranked
from copilot.knowledge.tables import PassageRow

_AT = datetime(2026, 3, 1, tzinfo=UTC)


def row(name: str, source: str, language: str | None = "en", kind: str = "article") -> PassageRow:
    return PassageRow(
        id=name,
        tenant_id="t",
        kind=kind,
        source_id=source,
        seq=0,
        title=name,
        text=f"text of {name}",
        url=None,
        visibility="public",
        language=language,
        customer_id=None,
        updated_at=_AT,
        indexed_with="m",
    )


def rows(*some: PassageRow) -> dict[str, PassageRow]:
    return {one.id: one for one in some}


def names(found: list[Passage]) -> list[str]:
    return [one.id for one in found]


ONE_LONG_ARTICLE = rows(*(row(f"a{n}", "art_a") for n in range(5)), row("b0", "art_b"))
ORDER = [(f"a{n}", 1 - n / 10) for n in range(5)] + [("b0", 0.1)]


def test_one_source_has_two_places_in_a_list_of_any_length() -> None:
    assert names(ranked(ORDER, ONE_LONG_ARTICLE, None, 2)) == ["a0", "a1"]
    for limit in (3, 5, 99):
        found = ranked(ORDER, ONE_LONG_ARTICLE, None, limit)
        assert names(found) == ["a0", "a1", "b0"]
        assert [one.score for one in found] == [1.0, 0.9, 0.1]


def test_a_long_case_is_held_to_two_as_well() -> None:
    held = rows(*(row(f"c{n}", "cnv_1", kind="conversation") for n in range(3)), row("b", "art_b"))
    order = [("c0", 0.9), ("c1", 0.8), ("c2", 0.7), ("b", 0.1)]
    assert names(ranked(order, held, None, 4)) == ["c0", "c1", "b"]


@pytest.mark.parametrize(
    ("preferred", "first"),
    [
        ("en", "english"),
        ("en-GB", "english"),
        ("EN_us", "english"),
        ("fi", "finnish"),
        ("fi-FI", "finnish"),
        ("fil", "finnish"),
        ("de", "finnish"),
        (None, "finnish"),
    ],
)
def test_a_language_is_preferred_whatever_its_region(preferred: str | None, first: str) -> None:
    held = rows(
        row("english", "art_1", "en-US"), row("finnish", "art_2", "fi"), row("none", "art_3", None)
    )
    order = [("finnish", 0.52), ("english", 0.5), ("none", 0.5)]
    found = ranked(order, held, preferred, 3)
    assert found[0].id == first
    assert {one.id for one in found} == set(held), "preferred, not required"


def test_a_language_does_not_overrule_what_is_much_better() -> None:
    held = rows(row("other", "art_1", "fi"), row("same", "art_2", "en"))
    assert names(ranked([("other", 0.9), ("same", 0.5)], held, "en", 2)) == ["other", "same"]


def test_equals_come_by_their_ids_however_they_were_found() -> None:
    held = rows(*(row(name, f"art_{name}") for name in "cab"))
    for order in ("abc", "cba", "bca"):
        assert names(ranked([(one, 0.5) for one in order], held, None, 3)) == ["a", "b", "c"]


def test_what_may_not_be_shown_takes_no_place() -> None:
    held = rows(row("shown", "art_1"))
    assert names(ranked([("hidden", 0.9), ("shown", 0.5)], held, None, 1)) == ["shown"]
    assert ranked([("hidden", 0.9)], held, None, 5) == []
    assert ranked([], {}, "en", 5) == []


@given(
    st.lists(st.tuples(st.integers(0, 4), st.floats(0, 1)), max_size=30),
    st.integers(1, 40),
    st.sampled_from([None, "en", "fi"]),
)
def test_a_list_is_as_long_as_two_of_each_source_make_it(
    scored: list[tuple[int, float]], limit: int, language: str | None
) -> None:
    held = rows(
        *(
            row(f"p{n:02}", f"art_{source}", "en" if n % 2 else "fi")
            for n, (source, _) in enumerate(scored)
        )
    )
    order = [(f"p{n:02}", score) for n, (_, score) in enumerate(scored)]
    found = ranked(order, held, language, limit)
    of_each = [sum(one == source for one, _ in scored) for source in range(5)]
    assert len(found) == min(limit, sum(min(2, count) for count in of_each))
    assert len(set(names(found))) == len(found)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    sources = [one.article_id for one in found]
    assert all(sources.count(source) <= 2 for source in sources)
