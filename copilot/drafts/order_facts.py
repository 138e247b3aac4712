"""What a customer may be told of an order, in sentences of their language."""

import re
from collections.abc import Iterator
from datetime import date

from babel.dates import format_date
from babel.numbers import format_currency

from copilot.customers.order import Order, Tracking
from copilot.drafts.asking import is_telling
from copilot.drafts.concepts import meaning_keys
from copilot.drafts.wording import Wording
from copilot.kernel.money import Money

_STATUSES = {
    "fi": {
        "placed": "on vastaanotettu",
        "received": "on vastaanotettu",
        "processing": "on käsittelyssä",
        "packed": "on pakattu",
        "shipped": "on lähetetty",
        "delivered": "on toimitettu",
        "returned": "on palautettu",
        "refunded": "on hyvitetty",
        "cancelled": "on peruttu",
        "canceled": "on peruttu",
    },
    "en": {
        "placed": "has been received",
        "received": "has been received",
        "processing": "is being processed",
        "packed": "has been packed",
        "shipped": "has been shipped",
        "delivered": "has been delivered",
        "returned": "has been returned",
        "refunded": "has been refunded",
        "cancelled": "has been cancelled",
        "canceled": "has been cancelled",
    },
}
_PARCELS = {
    "fi": {
        "in_transit": "on matkalla",
        "out_for_delivery": "on jaettavana",
        "ready_for_pickup": "on noudettavissa",
        "delayed": "on myöhässä",
        "delivered": "on toimitettu",
        "": "on kuljettajalla",
    },
    "en": {
        "in_transit": "is on its way",
        "out_for_delivery": "is out for delivery",
        "ready_for_pickup": "is ready for pickup",
        "delayed": "is delayed",
        "delivered": "has been delivered",
        "": "is with the carrier",
    },
}
_WHERE = re.compile(
    r"\b(?:where|track|status|arriv|deliver|shipp|sent|when will|on its way|stuck"
    r"|coming|update|any news|due\b|in time\b|(?:have|get|receive) (?:it|them)\b"
    r"|missä|tilanne|jumissa|seuran|tila\b|saapu|toimit|lähet|lähte|perillä|tulossa|tuleeko|tulla"
    r"|matkalla|myöhäs|ehtii)",
    re.IGNORECASE,
)
_ASKS_STATUS = re.compile(
    r"\b(?:where(?:'s|’s| is| are)|status|track|arrived|been (?:delivered|shipped|sent)|any news"
    r"|missä|tilanne|seuran|saapunut|toimitettu|lähetetty|perillä)",
    re.IGNORECASE,
)
_OTHER_MATTERS = frozenset(
    ("=refund", "=return", "=warranty", "=exchange", "=repair", "=discount", "=cancel")
)
"""Concepts that guides tell of and the state of an order does not."""
_FINISHED = frozenset(("delivered", "returned", "refunded", "cancelled", "canceled"))
_MONEY = re.compile(
    r"\b(?:how much|total|cost|paid|charged|amount|sum"
    r"|paljonko|summa|maksoin|maksanut|loppusumma|yhteensä|hinta)",
    re.IGNORECASE,
)
_ITEMS = re.compile(r"\b(?:what did i order|contents|mitä tilasin|sisält)", re.IGNORECASE)
_SHORT = 4
_OF_ORDER = re.compile(
    r"\b(?:order|parcel|package|delivery|tilau|paket|toimitu|lähety)", re.IGNORECASE
)


def asks_about_order(question: str, around: str, *, names_order: bool) -> bool:
    """Whether ``question`` can be answered by what an order says.

    Args:
        question: The question.
        around: What stands around it; a short question ("any news?") means that.
        names_order: Whether the conversation names an order.
    """
    if meaning_keys(question) & _OTHER_MATTERS:
        return False
    if not (names_order or speaks_of_order(question)):
        return False
    if any(words.search(question) for words in (_WHERE, _MONEY, _ITEMS)):
        return True
    if len(question.split()) > _SHORT or _WHERE.search(around) is None:
        return False
    # A short question means what stands around it, unless it brings up something of its own.
    own = {key for key in meaning_keys(question) if is_telling(key)}
    return not own - meaning_keys(around)


def asks_price(question: str) -> bool:
    """Whether ``question`` asks for money."""
    return _MONEY.search(question) is not None


def speaks_of_order(text: str) -> bool:
    """Whether ``text`` has a word for an order or what is sent of it."""
    return _OF_ORDER.search(text) is not None


