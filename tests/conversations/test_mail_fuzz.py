"""The mail parser on mails that are nearly right: random changes to whole mails and to made ones.

``MAIL_SEEDS`` names a folder of ``.eml`` files to start from as well; without it the mails below
are what is changed. ``MAIL_FUZZ`` is how many mails are tried.
"""

import base64
import os
import random
import time
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from copilot.conversations.mail import Mail, parse_mail
from copilot.conversations.reading import read_mail
from copilot.conversations.threads import conversation, rebuild
from tests.conversations import test_mail_parts as made
from tests.timing import limit

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]
EXAMPLES = int(os.environ.get("MAIL_FUZZ", "3000"))
_LONGEST_S = 2.0


def own_seeds() -> list[bytes]:
    plain = EmailMessage()
    plain["From"], plain["Subject"] = "Anna <anna@home.example>", "Keitin ää"
    plain["Date"], plain["Message-ID"] = "Fri, 20 Oct 2017 17:50:00 +0300", "<a@home.example>"
    plain["References"] = "<b@home.example> <c@home.example>"
    plain.set_content("Hei\n\nKeitin vuotaa.\n\n-- \nAnna\n\nOn 1.1.2020 Bo wrote:\n> Mikä?\n")
    plain.add_alternative("<p>Hei <blockquote>Mikä?</blockquote></p>", subtype="html")
    plain.add_attachment(b"x" * 99, maintype="image", subtype="png", filename="kuva ä.png")
    fields = b"A: b\n\nFinal-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.1.1\n"
    tnef = made.tnef(
        (1, 0x9007, b"\xe4\x04\0\0" * 2), *made.BODIES.values(), (2, 0x9002, b""),
        (2, 0x9005, made.properties((0x1F, 0x3707, "ä.jpg".encode("utf-16-le")))),
    )  # fmt: skip
    rtf = made.tnef((1, 0x9003, made.properties((0x102, 0x1009, made.uncompressed(made.RTF)))))
    signed = made.der(0x30, made.SIGNED_DATA + made.der(0xA0, made.endless(0x30, b"\2\1\1\x31\0")))
    return [
        plain.as_bytes(),
        made.mixed(b"\nFYI", *made.ATTACHED.values()),
        made.HEAD + b"Content-Type: text/calendar\n\n" + made.INVITE.encode(),
        made.report(b"delivery-status", fields),
        made.mixed(made.packed("application/ms-tnef; name=winmail.dat", tnef)),
        made.mixed(made.packed("application/ms-tnef; name=winmail.dat", rtf)),
        made.HEAD + made.packed("application/pkcs7-mime; smime-type=signed-data", signed),
        made.HEAD + b"\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: x\n\nHei\nbegin 644 x\n#0V%T",
        made.HEAD + b"Content-Type: text/plain; format=flowed; delsp=yes\n\n> a \n> b\n> \nc \nd\n",
    ]  # fmt: skip


def seeds() -> list[bytes]:
    folder = os.environ.get("MAIL_SEEDS")
    found = sorted(Path(folder).iterdir())[:2000] if folder else []
    return own_seeds() + [one.read_bytes()[:20_000] for one in found if one.is_file()]


TOKENS = [
    *(b"--b", b"--b--", b"\n\n", b"\r\n", b"\r", b"\0", b"\xff\xfe", b"=?utf-8?b?", b"?=", b"=\n"),
    *(b"Content-Type: multipart/mixed; boundary=b\n", b"Content-Type: message/rfc822\n\n"),
    *(b"Content-Type: text/html; charset=utf-7\n", b"Content-Type: text/calendar\n", b"Date: 0\n"),
    *(b"Content-Type: application/ms-tnef\n", b"Content-Type: application/pkcs7-mime\n"),
    *(b"Content-Type: multipart/report\n", b"Content-Type: message/delivery-status\n\n"),
    *(b"Content-Type: multipart/digest; boundary=b\n", b"Content-Disposition: attachment\n"),
    *(b"Content-Transfer-Encoding: base64\n", b"Content-Transfer-Encoding: x-uuencode\n"),
    *(b"Content-Transfer-Encoding: quoted-printable\n", b"; name*0*=utf-8''%ff", b"; name*1=x"),
    *(b"; charset=", b"; boundary=", b"; format=flowed", b'"', b"\\", b"(", b"<", b">", b",", b"@"),
    *(b"From: ", b"> ", b"-- \n", b"wrote:", b"begin 644 x\n", b"-----BEGIN PGP MESSAGE-----\n"),
    *(b"BEGIN:VEVENT\n", b"END:VEVENT\n", b"DTSTART:", b"RRULE:", b"{\\rtf1 ", b"\\'e4", b"\\u-1 "),
    *(b"\xed\xa0\x80", "\u2028ä\u0308".encode(), b"\x80" * 9),
]


