"""Made customers with long histories, in English and Finnish, for the benchmark of the card."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from copilot.kernel.ids import TenantId, new_id
from copilot.search.index import PassageKind

NOW = datetime(2026, 3, 20, 9, 0, tzinfo=UTC)
PRODUCTS = {
    "en": ("kettle", "grinder", "lamp", "shelf", "rug", "toaster", "router", "blanket"),
    "fi": ("vedenkeitin", "kahvimylly", "lamppu", "hylly", "matto", "reititin", "puhelin"),
}
CUSTOMER = {
    "en": (
        "I ordered the {thing} under {order} and it has not arrived yet.",
        "The {thing} is broken: the lid does not close any more.",
        "I paid £{sum}.90 for it on {day} March.",
        "I have already restarted it twice and tried another socket.",
        "My new address is {day} Mill Lane, Leeds.",
        "Could you tell me when the {thing} will be here?",
        "Thanks, that is very kind of you!",
        "The display shows error E{day} and then it switches off.",
    ),
    "fi": (
        "Tilasin tuotteen {thing} numerolla {order}, eikä se ole vielä saapunut.",
        "Tuote {thing} on rikki: kansi ei enää sulkeudu.",
        "Maksoin siitä {sum},90 € {day}.3.",
        "Olen jo käynnistänyt sen uudelleen kahdesti ja kokeillut toista pistorasiaa.",
        "Uusi osoitteeni on Puistokatu {day}, Turku.",
        "Milloin {thing} on perillä?",
        "Kiitos paljon avusta!",
        "Näytössä lukee virhe E{day}, ja sitten se sammuu.",
    ),
}
AGENT = {
    "en": (
        "Hello, I am sorry to hear that. I will check {order} with the carrier.",
        "We have sent a new {thing} today.",
        "You will have the refund of £{sum}.90 within 5 working days.",
        "Could you send a photo of the {thing}?",
        "I have opened a search and will write to you by Friday {day} March.",
    ),
    "fi": (
        "Hei, ikävä kuulla. Selvitän tilauksen {order} kuljetusyhtiöltä.",
        "Olemme lähettäneet uuden tuotteen {thing} tänään.",
        "Hyvitys {sum},90 € on tililläsi 5 arkipäivän kuluessa.",
        "Voisitko lähettää kuvan tuotteesta {thing}?",
        "Tein etsintäpyynnön ja palaan asiaan viimeistään {day}.3.",
    ),
}


class MadePassage(NamedTuple):
    """A passage with what the database and the index keep of it."""

    id: str
    tenant: TenantId
    kind: PassageKind
    source_id: str
    text: str
    language: str
    customer_id: str | None

    def row(self, model: str) -> dict[str, Any]:
        """Its row; ``model`` names its vectors."""
        return {
            "id": self.id,
            "tenant_id": self.tenant,
            "kind": self.kind,
            "source_id": self.source_id,
            "seq": 0,
            "title": self.text[:40],
            "text": self.text,
            "url": None,
            "visibility": "internal",
            "language": self.language,
            "customer_id": self.customer_id,
            "updated_at": NOW,
            "indexed_with": model,
        }


class Made(NamedTuple):
    """Rows of one customer, and the ids of their open threads."""

    customers: list[dict[str, Any]]
    orders: list[dict[str, Any]]
    conversations: list[dict[str, Any]]
    messages: list[dict[str, Any]]
    passages: list[MadePassage]
    threads: list[str]


def history(
    chance: random.Random, tenant: TenantId, number: int, *, past: int, messages: int, threads: int
) -> Made:
    """A customer with ``past`` settled contacts and ``threads`` open ones of ``messages`` each."""
    customer_id, language = new_id("cus"), ("en", "fi")[number % 2]
    base = {"tenant_id": tenant, "created_at": NOW, "updated_at": NOW}
    person = {"id": customer_id, "name": f"Customer {number}", "folded_name": f"customer {number}"}
    made = Made([{**person, "language": language, **base}], [], [], [], [], [])
    for order in range(12):
        name = f"KK-{number * 100 + order + 10_000}"
        made.orders.append(
            {
                "id": new_id("ord"), "source": "shop", "number": name, "number_key": name.lower(),
                "customer_id": customer_id, "status": ("shipped", "delivered")[order % 2],
                "placed_at": NOW, "happened_at": NOW, "total": None, "items": [], "tracking": [],
                **base,
            }
        )  # fmt: skip
    for place in range(past + threads):
        is_open = place >= past
        count = messages if is_open else chance.randint(2, 8)
        days = 0.0 if is_open else chance.uniform(1, 900)
        _talk(chance, made, customer_id, language, base, count, days, is_open=is_open)
    return made


def _talk(
    chance: random.Random,
    made: Made,
    customer_id: str,
    language: str,
    base: dict[str, Any],
    count: int,
    days: float,
    *,
    is_open: bool,
) -> None:
    talk_id, last = new_id("cnv"), NOW - timedelta(days=days)
    thing = chance.choice(PRODUCTS[language])
    texts = []
    for place in range(count):
        role = "agent" if place % 2 else "customer"
        text = _text(chance, CUSTOMER if role == "customer" else AGENT, language, thing)
        texts.append(text)
        made.messages.append(
            {
                "id": new_id("msg"), "tenant_id": base["tenant_id"], "conversation_id": talk_id,
                "external_id": f"m{place}", "seq": place + 1, "author_role": role,
                "author_name": None, "visibility": "public",
                "sent_at": last - timedelta(minutes=10 * (count - place)), "text": text,
                "quoted_text": None, "signature": None, "attachments": [],
                "language": language, "start": None, "end": None,
            }
        )  # fmt: skip
    made.conversations.append(
        {
            "id": talk_id, "source": "made", "external_id": talk_id,
            "channel": chance.choice(("email", "chat", "phone")), "subject": f"{thing}",
            "status": "open" if is_open else "solved", "language": language,
            "stated_language": None, "tags": [], "customer_id": customer_id, "version": count,
            "message_count": count, "last_message_at": last, "last_contact_at": last, **base,
        }
    )  # fmt: skip
    if is_open:
        made.threads.append(talk_id)
        return
    made.passages.append(
        _passage(chance, base["tenant_id"], "conversation", talk_id, texts, language, customer_id)
    )


def other_passages(
    chance: random.Random, tenants: Sequence[TenantId], count: int
) -> list[MadePassage]:
    """Passages of articles, spread over ``tenants`` in turn."""
    found = []
    for number in range(count):
        language = ("en", "fi")[number % 2]
        thing = chance.choice(PRODUCTS[language])
        texts = [_text(chance, AGENT, language, thing) for _ in range(3)]
        tenant = tenants[number % len(tenants)]
        name = f"art_{number // 4}"
        found.append(_passage(chance, tenant, "article", name, texts, language, None))
    return found


def _passage(
    chance: random.Random,
    tenant: TenantId,
    kind: PassageKind,
    source_id: str,
    texts: Sequence[str],
    language: str,
    customer_id: str | None,
) -> MadePassage:
    made = str(UUID(int=chance.getrandbits(128), version=4))
    text = "\n".join(texts)[:1500]
    return MadePassage(made, tenant, kind, source_id, text, language, customer_id)


def _text(
    chance: random.Random, said: dict[str, tuple[str, ...]], language: str, thing: str
) -> str:
    chosen = chance.sample(said[language], chance.randint(2, 4))
    return " ".join(
        one.format(
            thing=thing,
            order=f"KK-{chance.randint(10_000, 99_999)}",
            sum=chance.randint(5, 900),
            day=chance.randint(1, 28),
        )
        for one in chosen
    )
