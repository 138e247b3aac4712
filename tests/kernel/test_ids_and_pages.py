"""Identifiers sort by time; cursors come back as they went, or are refused."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot.kernel.errors import InvalidInputError
from copilot.kernel.ids import new_id
from copilot.kernel.paging import decode_cursor, encode_cursor


def test_ids_are_different_and_say_what_they_are() -> None:
    made = {new_id("cnv") for _ in range(2000)}
    assert len(made) == 2000
    assert all(one.startswith("cnv_") and len(one) == 30 for one in made)


def test_ids_sort_by_creation_time(monkeypatch: pytest.MonkeyPatch) -> None:
    ids = []
    for second in (1_700_000_000.0, 1_700_000_000.5, 1_900_000_000.0):
        monkeypatch.setattr("copilot.kernel.ids.time.time", lambda at=second: at)
        ids.append(new_id("msg"))
    assert ids == sorted(ids)


@given(st.lists(st.text(), min_size=1, max_size=3))
def test_cursors_come_back(place: list[str]) -> None:
    try:
        cursor = encode_cursor(*place)
    except UnicodeEncodeError:
        return
    assert decode_cursor(cursor, parts=len(place)) == tuple(place)


def test_a_cursor_that_is_nested_without_end_is_refused() -> None:
    cursor = base64.urlsafe_b64encode(b"[" * 200_000).decode()
    with pytest.raises(InvalidInputError):
        decode_cursor(cursor, parts=2)


@given(st.text())
def test_what_is_no_cursor_is_refused(text: str) -> None:
    try:
        decode_cursor(text, parts=2)
    except InvalidInputError:
        return
