"""Charsets, transfer encodings and headers that are not what they say they are."""

from datetime import UTC, datetime

import pytest

from copilot.conversations.mail import Address, parse_mail
from copilot.conversations.mail_decoding import unflow
from copilot.conversations.mail_headers import charset_text
from copilot.conversations.reading import read_mail

WORDS = "Keitin vuotää, sanoi Åke"


@pytest.mark.parametrize(
    ("content", "stated", "read"),
    [
        (WORDS.encode(), "iso-8859-1", WORDS),
        (WORDS.encode(), "us-ascii", WORDS),
        (WORDS.encode(), "x-unknown", WORDS),
        (WORDS.encode(), None, WORDS),
        (WORDS.encode("latin-1"), "utf-8", WORDS),
        (WORDS.encode("latin-1"), "nope", WORDS),
        (WORDS.encode("cp1252") + b" \x80", "iso-8859-1", WORDS + " €"),
        ("Чайник протекает".encode(), "koi8-r", "Чайник протекает"),
        ("Чайник протекает".encode("koi8-r"), "koi8-r", "Чайник протекает"),
        ("Чайник протекает".encode()[:-1], "utf-8", "Чайник протекае\ufffd"),
        ("联通".encode("gbk"), "gb2312", "联通"),
        ("水壶漏水了水壶漏水了".encode("gbk") + b"\xff", "gb2312", "水壶漏水了水壶漏水了\ufffd"),
        (b"abc-", "punycode", "abc-"),
        (rb"\ud800", "unicode-escape", r"\ud800"),
        (b"+AOQ-", "utf-7", "ä"),
        ("ä".encode(), "utf-8*en", "ä"),
        (b"abc", "\x00", "abc"),
    ],
)
def test_charsets_that_are_wrong(content: bytes, stated: str | None, read: str) -> None:
    assert charset_text(content, stated) == read


def body(headers: str, content: str | bytes) -> str:
    content = content if isinstance(content, bytes) else content.encode()
    return parse_mail(f"From: a@b.example\n{headers}\n\n".encode() + content).text


@pytest.mark.parametrize(
    ("headers", "content", "read"),
    [
        ("Content-Transfer-Encoding: quoted-printable", "Keitin=20vuo= \ntaa", "Keitin vuotaa"),
        ("Content-Transfer-Encoding: QUOTED-PRINTABLE ", "a=C3=A4 =Z 1=2", "aä =Z 1=2"),
        ("Content-Transfer-Encoding: base64", "SGVsbG8g\n!!\ndGhlcmU", "Hello there"),
        ("Content-Transfer-Encoding: base64", "SGVsbG8=dGhlcmU=", "Hellothere"),
        ("Content-Transfer-Encoding: base64", "Not encoded at all.", "Not encoded at all."),
        (
            "Content-Transfer-Encoding: base64",
            "SGVsbG8=\n\n____\nShop list: see the page\nfor more",
            "Hello\n\n____\nShop list: see the page\nfor more",
        ),
        ("Content-Transfer-Encoding: rot13", "Hello", "Hello"),
        ("Content-Type: multipart/mixed", "No boundary", "No boundary"),
        (
            "Content-Type: multipart/mixed; boundary=other",
            "--x\nContent-Type: text/plain\n\nHello\n--x--\n",
            "Hello",
        ),
        ("Content-Type: multipart/mixed; boundary=x", "--x\n\nNever closed", "Never closed"),
        ("Content-Type: multipart/mixed; boundary=x", "", ""),
        ("Content-Type: text", "Hello", "Hello"),
        ("Content-Type: garbage; charset", "Hello", "Hello"),
        ("Content-Type: text/plain; charset=\"utf-8'", "\u00e4", "ä"),
        ("MIME-Version: 1.0", "a\x00b", "ab"),
    ],
)
def test_bodies_that_are_not_what_they_say(headers: str, content: str, read: str) -> None:
    assert body(headers, content) == read


def test_paragraphs_that_were_broken_into_lines_are_whole() -> None:
    flowed = "Type: text/plain; format=flowed"
    text = "The kettle \nleaks.\n\n> Which \n> one?\n>> Deeper \n> Not\n From us\n-- \nAnna"
    read = "The kettle leaks.\n\n> Which one?\n>> Deeper \n> Not\nFrom us\n-- \nAnna"
    assert body(f"Content-{flowed}", text) == read
    assert unflow("Yksi, \nkaksi", delete_space=True) == "Yksi,kaksi"
    assert body(f"Content-{flowed}; delsp=yes", "水壶 \n漏水") == "水壶漏水"
    assert body("Content-Type: text/plain", "The kettle \nleaks.") == "The kettle \nleaks."


def test_files_encoded_within_the_text_are_attachments() -> None:
    lines = "begin 644 cat ä.txt\n#0V%T\n`\nend"
    mail = parse_mail(f"From: a@b.example\n\nSee:\n{lines}\nThanks".encode())
    assert (mail.text, mail.attachments) == ("See:\nThanks", ("cat ä.txt",))
    sentence = "begin 644 times\nand we shall end\n\nLater we end\nend"
    assert body("MIME-Version: 1.0", sentence) == sentence


