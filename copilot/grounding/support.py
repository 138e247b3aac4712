"""How far a sentence is carried by a source: the share of its content that stands there.

Words compare by the beginning they keep through inflection, numbers exactly, and longer words
and numbers count for more. It is a measure of wording, so it says nothing across languages.
"""

from collections.abc import Iterable
from typing import NamedTuple

from copilot.grounding.words import content_words, word_key

_KEY_CREDIT = 0.9
_NUMBER_WEIGHT = 2.5
_LONG_WORD = 12


class Vocabulary(NamedTuple):
    """The content words of a source and their keys."""

    words: frozenset[str]
    keys: frozenset[str]

    @classmethod
    def of(cls, text: str) -> "Vocabulary":
        """The vocabulary of ``text``."""
        words = frozenset(content_words(text))
        return cls(words, frozenset(map(word_key, words)))

    def credit(self, word: str) -> float:
        """How far ``word`` stands here, 0 to 1."""
        if word in self.words:
            return 1.0
        return _KEY_CREDIT if word.isalpha() and word_key(word) in self.keys else 0.0


def support(sentence: str, source_text: str) -> float:
    """How much of the content of ``sentence`` stands in ``source_text``, 0 to 1.

    A sentence of little words alone is carried by nothing: 0.
    """
    return carried(content_words(sentence), Vocabulary.of(source_text))


def carried(words: Iterable[str], vocabulary: Vocabulary) -> float:
    """The weighted share of ``words`` that ``vocabulary`` holds."""
    total = held = 0.0
    for word in words:
        weight = word_weight(word)
        total += weight
        held += weight * vocabulary.credit(word)
    return held / total if total else 0.0


def word_weight(word: str) -> float:
    """What a word counts: numbers most, long words more than short ones."""
    if any(character.isdigit() for character in word):
        return _NUMBER_WEIGHT
    return 1 + min(len(word), _LONG_WORD) / _LONG_WORD
