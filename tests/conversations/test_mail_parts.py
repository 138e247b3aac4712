"""What is packed into mails is read: attached mails, invites, signatures, winmail.dat, reports."""

import base64
import subprocess
from email.message import EmailMessage
from email.mime.base import MIMEBase
from pathlib import Path

import pytest

from copilot.conversations.mail import Mail, parse_mail
from copilot.conversations.mail_decoding import ENCRYPTED
from copilot.conversations.reading import read_file, read_mail
from copilot.conversations.rtf import decompress, read_rtf
from copilot.conversations.smime import open_envelope
from copilot.conversations.tnef import read_tnef

HEAD = b"From: Bo <bo@shop.example>\nSubject: Fwd: Kettle\nDate: Mon, 2 Mar 2026 12:00:00 +0200\n"
INNER = (
    b"From: Anna Ahola <anna@home.example>\nTo: help@shop.example\nSubject: Kettle\n"
    b"Date: Sun, 1 Mar 2026 10:30:00 +0200\nMessage-ID: <k1@home.example>\n\n"
    b"The kettle leaks.\nWhat shall I do?\n"
)
INVITE = """\
BEGIN:VCALENDAR
METHOD:REQUEST
BEGIN:VTIMEZONE
TZID:Europe/Helsinki
END:VTIMEZONE
BEGIN:VEVENT
DTSTART;TZID=FLE Standard Time:20260305T100000
DTEND;TZID=FLE Standard Time:20260305T113000
SUMMARY;LANGUAGE=fi:Keittimen huolto\\, kä
 ynti
LOCATION:Kauppakatu 1
ORGANIZER;CN="Ahola, Anna":mailto:anna@home.example
ATTENDEE;PARTSTAT=NEEDS-ACTION;CN=Bo:mailto:bo@shop.example
BEGIN:VALARM
SUMMARY:Wake up
END:VALARM
END:VEVENT
END:VCALENDAR
"""


def mixed(*parts: bytes, kind: bytes = b"mixed", head: bytes = HEAD) -> bytes:
    whole = b"".join(b"--b\n" + part + b"\n" for part in parts)
    return head + b"Content-Type: multipart/" + kind + b"; boundary=b\n\n" + whole + b"--b--\n"


def packed(kind: str, content: bytes) -> bytes:
    head = f"Content-Type: {kind}\nContent-Transfer-Encoding: base64\n\n"
    return head.encode() + base64.encodebytes(content)


def words(mail: Mail) -> str:
    return read_mail(mail).text


ATTACHED = {
    "as the standard wants it": b"Content-Type: message/rfc822\n\n" + INNER,
    "base64": packed("message/rfc822", INNER),
    "a file": packed('application/octet-stream; name="Kettle.eml"', INNER),
    "a digest": b"Content-Type: multipart/digest; boundary=d\n\n--d\n\n" + INNER + b"\n--d--",
}


@pytest.mark.parametrize("part", ATTACHED.values(), ids=ATTACHED.keys())
@pytest.mark.parametrize("said", [b"", b"FYI\n\nSent from my iPhone", b"Tiedoksi."])
def test_a_mail_that_only_passes_one_on_says_what_that_says(
    part: bytes, said: bytes, tmp_path: Path
) -> None:
    raw = mixed(b"Content-Type: text/plain\n\n" + said, part)
    mail = parse_mail(raw)
    [inner] = mail.attached
    assert inner.message_id == "k1@home.example"
    path = tmp_path / "fwd.eml"
    path.write_bytes(raw)
    read = read_file(path).messages
    assert any("Anna Ahola <anna@home.example>" in (one.author or "") for one in read)
    assert any("The kettle leaks.\nWhat shall I do?" in one.text for one in read)


def test_a_mail_that_speaks_for_itself_only_names_what_it_passes_on() -> None:
    mail = parse_mail(mixed(b"\nPlease answer Anna: she waits since Sunday.", ATTACHED["base64"]))
    assert words(mail) == "Please answer Anna: she waits since Sunday."
    assert mail.attachments == ("Kettle",)
    assert mail.attached[0].text == "The kettle leaks.\nWhat shall I do?"


def test_mails_in_mails_in_mails_end() -> None:
    raw = INNER
    for level in range(30):
        part = b"\n\n--b%d\nContent-Type: message/rfc822\n\n" % level
        raw = HEAD + b"Content-Type: multipart/mixed; boundary=b%d" % level + part + raw
    depth, mail = 0, parse_mail(raw)
    while mail.attached:
        depth, mail = depth + 1, mail.attached[0]
    assert depth == 5


