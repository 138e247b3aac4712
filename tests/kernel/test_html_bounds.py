"""A page costs about as much as it is long, whatever it asks for."""

import pytest

from copilot.kernel.html_text import html_to_text
from tests.timing import ends

WIDE = "padding-left:1000000px; margin-top: 90000em; MARGIN-BOTTOM:9e9em; padding-start: 99999em"


@pytest.mark.parametrize(
    "page",
    [
        f"<div style='{WIDE}'>x</div>" * 1_000,
        f"<div style='{WIDE}'>" * 100 + "x<br>" * 1_000,
        "<ul><li>" * 60 + "x<li>" * 20_000,
        "<dl><dd>" * 60 + "x<dd>" * 20_000,
        "<pre>" + " " * 500_000 + "x</pre>",
        "<p>" + "\xa0" * 500_000 + "x</p>",
    ],
    ids=["wide", "wider and wider", "lists in lists", "definitions", "blanks", "hard blanks"],
)
def test_a_page_does_not_blow_up(page: str) -> None:
    with ends():
        text = html_to_text(page)
    assert "x" in text
    assert len(text) < 2 * len(page)


def test_what_a_style_hides_stays_hidden() -> None:
    page = "<p style='padding-left: 3em; DISPLAY : none; color: red'>unseen</p><p>seen</p>"
    assert html_to_text(page) == "seen"
    kept = html_to_text("<p style='white-space: pre; padding-left: 3em'>a   b</p>")
    assert kept == "a   b"


def test_lists_in_lists_are_still_indented() -> None:
    lines = html_to_text("<ul><li>one<ul><li>two</li></ul></li></ul>").split("\n")
    assert [line.strip(" *+") for line in lines] == ["one", "two"]
    assert len(lines[1]) - len(lines[1].lstrip()) > 2
