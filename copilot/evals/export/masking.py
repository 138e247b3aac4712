"""The one way for text out of the database into a case: masked, and looked at again."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NewType

from copilot.kernel.errors import CopilotError
from copilot.privacy.detect import detect
from copilot.privacy.known import KnownFacts, KnownFinder
from copilot.privacy.pseudonyms import Pseudonymiser

Masked = NewType("Masked", str)
"""Text that a :class:`Mask` made. Cases are built of nothing else."""

PLACEHOLDER = re.compile(r"\[([A-Z]+)_\d+[A-Z]*\]")
# Nothing that people write has it, and no pattern spans it.
_APART = " \ue000 "
_PHONE_TAIL = 8
_DIALLED = re.compile(r"\d[\d\s\u00a0()./+\u2010-\u2015-]*")
_PLAIN_KEYS = frozenset(
    {"id", "external_id", "role", "visibility", "sent_at", "channel", "language", "format"}
)
"""What is no text of anybody: codes and times, made or checked by us."""


class LeakError(CopilotError):
    """Personal data was found in what was about to be exported."""

    code = "export_leaks"
    title = "The export would show personal data"


class Mask:
    """Pseudonymises all texts of one case alike, so that one person is one placeholder.

    Args:
        facts: What is known of the people in it.
    """

    def __init__(self, facts: KnownFacts) -> None:
        self.facts = facts
        self._pseudonyms = Pseudonymiser(facts)

    def text(self, text: str) -> Masked:
        """``text`` with placeholders."""
        return Masked(self._pseudonyms.mask(text))

    def name(self, name: str | None) -> Masked | None:
        """An author's name as its placeholders alone; None when it names nobody."""
        if not name:
            return None
        found = [one.group() for one in PLACEHOLDER.finditer(self.text(name))]
        return Masked(" ".join(found)) if found else None


def unnumbered(text: str) -> str:
    """``text`` with every placeholder as ``[NAME]``: who is who is left out."""
    return PLACEHOLDER.sub(r"[\1]", text)


def leaks(texts: Iterable[str], facts: KnownFacts) -> list[str]:
    """The kinds of personal data found in ``texts``, which were masked; never the data itself.

    Looked for otherwise than by masking: known addresses and numbers letter by letter, names also
    inside joined words (``Virtanen_kuitti.pdf``), and whatever a form gives away.
    """
    whole = _APART.join(texts)
    plain = PLACEHOLDER.sub(_APART, whole)
    folded = plain.casefold()
    found = {one.type for one in detect(plain) if one.type in {"email", "phone", "iban", "card"}}
    kinds: set[str] = set(found)
    if any(one.casefold() in folded for one in facts.emails):
        kinds.add("email")
    tails = {re.sub(r"\D", "", one)[-_PHONE_TAIL:] for one in facts.phones}
    dialled = [re.sub(r"\D", "", one.group()) for one in _DIALLED.finditer(plain)]
    if any(len(tail) == _PHONE_TAIL and tail in one for tail in tails for one in dialled):
        kinds.add("phone")
    kinds |= {entity.type for entity, _ in KnownFinder(facts).find(plain)}
    names = KnownFinder(KnownFacts(names=facts.names))
    kinds |= {entity.type for entity, _ in names.find(re.sub(r"[\d_]", " ", plain))}
    return sorted(kinds)


def strings(value: Any) -> Iterator[str]:
    """Every text of a case, wherever it stands in it."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, one in value.items():
            if key not in _PLAIN_KEYS:
                yield from strings(one)
    elif isinstance(value, Sequence):
        for one in value:
            yield from strings(one)
