"""Mail in any state is read: headers, charsets, parts, automatic mail."""

from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copilot.conversations.mail import Address, parse_mail
from copilot.conversations.mbox import split_mbox
from copilot.conversations.threads import conversation, rebuild
from tests.timing import ends

PLAIN = b"""\
From: =?utf-8?q?Anna_=C3=85lund?= <Anna@Example.ORG>
To: "Help, Desk" <help@shop.example>, other@shop.example
Subject: =?utf-8?B?VmlhbGxpbmVuIPCfq5Y=?=
Message-ID: <one@example.org>
In-Reply-To: <zero@shop.example>
References: <first@shop.example>
 <zero@shop.example>
Date: Fri, 20 Oct 2017 17:50:00 +0300
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

Hei, keitin on rikki =E4=E4.
"""


def test_a_plain_mail() -> None:
    mail = parse_mail(PLAIN)
    assert mail.sender == Address("Anna Ålund", "Anna@Example.ORG")
    assert mail.recipients[0] == Address("Help, Desk", "help@shop.example")
    assert mail.subject == "Viallinen 🫖"
    assert mail.message_id == "one@example.org"
    assert mail.ancestors == ("first@shop.example", "zero@shop.example")
    assert mail.sent_at == datetime(2017, 10, 20, 14, 50, tzinfo=UTC)
    assert mail.text == "Hei, keitin on rikki ää."
    assert not mail.auto_reply


def test_alternatives_attachments_and_attached_mails() -> None:
    message = EmailMessage()
    message["From"] = "a@b.example"
    message["Subject"] = "Kuvat"
    message.set_content("teksti")
    message.add_alternative("<p>html</p>", subtype="html")
    message.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="ä.png")
    inner = EmailMessage()
    inner["Subject"] = "Inner mail"
    inner.set_content("not ours")
    message.add_attachment(inner)
    mail = parse_mail(message.as_bytes())
    assert mail.text == "teksti"
    assert mail.html is not None
    assert "<p>html</p>" in mail.html
    assert mail.attachments == ("ä.png", "Inner mail")
    assert "not ours" not in mail.text


@pytest.mark.parametrize(
    ("headers", "automatic"),
    [
        (b"Auto-Submitted: auto-replied", True),
        (b"Auto-Submitted: no", False),
        (b"X-Autoreply: yes", True),
        (b"Subject: Automaattinen vastaus: Tilaus", True),
        (b"Subject: Out of office", True),
        (b"Subject: Undelivered Mail Returned to Sender", True),
        (b"Content-Type: multipart/report; report-type=delivery-status; boundary=x", True),
        (b"Subject: My automatic kettle does not reply", False),
        (b"Precedence: bulk", False),
        (b"Subject: Undeliverable: Tilaus 7", True),
        (b"Subject: Ei toimitettavissa: Tilaus 7", True),
        (b"Subject: Undelivered order 12345", False),
        (b"Subject: Ei toimitettu tilaus 12345", False),
        (b"Subject: Delivery failure, order 12345", False),
    ],
)
def test_automatic_mail_is_recognised(headers: bytes, *, automatic: bool) -> None:
    assert parse_mail(b"From: a@b.example\n" + headers + b"\n\nx").auto_reply is automatic


def test_mailer_daemons_are_automatic() -> None:
    assert parse_mail(b"From: MAILER-DAEMON@mx.example (Mail System)\n\nx").auto_reply


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff\xfe",
        b"no header at all",
        b"From: \xe4\xe4 <a@b.example>\nSubject: \xe4\xe4\nDate: yesterday\n\n\xe4",
        b"From: =?x-unknown?q?=E4?= <a@b.example>\nContent-Type: text/plain; charset=nope\n\n\xe4",
        b"Subject: =?utf-8?b?!!!!?=\n\n",
        b"Date: Mon, 99 Foo 99999 99:99:99 +9999\n\n",
        b"Date: Mon, 1 Jan 0001 00:00:00 +1400\n\n",
        b"Content-Type: multipart/mixed\n\nno boundary",
        b"Content-Type: multipart/mixed; boundary=x\n\n--x\n\nnever closed",
        b"Content-Transfer-Encoding: base64\n\n!!!not base64!!!",
        b"Content-Type: text/plain; name*0*=utf-8''%ff; name*2=b\n\nx",
        b"Content-Type: ;;;=\nContent-Disposition: =\n\nx",
        b"From: " + b"a" * 100_000 + b"\nReferences: " + b"<a@b> " * 50_000 + b"\n\nx",
    ],
)
def test_broken_mail_is_read(raw: bytes) -> None:
    mail = parse_mail(raw)
    assert mail.message_id
    for text in (mail.subject, mail.text, mail.sender.name, mail.message_id):
        text.encode()


def test_the_broken_parts_that_can_be_read_are() -> None:
    mail = parse_mail(b"From: \xe4\xe4 <a@b.example>\nSubject: h\xc3\xa4\xc3\xa4\n\n\xe4")
    assert mail.sender == Address("ää", "a@b.example")
    assert (mail.subject, mail.text) == ("hää", "ä")


