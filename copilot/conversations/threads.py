"""Which mails belong together, and who in them is the customer."""

import hashlib
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from typing import Generic, NamedTuple, TypeVar

from copilot.conversations.conversation import Author, ConversationIn, MessageIn, Role
from copilot.conversations.kinship import Head, Kin, base_subject, joinable, kin_of, merged, ours
from copilot.conversations.mail import Address, Mail
from copilot.customers import address as addresses
from copilot.customers.customer import CustomerIn

__all__ = ["SOURCE", "Known", "Thread", "base_subject", "conversation", "rebuild", "short_id"]

SOURCE = "mail"
"""The source of conversations that were read from mail."""

MOST_MAILS = 5000
"""Most mails that one body of a conversation takes."""

H = TypeVar("H", bound=Head)
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_CANDIDATES = 50


class Thread(NamedTuple, Generic[H]):
    """Mails of one conversation, oldest first, and the id of the mail it began with."""

    root: str
    mails: list[H]


class Known(NamedTuple):
    """The customer of a conversation that is stored already."""

    emails: frozenset[str]
    name: str | None


def rebuild(mails: Sequence[H], *, support_addresses: Collection[str] = ()) -> list[Thread[H]]:
    """Group mails by the ids they answer; failing those, by subject, people and time.

    A thread's root is the oldest mail its first mail names, whether or not that mail is here, so
    that parts of a thread read apart become one conversation. Of a mail that is there twice the
    first counts.

    Args:
        mails: In any order.
        support_addresses: See :func:`conversation`; our addresses are one side of a thread.
    """
    groups = _Groups()
    for mail in mails:
        groups.join([mail.message_id, *mail.ancestors])
    threads: dict[str, list[H]] = {}
    seen: set[str] = set()
    for mail in sorted(mails, key=_when):
        if mail.message_id not in seen:
            seen.add(mail.message_id)
            threads.setdefault(groups.of(mail.message_id), []).append(mail)
    joined = _joined_by_subject(list(threads.values()), support_addresses)
    return [Thread((group[0].ancestors or (group[0].message_id,))[0], group) for group in joined]


def conversation(
    thread: Thread[Mail], *, support_addresses: Collection[str] = (), known: Known | None = None
) -> tuple[str, str, ConversationIn]:
    """A thread as source, external id and body.

    Args:
        thread: Mails that belong together.
        support_addresses: Addresses (``help@shop.example``) or domains (``@shop.example``) that
            are ours. Without any, whoever wrote first is the customer.
        known: The customer, when the thread goes on a conversation that has one.
    """
    is_ours = ours(support_addresses)
    customer = None if known else _customer(thread.mails, is_ours)
    if customer is not None:
        known = Known(frozenset([customer.email.casefold()]), customer.name or None)
    messages: list[MessageIn] = []
    latest = _LONG_AGO
    for mail in thread.mails:
        latest = mail.sent_at or latest
        messages.append(
            MessageIn(
                external_id=short_id(mail.message_id),
                author=Author(
                    role=_role(mail, known, is_ours(mail.sender.email), bool(support_addresses)),
                    name=mail.sender.name or mail.sender.email[:200] or None,
                ),
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
        messages=messages[:MOST_MAILS],
    )
    return SOURCE, short_id(thread.root), body


def short_id(message_id: str) -> str:
    """A mail's id, hashed when it is longer than an external id may be."""
    if len(message_id) <= 255:
        return message_id
    return hashlib.sha256(message_id.encode()).hexdigest()


def _customer(mails: Sequence[Mail], is_ours: Callable[[str], bool]) -> Address | None:
    for mail in mails:
        if mail.sender.email and not mail.auto_reply and not is_ours(mail.sender.email):
            return mail.sender
    for mail in mails:
        if not mail.auto_reply and is_ours(mail.sender.email):
            # Only we have written so far: the customer is whom we wrote to.
            return next((one for one in mail.recipients if not is_ours(one.email)), None)
    return None


def _role(mail: Mail, customer: Known | None, from_us: bool, sides_known: bool) -> Role:  # noqa: FBT001 - read at one place
    if mail.auto_reply:
        return "system"
    if from_us:
        return "agent"
    if sides_known or customer is None or _is(mail.sender, customer):
        return "customer"
    return "agent"


def _is(one: Address, customer: Known) -> bool:
    if one.email.casefold() in customer.emails:
        return True
    # The same person from another mailbox.
    return bool(one.name) and addresses.fold(one.name) == addresses.fold(customer.name or "")


def _customer_in(customer: Address | None) -> CustomerIn | None:
    if customer is None or addresses.email(customer.email) is None:
        return None
    return CustomerIn(name=customer.name or None, emails=[customer.email])


def _when(mail: Head) -> datetime:
    return mail.sent_at or _LONG_AGO


def _joined_by_subject(threads: list[list[H]], support: Collection[str]) -> list[list[H]]:
    """Join threads that name no mail of each other; ``threads`` begin in order of time."""
    is_ours = ours(support)
    joined: list[list[H]] = []
    by_subject: dict[str, list[tuple[Kin, int]]] = {}
    for mails in threads:
        kin = kin_of(mails, is_ours)
        earlier = by_subject.setdefault(kin.subject, []) if kin else []
        for at in range(len(earlier) - 1, max(-1, len(earlier) - 1 - _CANDIDATES), -1):
            other, place = earlier[at]
            if kin is not None and joinable(kin, other):
                joined[place] += mails
                earlier[at] = (merged(other, kin), place)
                break
        else:
            if kin is not None:
                earlier.append((kin, len(joined)))
            joined.append(list(mails))
    return [sorted(one, key=_when) for one in joined]


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
