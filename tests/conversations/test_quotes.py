"""What a mail adds, apart from what it quotes and how it is signed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copilot.conversations.quotes import split_reply
from copilot.conversations.unfold import unfold
from tests.timing import ends

REPLY = "Kiitos, sopii hyvin.\n\nToimitattehan maanantaina?"
HISTORY = "Hei,\n\nsopiiko maanantai?\n\nTuki"


def quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


@pytest.mark.parametrize(
    "line",
    [
        "pe 20. lokakuuta 2017 klo 17.50 Tuki (tuki@kauppa.example) kirjoitti:",
        "Tuki <tuki@kauppa.example> kirjoitti 20.10.2017 kello 17.50:",
        "On Fri, Oct 20, 2017 at 5:50 PM Support <help@shop.example> wrote:",
        "On Fri, Oct 20, 2017 at 5:50 PM, A Person With A Long Name <\nhelp@shop.example> wrote:",
        "fre 20 okt. 2017 kl. 17:50 skrev Support <help@shop.example>:",
        "Den fre. 20. okt. 2017 kl. 17.50 skrev Support <help@shop.example>:",
        "tir. 18. apr. 2017 kl. 13:09 skrev Test user <test@example.com\n>:",
        "Am Fr., 20. Okt. 2017 um 17:50 Uhr schrieb Support <help@shop.example>:",
        "Op vr 20 okt. 2017 om 17:50 schreef Support <help@shop.example>:",
        "Le ven. 20 oct. 2017 à 17:50, Support <help@shop.example> a écrit :",
        "El vie, 20 oct 2017 a las 17:50, Support (<help@shop.example>) escribió:",
        "Il giorno ven 20 ott 2017 alle ore 17:50 Support <help@shop.example> ha scritto:",
        "Em sex, 20 de out de 2017 às 17:50, Support <help@shop.example> escreveu:",
        "pt., 20 paź 2017 o 17:50 Support <help@shop.example> napisał(a):",
        "пт, 20 окт. 2017 г. в 17:50, Support <help@shop.example>:",
        "20.10.2017 17:50 Support <help@shop.example> kirjutas:",
        "---- On Fri, 20 Oct 2017 17:50:00 +0300 help@shop.example wrote ----",
        "2017-10-20 17:50 GMT+03:00 Support <help@shop.example>:",
    ],
)
@pytest.mark.parametrize("marked", [True, False])
def test_a_line_that_says_who_wrote_begins_the_history(line: str, *, marked: bool) -> None:
    history = quoted(HISTORY) if marked else HISTORY
    parts = split_reply(f"{REPLY}\n\n{line}\n\n{history}")
    assert parts.text == REPLY
    assert parts.quoted_text is not None
    assert parts.quoted_text.startswith(line.split("\n")[0])
    assert parts.quoted_text.endswith("Tuki")


@pytest.mark.parametrize(
    "header",
    [
        (
            "Lähettäjä: Tuki <tuki@kauppa.example>\nLähetetty: perjantai 20. lokakuuta 2017 17.50\n"
            "Vastaanottaja: Anna\nAihe: Vs: Toimitus"
        ),
        (
            "From: Support <help@shop.example>\nSent: Friday, October 20, 2017 5:50 PM\nTo: Anna\n"
            "Subject: Re: Delivery"
        ),
        "*From:* Support\n*Date:* Friday\n*To:* Anna",
        "Från: Support\nSkickat: den 20 oktober 2017 17:50\nTill: Anna\nÄmne: Sv: Leverans",
        "Von: Support\nGesendet: Freitag, 20. Oktober 2017 17:50\nAn: Anna\nBetreff: AW: Lieferung",
        "De : Support\nEnvoyé : vendredi 20 octobre 2017 17:50\nÀ : Anna\nObjet : RE: Livraison",
        "De: Support\nEnviado: viernes, 20 de octubre de 2017 17:50\nPara: Anna\nAsunto: Re: Envío",
        "Fra: Support\nSendt: 20. oktober 2017 17:50\nTil: Anna\nEmne: Sv: Levering",
        "Van: Support\nVerzonden: vrijdag 20 oktober 2017\nAan: Anna\nOnderwerp: Re: Levering",
        "Da: Support\nInviato: venerdì 20 ottobre 2017 17:50\nA: Anna\nOggetto: R: Consegna",
        "Od: Support\nWysłano: piątek, 20 października 2017 17:50\nDo: Anna\nTemat: ODP: Dostawa",
        "От: Support\nОтправлено: 20 октября 2017 г. 17:50\nКому: Anna\nТема: RE: Доставка",
        "Saatja: Support\nSaadetud: reede, 20. oktoober 2017 17:50\nAdressaat: Anna\nTeema: RE: X",
    ],
)
@pytest.mark.parametrize(
    "above", ["", "________________________________\n", "-----Original Message-----\n"]
)
def test_a_header_block_begins_the_history(header: str, above: str) -> None:
    parts = split_reply(f"{REPLY}\n\n{above}{header}\n\n{HISTORY}")
    assert parts.text == REPLY
    assert parts.quoted_text == f"{above}{header}\n\n{HISTORY}"


def test_answers_between_the_lines_are_kept_in_order() -> None:
    text = "Moi,\n\n> Sopiiko maanantai?\nKyllä.\n> Entä aamu?\nEi, iltapäivä.\n"
    parts = split_reply(text)
    assert parts.text == "Moi,\n\nKyllä.\nEi, iltapäivä."
    assert parts.quoted_text == "> Sopiiko maanantai?\n> Entä aamu?"


def test_an_answer_below_the_quote_is_the_reply() -> None:
    line = "On 04/02/2012 06:26 PM, Support wrote:"
    assert split_reply(f"{line}\n> Hi\n\nHello").text == "Hello"


@pytest.mark.parametrize(
    "signature",
    [
        "--\nAnna Aho\n+358 40 1234567",
        "Ystävällisin terveisin,\nAnna Aho",
        "Terveisin Anna Aho",
        "Lähetetty iPhonesta",
        "Sent from my iPhone",
        "Hanki Outlook for Android",
        "Best regards\n\nAnna Aho\nHead of Kettles\nanna@example.org",
        "Mvh\nAnna",
        "Mit freundlichen Grüßen\nAnna Aho",
        "Anna Aho\nanna@example.org\n(555) 346-9947\nwww.example.org",
    ],
)
def test_signatures_are_kept_apart(signature: str) -> None:
    assert split_reply(f"{REPLY}\n\n{signature}\n") == (REPLY, None, signature)


@pytest.mark.parametrize(
    "text",
    [
        "Thanks!\n\nThe order number is 12345 and it still has not arrived.\nCan you look?",
        "Kiitos\n\nMissä tilaukseni 12345 on?",
        "She wrote: it is broken.\nWhat now?",
        "I wrote this to you:\n- one\n- two",
        "On Monday I went to the shop:\nit was closed.",
        "to test this I wrote down:\nthree things",
        "From: what I know, this is wrong.",
        "Sent from my desk, is much easier than my mobile phone.",
        "My address:\nStreet 5\n00100 Helsinki",
        "One - two\n---\nthree",
    ],
)
def test_plain_talk_is_left_alone(text: str) -> None:
    assert split_reply(text) == (text, None, None)


def test_a_bare_forward_says_what_it_forwards() -> None:
    text = f"---------- Forwarded message ----------\nFrom: A <a@b.example>\nDate: x\n\n{HISTORY}"
    parts = split_reply(text)
    assert (parts.text, parts.signature) == ("Hei,\n\nsopiiko maanantai?", "Tuki")
    assert parts.quoted_text is not None
    assert parts.quoted_text.startswith("---------- Forwarded")


@given(st.text(alphabet=st.sampled_from("ab> :\n-_<@.On wrote1"), max_size=400))
@settings(max_examples=300, deadline=None)
def test_no_line_is_lost(text: str) -> None:
    parts = split_reply(text)
    together = "".join(filter(None, parts))
    assert sorted("".join(together.split())) == sorted("".join(text.split()))


@pytest.mark.parametrize(
    "text",
    [
        ">" * 2_000_000,
        "\n" * 2_000_000,
        "hello world\n" * 170_000,
        "On x\n" * 400_000,
        "From: a\n" * 250_000,
        "-" * 2_000_000,
        "-----\n" * 300_000,
        ("On " + "<" * 290 + "\n") * 7_000,
        ("a <" + "@" * 280 + "\n") * 7_000,
        (" " * 290 + ":\n") * 7_000,
        ("1 " * 30 + "\n") * 30_000,
        "Thanks\n" * 250_000,
        "On 1.1.2020 10:00 a <a@b> wrote:\n" * 60_000,
        "Hello\n\nThanks" + " " * 2_000_000 + "x",
        "Hei\n\nkiitos" + "\u2003 " * 1_000_000 + "?",
        "Hei\n\nKiitos\na: b" + " " * 2_000_000 + "c",
        "x" * 5_000_000,
        ("On " * 90 + "wrote:\n") * 7_000,
        ("On 1.1.2020 10:00 " * 15 + "\n") * 7_000,
        (" " * 999 + "x\n") * 2_000,
        "".join(">" * (depth % 400) + " x\n" for depth in range(10_000)),
        "> a\nb\n" * 300_000,
        "Anna Aho\n\n" * 200_000,
        "PS a\n\n" * 300_000,
        ("confidential this message is " * 30 + "\n") * 2_000,
        ("_" * 20 + "\n") * 95_000,
        ("please write " * 9 + "above\n") * 16_000,
    ],
    ids=range(27),
)
def test_two_megabytes_of_anything_take_a_moment(text: str) -> None:
    with ends():
        unfold(split_reply(text).quoted_text)


@pytest.mark.parametrize(
    "answer",
    [
        "You asked for the colour.\n\nBlue",
        "Hei,\n\nkysyitte väriä.\n\nSininen",
        "Du frågade om storleken.\n\nStor",
        "Sie haben nach dem Tag gefragt.\n\nMontag",
        "You asked where to send it.\n\nHelsinki",
        "My phone is this model.\n\niPhone",
        "Please change the name on the account to the one below.\n\nAnna Virtanen",
        "Please send it to:\n\nAnna Aho\nMain Street 1\nanna@example.org\n+358 40 1234567",
    ],
)
def test_an_answer_on_a_line_of_its_own_is_no_signature(answer: str) -> None:
    assert split_reply(answer) == (answer, None, None)


@pytest.mark.parametrize("name", ["Anna", "June", "Rose", "Anna Virtanen"])
def test_a_name_alone_still_closes_a_mail(name: str) -> None:
    assert split_reply(f"When is it due?\n\n{name}") == ("When is it due?", None, name)
