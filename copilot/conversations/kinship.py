"""Whether mails that name none of each other are of one thread: by subject, people and time.

People write about the same thing twice: a second "Order" of the same customer is not the thread
of the first. So a subject joins only answers (``Re:``), within thirty days, with people of both
sides, and never two mails that each begin something.
"""

import hashlib
import re
from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta
from typing import Literal, NamedTuple, Protocol

from copilot.customers import address as addresses

WINDOW = timedelta(days=30)
"""Longest time between mails that a subject joins."""

Opening = Literal["original", "loose", "answer", "chain"]
"""How a thread's oldest mail begins it: with no ``Re:``; with one, but naming no mail; naming its
parent, which is not here; or naming several mails, which are not here."""

_MOST_PEOPLE = 50
_OURS = "ours"
_REPLY = re.compile(
    r"^(?:\s*(?:re|r|vs|sv|aw|antw|antwort|rv|res|ref|réf|odp|pd|vá|ynt|ha|fw|fwd|vl|wg|tr|enc|rif|"
    r"i|vb|vidar|отв|ответ|回复|答复|转发)"
    r"(?:\[\d+\])?\s*[:：])+\s*",
    re.IGNORECASE,
)


class Person(Protocol):
    """Whoever has a mail address."""

    @property
    def email(self) -> str:
        """The address; may be empty."""
        ...


class Head(Protocol):
    """What of a mail tells its thread."""

    @property
    def message_id(self) -> str:
        """Its id."""
        ...

    @property
    def ancestors(self) -> tuple[str, ...]:
        """Ids of the mails it answers, oldest first."""
        ...

    @property
    def subject(self) -> str:
        """Its subject as written."""
        ...

    @property
    def sender(self) -> Person:
        """Who wrote it."""
        ...

    @property
    def recipients(self) -> "tuple[Person, ...]":
        """Whom it went to."""
        ...

    @property
    def sent_at(self) -> datetime | None:
        """When it was sent, if that is known."""
        ...


class Kin(NamedTuple):
    """A thread as others may be joined to it. Subject and people are hashes.

    Attributes:
        sender: Of its oldest mail.
        recipients: Of its oldest mail.
        people: Of all its mails.
    """

    subject: str
    opening: Opening
    sender: str
    recipients: frozenset[str]
    people: frozenset[str]
    first_at: datetime
    last_at: datetime


def base_subject(subject: str) -> str:
    """``subject`` without ``Re:``, ``Vs:``, ``Fwd:`` and their like."""
    return " ".join(_REPLY.sub("", subject).split())


def ours(support_addresses: Collection[str]) -> Callable[[str], bool]:
    """Says of a mail address whether it is one of ``support_addresses`` or at their @domains."""
    support = {one.strip().casefold() for one in support_addresses}

    def is_ours(email: str) -> bool:
        email = email.casefold()
        return email in support or f"@{email.rpartition('@')[2]}" in support

    return is_ours


def kin_of(mails: Iterable[Head], is_ours: Callable[[str], bool]) -> Kin | None:
    """The thread of ``mails``, oldest first; None when nothing could be joined by subject."""
    mails = list(mails)
    first = next((one for one in mails if one.sent_at is not None), None)
    if first is None or first.sent_at is None:
        return None
    subject = addresses.fold(base_subject(first.subject))
    if not subject or not first.sender.email:
        return None
    times = [one.sent_at for one in mails if one.sent_at is not None]
    return Kin(
        subject=_hash(subject),
        opening=_opening(first),
        sender=_person(first.sender, is_ours),
        recipients=frozenset(_people(first.recipients, is_ours)),
        people=frozenset(one for mail in mails for one in _everyone(mail, is_ours)),
        first_at=min(times),
        last_at=max(times),
    )


def joinable(one: Kin, other: Kin) -> bool:
    """Whether a thread, by its oldest mail, belongs to another thread of any mails."""
    if one.subject != other.subject:
        return False
    if one.first_at - other.last_at > WINDOW or other.first_at - one.last_at > WINDOW:
        return False
    if not _fit(one, other):
        return False
    others = one.recipients - {one.sender}
    return one.sender in other.people and (not others or bool(others & other.people))


def _fit(one: Kin, other: Kin) -> bool:
    if one.opening != "original" and other.opening != "original":
        # Answers to two mails that are not here may be answers in two matters.
        return "loose" in {one.opening, other.opening}
    original, answer = (one, other) if one.opening == "original" else (other, one)
    if answer.opening in {"original", "chain"} or original.first_at > answer.first_at:
        # A chain names its first mail, and that is another.
        return False
    # Whoever wrote first may have answered our answer, which is not here. We ourselves would
    # rather have answered another first mail.
    return answer.opening == "loose" or answer.sender == original.sender


def merged(one: Kin, other: Kin) -> Kin:
    """The thread of two threads: it begins as the older one does."""
    first = one if one.first_at <= other.first_at else other
    return first._replace(people=one.people | other.people, last_at=max(one.last_at, other.last_at))


def _opening(mail: Head) -> Opening:
    if mail.ancestors:
        return "answer" if len(mail.ancestors) == 1 else "chain"
    return "loose" if _REPLY.match(mail.subject) else "original"


def _everyone(mail: Head, is_ours: Callable[[str], bool]) -> set[str]:
    return _people((mail.sender, *mail.recipients), is_ours)


def _people(people: Iterable[Person], is_ours: Callable[[str], bool]) -> set[str]:
    named = [one for one in people if one.email][:_MOST_PEOPLE]
    return {_person(one, is_ours) for one in named}


def _person(one: Person, is_ours: Callable[[str], bool]) -> str:
    # Whoever of us answered, it is our side.
    return _OURS if is_ours(one.email) else _hash(one.email.casefold())[:16]


def _hash(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