def test_ten_thousand_nested_parts_take_a_moment() -> None:
    head = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(10_000)
    )
    with ends():
        mail = parse_mail(b"From: a@b.example\nSubject: deep\n" + head + b"\n\nx")
    assert mail.subject == "deep"


def test_a_five_megabyte_line_takes_a_moment() -> None:
    with ends():
        parse_mail(b"From: a@b.example\n\n" + b"x" * 5_000_000)
        parse_mail(b"From: a@b.example\nSubject: " + b"=?" * 2_000_000 + b"\n\n")
        parse_mail(b"From: " + b"<@" * 500_000 + b"\n\n")


def test_parameters_of_a_header_without_end_take_a_moment() -> None:
    inner = b'--b\nContent-Type: text/plain; a="' + b';\\"' * 100_000 + b"\n\nHei\n--b--\n"
    with ends():
        mail = parse_mail(
            b"From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n" + inner
        )
        parse_mail(b'From: a@b.example\nContent-Type: text/plain; a="' + b';\\"' * 1_000_000)
    assert mail.text == "Hei"


def test_of_very_many_ancestors_the_first_and_last_are_kept() -> None:
    ids = [f"m{n}@b.example" for n in range(1000)]
    references = " ".join(f"<{one}>" for one in ids)
    mail = parse_mail(f"From: a@b.example\nReferences: {references}\n\nx".encode())
    assert mail.ancestors[:50] == tuple(ids[:50])
    assert len(mail.ancestors) == 100


def test_an_attachment_of_a_kind_with_a_long_name_loses_nothing() -> None:
    kind = b"application/" + b"x" * 300
    raw = (
        b"From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n"
        b"--b\n\nHei\n--b\nContent-Type: " + kind + b"\n\nx\n--b--\n"
    )
    [thread] = rebuild([parse_mail(raw)])
    _, _, body = conversation(thread)
    assert body.messages[0].text == "Hei"
    assert [len(one) for one in body.messages[0].attachments] == [255]


@given(st.binary(max_size=400))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_read(raw: bytes) -> None:
    parse_mail(raw)


HEADER_LINE = st.builds(
    lambda name, value: name + b": " + value,
    st.sampled_from(
        b"From,Date,Subject,Content-Type,Content-Transfer-Encoding,References,To,Message-ID,"
        b"Content-Disposition,MIME-Version".split(b",")
    ),
    st.one_of(
        st.binary(max_size=40),
        st.sampled_from(
            b"multipart/mixed; boundary=a,text/html; charset=utf-7,base64,message/rfc822,uuencode,"
            b"attachment; filename*=x'y'%e4,=?utf-8?q?=?=,<a b@c>,--a".split(b",")
        ),
    ),
)


@given(st.lists(HEADER_LINE, max_size=8), st.lists(HEADER_LINE, max_size=4), st.binary(max_size=80))
@settings(max_examples=300, deadline=None)
def test_any_headers_are_read(headers: list[bytes], inner: list[bytes], body: bytes) -> None:
    part = b"\n".join([b"--a", *inner, b"", body])
    parse_mail(b"\n".join([*headers, b"", part, b"--a--"]))


def test_an_mbox_is_split_however_it_was_cut(tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "a.mbox"
    path.write_bytes(
        b"Subject: cut off\n\nbody\n\nFrom a@b Fri\nSubject: one\n\nFrom me to you\n"
        b">From the shop\n\nFrom c@d Fri\r\nSubject: two\r\n\r\n>>From x\r\n\r\n"
    )
    with path.open("rb") as file:
        mails = [parse_mail(raw) for raw in split_mbox(file)]
    assert [one.subject for one in mails] == ["cut off", "one", "two"]
    assert mails[1].text == "From me to you\nFrom the shop"
    assert mails[2].text == ">From x"


def test_a_mail_without_an_id_is_the_same_from_a_server_and_from_a_file(tmp_path: Path) -> None:
    """A server sends CRLF, and an mbox adds empty lines; its words make it another mail."""
    raw = b"From: a@b.example\nSubject: Kettle\n\nHello\n\nAnna\n"
    name = parse_mail(raw).message_id
    path = tmp_path / "a.mbox"
    path.write_bytes(b"From a@b.example Sun Mar  1 08:00:00 2026\n" + raw + b"\n")
    with path.open("rb") as file:
        [from_mbox] = split_mbox(file)
    assert from_mbox != raw
    for same in (from_mbox, raw.replace(b"\n", b"\r\n"), raw.rstrip(b"\n"), raw + b"\r\n\r\n"):
        assert parse_mail(same).message_id == name
    for other in (raw.replace(b"Anna", b"Bo"), raw.replace(b"Hello\n\n", b"Hello\n")):
        assert parse_mail(other).message_id != name
