"""Reports that mail servers send about a mail: whom it did not reach and why, or that it was read.

Delivery reports are those of RFC 3464, receipts those of RFC 8098.
"""

import re
from collections.abc import Sequence

from copilot.conversations.mail_bounds import Part
from copilot.conversations.mail_headers import Headers

_MAX_RECIPIENTS = 20
_MAX_REASON = 300
_ACTIONS = {
    "failed": "Not delivered to",
    "delayed": "Not delivered yet to",
    "delivered": "Delivered to",
    "relayed": "Passed on, delivery not confirmed, to",
    "expanded": "Delivered to the members of",
}
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_MEANINGS = {
    "1.1": "no such mailbox",
    "1.2": "no such domain",
    "1.3": "not a valid address",
    "1.10": "no such domain",
    "2.1": "the mailbox is closed",
    "2.2": "the mailbox is full",
    "2.3": "the mail is too large",
    "3.4": "the mail is too large",
    "4.1": "the server does not answer",
    "4.4": "the server cannot be found",
    "4.7": "gave up after trying for long",
    "7.1": "refused by the receiving server",
}
"""What status codes mean (RFC 3463), told where the server gives no reason in words."""


def delivery_text(blocks: Sequence[Part]) -> tuple[str, bool]:
    """A line per recipient of a ``message/delivery-status``, and whether each tells a reason.

    Args:
        blocks: Groups of fields: those of the mail, then those of each recipient.
    """
    told: dict[str, None] = {}
    explained = True
    for block in blocks:
        headers = Headers(block)
        address = _address(headers.get("final-recipient") or headers.get("original-recipient"))
        if not address:
            continue
        if len(told) >= _MAX_RECIPIENTS:
            told["… and to others."] = None
            break
        action = _ACTIONS.get(headers.get("action").strip().lower(), _ACTIONS["failed"])
        reason = _reason(headers)
        explained = explained and any(map(str.isalpha, reason))
        told[f"{action} {address}{f': {reason}' if reason else ''}"] = None
    return "\n".join(told), explained


def receipt_text(blocks: Sequence[Part]) -> str:
    """What a ``message/disposition-notification`` says; empty when it says nothing."""
    for block in blocks:
        headers = Headers(block)
        address = _address(headers.get("final-recipient") or headers.get("original-recipient"))
        done = headers.get("disposition").rpartition(";")[2].partition("/")[0].strip().lower()
        if done:
            return f"Receipt: {done}{f' by {address}' if address else ''}"
    return ""


def _address(field: str) -> str:
    """Of ``rfc822; a@b.example``."""
    address = field.partition(";")[2] or field
    return " ".join(address.split()).strip("<> ")[:320]


def _reason(headers: Headers) -> str:
    diagnosis = headers.get("diagnostic-code")
    words = " ".join((diagnosis.partition(";")[2] or diagnosis).split())
    words = "" if words.rstrip(";").isalpha() and len(words) < 6 else words
    stated = headers.get("status").strip().split(" ")[0]
    found = _STATUS.search(stated) or _STATUS.search(words)
    status = found[1] if found else ""
    meaning = _MEANINGS.get(status.partition(".")[2], "")
    if not words:
        return f"{status} {meaning}".strip()
    words = words if len(words) <= _MAX_REASON else f"{words[:_MAX_REASON]}…"
    return words if not status or status in words else f"{status} {words}"