def names(text: str, number: str) -> bool:
    """Whether ``text`` has the number of an order, not only its digits within another."""
    return re.search(rf"(?<!\w){re.escape(number)}(?!\w)", text, re.IGNORECASE) is not None


def is_finished(order: Order) -> bool:
    """Whether nothing of ``order`` is still to come."""
    return _key(order.status) in _FINISHED


def tells_of(order: Order, question: str, *, others_open: bool) -> bool:
    """Whether ``question`` is about ``order`` in the state that it is in.

    Where a finished order is says nothing to "could it come on Wednesday?".

    Args:
        order: The order.
        question: What the customer asks.
        others_open: Whether another order of theirs is still on its way.
    """
    if not is_finished(order) or names(question, order.number):
        return True
    if _MONEY.search(question) or _ITEMS.search(question):
        return not others_open
    return not others_open and _ASKS_STATUS.search(question) is not None


def order_sentences(order: Order, question: str, wording: Wording, today: date) -> list[str]:
    """What ``order`` says to ``question``: where it is, what it cost, what is in it.

    Args:
        order: The order.
        question: What the customer asks.
        wording: The language.
        today: To tell whether an estimate has passed.
    """
    said: list[str] = []
    if _MONEY.search(question) and order.total is not None:
        said.append(_total(order, order.total, wording))
    if _ITEMS.search(question) and order.items:
        said.append(_items(order, wording))
    if not said or _WHERE.search(question):
        said = [*_whereabouts(order, wording, today), *said]
    return said


def money_text(money: Money, wording: Wording) -> str:
    """An amount the way the language writes it: ``58,90 €``, ``£58.90``."""
    return str(format_currency(money.amount, money.currency, locale=wording.locale))


def day_text(day: date, wording: Wording) -> str:
    """A day the way the language writes it: ``13.3.2026``, ``13 March 2026``."""
    pattern = "d.M.yyyy" if wording.language == "fi" else "d MMMM yyyy"
    return str(format_date(day, pattern, locale=wording.locale))


def _whereabouts(order: Order, wording: Wording, today: date) -> Iterator[str]:
    finnish = wording.language == "fi"
    known = _STATUSES[wording.language].get(_key(order.status))
    if known is None:
        known = f"on tilassa ”{order.status}”" if finnish else f"has the status “{order.status}”"
    placed = ""
    if order.placed_at is not None:
        day = day_text(order.placed_at.date(), wording)
        placed = f" ({day})" if finnish else f" of {day}"
    yield (
        f"Tilauksesi {order.number}{placed} {known}."
        if finnish
        else (f"Your order {order.number}{placed} {known}.")
    )
    for parcel in order.tracking:
        if not is_finished(order):
            yield _parcel(parcel, wording, today)


def _parcel(parcel: Tracking, wording: Wording, today: date) -> str:
    finnish = wording.language == "fi"
    states = _PARCELS[wording.language]
    state = states.get(_key(parcel.status or ""), states[""])
    details = [parcel.carrier or ""]
    if parcel.number:
        details.append(
            f"seurantatunnus {parcel.number}" if finnish else f"tracking {parcel.number}"
        )
    told = ", ".join(filter(None, details))
    subject = "Paketti" if finnish else "The parcel"
    sentence = f"{subject}{f' ({told})' if told else ''} {state}"
    return f"{sentence}{_estimate(parcel.eta, wording, today) if parcel.eta else ''}."


def _estimate(eta: str, wording: Wording, today: date) -> str:
    try:
        day = date.fromisoformat(eta[:10])
    except ValueError:
        return f", arvio: {eta}" if wording.language == "fi" else f", estimate: {eta}"
    passed = day < today
    if wording.language == "fi":
        return f", ja arvioitu saapumispäivä {'oli' if passed else 'on'} {day_text(day, wording)}"
    return f", {'was expected' if passed else 'expected'} on {day_text(day, wording)}"


def _total(order: Order, total: Money, wording: Wording) -> str:
    amount = money_text(total, wording)
    if wording.language == "fi":
        return f"Tilauksen {order.number} loppusumma on {amount}."
    return f"The total of order {order.number} is {amount}."


def _items(order: Order, wording: Wording) -> str:
    listed = ", ".join(f"{one.quantity} × {one.name}" for one in order.items[:10])
    if wording.language == "fi":
        return f"Tilaukseen {order.number} kuuluu: {listed}."
    return f"Order {order.number} has: {listed}."


def _key(status: str) -> str:
    return re.sub(r"[\s-]+", "_", status.strip().lower())
