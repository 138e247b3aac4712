"""Hostile mail is read in bounded time and memory, and what is left out is said.

``benchmarks/mail_mime.py`` measures the same; here only work that never ends is a failure.
"""

import base64
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from copilot.conversations.files import read_conversations
from copilot.conversations.mail import MAX_BYTES, Mail, parse_mail
from copilot.conversations.mail_bounds import MAX_LINES
from copilot.conversations.mbox import split_mbox
from copilot.conversations.reading import ReadMessage, read_file, read_mail
from copilot.conversations.threads import conversation, rebuild
from tests.timing import ends

HEAD = b"From: a@b.example\nSubject: Kettle\n"
MIXED = HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nHello\n"


def read(raw: bytes) -> tuple[Mail, ReadMessage]:
    with ends():
        mail = parse_mail(raw)
        message = read_mail(mail)
    assert (mail.sender.email, mail.subject) == ("a@b.example", "Kettle")
    [thread] = rebuild([mail])
    _, _, body = conversation(thread)
    # Whoever reads the conversation sees what is missing.
    assert all(one[:100] in " ".join(body.messages[0].attachments) for one in mail.left_out)
    return mail, message


@pytest.fixture
def large(tmp_path: Path) -> Path:
    path = tmp_path / "large.eml"
    line = base64.b64encode(bytes(range(57))) + b"\n"
    head = b"--b\nContent-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64\n\n"
    with path.open("wb") as file:
        file.write(MIXED + head)
        for _ in range(100):
            file.write(line * (1_000_000 // len(line) + 1))
    return path


@pytest.mark.slow
def test_of_a_mail_of_100_mb_the_first_40_are_read(large: Path) -> None:
    with ends():
        [message] = read_file(large).messages
    assert message.text == "Hello"
    with large.open("rb") as file:
        [raw] = split_mbox(file)
    mail = parse_mail(raw)
    assert mail.attachments == ("a.pdf", "(left out: what comes after the first 40 MB)")
    assert len(raw) < MAX_BYTES + 1_000_000


@pytest.mark.slow
def test_a_mail_of_100_mb_takes_little_memory(large: Path) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from copilot.conversations.files import read_conversations\n"
        "from copilot.conversations import mail, quotes, invites, mail_parts\n"
        # What getrusage tells, a process has from its parent.
        "def peak():\n"
        "    lines = Path('/proc/self/status').read_text().splitlines()\n"
        "    return next(int(one.split()[1]) for one in lines if one.startswith('VmHWM'))\n"
        "before = peak()\n"
        "[entry] = read_conversations(Path(sys.argv[1]))\n"
        "print(peak() - before)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(large)], capture_output=True, text=True, check=True
    )
    assert 20 < int(done.stdout) / 1024 < 400


def parts() -> Iterator[tuple[str, bytes, str]]:
    nested = "Content-Type: multipart/mixed; boundary=b{0}\n\n--b{0}\n"
    deep = "".join(nested.format(n) for n in range(10_000)).encode()
    yield "nested parts", HEAD + deep + b"\n\nx", "nested too deeply"
    yield "nested mails", HEAD + b"Content-Type: message/rfc822\n\n" * 10_000, "nested too deeply"
    sibling = b"--b\nContent-Type: text/plain\n\nx\n"
    yield "parts", MIXED + sibling * 100_000 + b"--b--", "500 parts"
    yield "files", MIXED + sibling.replace(b"\n\n", b"; name=x\n\n") * 100_000, "500 parts"
    spread = b"".join(
        b"--b\nContent-Type: multipart/mixed; boundary=c%d\n\n" % n + b"--c%d\n\nx\n" % n * 400
        for n in range(100)
    )
    yield "parts of parts", MIXED + spread, "more parts"
    yield "lines", HEAD + b"\nHello" + b"\n" * (2 * MAX_LINES), "1,000,000 lines"
    yield "a long line", HEAD + b"\n" + b"x" * 5_000_000, "long text"
    yield "a long page", HEAD + b"Content-Type: text/html\n\n" + b"x " * 4_000_000, "long text"


@pytest.mark.parametrize(("raw", "told"), [one[1:] for one in parts()], ids=[p[0] for p in parts()])
def test_too_much_is_left_out_and_said(raw: bytes, told: str) -> None:
    mail, _ = read(raw)
    assert any(told in one for one in mail.left_out)
    assert mail.attachments[-1].startswith("(left out: ")
    assert len(mail.attachments) <= 200


def test_headers_without_end_take_a_moment() -> None:
    for headers in (
        b"X-H: v\n" * 10_000,
        b"X: " + b"y" * 1_000_000 + b"\n",
        b"X: " + b"\n y" * 500_000 + b"\n",
        b"Comments: " + b"=?utf-8?q?a=C3=A4?= " * 50_000 + b"\n",
        b"To: " + b", ".join(b"n%d@b.example" % n for n in range(100_000)) + b"\n",
        b"To: a@b.example\n" * 100_000,
        b"To: " + b"(" * 500_000 + b"\n",
        b"Message-ID: " + b"<a@" * 300_000 + b"\n",
        b"Date: " + b"1 " * 300_000 + b"\n",
        b'Content-Type: text/plain; a="' + b';\\"' * 300_000 + b"\n",
        b"Content-Type: text/plain" + b"; name*0*=x" * 50_000 + b"\n",
        b"Received: " + b";" * 300_000 + b"\n",
    ):
        _, message = read(HEAD + headers + b"\nHello")
        assert message.text == "Hello"


def encoded(kind: bytes, content: bytes) -> bytes:
    head = b"Content-Type: " + kind + b"\nContent-Transfer-Encoding: base64\n\n"
    return HEAD + head + base64.encodebytes(content)


@pytest.mark.slow
def test_bodies_that_blow_up_take_a_moment() -> None:
    rows = b"\x02\x02\x90\x06\0" + b"\0" * 6
    many = b"\xff" * 4 + b"\x1e\x10\0\x10" + b"\xff" * 4
    for raw in (
        encoded(b"application/ms-tnef", b"\x78\x9f\x3e\x22\1\0" + rows * 500_000),
        encoded(b"application/ms-tnef", b"\x78\x9f\x3e\x22\1\0\1\3\x90\0\0\xff\xff\xff\xff" + many),
        encoded(b"application/rtf", b"{\\rtf1 " + b"{\\b \\u8364 ?" * 500_000),
        encoded(b"application/pkcs7-mime", b"\x30\x80" * 3_000_000),
        encoded(b"application/pkcs7-mime", b"\x24\x80" * 3_000_000),
        encoded(b"text/calendar", b"BEGIN:VEVENT\r\n" + b"ATTENDEE:mailto:a@b\r\n" * 200_000),
        encoded(b"text/calendar", b"BEGIN:VEVENT\r\nSUMMARY:" + b"\r\n x" * 500_000),
        encoded(b"text/plain", b"begin 644 x\n" * 200_000),
        encoded(b"text/plain", b"begin 644 x\n" + b"#0V%T\n" * 200_000),
        encoded(b"text/plain", b"-----BEGIN PGP SIGNED MESSAGE-----\n" * 60_000),
        encoded(b"text/plain; format=flowed", b"> \n" * 500_000),
        encoded(b"text/plain; charset=punycode", b"a-" + b"b" * 1_000_000),
        encoded(b"text/plain; charset=idna", b"xn--a" * 300_000),
        HEAD + b"Content-Transfer-Encoding: base64\n\n" + b"=" * 3_000_000,
        HEAD + b"Content-Transfer-Encoding: base64\n\n" + b"AA==" * 1_000_000,
        HEAD + b"Content-Transfer-Encoding: base64\n\nAAAA" + b"\n" * 590_000 + b"a b",
        HEAD + b"Content-Transfer-Encoding: quoted-printable\n\n" + b"=" + b" " * 3_000_000,
        HEAD + b"Content-Transfer-Encoding: uuencode\n\n" + b"#0V%T\n" * 500_000,
        HEAD + b"Content-Type: multipart/mixed; boundary=\n\n" + b"--a\ncontent-a:\n" * 100_000,
        HEAD + b"Content-Type: text/enriched\n\n" + b"<" * 2_000_000,
        HEAD + b"\n" + b"> " * 300_000 + b"\nOn " + b"a, " * 300_000 + b"wrote:\n" + b">" * 900_000,
    ):  # fmt: skip
        read(raw)


def test_a_part_that_holds_itself_ends() -> None:
    inner = b"Content-Type: text/plain\n\nHello"
    for _ in range(12):
        kind = b"Content-Type: application/octet-stream; name=x.eml\n"
        content = base64.encodebytes(inner)
        inner = kind + b"Content-Transfer-Encoding: base64\n\n" + content
    mail, _ = read(HEAD + inner)
    depth = 0
    while mail.attached:
        depth, mail = depth + 1, mail.attached[0]
    assert depth <= 5


@pytest.mark.slow
def test_a_zip_bomb_loses_itself_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "mails.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("one.eml", HEAD + b"\nHello")
        archive.writestr("bomb.eml", b"\0" * 200_000_000)
        for number in range(20):
            archive.writestr(f"{number}.eml", b"\0" * 59_000_000)
    with ends():
        entries = list(read_conversations(path))
    assert [one.fault for one in entries if one.fault] == [
        "larger than the 60000000 bytes that are read",
        *["unpacks to more than 200 times its size, as no mail does"] * 20,
    ]
    [body] = [one.body for one in entries if one.body is not None]
    assert body.messages[0].text == "Hello"
