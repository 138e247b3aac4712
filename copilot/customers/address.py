"""One spelling per address, so that the same person is found however they are written."""

import string
import unicodedata
from collections.abc import Iterable

import phonenumbers

from copilot.customers.customer import Address, CustomerIn
from copilot.kernel.text import storable

DEFAULT_REGION = "FI"
"""Where a phone number without a country code is taken to be from."""

_MAX_LENGTH = 320
_NOBODY = frozenset(
    {"anonymous", "unknown", "private", "restricted", "withheld", "unavailable", "nobody"}
    | {"none", "null", "n/a", "anonyymi", "tuntematon", "salainen", "yksityinen"}
)
"""What stands in place of an address when there is none, such as that of a caller."""

_STRENGTH = {"external": 0, "email": 1, "phone": 2, "handle": 3}


def fold(text: str) -> str:
    """``text`` as it is compared: NFKC, without case, in one spelling of ``ä``."""
    # Folding may take a character apart that was one: normalised again, it is one again.
    folded = unicodedata.normalize("NFKC", storable(text)).casefold()
    return unicodedata.normalize("NFKC", folded).strip()


def strength(address: Address) -> int:
    """How far an address proves who someone is: 0 (external id) is strongest, 3 weakest."""
    return _STRENGTH[address.kind]


def external(source: str, external_id: str) -> Address:
    """The identity ``external_id`` in the system ``source``; different pairs never collide."""
    escaped = storable(source).replace("%", "%25").replace(":", "%3A")
    return Address(kind="external", value=f"{escaped}:{storable(external_id)}")


def external_source(address: Address) -> str:
    """The system an ``external`` address belongs to, as it is written in the address."""
    return address.value.split(":", 1)[0]


def email(text: str) -> Address | None:
    """A mail address: NFKC, lower-cased, ``+tag`` kept (it may be a mailbox of its own).

    ``Anna Aho <anna@home.example>`` is read as well.

    The part before the @ is folded too: RFC 5321 lets a server tell ``Ann@`` from ``ann@``, no
    mail provider in use does, and customers type both.

    Returns:
        The address, or None when it has no part before or after the @.
    """
    folded = fold(text)
    if folded.endswith(">"):
        folded = folded.rstrip(">").rpartition("<")[2].strip()
    folded = folded.removeprefix("mailto:")
    local, at, domain = folded.rpartition("@")
    domain = domain.rstrip(".")
    if not (local and at and domain) or any(part.isspace() for part in folded):
        return None
    return Address(kind="email", value=f"{local}@{domain}"[:_MAX_LENGTH])


def phone(text: str, *, region: str = DEFAULT_REGION) -> Address | None:
    """A phone number in E.164 (``+358401234567``).

    Args:
        text: The number as someone wrote it.
        region: Two-letter country of numbers without a country code.

    Returns:
        The address, or None when no number of that length can exist.
    """
    try:
        number = phonenumbers.parse(storable(text)[:250], region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return Address(kind="phone", value=written)


def handle(text: str) -> Address | None:
    """A user name on some channel, folded; None when it names nobody (``anonymous``, ``-``)."""
    folded = fold(text)
    if folded in _NOBODY or not folded.strip(string.punctuation):
        return None
    return Address(kind="handle", value=folded[:_MAX_LENGTH])


def addresses_of(who: CustomerIn, *, region: str = DEFAULT_REGION) -> list[Address]:
    """Every address in ``who``, normalised, strongest first, without repeats.

    What is no mail address or phone number is kept as a handle, but for words and marks that name
    nobody: all callers who withhold their number must not become one person.
    """
    found: list[Address | None] = []
    if who.source and who.external_id:
        found.append(external(who.source, who.external_id))
    found += [email(one) or handle(one) for one in who.emails]
    found += [phone(one, region=region) or handle(one) for one in who.phones]
    found += [handle(one) for one in who.handles]
    return sorted(_unique(found), key=lambda one: (strength(one), one.value))


def _unique(found: Iterable[Address | None]) -> list[Address]:
    return list({(one.kind, one.value): one for one in found if one is not None}.values())
