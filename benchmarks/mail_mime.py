"""Whether mail in any state is read, how fast, and what hostile mail costs.

    python -m benchmarks.mail_mime DATA [--hostile-only | --mails-only]

DATA holds ``mime_emails``: ``manifest.jsonl`` and the mails it names. Printed is how many are read
without an exception, the processor time that one takes (its body and quotes included), and how
often its fields agree with what Python's own ``email`` package read of them. That is a reference to
agree with, not the truth: every difference is printed. The set records no dates; they are compared
with the date header as ``email.utils`` reads it today.

Hostile mails are made here. Each is read in a process of its own, which tells its processor time
and how much its memory grew.
"""

import argparse
import base64
import json
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from email import message_from_bytes
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

_LOST = re.compile("(?:\ufffd|\\?u[0-9a-f]{4})+")
_EMAIL = re.compile(r"[^\s<>]+@[^\s<>]+")
_HEAD = b"From: a@b.example\nSubject: Kettle\n"
_MIXED = _HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nHello there\n"
_MAX_MS, _MAX_S, _MAX_MB, _LEAST = 100.0, 2.0, 400.0, 0.99


def read(raw: bytes) -> tuple[Any, Any]:
    """A mail, and what of it is its own words."""
    from copilot.conversations.mail import parse_mail
    from copilot.conversations.reading import read_mail

    mail = parse_mail(raw)
    return mail, read_mail(mail)


