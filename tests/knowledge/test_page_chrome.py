"""Articles out of whole pages: the frame goes, the article stays, a fragment is kept whole."""

import re

import pytest

from copilot.knowledge.plain import plain_text
from tests.knowledge.pages import ARTICLE, FRAME, html
from tests.timing import ends


def read(page: str) -> str:
    """The page's text on one line, without bullets."""
    return " ".join(re.sub(r"^\s*[*+o]\s", " ", plain_text(page, "html"), flags=re.M).split())


@pytest.mark.parametrize("name", ARTICLE)
def test_the_article_is_kept_and_its_frame_is_not(name: str) -> None:
    text = read(html(name))
    assert [piece for piece in ARTICLE[name] if piece not in text] == []
    assert [piece for piece in FRAME[name] if piece in text] == []


def test_a_fragment_is_kept_whatever_its_parts_are_called() -> None:
    parts = ("header", "footer", "aside", "section class=related", "div class=cookie-banner")
    fragment = "".join(
        f"<{part}><p>{number} words</p></{part.split()[0]}>" for number, part in enumerate(parts)
    )
    text = read(fragment)
    assert [number for number in range(len(parts)) if f"{number} words" not in text] == []


@pytest.mark.parametrize(
    "article",
    [
        "<div class='sidebar'><h1>All</h1><p>the only text</p></div>",
        "<div class='share'><p>the only text</p></div>",
        "<nav><p>the only text</p></nav>",
        "<footer>the only text</footer>",
    ],
)
def test_a_page_that_seems_all_frame_is_shown_whole(article: str) -> None:
    assert "the only text" in read(f"<html><body>{article}</body></html>")


def test_what_an_article_says_of_cookies_and_sharing_is_its_own() -> None:
    page = (
        "<html><body><main><h1>Privacy</h1>"
        "<section id='cookies'><h2>Cookies</h2><p>Only a session cookie is set.</p></section>"
        "<div id='share'><h3>Share</h3><p>Press the arrow to share a list.</p></div>"
        "<p>Was this order helpful to others? Rate it in the app.</p>"
        "</main></body></html>"
    )
    text = read(page)
    assert "Only a session cookie is set." in text
    assert "Press the arrow to share a list." in text
    assert "Rate it in the app." in text


def test_links_tell_their_address_once_and_only_where_it_helps() -> None:
    page = (
        "<a href='https://x.example/a'>form</a> <a href='/local'>here</a> "
        "<a href='mailto:help@x.example'>write</a> <a href='https://x.example'>https://x.example</a>"
        " "
        "<a href='javascript:alert(1)'>run</a> <a href='https://x.example/i'><img src=i.png></a>"
    )
    assert read(page) == (
        "form (https://x.example/a) here write (help@x.example) https://x.example run"
    )


LINKS = "<ul><li><a href=/a>xx</a></li><li><a href=/b>yy</a></li><li><a href=/c>zz</a></li></ul>"
HOSTILE = {
    "frames": "<div class='sidebar-x share-y'>x</div>" * 20_000,
    "links": "<a href='https://x.example/y'>z</a>" * 30_000,
    "deep frames": ("<div class='a'>" * 140 + "x" + "<p>y</p>" * 100 + "</div>" * 140) * 50,
    "deep links": "<div>" * 140 + "<ul><li><a href=#a>x</a></li></ul>" * 10_000 + "</div>" * 140,
    "menus before": LINKS * 6_000 + "<h1>t</h1><p>x",
    "menus": LINKS * 6_000 + "<p>x",
    "long names": ("<div class='" + "share-" * 2_000 + "'>x</div>") * 300,
    "mains": "<main>x" * 30_000,
    "articles": "<article>x<p>y</p></article>" * 20_000,
    "buttons": "<button>x<h2>a</h2></button>" * 20_000,
    "said": ("<div>was this helpful " * 100 + "x" + "</div>" * 100) * 100,
    "one link": "<a href=https://x.example/>" + "<b>x</b>" * 50_000,
    "unclosed": "<div><a href=/1>a</a><a href=/1>a</a><a href=/1>a</a>" * 30_000,
    "very deep": "<div class=menu>" * 200_000 + "x",
    "not a role": "<p " + "role = " * 200_000,
    "titles": "<title>" * 100_000,
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_page_takes_long(body: str) -> None:
    with ends():
        text = plain_text(f"<html><body>{body}", "html")
    assert len(text) < 2 * len(body)
