"""Text to index terms, for the lexical half of search.

Terms are of three kinds: stems, which match inflected forms of one language; padded character
4-grams inside words, which match compounds, misspellings and words whose language was guessed
wrongly (a shorter word is one gram); and codes such as ``KK-20418``, kept whole. Stems and 4-grams
together found more than either alone in English and Finnish (`docs/retrieval.md` has the figures).
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from enum import Enum
from functools import lru_cache
from typing import Protocol

ANALYSIS_VERSION = 3
"""Grows when the terms of a text change, so that stored vectors are made again."""

_GRAM = 4
_LONGEST_WORD = 64
_WORD = re.compile(r"[^\W_]+")
# An order number, a version, a part number: word parts joined by signs, a digit somewhere.
# It starts where a word starts and gives nothing back: one long word is looked at once.
_CODE = re.compile(r"(?<![^\W_])[^\W_]++(?:[-./_:#][^\W_]++){1,8}")
_DIGIT = re.compile(r"\d")
# Chinese and Japanese write no spaces: a pair of characters is about a word.
_UNSPACED = re.compile(r"[぀-ヿ㐀-鿿豈-﫿]")
# Soft hyphens, joiners, marks of direction, and what stands on a letter that has no form with it
# (accents, Hebrew points, Arabic vowels): they would cut a word in two, and are seldom typed.
_UNSEEN = re.compile(
    "[\u00ad\u200c-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\u0300-\u036f"
    "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0640\u064b-\u065f\u0670]"
)
_SNOWBALL = {
    "ar": "arabic",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "et": "estonian",
    "fi": "finnish",
    "fr": "french",
    "hu": "hungarian",
    "it": "italian",
    "lt": "lithuanian",
    "nl": "dutch",
    "no": "norwegian",
    "nb": "norwegian",
    "nn": "norwegian",
    "pl": "polish",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sv": "swedish",
    "tr": "turkish",
}


class Place(Enum):
    """Where in its word a term stands."""

    OPENING = "opening"
    """The 4-gram that the word starts with."""
    INSIDE = "inside"
    """Another 4-gram of the stem, or the stem itself."""
    ENDING = "ending"
    """A 4-gram that reaches more than a letter beyond the stem."""


class _Stemmer(Protocol):
    def stemWords(self, words: list[str]) -> list[str]:  # noqa: N802 - PyStemmer's name
        ...


def terms(text: str, language: str | None) -> Iterator[str]:
    """The terms of ``text``, repeated as often as they occur.

    Args:
        text: Any text.
        language: Its BCP 47 language; without one, words stand for their own stems.
    """
    yield from word_terms(words_of(text), language)
    yield from codes(text)


def words_of(text: str) -> list[str]:
    """The words of ``text`` in small letters, in order; very long ones are cut."""
    return [word[:_LONGEST_WORD] for word in _WORD.findall(_folded(text))]


def word_terms(words: Sequence[str], language: str | None) -> Iterator[str]:
    """The stems and 4-grams of ``words``."""
    for term, _ in placed_terms(words, language):
        yield term


def placed_terms(words: Sequence[str], language: str | None) -> Iterator[tuple[str, Place]]:
    """The same with where in its word each stands."""
    for word, stem in zip(words, stems(words, language), strict=True):
        yield f"s:{stem}", Place.INSIDE
        if _UNSPACED.search(word):
            yield from ((pair, Place.INSIDE) for pair in grams(word))
            continue
        # A gram's first sign is as many signs into the word, or the mark before it.
        beyond = len(stem) + 2 - _GRAM
        for first, gram in enumerate(grams(word)):
            if first == 0:
                yield gram, Place.OPENING
            else:
                yield gram, Place.ENDING if first > beyond else Place.INSIDE


def codes(text: str) -> Iterator[str]:
    """The order numbers, versions and the like in ``text``."""
    for code in _CODE.findall(_folded(text)):
        if _DIGIT.search(code):
            yield f"c:{code}"


def _folded(text: str) -> str:
    return _UNSEEN.sub("", unicodedata.normalize("NFKC", text).lower())


def stems(words: Sequence[str], language: str | None) -> list[str]:
    """The stem of each word; without a stemmer for the language, the word."""
    name = _SNOWBALL.get(language.lower().split("-")[0]) if language else None
    stemmer = _stemmer(name) if name else None
    return stemmer.stemWords(list(words)) if stemmer else list(words)


@lru_cache(maxsize=64)
def _stemmer(name: str) -> _Stemmer | None:
    import Stemmer

    if name not in Stemmer.algorithms():
        return None
    # Its word cache is not safe to share between threads; without one each call stands alone.
    stemmer: _Stemmer = Stemmer.Stemmer(name, 0)
    return stemmer


def grams(word: str) -> Iterator[str]:
    """The 4-grams of a word in small letters, with marks where it starts and ends."""
    if _UNSPACED.search(word):
        for start in range(max(1, len(word) - 1)):
            yield word[start : start + 2]
        return
    padded = f"^{word}$"
    for start in range(max(1, len(padded) - _GRAM + 1)):
        yield padded[start : start + _GRAM]
