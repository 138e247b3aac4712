"""Who else a draft speaks of: identifiers and names that are not this customer's."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from copilot.grounding.figure_check import FigureCheck, Source
from copilot.grounding.figures import FigureIndex
from copilot.grounding.words import word_key, words_of
from copilot.kernel.language import primary_subtag

_IDENTIFYING = frozenset(("email", "phone", "identifier"))
_PAIR = re.compile(
    r"(?<![\w.@/-])([A-ZÅÄÖÉÜÕŠŽ][a-zåäöéèüõšžáíóúñç]+(?:-[A-ZÅÄÖÉÜ][a-zåäöéü]+)?)[ \u00a0]"
    r"((?:(?:von|van|de|af|der)[ \u00a0])?[A-ZÅÄÖÉÜÕŠŽ][a-zåäöéèüõšžáíóúñç]+"
    r"(?:-[A-ZÅÄÖÉÜ][a-zåäöéü]+)?)(?![\w@])"
)
_GREETED = re.compile(
    r"^\s{0,3}(?:hei|moi|moikka|terve|tervehdys|hyvä|hi|hello|hey|dear|hej|hola|bonjour|ciao|"
    r"olá)[ \u00a0,]{1,2}"
    r"(?-i:([A-ZÅÄÖÉÜ][a-zåäöéèüõ]+(?:-[A-ZÅÄÖÉÜ][a-zåäöéü]+)?))(?=[\s,!.:]|$)",
    re.IGNORECASE,
)
_NOBODY = frozenset(
    [
        "kind",
        "best",
        "warm",
        "regards",
        "wishes",
        "sincerely",
        "yours",
        "dear",
        "hello",
        "hi",
        "hei",
        "hyvä",
        "arvoisa",
        "asiakas",
        "asiakkaamme",
        "customer",
        "customers",
        "sir",
        "madam",
        "team",
        "service",
        "support",
        "care",
        "tiimi",
        "asiakaspalvelu",
        "ystävällisin",
        "terveisin",
        "parhain",
        "parhaat",
        "terveiset",
        "kiitos",
        "thank",
        "thanks",
        "you",
        "many",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "all",
        "there",
        "everyone",
        "again",
        "finland",
        "sweden",
        "norway",
        "denmark",
        "estonia",
        "germany",
        "suomi",
        "europe",
        "european",
        "united",
        "kingdom",
        "states",
        "union",
    ]
)
"""Words that begin with a capital letter and name no person."""
# Where every noun has one, capitals tell nothing.
_CAPITALS = frozenset(("en", "fi", "sv", "da", "no", "nb", "et", "es", "it", "pt", "fr", "nl"))


class Foreign(NamedTuple):
    """Something personal that is not this customer's."""

    start: int
    end: int
    text: str


def foreign_data(
    text: str, figures: Iterable[FigureCheck], own: list[Source], language: str
) -> list[Foreign]:
    """What identifies somebody, and stands in nothing that this customer may know.

    Args:
        text: The draft.
        figures: Its figures, checked against all that it was made of.
        own: What the customer said, was told in public, has, and may read.
        language: The draft's.
    """
    wanted = {(one.start, one.end) for one in figures if one.kind in _IDENTIFYING}
    found: list[Foreign] = []
    if wanted:
        found += [
            Foreign(one.start, one.end, one.text)
            for one in FigureIndex(own).check(text, language=language)
            if (one.start, one.end) in wanted and one.verdict != "supported"
        ]
    if primary_subtag(language) in _CAPITALS:
        found += _names(text, own)
    return sorted(found)


def _names(text: str, own: list[Source]) -> Iterator[Foreign]:
    candidates: list[tuple[int, int, str]] = []
    greeted = _GREETED.match(text)
    if greeted is not None:
        candidates.append((*greeted.span(1), greeted[1]))
    candidates += [(*one.span(), one[0]) for one in _PAIR.finditer(text)]
    if not candidates:
        return
    known = {word_key(word) for source in own for word in words_of(source.text)}
    for start, end, name in candidates:
        words = words_of(name)
        if any(word in _NOBODY for word in words):
            continue
        # Both parts unknown: "Nordic Parcel" of an article in another case is none.
        if not any(word_key(word) in known for word in words):
            yield Foreign(start, end, name)
