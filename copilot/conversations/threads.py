"""Which mails belong together, and who in them is the customer."""

import hashlib
import re
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from copilot.conversations.conversation import Author, ConversationIn, MessageIn, Role
from copilot.conversations.mail import Address, Mail
from copilot.customers import address as addresses
from copilot.customers.customer import CustomerIn

SOURCE = "mail"
"""The source of conversations that were read from mail."""

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_REPLY = re.compile(
    r"^(?:\s*(?:re|vs|sv|aw|antw|rv|ref|odp|vá|ynt|ha|fw|fwd|vl|wg|tr|enc|rif|i|vb|vidar)"
    r"(?:\[\d+\])?\s*[:：])+\s*",
    re.IGNORECASE,
)


class Thread(NamedTuple):
    """Mails of one conversation, oldest first, and the id of the mail it began with."""

    root: str
    mails: list[Mail]


def rebuild(mails: Sequence[Mail]) -> list[Thread]:
    """Group mails by the ids they answer; without any, by subject and participants.

    A thread's root is the oldest mail its first mail names, whether or not that mail is here, so
    that parts of a thread read apart become one conversation.
    """
    groups = _Groups()
    for mail in mails:
        groups.join([mail.message_id, *mail.ancestors])
    _join_by_subject(mails, groups)
    threads: dict[str, list[Mail]] = {}
    seen: set[str] = set()
    for mail in sorted(mails, key=_when):
        if mail.message_id not in seen:
            seen.add(mail.message_id)
            threads.setdefault(groups.of(mail.message_id), []).append(mail)
    return [
        Thread((group[0].ancestors or (group[0].message_id,))[0], group)
        for group in threads.values()
    ]


def conversation(
    thread: Thread, *, support_addresses: Collection[str] = ()
) -> tuple[str, str, ConversationIn]:
    """A thread as source, external id and body.

    Args:
        thread: Mails that belong together.
        support_addresses: Addresses (``help@shop.example``) or domains (``@shop.example``) that
            are ours. Without any, whoever wrote first is the customer.
    """
    support = {one.strip().casefold() for one in support_addresses}
    customer = _customer(thread.mails, support)
    messages: list[MessageIn] = []
    latest = _LONG_AGO
    for mail in thread.mails:
        latest = mail.sent_at or latest
        role = _role(mail, customer, support)
        messages.append(
            MessageIn(
                external_id=short_id(mail.message_id),
                author=Author(role=role, name=mail.sender.name or mail.sender.email[:200] or None),
                sent_at=latest,
                text=mail.text or None,
                html=mail.html,
                attachments=list(mail.attachments[:200]),
            )
        )
    body = ConversationIn(
        channel="email",
        subject=base_subject(thread.mails[0].subject) or None,
        customer=_customer_in(customer),
        messages=messages[:5000],
    )
    return SOURCE, short_id(thread.root), body


def base_subject(subject: str) -> str:
    """``subject`` without ``Re:``, ``Vs:``, ``Fwd:`` and their like."""
    return " ".join(_REPLY.sub("", subject).split())


def short_id(message_id: str) -> str:
    """A mail's id, hashed when it is longer than an external id may be."""
    if len(message_id) <= 255:
        return message_id
    return hashlib.sha256(message_id.encode()).hexdigest()


def _customer(mails: Sequence[Mail], support: Collection[str]) -> Address | None:
    for mail in mails:
        if mail.sender.email and not mail.auto_reply and not _ours(mail.sender, support):
            return mail.sender
    for mail in mails:
        if not mail.auto_reply and _ours(mail.sender, support):
            # Only we have written so far: the customer is whom we wrote to.
            return next((one for one in mail.recipients if not _ours(one, support)), None)
    return None


def _role(mail: Mail, customer: Address | None, support: Collection[str]) -> Role:
    if mail.auto_reply:
        return "system"
    if _ours(mail.sender, support):
        return "agent"
    if support or customer is None or _same(mail.sender, customer):
        return "customer"
    return "agent"


def _same(one: Address, other: Address) -> bool:
    if one.email.casefold() == other.email.casefold():
        return True
    # The same person from another mailbox.
    return bool(one.name) and addresses.fold(one.name) == addresses.fold(other.name)


def _ours(one: Address, support: Collection[str]) -> bool:
    email = one.email.casefold()
    return email in support or f"@{email.rpartition('@')[2]}" in support


def _customer_in(customer: Address | None) -> CustomerIn | None:
    if customer is None or addresses.email(customer.email) is None:
        return None
    return CustomerIn(name=customer.name or None, emails=[customer.email])


def _when(mail: Mail) -> datetime:
    return mail.sent_at or _LONG_AGO


def _join_by_subject(mails: Sequence[Mail], groups: "_Groups") -> None:
    """Join answers that name no mail to the thread with their subject and a common participant."""
    by_subject: dict[str, list[Mail]] = {}
    for mail in sorted(mails, key=_when):
        subject = addresses.fold(base_subject(mail.subject))
        if not subject:
            continue
        earlier = by_subject.setdefault(subject, [])
        if not mail.ancestors and _REPLY.match(mail.subject):
            known = next(
                (one for one in reversed(earlier[-50:]) if _people(one) & _people(mail)), None
            )
            if known is not None:
                groups.join([known.message_id, mail.message_id])
        earlier.append(mail)


def _people(mail: Mail) -> set[str]:
    return {one.email.casefold() for one in (mail.sender, *mail.recipients[:50]) if one.email}


class _Groups:
    """Sets of ids that grow together (union-find with path halving)."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def of(self, one: str) -> str:
        parent = self._parent
        parent.setdefault(one, one)
        while parent[one] != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    def join(self, ids: Sequence[str]) -> None:
        first = self.of(ids[0])
        for other in ids[1:]:
            self._parent[self.of(other)] = first
