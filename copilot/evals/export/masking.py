"""The one way for text out of the database into a case: masked, and looked at again."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NewType

from copilot.kernel.errors import CopilotError
from copilot.privacy.detect import detect
from copilot.privacy.known import KnownFacts, KnownFinder
from copilot.privacy.names import name_words
from copilot.privacy.pseudonyms import Pseudonymiser

Masked = NewType("Masked", str)
"""Text that a :class:`Mask` made. Cases are built of nothing else."""

PLACEHOLDER = re.compile(
    r"\[(EMAIL|PHONE|CARD|IBAN|ID|IP|URL|NAME|ADDRESS|HANDLE|ORDER|TEXT)_\d{1,6}[A-Z]{0,3}\]"
)
"""What a pseudonymiser writes; a customer may write ``[VIRTANEN_1]``, which is none."""

# Nothing that people write has it, and no pattern spans it.
_APART = " \ue000 "
_PHONE_TAIL = 7
_DIALLED = re.compile(r"\d[\d\s\u00b7()./+,_\u2010-\u2015-]*")
# Characters that nobody sees: soft hyphens, joiners, marks of direction.
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_SEAM = re.compile(r"_|(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])|(?<=[a-zåäöæøéü])(?=[A-ZÅÄÖÆØÉÜ])")
_AT = r"\s*(?:@|[(\[{]\s*(?:at|ät)\s*[)\]}]|\s(?:at|ät)\s)\s*"
_DOT = r"\s*(?:\.|[(\[{]\s*(?:dot|piste)\s*[)\]}]|\s(?:dot|piste)\s)\s*"
_LONG_ENOUGH = 7
"""Letters of a whole name: fewer may stand inside other words by chance."""
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
        # Who is greeted may be the firm, which is nobody; people are looked up for exports.
        self._pseudonyms = Pseudonymiser(facts, learn=False)

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

    Looked for otherwise than by masking: in whatever letters, digits and blanks they are written
    (``０４０ 123``, ``maija @ mail (dot) example``), also inside joined words
    (``Virtanen_kuitti.pdf``, ``MaijaVirtanen``), and by whatever a form gives away.
    """
    plain = PLACEHOLDER.sub(_APART, plainly(_APART.join(texts)))
    folded = plain.casefold()
    kinds: set[str] = {
        one.type for one in detect(plain) if one.type in {"email", "phone", "iban", "card"}
    }
    if any(_spelled(one).search(folded) for one in facts.emails):
        kinds.add("email")
    tails = {re.sub(r"\D", "", one)[-_PHONE_TAIL:] for one in facts.phones}
    dialled = [re.sub(r"\D", "", one.group()) for one in _DIALLED.finditer(plain)]
    if any(len(tail) == _PHONE_TAIL and tail in one for tail in tails for one in dialled):
        kinds.add("phone")
    known = KnownFinder(facts)
    for text in {plain, unjoined(plain)}:
        kinds |= {entity.type for entity, _ in known.find(text)}
    if _joined_name(folded, facts):
        kinds.add("name")
    return sorted(kinds)


def plainly(text: str) -> str:
    """``text`` as it is read: one code for each letter and digit, without what nobody sees."""
    return _UNSEEN.sub("", unicodedata.normalize("NFKC", text))


def unjoined(text: str) -> str:
    """``text`` with a blank wherever one word seems to end inside another."""
    return _SEAM.sub(" ", text)


def _spelled(email: str) -> re.Pattern[str]:
    """A known address, however its signs are written; compared with small letters."""
    local, _, domain = plainly(email).casefold().rpartition("@")
    sides = (_DOT.join(map(re.escape, side.split("."))) for side in (local, domain))
    return re.compile(_AT.join(sides))


def _joined_name(folded: str, facts: KnownFacts) -> bool:
    """Whether a whole name stands there in one word: ``maijavirtanen``."""
    letters = re.sub(r"[^\w\ue000]|[\d_]", "", folded)
    for name in facts.names:
        words = name_words(plainly(name).casefold())
        ways = ("".join(words), "".join(reversed(words)))
        if len(words) > 1 and any(len(way) >= _LONG_ENOUGH and way in letters for way in ways):
            return True
    return False


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