def mutated(raw: bytes, others: list[bytes], chance: random.Random) -> bytes:
    """``raw`` with some lines, bytes and pieces changed, moved, doubled, or taken from others."""
    for _ in range(chance.choice((1, 1, 2, 3, 6, 12))):
        lines = raw.split(b"\n")
        at, to = sorted((chance.randrange(len(lines)), chance.randrange(len(lines))))
        place, end = sorted((chance.randrange(len(raw) + 1), chance.randrange(len(raw) + 1)))
        other = chance.choice(others)
        start = chance.randrange(len(other))
        kind = chance.randrange(10)
        if kind < 3:
            raw = raw[:place] + chance.choice(TOKENS) + raw[place:]
        elif kind == 3:
            raw = b"\n".join([*lines[:at], chance.choice(TOKENS) + lines[at], *lines[at + 1 :]])
        elif kind == 4:
            raw = raw[:place] + raw[min(end, place + 40) :]
        elif kind == 5:
            raw = b"\n".join(lines[:at] + lines[min(to, at + 5) :])
        elif kind == 6:
            raw = b"\n".join(lines[:to] + lines[at:to][:20] + lines[to:])
        elif kind == 7:
            raw = raw[:place] + bytes([chance.randrange(256)]) + raw[place + 1 :]
        elif kind == 8:
            raw = raw[:place] + other[start : start + 300] + raw[place:]
        else:
            raw = raw[:place] + base64.encodebytes(raw[place : place + 300]) + raw[end:]
        raw = raw[:40_000] or b"\n"
    return raw


def storable(text: str) -> bool:
    return "\0" not in text and text.encode("utf-8", "replace") == text.encode("utf-8")


def texts(mail: Mail) -> list[str]:
    found = [mail.message_id, mail.subject, mail.text, mail.html or "", *mail.ancestors]
    found += [*mail.attachments, *mail.left_out]
    for one in (mail.sender, *mail.recipients):
        found += [one.name, one.email]
    return found + [text for one in mail.attached for text in texts(one)]


def check(raw: bytes) -> None:
    started = time.thread_time()
    mail = parse_mail(raw)
    read = read_mail(mail)
    assert time.thread_time() - started < limit(_LONGEST_S)
    assert mail.message_id
    for text in (*texts(mail), read.text, read.quoted_text or "", read.signature or ""):
        assert storable(text)
    # Nothing is made up: every word of the reply and the history stands in the mail's body.
    if not mail.html:
        body = "".join(mail.text.split())
        for part in (read.text, read.quoted_text or "", read.signature or ""):
            assert all("".join(line.split()) in body for line in part.split("\n"))
    assert len(mail.text) <= 2_000_000
    assert all(0 <= len(name) <= 255 for name in mail.attachments)
    # What is read can be stored as a message.
    [thread] = rebuild([mail])
    conversation(thread)
    assert parse_mail(raw) == mail
    assert read_mail(mail) == read


@pytest.mark.parametrize("round_", range(3))
def test_nearly_right_mails_are_read(round_: int) -> None:
    chance = random.Random(int(os.environ.get("MAIL_FUZZ_SEED", "0")) * 3 + round_)
    known = seeds()
    for _ in range(EXAMPLES):
        raw = mutated(chance.choice(known), known, chance)
        try:
            check(raw)
        except BaseException:
            print("the mail:", base64.b64encode(raw).decode())  # noqa: T201
            raise


HEADERS = st.lists(st.sampled_from([one for one in TOKENS if one.endswith(b"\n")]), max_size=4)
LEAVES = st.builds(
    lambda head, body: b"".join(head) + b"\n" + b"".join(body),
    HEADERS,
    st.lists(st.one_of(st.sampled_from(TOKENS), st.binary(max_size=30)), max_size=12),
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.builds(
        lambda kind, name, parts: (
            b"Content-Type: multipart/" + kind + b"; boundary=" + name + b"\n\n"
            + b"".join(b"--" + name + b"\n" + part + b"\n" for part in parts)
            + b"--" + name + b"--\n"
        ),
        st.sampled_from([b"mixed", b"alternative", b"signed", b"report", b"digest", b"encrypted"]),
        st.sampled_from([b"a", b"b", b"bb", b'"c d"', b"", b"--"]),
        st.lists(inner, max_size=4),
    ),
    max_leaves=12,
)  # fmt: skip


@settings(
    max_examples=EXAMPLES // 2,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(HEADERS, TREES)
def test_made_up_trees_of_parts_are_read(headers: list[bytes], tree: bytes) -> None:
    check(made.HEAD + b"".join(one for one in headers if b"\n\n" not in one) + tree)
