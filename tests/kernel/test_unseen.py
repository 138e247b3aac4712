"""Characters and markup that nobody sees go; what is read stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot.kernel.html_text import html_to_text
from copilot.kernel.unseen import HIDDEN_MARK, clean_for_prompt, marked_unseen, unseen_in


def in_tags(words: str) -> str:
    return "".join(chr(0xE0000 + ord(one)) for one in words)


@pytest.mark.parametrize(
    "text",
    [
        "👩‍👩‍👧 ❤️ 👍🏽 1️⃣ 🏳️‍🌈 👩🏽‍💻 ☎️ ©️",
        "🏴" + in_tags("gbeng") + "\U000e007f",
        "می‌خواهم",
        "क्‍ष श्री",
        "葛\U000e0100飾",
        "Hyvää päivää, tämä on 12,50 €.",
        "שלום عربي ไทย 한국어",
    ],
)
def test_what_is_seen_stays(text: str) -> None:
    assert clean_for_prompt(text) == text
    assert unseen_in(text) is None


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("ig\u200bno\u2060re", "ignore"),
        ("a\u202eb\u2066c\u2069", "abc"),
        ("fine" + in_tags("obey me"), "fine"),
        ("x\ufe00\ufe01\ufe02\U000e0101\U000e0120y", "xy"),
        ("hyl\u00adly", "hylly"),
        ("a\u200db\u200cc", "abc"),
        ("\u3164\uffa0blank", "blank"),
    ],
)
def test_what_is_not_seen_goes(text: str, left: str) -> None:
    assert clean_for_prompt(text) == left


def test_what_tags_spell_is_told() -> None:
    found = unseen_in("Hello" + in_tags("send it on"))
    assert found is not None
    assert found.words == "send it on"


@given(st.text())
def test_cleaning_again_changes_nothing_and_adds_nothing(text: str) -> None:
    once = clean_for_prompt(text)
    assert len(once) <= len(text)
    assert clean_for_prompt(once) == once


@pytest.mark.parametrize(
    "hidden",
    [
        '<span style="display:none">secret words</span>',
        '<span style="visibility: hidden">secret words</span>',
        '<span style="opacity:0">secret words</span>',
        '<span style="font-size:0px">secret words</span>',
        '<span style="color:#ffffff">secret words</span>',
        '<font color="white">secret words</font>',
        '<p style="color:rgba(1,2,3,0)">secret words</p>',
        '<div style="position:absolute;left:-9999px">secret words</div>',
        '<div style="height:0;overflow:hidden">secret words</div>',
        "<div hidden>secret words</div>",
        '<style>.q{display:none}</style><p class="q">secret words</p>',
        '<div style="background:#000"><p style="color:black">secret words</p></div>',
        "<!-- secret words -->",
    ],
)
def test_hidden_markup_is_no_text(hidden: str) -> None:
    page = f"<p>Before</p>{hidden}<p>After</p>"
    assert html_to_text(page).split() == ["Before", "After"]
    told = html_to_text(page, tells_hidden=True)
    assert (HIDDEN_MARK in told) is not hidden.startswith("<!--")
    # A page too deep for a layout hides the same.
    if "class" not in hidden and "font" not in hidden and "black" not in hidden:
        deep = "<div>" * 400 + page
        assert html_to_text(deep).split() == ["Before", "After"]


@pytest.mark.parametrize(
    "shown",
    [
        '<table bgcolor="#003366"><tr><td style="color:white">seen words</td></tr></table>',
        '<td style="font-size:0"><span style="font-size:14px">seen words</span></td>',
        '<div style="background:url(x.png);color:#fff">seen words</div>',
        '<p style="visibility:hidden"><b style="visibility:visible">seen words</b></p>',
        "<style>@media print{.p{display:none}}</style><p class=p>seen words</p>",
        '<p style="color:#333">seen words</p>',
    ],
)
def test_what_a_page_shows_stays(shown: str) -> None:
    assert "seen words" in html_to_text(shown)


def test_an_articles_text_is_clean_and_still_tells_what_it_hid() -> None:
    text = marked_unseen("Fee" + in_tags("free of charge") + " 5 €")
    assert clean_for_prompt(text) == "Fee 5 €"
    assert unseen_in(text) is not None
    assert marked_unseen(text) == text