def _attachment() -> bytes:
    line = base64.b64encode(os.urandom(57)) + b"\n"
    kind = b"--b\nContent-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64\n\n"
    return _MIXED + kind + line * (100_000_000 // 57) + b"--b--\n"


def _packed(kind: bytes, content: bytes) -> bytes:
    encoded = base64.encodebytes(content)
    head = b"Content-Type: " + kind + b"\nContent-Transfer-Encoding: base64\n\n"
    return _HEAD + head + encoded


def _calendar() -> bytes:
    line = b"ATTENDEE;CN=" + b"x" * 60 + b":mailto:a@b.example\r\n"
    return b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:x\r\n" + line * 100_000


def _tnef() -> bytes:
    return b"\x78\x9f\x3e\x22\x01\x00" + (b"\x02\x02\x90\x06\x00" + b"\0" * 6) * 1_000_000


def _rich() -> bytes:
    return b"{\\rtf1 " + b"{\\b \\u8364 ?" * 1_000_000


def _nested() -> bytes:
    part = "Content-Type: multipart/mixed; boundary=b{0}\n\n--b{0}\n"
    return _HEAD + "".join(part.format(n) for n in range(10_000)).encode() + b"\n\nx"


def _addresses() -> bytes:
    return _HEAD + b"To: " + b", ".join(b"n%d@b.example" % n for n in range(100_000)) + b"\n\nx"


def _quotes() -> bytes:
    lines = (
        b"> " * 200_000 + b"\nOn " + b"a, " * 200_000 + b"wrote:\n" + b"On 1.1.2020 x\n" * 50_000
    )
    return _HEAD + b"\n" + lines + b">" * 1_000_000 + b"\n-- \n" + b" -" * 500_000


HOSTILE: dict[str, Callable[[], bytes]] = {
    "an attachment of 100 MB, base64": _attachment,
    "an attachment of 100 MB, as it is": lambda: (
        _MIXED + b"--b\nContent-Type: application/pdf\n\n" + os.urandom(1000) * 100_000
    ),
    "10,000 nested parts": _nested,
    "10,000 nested mails": lambda: _HEAD + b"Content-Type: message/rfc822\n\n" * 10_000 + b"x",
    "100,000 parts": lambda: _MIXED + b"--b\nContent-Type: text/plain\n\nx\n" * 100_000 + b"--b--",
    "a line of 5 MB": lambda: _HEAD + b"\n" + b"x" * 5_000_000,
    "39 million empty lines": lambda: _HEAD + b"\n" + b"\n" * 39_000_000,
    "10,000 headers": lambda: _HEAD + b"X-H: v\n" * 10_000 + b"\nx",
    "a header of 1 MB": lambda: _HEAD + b"X: " + b"y" * 1_000_000 + b"\n\nx",
    "parameters of 1 MB": lambda: _HEAD + b'Content-Type: text/plain; a="' + b';\\"' * 333_333,
    "encoded words of 1 MB": lambda: b"Subject: " + b"=?utf-8?q?a=C3=A4?= " * 50_000 + b"\n\nx",
    "100,000 addresses": _addresses,
    "100,000 address headers": lambda: _HEAD + b"To: a@b.example\n" * 100_000 + b"\nx",
    "ReDoS-shaped quoting, 4 MB": _quotes,
    "a charset that takes the square (punycode)": lambda: (
        _HEAD + b"Content-Type: text/plain; charset=punycode\n\n" + b"a-" + b"b" * 1_000_000
    ),
    "winmail.dat of a million attachments": lambda: _packed(b"application/ms-tnef", _tnef()),
    "rich text of a million groups": lambda: _packed(b"application/rtf", _rich()),
    "an invite to 100,000 guests": lambda: _packed(b"text/calendar", _calendar()),
    "smime.p7m of empty sequences, 20 MB": lambda: _packed(
        b"application/pkcs7-mime", b"\x30\x80" * 10_000_000
    ),
    "HTML of 5 MB, nested": lambda: (
        _HEAD + b"Content-Type: text/html\n\n" + b"<div><blockquote>" * 290_000
    ),
}


def _zip_bomb() -> tuple[float, str]:
    """Importing an archive whose members unpack to 1,000 times their size."""
    from copilot.conversations.files import read_conversations

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mails.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("one.eml", _HEAD + b"\nHello")
            for number in range(3):
                archive.writestr(f"bomb-{number}.eml", b"\0" * 300_000_000)
        started = time.process_time()
        entries = list(read_conversations(path))
        took = time.process_time() - started
    faults = [one.fault for one in entries if one.fault]
    return took, f"{len(entries) - len(faults)} read, {len(faults)} refused: {faults[0]}"


ZIP_BOMB = "a zip that unpacks to 900 MB"


def attack(name: str) -> dict[str, Any]:
    """One hostile mail in this process: seconds, megabytes of memory and what it says."""
    from copilot.conversations.mail import MAX_BYTES

    read(_HEAD + b"Content-Type: text/html\n\n<p>warm</p>")
    if name == ZIP_BOMB:
        took, told = _zip_bomb()
        return {"seconds": took, "mb": _grown(0.0), "told": told}
    raw = HOSTILE[name]()[:MAX_BYTES]  # so much of a file is read
    before = _grown(0.0)
    started = time.process_time()
    mail, message = read(raw)
    took = time.process_time() - started
    told = "; ".join(mail.left_out) or f"{len(message.text):,} characters read"
    return {"seconds": took, "mb": _grown(before), "told": told}


def _grown(before: float) -> float:
    """Megabytes of memory at most held by this process so far, more than ``before``."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - before


def hostile() -> Table:
    """Every hostile mail in a process of its own."""
    table = Table(title="Hostile mail", title_justify="left")
    for column in ("mail", f"s (< {_MAX_S:g})", "MB more", "left out, or read"):
        table.add_column(column)
    for name in (*HOSTILE, ZIP_BOMB):
        command = [sys.executable, "-m", "benchmarks.mail_mime", "--attack", name, "."]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            table.add_row(name, "[red]failed[/]", "", done.stderr.strip().split("\n")[-1][:80])
            continue
        found = json.loads(done.stdout)
        colour = "green" if found["seconds"] < _MAX_S and found["mb"] < _MAX_MB else "red"
        told = found["told"][:70]
        table.add_row(name, f"[{colour}]{found['seconds']:.2f}[/]", f"{found['mb']:.0f}", told)
    return table


def _bare(field: str) -> str:
    return re.sub(r"[\s\"']+", " ", field).strip()


def _differences(mail: Any, raw: bytes, told: dict[str, Any]) -> dict[str, tuple[str, str] | None]:
    """Each field: None where it agrees, else what we read and what the other did."""
    name, email = mail.sender
    ids = re.findall(r"[^\s<>,]+", f"{told['references']} {told['in_reply_to']}")
    pairs = {
        "subject": (mail.subject, told["subject"]),
        "from": (f"{name} <{email}>" if name else email, told["from"]),
        "date": (str(mail.sent_at), str(_stdlib_date(raw))),
        "message-id": (mail.message_id, _bare(told["message_id"]).strip("<> ")),
        "thread ids": (" ".join(mail.ancestors), " ".join(dict.fromkeys(ids))),
    }
    # A mail without an id gets one, and one without a date that of the last server.
    made_up = {"message-id"} if not pairs["message-id"][1] else set()
    made_up |= {"date"} if pairs["date"][1] == "None" else set()
    return {
        field: None if field in made_up or _same(field, *pair) else pair
        for field, pair in pairs.items()
    }


def _same(field: str, ours: str, theirs: str) -> bool:
    """Whether both say the same, but for characters that the recording lost (``�``, ``?ud55c``)."""
    parts = [re.escape(one) for one in _LOST.split(_bare(theirs))]
    if re.fullmatch(".{1,3}".join(parts), _bare(ours)):
        return True
    if field != "from":
        return False
    # The first of several; the recording has no name that stands in brackets behind the address.
    address = _EMAIL.search(ours)
    return bool(address and address[0] in theirs and (f"<{address[0]}>" not in theirs)) or (
        _bare(theirs).strip("<>, ").startswith(_bare(ours).strip("<> "))
        or (not ours and "@" not in theirs)
    )


def _stdlib_date(raw: bytes) -> Any:
    stated = message_from_bytes(raw).get("date")
    try:
        found = parsedate_to_datetime(str(stated))
    except (ValueError, TypeError):
        return None
    from datetime import UTC

    return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)


def real(folder: Path) -> list[Table]:
    """The set's mails: read, how fast, and in agreement."""
    rows = [json.loads(line) for line in (folder / "manifest.jsonl").open(encoding="utf-8")]
    read(b"Content-Type: text/html\n\n<p>warm</p>")
    times: list[tuple[float, str]] = []
    failed: list[str] = []
    agreed: dict[str, list[bool]] = {}
    differing = Table(title="Where they differ", title_justify="left")
    for column in ("mail", "field", "read here", "recorded"):
        differing.add_column(column)
    for row in rows:
        raw = (folder / row["file"]).read_bytes()
        started = time.process_time()
        try:
            mail, _ = read(raw)
        except Exception as error:  # noqa: BLE001  what is measured is whether there is one
            failed.append(f"{row['id']}: {error!r}")
            continue
        times.append(((time.process_time() - started) * 1000, row["id"]))
        for field, pair in _differences(mail, raw, row["stdlib"]).items():
            agreed.setdefault(field, []).append(pair is None)
            if pair is not None:
                differing.add_row(row["id"], field, pair[0][:90], pair[1][:90])
    table = Table(title=f"{len(rows)} mails", title_justify="left")
    table.add_column("measured")
    table.add_column("value")
    table.add_row("read without an exception", _told(len(times) / len(rows), 1.0))
    slowest, which = max(times)
    colour = "green" if slowest < _MAX_MS else "red"
    table.add_row(f"slowest, ms (< {_MAX_MS:g})", f"[{colour}]{slowest:.1f}[/] {which}")
    table.add_row("median, ms", f"{statistics.median(took for took, _ in times):.2f}")
    for field, same in agreed.items():
        least = _LEAST if field in {"subject", "from", "date"} else 0.0
        table.add_row(f"{field} agrees", _told(sum(same) / len(same), least))
    for one in failed:
        table.add_row("failed", f"[red]{one}[/]")
    return [table, differing]


def _told(share: float, least: float) -> str:
    wanted = f" (≥ {least:.0%})" if least else ""
    return f"[{'green' if share >= least else 'red'}]{share:.1%}[/]{wanted}"


def main() -> None:
    """Read the arguments, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--hostile-only", action="store_true")
    parser.add_argument("--mails-only", action="store_true")
    parser.add_argument("--attack", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.attack:
        print(json.dumps(attack(asked.attack)))
        return
    console = Console()
    folder = asked.data / "mime_emails"
    if not folder.is_dir():
        print("mime_emails: not there, left out", file=sys.stderr)
    elif not asked.hostile_only:
        for table in real(folder):
            console.print(table)
    if not asked.mails_only:
        console.print(hostile())


if __name__ == "__main__":
    main()
