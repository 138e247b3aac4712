"""Which figure of the sources says otherwise: same kind, same matter, another value.

Careful on purpose: a wrong alarm costs trust, so the sentences around both figures must share
most of their words, or name the same order.
"""

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from copilot.grounding.figure import Figure
from copilot.grounding.matching import Place
from copilot.grounding.surroundings import sentence_around
from copilot.grounding.words import content_keys

_CODE = re.compile(r"(?<!\w)[^\W\d_]{0,6}-?\d{4,}(?!\w)")
_NEAR_MISS = 0.8
_MAX_RIVALS = 400
_LONGEST_COMPARED = 200
_MIN_SCORE = 0.5
_NATIONAL_DIGITS = 9
_COMPARED_LETTER_BY_LETTER = frozenset(("identifier", "phone", "email", "url"))


class _Context(NamedTuple):
    """The words around a figure and the order numbers named beside it."""

    words: frozenset[str]
    codes: frozenset[str]


class Rival:
    """A figure of a source that may say otherwise.

    Args:
        place: The figure and which source it stands in.
        text: That source's text.
    """

    def __init__(self, place: Place, text: str) -> None:
        self.place = place
        self._text = text

    @cached_property
    def context(self) -> _Context:
        """What stands around it; found once, because every wrong figure asks for it."""
        return _context(self._text, self.place.figure)


def contradicting(text: str, figure: Figure, rivals: Iterable[Rival]) -> Place | None:
    """The place among ``rivals`` that contradicts ``figure`` of ``text``, or None.

    Args:
        text: The checked text.
        figure: A figure of it that no source holds.
        rivals: Figures of the sources of the same kind.
    """
    here = _context(text, figure)
    best, best_score = None, 0.0
    for one in islice(rivals, _MAX_RIVALS):
        rival = one.place.figure
        if not _comparable(figure, rival):
            continue
        score = _score(here, one.context)
        if figure.kind in _COMPARED_LETTER_BY_LETTER:
            score = max(score, _near_miss(_plain(figure), _plain(rival)))
        if score > best_score:
            best, best_score = one.place, score
    return best if best_score >= _MIN_SCORE else None


def _context(text: str, figure: Figure) -> _Context:
    start, end = sentence_around(text, figure.start, figure.end)
    around = f"{text[start : figure.start]} {text[figure.end : end]}"
    words = frozenset(key for key in content_keys(around) if key.isalpha())
    return _Context(words, frozenset(_CODE.findall(around)))


def _comparable(one: Figure, other: Figure) -> bool:
    """Whether two figures of a kind measure the same thing."""
    if one.kind in ("amount", "quantity"):
        labels, others = _labels(one), _labels(other)
        return bool(labels & others) or (one.kind == "amount" and None in labels | others)
    if one.kind == "date":
        return _is_weekday(one) == _is_weekday(other)
    if one.kind == "identifier":
        return _shape(one.text) == _shape(other.text)
    return True


def _labels(figure: Figure) -> set[object]:
    return {key[0] for part in figure.parts for key in part}


def _is_weekday(figure: Figure) -> bool:
    return figure.parts[0][0][0] == "weekday"


def _shape(code: str) -> tuple[str, int]:
    letters = re.sub(r"[\W\d_]", "", code).upper()
    return letters, sum(character.isdigit() for character in code)


def _score(here: _Context, there: _Context) -> float:
    """How surely both speak of the same matter, 0 to 1."""
    if here.codes and there.codes and not here.codes & there.codes:
        return 0.0
    shared = len(here.words & there.words)
    if here.codes & there.codes and shared >= 1:
        return 0.5 + shared / (1 + len(here.words | there.words))
    fewest = min(len(here.words), len(there.words))
    if shared < min(2, fewest):
        return 0.0
    return shared / fewest if shared else 0.0


def _plain(figure: Figure) -> str:
    """What is compared letter by letter: of a phone number the national digits."""
    if figure.kind == "phone":
        return re.sub(r"\D", "", figure.text)[-_NATIONAL_DIGITS:]
    return figure.text.lower()


def _near_miss(one: str, other: str) -> float:
    """A number with a digit or two wrong was meant to be the other."""
    if max(len(one), len(other)) > _LONGEST_COMPARED:
        return 0.0
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if matcher.quick_ratio() < _NEAR_MISS:  # never less than the ratio, and much cheaper
        return 0.0
    ratio = matcher.ratio()
    return ratio if ratio >= _NEAR_MISS else 0.0
