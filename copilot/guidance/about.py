"""Which of a customer's orders a conversation is about: none is guessed where several could be."""

import re
from collections.abc import Sequence

from copilot.conversations.conversation import Conversation
from copilot.customers.order import Order
from copilot.grounding.concepts import meaning_keys
from copilot.grounding.figures import find_figures
from copilot.grounding.words import content_words, word_key

_OVER = frozenset(("returned", "refunded", "cancelled", "canceled", "palautettu", "peruttu"))
_ARRIVED = frozenset(("delivered", "completed", "complete", "fulfilled", "closed", "toimitettu"))
_AWAITED = re.compile(
    r"\b(?:where(?:'s|’s)?\b|arriv|deliver|track|late\b|delay|coming|on its way|cancel|chang"
    r"|missä|saapu|toimit|seuran|myöhäs|tulossa|ei ole tullut|viipy|perua|perutaan|muut)",
    re.IGNORECASE,
)
_HELD = re.compile(
    r"\b(?:broken|broke\b|damag|crack|fault|defect|send(?:ing)? (?:it|them) back|return|warranty"
    r"|guarantee|rikki|vioit|vialli|särky|halje|halken|palaut|takuu|reklam)",
    re.IGNORECASE,
)
_LEAST_DIGITS = 4
_LONGEST = 50_000
_SHORTEST_KIND = 4


def orders_about(
    conversation: Conversation, orders: Sequence[Order], told: Sequence[str] = ()
) -> list[Order]:
    """The orders of ``orders`` that ``conversation`` is about.

    Those that it names, by their number or a parcel's. Else the only one there is; else the only
    one with an item that the customer speaks of; else the only one in a state that fits what they
    ask: where something is, or what came. Empty where several could be meant, or where a number is
    named that is none of theirs.

    Args:
        conversation: With its messages.
        orders: All of the customer's.
        told: What the agent tells beside it.
    """
    public = [one for one in conversation.messages if one.visibility == "public"]
    texts = [conversation.subject or "", *(one.text for one in public), *told]
    everything = "\n".join(texts)[:_LONGEST]
    named = [one for one in orders if _is_named(one, everything)]
    if named:
        return named
    said = "\n".join(one.text for one in public if one.author.role == "customer")[:_LONGEST]
    if any(one.kind == "identifier" for one in find_figures(said)):
        return []
    if len(orders) <= 1:
        return list(orders)
    return _of_items(orders, said) or _of_state(orders, said)


def _is_named(order: Order, text: str) -> bool:
    numbers = [order.number, *(one.number for one in order.tracking if one.number)]
    digits = "".join(one for one in order.number if one.isdigit())
    if len(digits) >= _LEAST_DIGITS:
        numbers.append(digits)
    return any(_stands(one, text) for one in numbers)


def _stands(number: str, text: str) -> bool:
    """Whether ``text`` has ``number``, with or without what stands between its parts."""
    parts = re.findall(r"[^\W\d_]+|\d+", number)
    if not parts:
        return False
    pattern = r"[\s\-–/.]?".join(map(re.escape, parts))
    return re.search(rf"(?<!\w){pattern}(?!\w)", text, re.IGNORECASE) is not None


def _of_items(orders: Sequence[Order], said: str) -> list[Order]:
    """The one order that has more of what the customer speaks of than any other has."""
    keys = {one for one in meaning_keys(said) if not one.startswith("=")}
    words = content_words(said)
    counts = [_shared(one, keys, words) for one in orders]
    most = max(counts)
    best = [one for one, count in zip(orders, counts, strict=True) if count == most]
    return best if most and len(best) == 1 else []


def _shared(order: Order, keys: set[str], words: Sequence[str]) -> int:
    named = {word for item in order.items for word in content_words(item.name) if word.isalpha()}
    return sum(word_key(one) in keys or _is_kind_of(one, words) for one in named)


def _is_kind_of(item: str, words: Sequence[str]) -> bool:
    """Whether a compound's last part is spoken of: ``kypärä`` of a ``pyöräilykypärä``."""
    return any(len(one) >= _SHORTEST_KIND and item != one and item.endswith(one) for one in words)


def _of_state(orders: Sequence[Order], said: str) -> list[Order]:
    found: list[Order] = []
    if _HELD.search(said):
        found = [one for one in orders if _state(one) in _ARRIVED]
    elif _AWAITED.search(said):
        found = [one for one in orders if _state(one) not in _OVER | _ARRIVED]
    return found if len(found) == 1 else []


def _state(order: Order) -> str:
    return order.status.strip().lower()