def test_an_invite_alone_tells_what_when_and_where() -> None:
    raw = HEAD + b"Content-Type: text/calendar; method=REQUEST\n\n" + INVITE.encode()
    assert words(parse_mail(raw)).split("\n") == [
        "Invitation: Keittimen huolto, käynti",
        "When: 2026-03-05 10:00–11:30 (UTC+02:00)",
        "Where: Kauppakatu 1",
        "Organiser: Ahola, Anna <anna@home.example>",
    ]


def test_an_invite_beside_a_text_is_an_attachment() -> None:
    raw = mixed(b"\nShall we meet?", packed("text/calendar", INVITE.encode()), kind=b"alternative")
    mail = parse_mail(raw)
    assert (mail.text, mail.attachments) == ("Shall we meet?", ("invite.ics",))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("REQUEST", "CANCEL"), "Cancelled: Keittimen huolto, käynti"),
        (("REQUEST", "REPLY"), "Answer to an invitation: Keittimen huolto, käynti"),
        ((";TZID=FLE Standard Time:20260305T10", ";VALUE=DATE:20260305;"), "Keittimen huolto"),
        ((";TZID=FLE Standard Time:20260305T100000", ";VALUE=DATE:20260305"), "03-05, all day"),
        (("20260305T100000", "next week"), "When: next week"),
        (("FLE Standard Time", "Shop Time"), "10:00–11:30 (Shop Time)"),
        (("FLE Standard Time", "Europe/Helsinki"), "10:00–11:30 (Europe/Helsinki)"),
        (("SUMMARY;LANGUAGE=fi", "SUMMARY;;=:"), "Where: Kauppakatu 1"),
    ],
)
def test_invites_of_other_kinds(change: tuple[str, str], told: str) -> None:
    text = INVITE.replace(*change)
    mail = parse_mail(HEAD + b"Content-Type: text/calendar\n\n" + text.encode())
    assert told in words(mail)


def test_who_answers_an_invite_is_told() -> None:
    text = INVITE.replace("REQUEST", "REPLY").replace("NEEDS-ACTION", "DECLINED")
    mail = parse_mail(HEAD + b"Content-Type: text/calendar\n\n" + text.encode())
    assert "Bo <bo@shop.example> declines." in words(mail)


def test_one_calendar_defines_no_zone_for_another() -> None:
    zone = "BEGIN:STANDARD\nTZOFFSETFROM:+0500\nTZOFFSETTO:+0500\nDTSTART:19700101T000000\n"
    zone += "END:STANDARD"
    text = INVITE.replace("TZID:Europe/Helsinki", f"TZID:Shop Time\n{zone}")
    text = text.replace("FLE Standard Time", "Shop Time")
    first = parse_mail(HEAD + b"Content-Type: text/calendar\n\n" + text.encode()).text
    second = INVITE.replace("FLE Standard Time", "Shop Time")
    assert parse_mail(HEAD + b"Content-Type: text/calendar\n\n" + second.encode()).text == first


SIGNED = b"Content-Type: text/plain\n\nThe kettle leaks."


@pytest.mark.parametrize(
    "signature",
    [
        b'Content-Type: application/pgp-signature; name="signature.asc"\n\n-----BEGIN PGP',
        packed("application/pkcs7-signature; name=smime.p7s", b"\x30\x80"),
    ],
)
def test_a_signed_mail_is_what_was_signed(signature: bytes) -> None:
    mail = parse_mail(mixed(SIGNED, signature, kind=b"signed"))
    assert (mail.text, mail.attachments) == ("The kettle leaks.", ())


def der(tag: int, content: bytes) -> bytes:
    size = len(content)
    length = bytes([size]) if size < 128 else b"\x84" + size.to_bytes(4, "big")
    return bytes([tag]) + length + content


def endless(tag: int, content: bytes) -> bytes:
    return bytes([tag, 0x80]) + content + b"\0\0"


SIGNED_DATA, DATA = bytes.fromhex("06092a864886f70d010702"), bytes.fromhex("06092a864886f70d010701")


def test_mail_signed_in_one_piece_is_read() -> None:
    version, digests = der(2, b"\1"), der(0x31, der(0x30, b"\x06\x01\x29"))
    held = der(0x30, DATA + der(0xA0, der(4, SIGNED)))
    whole = der(0x30, SIGNED_DATA + der(0xA0, der(0x30, version + digests + held)))
    pieces = b"".join(der(4, SIGNED[n : n + 7]) for n in range(0, len(SIGNED), 7))
    held = endless(0x30, DATA + endless(0xA0, endless(0x24, pieces)))
    inner = endless(0x30, version + endless(0x31, endless(0x30, b"\x06\x01\x29")) + held)
    streamed = endless(0x30, SIGNED_DATA + endless(0xA0, inner))
    for content in (whole, streamed):
        assert open_envelope(content) == ("signed", SIGNED)
        kind = "application/pkcs7-mime; smime-type=signed-data; name=smime.p7m"
        mail = parse_mail(HEAD + packed(kind, content))
        assert (mail.text, mail.attachments) == ("The kettle leaks.", ())
        for cut in range(len(content)):
            parse_mail(HEAD + packed(kind, content[:cut]))


