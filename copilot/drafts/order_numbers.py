"""Order numbers that a customer names and that are on none of their orders."""

import re
from collections.abc import Sequence

from copilot.context.bounds import LONGEST_TEXT
from copilot.context.orders import is_named
from copilot.customers.order import Order
from copilot.drafts.asking import is_telling
from copilot.drafts.order_facts import asks_about_order, asks_price, speaks_of_order
from copilot.drafts.questions import Ask
from copilot.grounding.figure import Figure
from copilot.grounding.figures import find_figures
from copilot.grounding.finders.identifiers import code_key
from copilot.grounding.words import content_keys

_FEWEST_DIGITS = 4
_ACCOUNT = re.compile(r"[A-Z]{2}\d{2}[ \u00a0]?[A-Z0-9]{4}[ \u00a0]?[A-Z0-9]{4}")
_AFTER_ORDER = re.compile(r"(?:\border|\btilau)[^\n]{0,30}$", re.IGNORECASE)
_POSTAL = re.compile(r"(?:postinumer\w*|post(?:al)? ?code|zip(?: code)?)\W*$", re.IGNORECASE)
_BEFORE = 60


def unknown_numbers(ask: Ask, said: Sequence[str], orders: Sequence[Order]) -> list[str]:
    """Numbers of orders that ``ask`` is about and that none of ``orders`` has.

    Empty when it is about no order, or also about one of theirs. Whether another customer has an
    order by that number is nobody's business here: it is not looked at.

    Args:
        ask: What the customer waits for.
        said: All that they wrote and nobody has answered.
        orders: The customer's orders.
    """
    if ask.kind == "told" or not asks_about_order(ask.text, ask.around, names_order=True):
        return []
    # "Missä tilaukseni on? KK-20745": the number may stand beside the question.
    texts = [ask.text] if asks_price(ask.text) else [ask.text, ask.around, " ".join(said)]
    shapes = {_shape(one.number) for one in orders}
    numbers = next((found for text in texts if (found := _numbers(text, shapes))), [])
    if any(is_named(order, {code_key(one)}) for one in numbers for order in orders):
        return []
    return numbers


def _numbers(text: str, shapes: set[str]) -> list[str]:
    """Identifiers in ``text`` that must be meant as an order's, not as a product's or account's."""
    text = text[:LONGEST_TEXT]
    found = [
        one.text
        for one in find_figures(text)
        if one.kind == "identifier"
        and sum(character.isdigit() for character in one.text) >= _FEWEST_DIGITS
        and not _ACCOUNT.match(one.text)
        and (_shape(one.text) in shapes or _is_of_order(one, text))
    ]
    return list(dict.fromkeys(found))


def _is_of_order(number: Figure, text: str) -> bool:
    before = text[max(0, number.start - _BEFORE) : number.start]
    if number.text.isdigit():
        return bool(_AFTER_ORDER.search(before)) and not _POSTAL.search(before)
    rest = text[: number.start] + text[number.end :]
    return speaks_of_order(text) or not any(map(is_telling, content_keys(rest)))


def _shape(number: str) -> str:
    """What the numbers of one shop share: ``KK0`` for ``KK-20418``."""
    return re.sub(r"\d+", "0", code_key(number))
