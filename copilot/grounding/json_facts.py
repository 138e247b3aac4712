"""Sources that are JSON, such as an order as a shop sends it, as lines that can be read.

In JSON a value and its currency, or an item's name and its price, stand in fields of their own;
what belongs together is only plain once it stands in one line.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from copilot.grounding.figure_check import Source

_MAY_BE = ("{", "[")
_LONGEST = 1_000_000
_DEEPEST = 12
_MOST_LINES = 5_000
_NAMES = ("name", "title", "product", "description")
_COUNTS = ("quantity", "qty", "count")
_PRICES = ("price", "unit_price", "amount")
_WORD_END = re.compile(r"(?<=[a-zåäö])(?=[A-ZÅÄÖ])|[_\-\s]+")
_ORDER = frozenset(("items", "placed_at", "tracking"))
_ORDER_TEXT = re.compile(r"^(?:Order \S+ (?:placed|total) |Tracking \S|\d+ pcs )", re.MULTILINE)

Fields = dict[str, Any]


def readable(source: Source) -> Source:
    """``source`` with its JSON in words, one fact a line; any other comes back as it is.

    A fact that tells of an order as orders are told of counts as an order from then on.
    """
    text = source.text
    if text[:1] in _MAY_BE or text[:80].lstrip()[:1] in _MAY_BE:
        value = _value(text)
        if value is not None:
            kind = "order" if _is_order(value) else source.kind
            return source._replace(kind=kind, text="\n".join(_lines(value)))
    if source.kind == "fact" and _ORDER_TEXT.search(text):
        return source._replace(kind="order")
    return source


def _value(text: str) -> Any:
    if len(text) > _LONGEST:
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict | list) and found else None


def _is_order(value: Any) -> bool:
    one = value[0] if isinstance(value, list) else value
    return isinstance(one, dict) and bool(_ORDER & one.keys())


def _lines(value: Any) -> list[str]:
    found: list[str] = []
    for line in _told(value, "", "", 0):
        found.append(line)
        if len(found) >= _MOST_LINES:
            break
    return found


def _told(value: Any, called: str, about: str, depth: int) -> Iterator[str]:
    """The facts of ``value``, which is ``called`` so; ``about`` says in each what they are of."""
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for one in value:
            yield from _told(one, called, about, depth + 1)
    elif not isinstance(value, dict):
        written = _scalar(value)
        if written:
            yield " ".join(filter(None, (about, called, written)))
    elif (money := _money(value)) is not None:
        yield " ".join(filter(None, (about, called, money)))
    elif (item := _item(value)) is not None:
        yield item
    elif called == "tracking":
        yield _tracking(value)
    else:
        number = value.get("number")
        if isinstance(number, str | int) and _is_order(value):
            about = f"Order {number}"
            yield about
        for name, one in value.items():
            if one is not number:
                yield from _told(one, _words(name), about, depth + 1)


def _item(value: Fields) -> str | None:
    """A line of an order as orders are told of elsewhere; None where it is none."""
    name = next((value[one] for one in _NAMES if isinstance(value.get(one), str)), None)
    count = next((value[one] for one in _COUNTS if isinstance(value.get(one), int)), None)
    price = next((value[one] for one in _PRICES if value.get(one) is not None), None)
    if name is None or (count is None and price is None):
        return None
    told = [f"{1 if count is None else count} pcs {name}"]
    used = {*_NAMES, *_COUNTS, *_PRICES}
    sku = value.get("sku")
    if isinstance(sku, str):
        told.append(f"({sku})")
    if price is not None:
        told.append((_money(price) if isinstance(price, dict) else _price(price, value)) or "")
    rest = {key: one for key, one in value.items() if key not in used | {"sku", "currency"}}
    told += [" ".join(_told(one, _words(key), "", 1)) for key, one in rest.items()]
    return " ".join(filter(None, told))


def _price(price: object, value: Fields) -> str:
    currency = value.get("currency")
    return f"{_scalar(price)} {currency}" if isinstance(currency, str) else _scalar(price)


def _tracking(value: Fields) -> str:
    told = ["Tracking"]
    for name, one in value.items():
        written = _scalar(one) if not isinstance(one, dict | list) else ""
        if written:
            told.append(f"expected {written}" if name == "eta" else written)
    return " ".join(told)


def _money(value: Fields) -> str | None:
    amount, currency = value.get("amount"), value.get("currency")
    if isinstance(amount, bool) or not isinstance(amount, str | int | float):
        return None
    return f"{amount} {currency}" if isinstance(currency, str) else None


def _scalar(value: object) -> str:
    if value is None or isinstance(value, bool):
        return ""
    return str(value)


def _words(name: str) -> str:
    """``placedAt`` and ``placed_at`` as words: ``placed``."""
    words = [one.lower() for one in _WORD_END.split(name) if one]
    return " ".join(words[:-1] if len(words) > 1 and words[-1] in ("at", "on") else words)
