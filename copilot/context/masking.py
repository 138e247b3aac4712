"""Another customer's case without that customer: nobody's data may show on another's card."""

import re
from collections.abc import Iterator, Sequence

from copilot.context.values import codes_in, streets_in
from copilot.conversations.conversation import Message
from copilot.privacy.detect import detect
from copilot.privacy.entity import Entity, without_overlaps
from copilot.privacy.known import KnownFacts, KnownFinder

MASK = "[…]"
_TOKEN = re.compile(r"[^\s,;:!?()\"”“]+")
_DIGIT_RUN = re.compile(r"(?<![\w.,])#?\d{5,}(?!\w|[.,]\d)")
# Pages of words, such as help articles. Capitals or digits in a path may be somebody's token.
_HELP_LINK = re.compile(r"https?://[^\s?#@\d/]+(?:/[a-zäö]+(?:-[a-zäö]+)*(?:\.html?)?)*/?")
_GROUPED = re.compile(
    r"(?<![\w.,])(?:[A-Z]{2,4}[ \u00a0-]?)?\d{4}(?:[ \u00a0]\d{4}){1,5}(?!\w|[.,]\d)"
)
_HOME = re.compile(
    r"\b[\w-]{2,30}(?:katu|tie|kuja|polku|kaari|väylä|ranta|raitti|rinne|tori)\s\d{1,4}"
    r"(?:\s?[a-z](?:\s?\d{1,3})?|\sas\.?\s?\d{1,3})?\b",
    re.IGNORECASE,
)


class Mask:
    """Hides what would tell who another customer is.

    Known facts of them are hidden however they are written, and whatever has the form of personal
    data: mail addresses, phones, accounts, street addresses, numbers of orders and parcels.

    Args:
        known: What is known of the other customer.
        names: What the conversation calls them.
    """

    def __init__(self, known: KnownFacts, names: Sequence[str] = ()) -> None:
        self._finder = KnownFinder(known._replace(names=(*known.names, *names)))

    def hide(self, text: str) -> str:
        """``text`` with :data:`MASK` in place of everything personal."""
        pieces, position = [], 0
        for one in self.found(text):
            pieces += [text[position : one.start], MASK]
            position = one.end
        return re.sub(
            r"(?:\[…\][\s,]*){2,}", MASK + " ", "".join([*pieces, text[position:]])
        ).strip()

    def found(self, text: str) -> list[Entity]:
        """What would be hidden in ``text``."""
        return without_overlaps([*self._personal(text), *_codes(text)])

    def _personal(self, text: str) -> Iterator[Entity]:
        for one in detect(text):
            if one.type != "url" or not _HELP_LINK.fullmatch(text[one.start : one.end]):
                yield one
        yield from (entity for entity, _ in self._finder.find(text))
        # The longer form of an address comes first: it is what counts where two overlap.
        for pattern in (_HOME, _GROUPED):
            for found in pattern.finditer(text):
                yield Entity(found.start(), found.end(), "address")
        for start, end in streets_in(text):
            yield Entity(start, end, "address")


def names_of(messages: Sequence[Message], customer_name: str | None) -> list[str]:
    """What a conversation calls its customer: in its head and as the author of messages."""
    authors = [one.author.name for one in messages if one.author.role == "customer"]
    return [name for name in dict.fromkeys([customer_name, *authors]) if name]


def _codes(text: str) -> Iterator[Entity]:
    for match in _TOKEN.finditer(text):
        if codes_in(match[0]):
            yield Entity(match.start(), match.start() + len(match[0].rstrip(".'’)")), "order")
    for match in _DIGIT_RUN.finditer(text):
        yield Entity(match.start(), match.end(), "order")
