"""Another customer's case without that customer: nobody's data may show on another's card."""

import re
import unicodedata
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
_SIGNS = re.compile(r"[\W_]+")
_DIGITS = re.compile(r"\d{4,}")
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
        self._known = known._replace(names=(*known.names, *names))
        self._numbers = [(one, _marks(one)) for one in dict.fromkeys(known.numbers)]
        self._finders: dict[tuple[str, ...], KnownFinder] = {}

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

    def _finder(self, text: str) -> KnownFinder:
        # Getting ready to find a number takes longer than the rest, and hardly any stands there.
        squashed = _squashed(text)
        numbers = tuple(
            one for one, marks in self._numbers if any(mark in squashed for mark in marks)
        )
        if numbers not in self._finders:
            self._finders[numbers] = KnownFinder(self._known._replace(numbers=numbers))
        return self._finders[numbers]

    def _personal(self, text: str) -> Iterator[Entity]:
        for one in detect(text):
            if one.type != "url" or not _HELP_LINK.fullmatch(text[one.start : one.end]):
                yield one
        yield from (entity for entity, _ in self._finder(text).find(text))
        # The longer form of an address comes first: it is what counts where two overlap.
        for pattern in (_HOME, _GROUPED):
            for found in pattern.finditer(text):
                yield Entity(found.start(), found.end(), "address")
        for start, end in streets_in(text):
            yield Entity(start, end, "address")


def _marks(number: str) -> list[str]:
    """What a text without blanks and signs must hold to name ``number`` in any of its forms."""
    return [_squashed(unicodedata.normalize("NFC", number)), *_DIGITS.findall(number)]


def _squashed(text: str) -> str:
    # Patterns that ignore case take the Turkish i without a dot for an i; casefold does not.
    return _SIGNS.sub("", text.casefold().replace("ı", "i"))


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
