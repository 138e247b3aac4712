"""What is known of a customer beforehand, so that it is found wherever it stands."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import NamedTuple

from copilot.privacy.entity import Entity, EntityType
from copilot.privacy.names import NameForms, name_words, with_halves

_Spell = Callable[[str], "re.Pattern[str] | None"]
_MIN_DIGITS = 4
_MIN_PHONE_DIGITS = 6
_MIN_LENGTH = 3
_MOST_LEARNED = 24
_LOCAL_CASE = re.compile(r"(?<=\w{3})(?:l[lt][aä]|lle|s[st][aä])$")
_HYPHENS = r"\u2010\u2011–-"


class KnownFacts(NamedTuple):
    """Facts that identify the people of a conversation.

    Attributes:
        names: Full names in their basic form; each word of them is found by itself.
        phones: E.164 or as written.
        addresses: Postal addresses, whole or by line.
        numbers: Numbers of orders, invoices and parcels.
    """

    names: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()


class KnownFinder:
    """Finds known facts in texts, however they are inflected or spaced.

    Args:
        known: The facts.
    """

    def __init__(self, known: KnownFacts) -> None:
        words = dict.fromkeys(
            word for name in known.names for word in with_halves(name_words(_nfc(name)))
        )
        self._names = [NameForms(word) for word in words]
        self._words = {word.lower() for word in words}
        self._learned = 0
        self._patterns: list[tuple[EntityType, str, re.Pattern[str]]] = []
        spellings: tuple[tuple[EntityType, tuple[str, ...], _Spell], ...] = (
            ("email", known.emails, _literal),
            ("address", known.addresses, _spaced),
            ("order", known.numbers, _numbered),
            ("phone", known.phones, _dialled),
            ("handle", known.handles, _literal),
        )
        for kind, values, spell in spellings:
            for value in dict.fromkeys(values):
                pattern = spell(_nfc(value).strip())
                if pattern is not None:
                    self._patterns.append((kind, value.lower(), pattern))

    def learn(self, word: str) -> None:
        """Look for ``word``, a name that a text introduced, from now on: with a capital letter.

        Only so many are learned, since each has to be looked for in every text.
        """
        for one in (word, _LOCAL_CASE.sub("", word)):
            if one.lower() not in self._words and self._learned < _MOST_LEARNED:
                self._learned += 1
                self._words.add(one.lower())
                self._names.append(NameForms(one, capital=True))

    def find(self, text: str) -> Iterator[tuple[Entity, str]]:
        """Every place of a known fact, with the fact it is a form of."""
        for kind, value, pattern in self._patterns:
            for match in pattern.finditer(text):
                yield Entity(match.start(), match.end(), kind), value
        forms = [(name.word.lower(), one) for name in self._names for one in name.forms(text)]
        sure = {place for _, (start, end, sure) in forms if sure for place in (start, end)}
        left = []
        for word, (start, end, is_sure) in forms:
            if is_sure:
                yield Entity(start, end, "name"), word
            else:
                left.append((word, start, end))
        # "joki" is a river, but no river after "maija"; "van" stands before "der" before "Berg".
        found = True
        while found:
            found = False
            for one in list(left):
                word, start, end = one
                spaced = " " in (text[max(0, start - 1) : start], text[end : end + 1])
                if spaced and (start - 1 in sure or end + 1 in sure):
                    sure.update((start, end))
                    left.remove(one)
                    found = True
                    yield Entity(start, end, "name"), word


def _nfc(value: str) -> str:
    return unicodedata.normalize("NFC", value)


def _literal(value: str) -> re.Pattern[str] | None:
    if len(value) < _MIN_LENGTH:
        return None
    return re.compile(rf"(?<!\w){re.escape(value)}(?!\w)", re.IGNORECASE)


def _spaced(value: str) -> re.Pattern[str] | None:
    words = re.findall(r"\w+", value)
    if sum(map(len, words)) < _MIN_DIGITS:
        return None
    spelled = r"[\s,.;-]{1,5}".join(map(re.escape, words))
    return re.compile(rf"(?<!\w){spelled}(?!\w)", re.IGNORECASE)


def _numbered(value: str) -> re.Pattern[str] | None:
    """The number whole, one with letters however it is spaced, or its long run of digits alone."""
    if len(value) < _MIN_DIGITS:
        return None
    forms = [re.escape(value), *re.findall(rf"\d{{{_MIN_DIGITS},}}", value)]
    characters = re.findall(r"[^\W_]", value)
    if any(map(str.isalpha, characters)):
        # Digits alone are not spelled freely: order 20694 is not 206.94 euros.
        forms.append(rf"[\s\u00a0._/{_HYPHENS}]?".join(characters))
    return re.compile(rf"(?<!\w)(?:{'|'.join(dict.fromkeys(forms))})(?!\w)", re.IGNORECASE)


def _dialled(value: str) -> re.Pattern[str] | None:
    import phonenumbers

    try:
        parsed = phonenumbers.parse(value, "FI")
        country, national = str(parsed.country_code), str(parsed.national_number)
    except phonenumbers.NumberParseException:
        country, national = "", re.sub(r"\D", "", value)
    if len(national) < _MIN_PHONE_DIGITS:
        return None
    gap = rf"[\s\u00a0()./{_HYPHENS}]{{0,3}}"
    digits = gap.join(national)
    prefix = (
        rf"(?:(?:(?:\+|00){gap})?{gap.join(country)}{gap}(?:\(?0\)?{gap})?|0{gap})?"
        if country
        else ""
    )
    return re.compile(rf"(?<![\w+]){prefix}{digits}(?!\w)")
