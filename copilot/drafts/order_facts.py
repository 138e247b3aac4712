"""What a customer may be told of an order, in sentences of their language."""

import re
from collections.abc import Iterator
from datetime import date

from babel.dates import format_date
from babel.numbers import format_currency

from copilot.customers.order import Order, Tracking
from copilot.drafts.asking import is_telling
from copilot.drafts.concepts import meaning_keys
from copilot.drafts.order_words import order_words
from copilot.drafts.wording import Wording
from copilot.kernel.money import Money

_WHERE = re.compile(
    r"\b(?:where|track|status|arriv|deliver|shipp|sent|when will|on its way|stuck"
    r"|coming|update|any news|due\b|in time\b|(?:have|get|receive) (?:it|them)\b"
    r"|missä|tilanne|jumissa|seuran|tila\b|saapu|toimit|lähet|lähte|perillä|tulossa|tuleeko|tulla"
    r"|matkalla|myöhäs|ehtii"
    r"|var (?:är|finns|min|mitt|mina)\b|spår|leverer|skicka|ankom|kommer|försen"
    r"|wo (?:ist|bleibt|sind)|liefer|zugestellt|versand|versendet|sendung|ankomm|angekommen"
    r"|unterwegs"
    r"|kus (?:on|mu)|jälgi|saabu|kohale|teele|tuleb|hiline)",
    re.IGNORECASE,
)
_ASKS_STATUS = re.compile(
    r"\b(?:where(?:'s|’s| is| are)|status|track|arrived|been (?:delivered|shipped|sent)|any news"
    r"|missä|tilanne|seuran|saapunut|toimitettu|lähetetty|perillä"
    r"|var (?:är|finns|min|mitt|mina)\b|levererats|skickats"
    r"|wo (?:ist|bleibt|sind)|zugestellt|versandt|verschickt"
    r"|kus (?:on|mu)|saabunud|saadetud)",
    re.IGNORECASE,
)
_OTHER_MATTERS = frozenset(
    ("=refund", "=return", "=warranty", "=exchange", "=repair", "=discount", "=cancel")
)
"""Concepts that guides tell of and the state of an order does not."""
_FINISHED = frozenset(("delivered", "returned", "refunded", "cancelled", "canceled"))
_MONEY = re.compile(
    r"\b(?:how much|total|cost|paid|charged|amount|sum"
    r"|paljonko|summa|maksoin|maksanut|loppusumma|yhteensä|hinta"
    r"|hur mycket|kostade|wie viel|wieviel|gesamt|betrag|kui palju|kogusumma)",
    re.IGNORECASE,
)
_ITEMS = re.compile(
    r"\b(?:what did i order|contents|mitä tilasin|sisält|innehåll|enthält|sisaldab)", re.IGNORECASE
)
_SHORT = 4
_OF_ORDER = re.compile(
    r"\b(?:order|parcel|package|delivery|tilau|paket|toimitu|lähety"
    r"|beställning|leverans|försändelse|bestellung|lieferung|sendung|tellimu|pakk(?:i|ist)?\b|saadetis)",
    re.IGNORECASE,
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
    return str(format_date(day, order_words(wording).day, locale=wording.locale))


def _whereabouts(order: Order, wording: Wording, today: date) -> Iterator[str]:
    words = order_words(wording)
    state = words.states.get(_key(order.status)) or words.other_state.format(status=order.status)
    placed = ""
    if order.placed_at is not None:
        placed = words.placed.format(day=day_text(order.placed_at.date(), wording))
    yield words.order.format(number=order.number, placed=placed, state=state)
    for parcel in order.tracking:
        if not is_finished(order):
            yield _parcel(parcel, wording, today)


def _parcel(parcel: Tracking, wording: Wording, today: date) -> str:
    words = order_words(wording)
    state = words.parcel_states.get(_key(parcel.status or ""), words.parcel_states[""])
    details = [parcel.carrier or ""]
    if parcel.number:
        details.append(words.tracking.format(number=parcel.number))
    told = ", ".join(filter(None, details))
    estimate = _estimate(parcel.eta, wording, today) if parcel.eta else ""
    return words.parcel.format(told=f" ({told})" if told else "", state=state, estimate=estimate)


def _estimate(eta: str, wording: Wording, today: date) -> str:
    words = order_words(wording)
    try:
        day = date.fromisoformat(eta[:10])
    except ValueError:
        return words.estimate.format(eta=eta)
    form = words.overdue if day < today else words.expected
    return form.format(day=day_text(day, wording))


def _total(order: Order, total: Money, wording: Wording) -> str:
    amount = money_text(total, wording)
    return order_words(wording).total.format(number=order.number, amount=amount)


def _items(order: Order, wording: Wording) -> str:
    listed = ", ".join(f"{one.quantity} × {one.name}" for one in order.items[:10])
    return order_words(wording).items.format(number=order.number, listed=listed)


def _key(status: str) -> str:
    return re.sub(r"[\s-]+", "_", status.strip().lower())
