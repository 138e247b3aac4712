"""The mails in a mail's history: who wrote them, when, and what."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from copilot.conversations.quoted_dates import find_stamp
from copilot.conversations.quotes import split_reply
from copilot.conversations.unfold import unfold

OCTOBER = datetime(2017, 10, 20, 17, 50, tzinfo=UTC)


@pytest.mark.parametrize(
    "line",
    [
        "pe 20. lokakuuta 2017 klo 17.50 Sam Aho (sam@shop.example) kirjoitti:",
        "pe 20. lokak. 2017 klo 17.50 Sam Aho <sam@shop.example> kirjoitti:",
        "Sam Aho <sam@shop.example> kirjoitti 20.10.2017 kello 17:50:",
        "On Fri, Oct 20, 2017 at 5:50 PM Sam Aho <sam@shop.example> wrote:",
        "On Fri, 20 Oct 2017 at 17:50, Sam Aho <sam@shop.example> wrote:",
        "On Fri, Oct 20, 2017 at 5:50\u202fPM Sam Aho <sam@shop.example> wrote:",
        "fre 20 okt. 2017 kl. 17:50 skrev Sam Aho <sam@shop.example>:",
        "Den fre. 20. okt. 2017 kl. 17.50 skrev Sam Aho <sam@shop.example>:",
        "Am Fr., 20. Okt. 2017 um 17:50 Uhr schrieb Sam Aho <sam@shop.example>:",
        "Op vr 20 okt. 2017 om 17:50 schreef Sam Aho <sam@shop.example>:",
        "Le ven. 20 oct. 2017 à 17:50, Sam Aho <sam@shop.example> a écrit :",
        "El vie, 20 oct 2017 a las 17:50, Sam Aho (<sam@shop.example>) escribió:",
        "Il giorno ven 20 ott 2017 alle ore 17:50 Sam Aho <sam@shop.example> ha scritto:",
        "Em sex., 20 de out. de 2017 às 17:50, Sam Aho <sam@shop.example> escreveu:",
        "pt., 20 paź 2017 o 17:50 Sam Aho <sam@shop.example> napisał(a):",
        "пт, 20 окт. 2017 г. в 17:50, Sam Aho <sam@shop.example>:",
        "20.10.2017 17:50 Sam Aho <sam@shop.example> kirjutas:",
        "Sam Aho <sam@shop.example> ezt írta (időpont: 2017. okt. 20., P, 17:50):",
        "2017年10月20日(金) 17:50 Sam Aho <sam@shop.example>:",
        "2017-10-20 19:50 GMT+02:00 Sam Aho <sam@shop.example>:",
    ],
)
def test_the_line_above_a_quote_tells_who_and_when(line: str) -> None:
    (found,) = unfold(f"{line}\n> Hei\n> taas")
    assert found == ("Sam Aho <sam@shop.example>", OCTOBER, None, "Hei\ntaas", None)


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("Sam Aho kirjoitti 20.10.2017 klo 17.50:", "Sam Aho"),
        ("Am 20.10.2017 um 17:50 schrieb Sam:", "Sam"),
        (
            "Op 20 okt. 2017 om 17:50 heeft Jan van den Berg het volgende geschreven:",
            "Jan van den Berg",
        ),
        ("---- On Fri, 20 Oct 2017 17:50:00 +0000 sam@shop.example wrote ----", "sam@shop.example"),
        ("On 10/20/2017 05:50 PM, Sam Aho wrote:", "Sam Aho"),
    ],
)
def test_authors_without_a_name_or_an_address(line: str, author: str) -> None:
    (found,) = unfold(f"{line}\n> Hei")
    assert (found.author, found.sent_at) == (author, OCTOBER)


@pytest.mark.parametrize(
    "sent",
    [
        "Sent: Friday, October 20, 2017 5:50 PM",
        "Lähetetty: perjantai 20. lokakuuta 2017 17.50",
        "Skickat: den 20 oktober 2017 17:50",
        "Gesendet: Freitag, 20. Oktober 2017 17:50",
        "Sendt: 20. oktober 2017 17:50",
        "Enviado: viernes, 20 de octubre de 2017 5:50 p. m.",
        "Envoyé : vendredi 20 octobre 2017 17:50",
        "Wysłano: piątek, 20 października 2017 17:50",
        "Saadetud: reede, 20. oktoober 2017 17:50",
        "Date: Fri, 20 Oct 2017 20:50:00 +0300",
    ],
)
def test_quoted_headers_tell_when(sent: str) -> None:
    (found,) = unfold(f"From: Sam <sam@shop.example>\n{sent}\nTo: Anna\nSubject: Pöytä\n\nHei")
    assert found == ("Sam <sam@shop.example>", OCTOBER, "Pöytä", "Hei", None)


@pytest.mark.parametrize(
    "text",
    ["On 04/02/2012 18:26, Sam wrote:", "31 Feb 2026", "20 Larch 2026", "+358 40 1234 2026 on"],
)
def test_what_is_no_certain_date_is_none(text: str) -> None:
    stamp = find_stamp(text)
    assert stamp is None or stamp.sent_at is None


def test_the_clock_is_that_of_the_mail_that_quotes() -> None:
    helsinki = timezone(timedelta(hours=2))
    (found,) = unfold(
        "ke 14. tammikuuta 2026 klo 13.34 Anna <a@b.example> kirjoitti:\n> Hei", helsinki
    )
    assert found.sent_at == datetime(2026, 1, 14, 11, 34, tzinfo=UTC)


def test_a_first_line_that_starts_like_a_weekday_is_said_by_its_author() -> None:
    history = (
        "On Thu, 8 Jan 2026 at 17:02, Anna <a@b.example> wrote:\n"
        "> Same as on the order: 3 Larch Brae. It is for work, so\n"
        "> I would prefer a new one.\n"
        "{}"
        "> On Thu, 8 Jan 2026 at 07:55, Sam <s@b.example> wrote:\n"
        ">> Where to?"
    )
    for between in ("", ">\n"):
        found = unfold(history.format(between))
        assert [one.text for one in found] == [
            "Where to?",
            "Same as on the order: 3 Larch Brae. It is for work, so\nI would prefer a new one.",
        ]


def test_a_signature_goes_on_to_the_history() -> None:
    signature = "--\nAnna Aho\n3 Larch Brae, Inverness\n+44 7700 900614"
    header = "On Wed, 14 Jan 2026 at 13:34, Sam <s@b.example> wrote:"
    parts = split_reply(f"Hi,\n\nfine.\n\n{signature}\n\n{header}\n> Hello")
    assert parts == ("Hi,\n\nfine.", f"{header}\n> Hello", signature)