@pytest.mark.parametrize("streamed", [[], ["-stream", "-indef"]])
def test_what_openssl_signs_is_read(streamed: list[str], tmp_path: Path) -> None:
    key, cert = str(tmp_path / "key.pem"), str(tmp_path / "cert.pem")
    name = ["-subj", "/CN=Anna", "-nodes", "-keyout", key, "-out", cert]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", *name], check=True, capture_output=True
    )
    done = subprocess.run(
        ["openssl", "smime", "-sign", "-nodetach", *streamed, "-signer", cert, "-inkey", key],
        input=SIGNED,
        check=True,
        capture_output=True,
    )
    mail = parse_mail(b"From: a@b.example\n" + done.stdout)
    assert (mail.text, mail.attachments) == ("The kettle leaks.", ())


ENVELOPED = der(0x30, bytes.fromhex("06092a864886f70d010703") + der(0xA0, der(0x30, b"")))


@pytest.mark.parametrize(
    "raw",
    [
        HEAD + packed("application/pkcs7-mime; name=smime.p7m", ENVELOPED),
        mixed(
            b"Content-Type: application/pgp-encrypted\n\nVersion: 1",
            b"Content-Type: application/octet-stream; name=encrypted.asc\n\n-----BEGIN PGP MESSAGE",
            kind=b"encrypted",
        ),
        HEAD + b"\n-----BEGIN PGP MESSAGE-----\n\nhQEMA\n=abcd\n-----END PGP MESSAGE-----\n",
    ],
)
def test_encrypted_mail_says_that_it_is(raw: bytes) -> None:
    assert words(parse_mail(raw)) == ENCRYPTED


def test_inline_pgp_is_no_part_of_what_is_said() -> None:
    raw = (
        b"\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nThe kettle leaks.\n- -- \nAnna\n"
        b"-----BEGIN PGP SIGNATURE-----\nVersion: x\n\niQEz\n=abcd\n-----END PGP SIGNATURE-----\n"
    )
    assert parse_mail(HEAD + raw).text == "The kettle leaks.\n-- \nAnna"


def tnef(*attributes: tuple[int, int, bytes]) -> bytes:
    found = b"\x78\x9f\x3e\x22\x01\x00"
    for level, name, data in attributes:
        found += bytes([level]) + name.to_bytes(2, "little") + b"\0\0"
        found += len(data).to_bytes(4, "little") + data
        found += (sum(data) & 0xFFFF).to_bytes(2, "little")
    return found


def properties(*values: tuple[int, int, bytes]) -> bytes:
    found = len(values).to_bytes(4, "little")
    for kind, name, data in values:
        found += kind.to_bytes(2, "little") + name.to_bytes(2, "little")
        if kind == 3:
            found += data
        else:
            padded = data + b"\0" * (-len(data) % 4)
            found += b"\1\0\0\0" + len(data).to_bytes(4, "little") + padded
    return found


RTF = rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}\f0 Keitin vuot\'e4\'e4.\par Mit\u228? nyt?}"
HTML_RTF = (
    rb"{\rtf1\ansi\fromhtml1{\*\htmltag64 <p>}\htmlrtf \par\htmlrtf0 Hei &amp; moi"
    rb"{\*\htmltag72 </p>}}"
)


def uncompressed(rtf: bytes) -> bytes:
    size = len(rtf).to_bytes(4, "little")
    return (len(rtf) + 12).to_bytes(4, "little") + size + b"MELA" + b"\0" * 4 + rtf


BODIES = {
    "text": (1, 0x800C, "Keitin vuotaa.".encode("cp1252")),
    "property": (1, 0x9003, properties((0x1F, 0x1000, "Keitin vuotaa.".encode("utf-16-le")))),
    "html": (1, 0x9003, properties((0x102, 0x1013, b"<p>Keitin <b>vuotaa</b>.</p>"))),
    "rich": (1, 0x9003, properties((3, 1, b"1234"), (0x102, 0x1009, uncompressed(
        rb"{\rtf1 Keitin vuotaa.}")))),
}  # fmt: skip


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_winmail_is_read_when_there_is_nothing_else(body: tuple[int, int, bytes]) -> None:
    content = tnef(
        (1, 0x9007, (1252).to_bytes(4, "little") * 2),
        (1, 0x8004, b"Rikki\0"),
        body,
        (2, 0x9002, b""),
        (2, 0x8010, b"KUVA~1.JPG\0"),
        (2, 0x9005, properties((0x1F, 0x3707, "kuva ä.jpg\0".encode("utf-16-le")))),
    )
    part = packed("application/ms-tnef; name=winmail.dat", content)
    mail = parse_mail(mixed(part, head=b"From: a@b.example\n"))
    assert words(mail) == "Keitin vuotaa."
    assert (mail.subject, mail.attachments) == ("Rikki", ("kuva ä.jpg",))
    beside = parse_mail(mixed(b"\nSee the picture of it.", part))
    assert (beside.text, beside.attachments) == ("See the picture of it.", ("kuva ä.jpg",))
    for cut in range(len(content)):
        read_tnef(content[:cut])


