"""HTML to text: readable, quotes marked, whatever the markup."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copilot.conversations.quotes import split_reply
from copilot.kernel.html_text import html_to_text
from tests.timing import ends


def test_blocks_are_lines_and_what_is_not_shown_is_gone() -> None:
    html = (
        "<html><head><title>t</title><style>p{}</style></head><body><script>x()</script>"
        "<div>Hei,<br>kiitos&nbsp;viestistä &amp; kuvasta 🫖</div><!-- c --><p>Toinen</p>"
        '<p style="display:none">piilossa</p></body></html>'
    )
    assert html_to_text(html) == "Hei,\nkiitos viestistä & kuvasta 🫖\n\nToinen"


def test_lists_and_tables_can_be_read() -> None:
    html = (
        "<ul><li>yksi</li><li>kaksi</li></ul><table><tr><td>Pannu</td><td>39,90 €</td></tr>"
        "<tr><td>Toimitus</td><td>4,90 €</td></tr></table>"
    )
    text = html_to_text(html)
    assert "* yksi\n" in text
    assert "Pannu 39,90 €\nToimitus 4,90 €" in " ".join(text.split(" ")).replace("  ", " ")


@pytest.mark.parametrize(
    "quote",
    [
        (
            '<div class="gmail_quote"><div class="gmail_attr">On Fri, Oct 20, 2017 at 5:50 PM A '
            "&lt;a@b.example&gt; wrote:<br></div><blockquote>Old</blockquote></div>"
        ),
        "<blockquote type=cite>Old</blockquote>",
        '<div class="yahoo_quoted"><div>Old</div></div>',
        (
            '<hr><div id="divRplyFwdMsg"><b>From:</b> A &lt;a@b.example&gt;<br><b>Sent:</b> pe<br>'
            "<b>To:</b> B<br><b>Subject:</b> Old</div><div>Old</div>"
        ),
        (
            '<div style="border:none;border-top:solid #B5C4DF 1.0pt"><p class=M><b>Lähettäjä:'
            "</b> A [mailto:a@b.example] <br><b>Lähetetty:</b> pe<br><b>Aihe:</b> Old</p></div>Old"
        ),
    ],
)
def test_quoted_mail_can_be_told_apart(quote: str) -> None:
    parts = split_reply(html_to_text(f"<p>New</p>{quote}"))
    assert parts.text == "New"
    assert parts.quoted_text is not None
    assert "Old" in parts.quoted_text


def test_a_marked_signature_is_told_apart() -> None:
    html = '<div>New</div><div class="gmail_signature">Anna<br>CEO</div>'
    assert split_reply(html_to_text(html)) == ("New", None, "--\nAnna\nCEO")


def test_answers_between_quotes_in_one_container_are_kept() -> None:
    html = (
        '<div>Hei</div><div class="gmail_quote"><div class="gmail_attr">pe 20.10.2017 kirjoitti:'
        '</div><blockquote class="gmail_quote">a?</blockquote><div>Kyllä.</div>'
        "<blockquote>b?</blockquote><div>Ei.</div></div>"
    )
    assert html_to_text(html) == "Hei\n> pe 20.10.2017 kirjoitti:\n> a?\nKyllä.\n> b?\nEi."


def test_a_signature_and_a_header_are_told_by_their_marks_in_outlook() -> None:
    html = (
        '<div>New</div><div id="Signature">Anna<br>CEO</div><div id="x_divRplyFwdMsg">'
        "<b>Pošiljatelj:</b> A &lt;a@b.example&gt;<br><b>Poslano:</b> 20. oktober 2017 17:50<br>"
        "<b>Zadeva:</b> Old</div><div>Old</div>"
    )
    parts = split_reply(html_to_text(html))
    assert (parts.text, parts.signature) == ("New", "Anna\nCEO")


def test_the_dashes_that_gmail_shows_are_not_doubled() -> None:
    html = (
        '<div>New</div><span class="gmail_signature_prefix">-- </span><br>'
        '<div class="gmail_signature">Anna</div>'
    )
    assert split_reply(html_to_text(html)) == ("New", None, "--\nAnna")


@pytest.mark.parametrize(
    "html",
    [
        "<p>hello <b>world</b> this is text</p>\n" * 120_000,
        "<div>" * 100_000 + "seen" + "</div>" * 100_000,
        "<blockquote>x\n" * 300_000,
        "x" * 5_000_000,
        "<table><tr><td>" + "w" * 100_000 + "</table>" + "<tr><td>a</td></tr>" * 150_000,
        "<table><tr><td>" * 400 + "x",
        "<a " + "b=c " * 1_000_000 + ">x</a>",
        "<" * 1_000_000,
        "<a " * 1_000_000,
        "&amp;" * 1_000_000,
        "<br>" * 1_200_000,
        "<!--" * 500_000,
        "<pre>a" + " " * 4_900_000 + "x</pre>",
    ],
    ids=range(13),
)
def test_five_megabytes_of_anything_take_a_moment(html: str) -> None:
    with ends():
        html_to_text(html)


def test_deep_nesting_loses_no_text() -> None:
    assert html_to_text("<div>" * 100_000 + "seen" + "</div>" * 100_000) == "seen"


def test_a_declared_encoding_and_broken_text_are_fine() -> None:
    assert html_to_text('<?xml version="1.0" encoding="utf-16"?><p>äö\x00\ud800</p>') == "äö\ufffd"


@given(st.text(alphabet=st.sampled_from("<>/ab=\"'&;! -pdivblockquote\x00\ud800é"), max_size=200))
@settings(max_examples=300, deadline=None)
def test_any_text_is_read(html: str) -> None:
    html_to_text(html).encode()