def test_html_that_says_it_is_text_is_html() -> None:
    mail = parse_mail(b"From: a@b.example\n\n<!DOCTYPE html>\n<html><p>Hello</p></html>")
    assert mail.text == ""
    assert mail.html is not None


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (b"attachment; filename*=utf-8''%E4%BD%A0.pdf", "你.pdf"),
        (b"attachment; filename*0*=iso-8859-1'fi'k%E4; filename*1=yra.pdf", "käyra.pdf"),
        (b'attachment; filename="=?utf-8?q?k=C3=A4yr=C3=A4.pdf?="', "käyrä.pdf"),
        ("attachment; filename=käyrä.pdf".encode("latin-1"), "käyrä.pdf"),
        (b"attachment; filename*=nope''%E4.pdf", "ä.pdf"),
        (b'attachment; filename="..\\..\\a\x00b.pdf"', "ab.pdf"),
    ],
)
def test_names_of_files(header: bytes, name: str) -> None:
    raw = b"From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"
    part = b"Content-Type: application/pdf\nContent-Disposition: " + header + b"\n\nx\n--b--"
    assert parse_mail(raw + part).attachments == (name,)


@pytest.mark.parametrize(
    ("subject", "read"),
    [
        (b"=?utf-8?B?4oKs?=\n =?utf-8?B?4oKs?=", "€€"),
        (b"=?utf-8?B?4oI=?=\n =?utf-8?B?rA==?=", "€"),
        (b"=?iso-8859-1?Q?a=E4?=b =?utf-8?q?=C3=A4?= c", "aäb ä c"),
        (b"=?utf-8?q?two words?=", "two words"),
        (b"=?utf-8?q?a", "=?utf-8?q?a"),
        (b"Tilaus\r\n\tnumero 7", "Tilaus\tnumero 7"),
        ("Rikki ää".encode("latin-1"), "Rikki ää"),
        ("Rikki ää".encode(), "Rikki ää"),
    ],
)
def test_subjects(subject: bytes, read: str) -> None:
    assert " ".join(parse_mail(b"Subject: " + subject + b"\n\n").subject.split()) == " ".join(
        read.split()
    )


def test_of_headers_that_stand_twice_the_first_that_can_be_read_counts() -> None:
    mail = parse_mail(
        b"Subject: one\nSubject: two\nDate: soon\nDate: Fri, 20 Oct 2017 17:50:00 +0300\n"
        b"From: nobody\nFrom: Anna <a@b.example>\n\n"
    )
    assert (mail.subject, mail.sender) == ("one", Address("Anna", "a@b.example"))
    assert mail.sent_at == datetime(2017, 10, 20, 14, 50, tzinfo=UTC)


@pytest.mark.parametrize(
    ("date", "hour"),
    [
        ("Fri, 20 Oct 2017 17:50:00 +0300 (EEST)", 14),
        ("20 Oct 17 17:50 EEST", 14),
        ("Fri, 20 Oct 2017 17:50:00 CEST", 15),
        ("2017-10-20T17:50:00+03:00", 14),
        ("2017-10-20 17:50:00Z", 17),
        ("20.10.2017 17:50", 17),
        ("perjantai 20. lokakuuta 2017 klo 17.50", 17),
    ],
)
def test_dates_in_foreign_shapes(date: str, hour: int) -> None:
    found = parse_mail(f"From: a@b.example\nDate: {date}\n\nx".encode()).sent_at
    assert found == datetime(2017, 10, 20, hour, 50, tzinfo=UTC)


def test_a_date_that_nobody_can_read_is_that_of_the_last_server() -> None:
    raw = b"Received: by mx; Fri, 20 Oct 2017 17:50:00 +0300\nDate: 3609-99\n\nx"
    assert parse_mail(raw).sent_at == datetime(2017, 10, 20, 14, 50, tzinfo=UTC)


@pytest.mark.parametrize(
    ("sender", "read"),
    [
        ("Anna Ahola anna@b.example", Address("Anna Ahola", "anna@b.example")),
        ("anna@b.example (Anna Ahola)", Address("Anna Ahola", "anna@b.example")),
        ('"Ahola, Anna" <anna@b.example>', Address("Ahola, Anna", "anna@b.example")),
        ("<@b.example>, anna@b.example", Address("", "anna@b.example")),
        ("nobody", Address("", "")),
    ],
)
def test_senders(sender: str, read: Address) -> None:
    assert parse_mail(f"From: {sender}\n\nx".encode()).sender == read


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_files_that_an_editor_saved(encoding: str) -> None:
    mail = parse_mail("Subject: Keitin ä\r\n\r\nHei ä".encode(encoding))
    assert (mail.subject, mail.text) == ("Keitin ä", "Hei ä")


@pytest.mark.parametrize("control", ["\f", "\x1b", "\ufffe", "&#1;", "&#x00C", "&#0000000000012a"])
def test_pages_with_control_characters_are_read(control: str) -> None:
    page = f"<table><tr><td>Yksi</td>{control}kaksi</table><blockquote>{control}kolme</blockquote>"
    mail = parse_mail(f"Content-Type: text/html; charset=utf-8\n\n{page}".encode())
    read = read_mail(mail)
    assert "Yksi" in read.text
    assert "kaksi" in read.text
    assert "kolme" in f"{read.text}{read.quoted_text}"
