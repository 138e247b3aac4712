"""The readable parts of a mail, and the names of the others."""

import re
from typing import NamedTuple

from copilot.conversations import mail_reports
from copilot.conversations.invites import invite_text
from copilot.conversations.mail_bounds import BROKEN, Part, parse_bounded
from copilot.conversations.mail_decoding import (
    ENCRYPTED,
    content_type,
    decoded_bytes,
    part_charset,
    part_text,
)
from copilot.conversations.mail_headers import Headers, charset_text
from copilot.conversations.rtf import read_rtf
from copilot.conversations.smime import open_envelope
from copilot.conversations.tnef import read_tnef
from copilot.kernel.text import storable

MAX_ATTACHED = 20
_MAX_NAME = 255
_MAX_NAMES = 1000
_MAX_READ = 2000
_MAX_REREAD = 8
_MAX_INNER_BYTES = 10_000_000
_MAX_INNER_LINES = 100_000
_SILENT = frozenset(
    {"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"}
    | {"application/pgp-encrypted", "text/x-amp-html", "text/watch-html"}
)
"""Kinds that say nothing to a person, and are no file that anyone sent."""
_PLAIN = frozenset({"text/plain", "text/markdown", "text/enriched", "text/richtext", "text/html"})
_POORER = frozenset({"text/enriched", "text/richtext", "text/markdown", "text/rtf"})
"""Ways of writing a text that say no more than ``text/plain`` beside them."""
_SMIME = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_TNEF = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_MAILS = frozenset({"message/rfc822", "message/global", "message/news"})
_RTF = frozenset({"text/rtf", "application/rtf", "text/x-rtf"})
_ENRICHED = re.compile(r"<(/?[A-Za-z][\w-]{0,59})>")
_LOOKS_LIKE_HTML = re.compile(r"\s{0,100}(?:<!doctype html|<html[\s>])", re.IGNORECASE)
_DELIMITER = re.compile(r"^--([^\s\"]{1,200})[ \t]{0,20}\r?\n(?=content-[\w-]{1,40}:)", re.I | re.M)


class _Waiting(NamedTuple):
    part: Part
    in_report: bool = False