def test_rich_text_is_read() -> None:
    assert read_rtf(RTF).text.strip() == "Keitin vuotää.\nMitä nyt?"
    text, is_html = read_rtf(HTML_RTF)
    assert is_html
    assert "<p>Hei &amp; moi</p>" in text


def test_rich_text_of_an_unknown_code_page_is_read() -> None:
    assert read_rtf(rb"{\rtf1\ansicpg125 vuot\'e4\'e4}", "cp9").text == "vuotää"


def test_a_forward_by_someone_whose_address_is_not_ascii_is_read() -> None:
    inner = "From: Åke <åke@hem.example>\n\nLäcker.".encode()
    assert "Läcker." in words(parse_mail(mixed(b"Content-Type: message/rfc822\n\n" + inner)))
    inner = "From: Anna <åke@hem.example>\n\nLäcker.".encode()
    assert "Läcker." in words(parse_mail(mixed(b"Content-Type: message/rfc822\n\n" + inner)))


def test_compressed_rich_text_is_read() -> None:
    # The examples of [MS-OXRTFCP]: a run out of the dictionary, and one that reads what it writes.
    content = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d"
        "0a800fa0"
    )
    assert decompress(content) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    crossing = bytes.fromhex("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0")
    assert decompress(crossing) == b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"
    for cut in range(len(content)):
        decompress(content[:cut])


def report(kind: bytes, fields: bytes) -> bytes:
    return mixed(
        b"\nThis is the mail system. I am sorry to have to inform you.",
        b"Content-Type: message/" + kind + b"\n\n" + fields,
        b"Content-Type: message/rfc822\n\n" + INNER,
        kind=b"report; report-type=" + kind,
    )


def test_a_bounce_tells_whom_it_did_not_reach_and_why() -> None:
    fields = (
        b"Reporting-MTA: dns; mx.shop.example\n\n"
        b"Final-Recipient: rfc822; anna@home.example\nAction: failed\nStatus: 5.2.2\n"
        b"Diagnostic-Code: smtp; 552 5.2.2 Mailbox full\n\n"
        b"Final-Recipient: rfc822; bo@home.example\nAction: delayed\nStatus: 4.4.1\n"
    )
    mail = parse_mail(report(b"delivery-status", fields))
    assert mail.auto_reply
    assert words(mail).split("\n") == [
        "Not delivered to anna@home.example: 552 5.2.2 Mailbox full",
        "Not delivered yet to bo@home.example: 4.4.1 the server does not answer",
    ]
    assert "kettle leaks" not in mail.text
    assert mail.attached == ()


def test_a_bounce_without_a_reason_keeps_what_the_server_wrote() -> None:
    fields = b"Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; a@b.example\nAction: failed\n"
    told = words(parse_mail(report(b"delivery-status", fields)))
    assert told.startswith("Not delivered to a@b.example\n\nThis is the mail system.")


def test_a_receipt_tells_that_it_was_read() -> None:
    fields = (
        b"Final-Recipient: rfc822; anna@home.example\n"
        b"Disposition: manual-action/MDN-sent-manually; displayed\n"
    )
    mail = parse_mail(report(b"disposition-notification", fields))
    assert (mail.auto_reply, words(mail)) == (True, "Receipt: displayed by anna@home.example")


def test_pages_for_phones_and_watches_are_not_read_twice() -> None:
    raw = mixed(
        b"Content-Type: text/plain\n\nHello",
        b"Content-Type: text/x-amp-html\n\n<html amp4email>Hello again",
        b"Content-Type: text/enriched\n\n<bold>Hello</bold>",
        kind=b"alternative",
    )
    mail = parse_mail(raw)
    assert (mail.text, mail.html, mail.attachments) == ("Hello", None, ())


def test_files_of_text_are_attachments() -> None:
    mail = parse_mail(mixed(b"\nMy card", b"Content-Type: text/vcard\n\nBEGIN:VCARD"))
    assert (mail.text, mail.attachments) == ("My card", ("text/vcard",))


def test_every_made_mail_is_whole() -> None:
    message = EmailMessage()
    message.set_content("Hei")
    part = MIMEBase("application", "ms-tnef")
    part.set_payload("x")
    message.make_mixed()
    message.attach(part)
    assert parse_mail(message.as_bytes()).attachments == ("winmail.dat",)
