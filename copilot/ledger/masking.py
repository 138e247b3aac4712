"""The last look before text leaves: what its form says is personal, and nobody masked.

Whoever makes a prompt masks it by what is known of the customer. This knows nothing of anybody
and finds by form alone, so that a place that forgot to mask leaks no card, IBAN, address, number
or national id. Its placeholders are put back in the answer as the others are.
"""

import re
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from hashlib import blake2b

from copilot.llm.chat import ChatMessage
from copilot.privacy.detect import detect
from copilot.privacy.entity import Entity, without_overlaps
from copilot.privacy.ner import NameFinder

_PLACEHOLDER = re.compile(r"\[([A-Z]{2,12})_(\d{1,6})[A-Z]{0,3}\]")
_LONGEST = 24
_BRIEF = 20_000
_BRIEF_IF_NEW = 1_000
"""Characters of a prompt, and of paragraphs that have to be searched."""
_NO_DATE = "|"
_LABELS = {"national_id": "ID"}
_PARAGRAPH = re.compile(r"(?:[^\n]|\n(?!\s*\n))+")
# Most paragraphs hold dates and no personal number; without them few need the whole search.
_DATE = re.compile(
    r"(?<![\w.+-])(?:\d{1,2}\.\d{1,2}\.(?:\d{4})?|\d{4}-\d\d-\d\d(?:T[\d:.]{5,15}Z?)?)(?![\w+-]|\.\d)"
)
_FENCE = frozenset("<>[]{}\n")
_TAG = re.compile(r"</?[a-z][^<>\n]{0,200}>")
# Whatever has a form has one of these: none of them, and nothing need be looked for.
_SUSPICIOUS = re.compile(
    r"@|[(\[]at[)\]]|://|www\.|::|(?:[\da-f]{1,4}:){3}|\d{1,3}(?:\.\d{1,3}){3}"
    r"|\d(?:[^\w\n,:;]{0,4}\d){5}|[a-z]{2}\d\d[^\w\n]?[a-z\d]{2}",
    re.IGNORECASE,
)


class Searched:
    """Which paragraphs were found to hold nothing: they are not searched again.

    Most paragraphs of a prompt were in one before: its own words, articles, earlier messages. What
    is remembered is a digest, which tells nothing of the text.

    Args:
        most: How many to remember; the oldest is forgotten first.
        names: A model that finds names, if one is configured.
    """

    def __init__(self, most: int = 50_000, names: NameFinder | None = None) -> None:
        self._most = most
        self._names = names
        self._clean: dict[bytes, None] = {}

    def is_brief(self, messages: Sequence[ChatMessage]) -> bool:
        """Whether searching them takes no longer than changing threads for it would."""
        if self._names is not None or sum(len(one.content) for one in messages) > _BRIEF:
            return False
        paragraphs = (
            one.group() for message in messages for one in _PARAGRAPH.finditer(message.content)
        )
        new = (one for one in paragraphs if _digest(one) not in self._clean)
        return sum(map(len, new)) <= _BRIEF_IF_NEW

    def find(self, paragraph: str, *, ours: bool = False) -> list[Entity]:
        """What :func:`detect` finds in ``paragraph``, and names where a model finds them.

        Args:
            paragraph: A stretch of a prompt.
            ours: Whether it is our own words, which name nobody.

        Raises:
            UnavailableError: The model that finds names failed.
        """
        names = None if ours else self._names
        key = _digest(paragraph) if names is None else b"n" + _digest(paragraph)
        if key in self._clean:
            return []
        formed = _SUSPICIOUS.search(_DATE.sub(_NO_DATE, paragraph)) is not None
        found = detect(paragraph) if formed else []
        if names is not None:
            named = [one for one in names.find(paragraph) if _is_named(one, paragraph)]
            found = without_overlaps([*found, *named])
        if not found:
            self._clean[key] = None
            if len(self._clean) > self._most:
                with suppress(KeyError, StopIteration, RuntimeError):  # several threads do this
                    del self._clean[next(iter(self._clean))]
        return found


def _digest(paragraph: str) -> bytes:
    return blake2b(paragraph.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _is_named(found: Entity, paragraph: str) -> bool:
    """Whether a model's finding may be masked: never a fence of ours, nor a placeholder."""
    text = paragraph[found.start : found.end]
    around = [one.span() for one in _PLACEHOLDER.finditer(paragraph)]
    return (
        any(map(str.isalpha, text))
        and _FENCE.isdisjoint(text)
        and all(found.end <= start or end <= found.start for start, end in around)
        and not any(
            one.start() < found.end and found.start < one.end() for one in _TAG.finditer(paragraph)
        )
    )


class LastLook:
    """Masks one prompt, and restores the answer to it.

    Args:
        messages: The prompt, masked by whoever made it or not.
        searched: What searches its paragraphs.

    Attributes:
        messages: The prompt as it may leave.
        masked: How many different values are masked in it, by kind, whoever masked them.
    """

    def __init__(self, messages: Sequence[ChatMessage], searched: Searched) -> None:
        self._searched = searched
        self._held = ""
        self._originals: dict[str, str] = {}
        self._placeholders: dict[tuple[str, str], str] = {}
        seen = {
            (found[1], int(found[2]))
            for message in messages
            for found in _PLACEHOLDER.finditer(message.content)
        }
        self._last: Counter[str] = Counter()
        for label, number in seen:
            self._last[label] = max(self._last[label], number)
        self.messages = [
            ChatMessage(one.role, self._mask(one.content, ours=one.role == "system"))
            for one in messages
        ]
        kinds = Counter(label for label, _ in seen)
        kinds.update(label for label, _ in self._placeholders)
        self.masked = {label.lower(): count for label, count in sorted(kinds.items())}

    def restore(self, text: str) -> str:
        """``text`` with what was masked here put back."""
        if not self._originals:
            return text
        return _PLACEHOLDER.sub(lambda one: self._originals.get(one[0], one[0]), text)

    def take(self, piece: str) -> str:
        """What of a streamed answer can be shown after ``piece``: a placeholder may be cut."""
        if not self._originals:
            return piece
        text = self._held + piece
        begin = text.rfind("[")
        whole = begin < 0 or "]" in text[begin:] or len(text) - begin > _LONGEST
        cut = len(text) if whole else begin
        self._held = text[cut:]
        return self.restore(text[:cut])

    def rest(self) -> str:
        """What is left of a streamed answer that has ended."""
        held, self._held = self._held, ""
        return self.restore(held)

    def _mask(self, text: str, *, ours: bool) -> str:
        pieces: list[str] = []
        position = 0
        for paragraph in _PARAGRAPH.finditer(text):
            start = paragraph.start()
            for one in self._searched.find(paragraph.group(), ours=ours):
                first, last = start + one.start, start + one.end
                pieces += [text[position:first], self._placeholder(one.type, text[first:last])]
                position = last
        return "".join([*pieces, text[position:]])

    def _placeholder(self, kind: str, original: str) -> str:
        if _PLACEHOLDER.search(original):
            return original  # masked already: what it stands in is no more than that
        label = _LABELS.get(kind, kind.upper())
        if (label, original) not in self._placeholders:
            self._last[label] += 1
            written = f"[{label}_{self._last[label]}]"
            self._placeholders[label, original] = written
            self._originals[written] = original
        return self._placeholders[label, original]
