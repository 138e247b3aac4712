"""Who stands in a case: everything that is known of them, so that all of it is masked."""

import re
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from copilot.conversations.conversation import Conversation
from copilot.customers.customer import Customer
from copilot.customers.order import Order
from copilot.evals.export.masking import plainly, unjoined
from copilot.kernel.listed import listed
from copilot.privacy.known import KnownFacts
from copilot.privacy.names import name_words, with_halves
from copilot.summaries.people import facts_of

PEOPLE = frozenset(("customer", "agent"))
"""Roles of authors who are people; the others are programs."""

_NOBODY = frozenset(
    listed("""
agent anonymous bot care chat customer desk guest help helpdesk robot sales service support team
the unknown user visitor and of
asiakas asiakaspalvelija asiakaspalvelu asiakastuki botti ja käyttäjä myynti palvelu tiimi tuki
tuntematon vieras
""")
)
"""Words of an author's name that say what somebody is, not who."""

_FIRM_MARK = re.compile(r"[/|@]")
_ROLE_MARK = re.compile(r"[(,]|\s[-–—]\s")
_WORD = re.compile(r"[^\W\d_]+")
_TICKET = re.compile(r"[^\W\d_]{0,8}[-_#/ ]?\d{4,20}")
"""Ids of conversations that people read and write; that of a mail is none."""
_LONG_NAME = 7


class Team(NamedTuple):
    """Who answers a tenant's customers.

    Attributes:
        names: People's.
        house: Words of the firm's own name, small: in "Kettle customer service" Kettle is nobody.
    """

    names: tuple[str, ...] = ()
    house: frozenset[str] = frozenset()


def personal(name: str | None, house: Collection[str] = ()) -> str:
    """``name`` without the words that name nobody; empty when nothing is left."""
    words = [one for one in name_words(name or "") if _names_somebody(one, house)]
    return " ".join(words)


def maybe_house(name: str) -> list[str]:
    """Words of ``name`` that may be a firm's: of "Kettle Support", of "Noora / Kettle".

    Not the person's of "Noora (Support)" or of "Noora, Kettle Support".
    """
    person, *rest = _ROLE_MARK.split(name, maxsplit=1)
    name = rest[0] if rest and person.strip() else name
    before, _, after = _FIRM_MARK.sub("/", name, count=1).partition("/")
    words = name_words(after if before.strip() and after else name)
    others = [one for one in words if _names_somebody(one, ())]
    return others if after or len(others) < len(words) else []


def _names_somebody(word: str, house: Collection[str]) -> bool:
    return word.casefold() not in _NOBODY and word.casefold() not in house


def facts_about(
    conversation: Conversation,
    customer: Customer | None,
    orders: Sequence[Order],
    team: Team,
    texts: Iterable[str],
) -> KnownFacts:
    """What identifies the people of one case.

    Args:
        conversation: The case's conversation.
        customer: Whose it is.
        orders: All orders of that customer.
        team: Who answers customers, in whatever conversation.
        texts: All texts of the case: only colleagues who may stand in them are looked for.
    """
    known = facts_of(customer, orders) if customer is not None else KnownFacts()
    addresses = customer.addresses if customer is not None else []
    external = [one.value.partition(":")[2] for one in addresses if one.kind == "external"]
    # Who has the helpdesk would find the whole conversation by it.
    ticket = conversation.external_id if _TICKET.fullmatch(conversation.external_id) else None
    told = [*known.names, conversation.customer_name]
    told += [one.author.name for one in conversation.messages if one.author.role == "customer"]
    answering = [one.author.name for one in conversation.messages if one.author.role == "agent"]
    there = _beginnings(texts)
    words = (one for name in team.names for one in with_halves(name_words(plainly(name))))
    colleagues = [one for one in words if _beginning(one) in there]
    # A customer may well have the firm's name.
    names = [*map(personal, told), *(personal(one, team.house) for one in answering)]
    return known._replace(
        names=tuple(dict.fromkeys(filter(None, [*names, *colleagues]))),
        numbers=tuple(dict.fromkeys(filter(None, [*known.numbers, *external, ticket]))),
    )


def _beginnings(texts: Iterable[str]) -> set[str]:
    """The first letters of every word, two of them and three."""
    words = {one for text in texts for one in _WORD.findall(unjoined(plainly(text)))}
    return {one.casefold()[:length] for one in words for length in (2, 3)}


def _beginning(word: str) -> str:
    """What of a name stays however it is inflected: in a long one, three letters."""
    return word.casefold()[: 3 if len(word) >= _LONG_NAME else 2]