class Body:
    """Collects the readable parts of a mail.

    Attributes:
        plain, html: Texts in the order of the parts.
        attachments: Names of the files.
        attached: Mails that came as parts; nothing of them is in the texts.
        fallback, fallback_html: Texts that count when there is no other.
        subject: The one that a winmail.dat tells.
        left_out: What was not read.
    """

    def __init__(self) -> None:
        self.plain: list[str] = []
        self.html: list[str] = []
        self.attachments: list[str] = []
        self.attached: list[Part] = []
        self.fallback: list[str] = []
        self.fallback_html = ""
        self.subject = ""
        self.left_out: list[str] = []
        self._reports: list[str] = []
        self._explained = True
        self._waiting: list[_Waiting] = []
        self._reread = 0

    def read(self, message: Part) -> None:
        """Take in every part of ``message``."""
        self._waiting = [_Waiting(message)]
        for _ in range(_MAX_READ):
            if not self._waiting:
                break
            part, in_report = self._waiting.pop()
            self._read(part, root=part is message, in_report=in_report)
        else:
            if self._waiting:
                self.left_out.append(f"{len(self._waiting)} more parts")
        if self._reports:
            # What the server wrote around it says the same at length.
            around = [] if self._explained else self.plain
            self.plain, self.html = [*self._reports, *around], []

    def _read(self, part: Part, *, root: bool, in_report: bool) -> None:
        kind, name = content_type(part), file_name(part)
        payload = part.content
        if kind in {"message/delivery-status", "message/disposition-notification"}:
            self._report(part, kind)
        elif kind.startswith("message/"):
            self._attached_mail(part, name, in_report=in_report)
        elif isinstance(payload, list):
            report = kind == "multipart/report"
            if kind == "multipart/encrypted":
                self.fallback.append(ENCRYPTED)
            if kind == "multipart/alternative" and any(map(_is_plain, payload)):
                payload = [one for one in payload if content_type(one) not in _POORER]
            self._waiting.extend(_Waiting(one, report or in_report) for one in reversed(payload))
        elif kind.startswith("multipart/"):
            self._unsplit(part)
        elif kind not in _SILENT:
            self._leaf(part, kind, name, root=root, in_report=in_report)

    def _leaf(self, part: Part, kind: str, name: str, *, root: bool, in_report: bool) -> None:
        lower = name.lower()
        if kind in _TNEF or lower == "winmail.dat":
            self._winmail(part, name)
        elif kind in _SMIME or lower.endswith(".p7m"):
            self._envelope(part, name)
        elif kind == "text/calendar" or lower.endswith(".ics"):
            self._invite(part, name)
        elif kind == "text/rfc822-headers" and in_report:
            return
        elif lower.endswith(".eml") and not kind.startswith("text/"):
            self._note(name)
            self._again(decoded_bytes(part), as_attached=True)
        elif kind in _RTF:
            self._rich(part)
            if name or not root:
                self._note(name or kind)
        elif _is_body(part, kind, name, root=root):
            self._say(part, kind)
        else:
            self._note(name or kind)

    def _say(self, part: Part, kind: str) -> None:
        text, files, cut = part_text(part)
        self.left_out += ["the rest of a long text"] if cut else []
        for one in files:
            self._note(one)
        text = text.strip("\n")
        if kind in {"text/enriched", "text/richtext"}:
            text = _ENRICHED.sub("", text.replace("<<", "<")).strip("\n")
        if text:
            is_html = kind == "text/html" or _LOOKS_LIKE_HTML.match(text)
            (self.html if is_html else self.plain).append(text)

    def _rich(self, part: Part) -> None:
        text = read_rtf(decoded_bytes(part)).text.strip("\n")
        if text:
            self.fallback.append(text)

    def _unsplit(self, part: Part) -> None:
        """A part that should have parts: its boundary is missing or another one."""
        whole = part.content if isinstance(part.content, str) else ""
        found = _DELIMITER.search(whole)
        if found is None:
            if text := part_text(part).text.strip("\n"):
                self.plain.append(text)
            return
        head = f'Content-Type: {content_type(part)}; boundary="{found[1]}"\n\n'
        self._again((head + whole).encode("utf-8", "surrogateescape"), as_attached=False)

    def _winmail(self, part: Part, name: str) -> None:
        packed = read_tnef(decoded_bytes(part))
        self.subject = self.subject or storable(packed.subject).strip()
        for one in packed.attachments:
            self._note(one)
        if packed.text or packed.html:
            self.fallback += [packed.text] if packed.text else []
            self.fallback_html = self.fallback_html or packed.html
        elif not packed.attachments:
            self._note(name or "winmail.dat")

    def _envelope(self, part: Part, name: str) -> None:
        envelope = open_envelope(decoded_bytes(part))
        if envelope.content and self._again(envelope.content, as_attached=False):
            return
        if envelope.kind == "encrypted" or "enveloped" in str(part.get("content-type", "")).lower():
            self.fallback.append(ENCRYPTED)
        self._note(name or "smime.p7m")

    def _invite(self, part: Part, name: str) -> None:
        self._note(name or "invite.ics")
        if told := invite_text(charset_text(decoded_bytes(part), part_charset(part) or "utf-8")):
            self.fallback.append(told)

    def _report(self, part: Part, kind: str) -> None:
        blocks = [one for one in part.content if isinstance(one, Part)]
        if kind == "message/delivery-status":
            told, explained = mail_reports.delivery_text(blocks)
            self._explained = self._explained and explained
        else:
            told = mail_reports.receipt_text(blocks)
        if told:
            self._reports.append(told)

    def _attached_mail(self, part: Part, name: str, *, in_report: bool) -> None:
        first = next((one for one in part.content if isinstance(one, Part)), None)
        encoding = str(part.get("content-transfer-encoding", "")).strip()
        if first is not None and not first.keys() and encoding:
            # Against the standard, which wants such mails as they are.
            first["Content-Transfer-Encoding"] = encoding
            first = self._parsed(decoded_bytes(first)) or first
        subject = Headers(first).get("subject") if first is not None else ""
        self._note(name or subject or content_type(part))
        # The mail that a report returns is not what its sender says.
        if first is not None and not in_report and content_type(part) in _MAILS:
            self._keep(first)

    def _keep(self, mail: Part) -> None:
        if len(self.attached) < MAX_ATTACHED:
            self.attached.append(mail)

    def _again(self, raw: bytes, *, as_attached: bool) -> bool:
        message = self._parsed(raw)
        if message is None:
            return False
        if as_attached:
            self._keep(message)
        else:
            self._waiting.append(_Waiting(message))
        return True

    def _parsed(self, raw: bytes) -> Part | None:
        """A mail out of a part; bounded, for parts can hold parts that hold parts."""
        self._reread += 1
        if self._reread > _MAX_REREAD or not raw.strip():
            return None
        parsed = parse_bounded(raw, most_bytes=_MAX_INNER_BYTES, most_lines=_MAX_INNER_LINES)
        self.left_out += parsed.left_out
        return parsed.message

    def _note(self, name: str) -> None:
        if len(self.attachments) < _MAX_NAMES:
            self.attachments.append(" ".join(storable(name).split())[:_MAX_NAME])


def _is_body(part: Part, kind: str, name: str, *, root: bool) -> bool:
    """Whether a part is what the mail says, and no file that came with it."""
    if root and kind.startswith("text/"):
        return not (name and disposition(part) == "attachment")
    return kind in _PLAIN and not name and disposition(part) != "attachment"


def _is_plain(part: Part) -> bool:
    return content_type(part) == "text/plain" and not file_name(part)


def disposition(part: Part) -> str:
    """``inline``, ``attachment`` or empty."""
    try:
        return part.get_content_disposition() or ""
    except BROKEN:
        return ""


def file_name(part: Part) -> str:
    """The name without folders; empty when it has none."""
    try:
        name = part.get_filename() or ""
    except BROKEN:
        name = "attachment"
    return Headers.decode(name).replace("\\", "/").rsplit("/", 1)[-1].strip()[:_MAX_NAME]
