"""Text from outside, made safe to store."""

import unicodedata

import pytest

from copilot.kernel.text import storable


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("a\x00b", "ab"),
        ("\ud83d\ude00", "😀"),
        ("half \ud83d of it", "half � of it"),
        (unicodedata.normalize("NFD", "päivää, Ångström"), "päivää, Ångström"),
        ("👩‍👩‍👧 \u202eabc\u202c مرحبا", "👩‍👩‍👧 \u202eabc\u202c مرحبا"),
        ("x² ½ ﬁ", "x² ½ ﬁ"),
        ("", ""),
    ],
)
def test_only_what_cannot_be_stored_changes(text: str, stored: str) -> None:
    assert storable(text) == stored
    assert storable(stored) == stored
