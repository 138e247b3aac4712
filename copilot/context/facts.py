"""Which of a customer's sentences tell something, and how much it is worth by itself."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from copilot.context.values import codes_in, has_street
from copilot.grounding.support import Vocabulary
from copilot.grounding.words import content_words
from copilot.summaries.said import Said

_MIN_WORDS = 4
_MIN_CONTENT = 2
_FURTHER = 0.1
_TRIED = re.compile(
    r"\b(?:i|we)(?:'ve| have|)(?: \w+ly| already| now| just| also| even){0,2} "
    r"(?:tried|restarted|rebooted|reset|"
    r"reinstalled|cleaned|descaled|replaced|checked|updated|unplugged|changed|called|rang|phoned|"
    r"emailed|contacted|followed|charged|sent|returned|switched|turned|asked|wrote|written|"
    r"logged|deleted|downloaded)\b"
    r"|\bolen (?:\w+ )?(?:jo |vielä |myös )?(?:kokeillut|yrittänyt|käynnistänyt|vaihtanut|"
    r"puhdistanut|päivittänyt|tarkistanut|soittanut|lähettänyt|palauttanut|ladannut|irrottanut|"
    r"asentanut|nollannut|kysynyt|kirjoittanut|ilmoittanut)\b"
    r"|\b(?:kokeilin|yritin|käynnistin|vaihdoin|puhdistin|nollasin|tarkistin|asensin|irrotin|"
    r"päivitin|soitin|lähetin|palautin|latasin|kysyin|kirjoitin|ilmoitin)\b",
)
_WISH = re.compile(
    r"\b(?:prefer|rather|instead of|(?:do not|don't) (?:want|need)|would like (?:a|my|the)|"
    r"need (?:it|them|this|the \w+) (?:by|before|for)|allergic|only (?:works?|fits?|suits?)|"
    r"mieluummin|mieluiten|en halua|en tarvitse|en pääse|en ehdi|tarvitsen|tarvitaan|sopii|"
    r"allergi\w+)\b",
)
_PLACE = re.compile(
    r"\b(?:i(?:'m| am) in|i live|we live|(?:i|we)(?:'ve| have)? moved|my (?:new )?address|"
    r"deliver(?:y|ed)? to|asun|asumme|muutin|muutimme|muutan|osoitteeni|osoitteemme|"
    r"(?:uusi )?osoite(?:eni)?)\b"
)
_REACHED_AT = re.compile(r"^(?:puh|tel|gsm|mob|phone|fax|email|e-mail|s-posti)\b")
_WANTS_TO_KNOW = re.compile(r"\b(?:should|would|'d) (?:like|want) to (?:know|ask)\b")
_MEASURE = re.compile(
    r"[€£$]\s?\d|\d\s?(?:€|£|\$|e\b|eur|kr|%|°|kg|g\b|cm|mm|m\b|l\b|w\b|v\b)"
    r"|\d{1,2}\.\d{1,2}\.|\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{1,2}[:.]\d\d\b"
    r"|\d(?:st|nd|rd|th)?\s(?:of\s)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
    r"|(?:january|february|march|april|june|july|august|september|october|november|december)\s\d"
    r"|\d\s(?:day|week|month|year|hour|minute|time|päiv|viikko|kuukau|vuo|tunti|minuut|kerta)"
)
_EXACT = re.compile(rf"{_MEASURE.pattern}|\d{{4,}}")
_DIGIT = re.compile(r"\d")


class Fact(NamedTuple):
    """A sentence in which the customer tells something.

    Attributes:
        worth: How much it says whatever is asked now, 0 to 1.
        words: Its content words.
        codes: Order numbers, serial numbers and other codes in it, as they compare.
        street: Whether it names a street address.
    """

    said: Said
    worth: float
    words: tuple[str, ...]
    vocabulary: Vocabulary
    codes: frozenset[str]
    street: bool


def facts_in(sentences: Sequence[Said]) -> list[Fact]:
    """The facts among a customer's ``sentences``, in order: no questions, no small talk."""
    return [fact for one in sentences if (fact := _fact(one)) is not None]


def _fact(one: Said) -> Fact | None:
    small = one.text.lower().replace("’", "'")
    if "question" in one.acts or _REACHED_AT.match(small) or _WANTS_TO_KNOW.search(small):
        return None
    figures = _DIGIT.search(small) is not None
    codes = codes_in(one.text) if figures else frozenset()
    street = figures and has_street(one.text)
    worth = _worth(one, small, codes, street=street, figures=figures)
    words = content_words(one.text)
    short = len(words) < _MIN_CONTENT or len(one.text.split()) < _MIN_WORDS
    exact = codes or street or (figures and _EXACT.search(small))
    if not worth or (short and not exact):
        return None
    return Fact(one, worth, tuple(words), Vocabulary.of(one.text), codes, street)


def _worth(one: Said, small: str, codes: frozenset[str], *, street: bool, figures: bool) -> float:
    found = [
        worth
        for holds, worth in (
            (bool(codes), 0.9),
            (street, 0.9),
            (_TRIED.search(small), 0.9),
            (_PLACE.search(small), 0.7),
            (_WISH.search(small), 0.7),
            ("problem" in one.acts, 0.7),
            (figures and _EXACT.search(small), 0.5),
            (figures, 0.3),
            ("fact" in one.acts, 0.2),
        )
        if holds
    ]
    return min(1.0, found[0] + _FURTHER * (len(found) - 1)) if found else 0.0
