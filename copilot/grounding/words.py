"""The words of a text that carry its content, brought to a form that compares."""

import re

from copilot.kernel.little_words import FUNCTION_WORDS

WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
"""A word or number, hyphens and apostrophes inside it included."""

_MAX_WORDS = 20_000
_KEY_LENGTH = 5


def words_of(text: str) -> list[str]:
    """The words and numbers of ``text`` in small letters; a very long text is cut."""
    found = WORD.findall(text, 0, 1_000_000)
    return [word.lower() for word in found[:_MAX_WORDS]]


def word_key(word: str) -> str:
    """The beginning that a word keeps through its inflections.

    Five letters: English endings and Finnish cases with their consonant changes ("tilaus",
    "tilauksen") come after them, in any language without a stemmer of its own as well.
    Numbers stay whole.
    """
    if not word.isalpha():
        return word
    return (word[:-1] if len(word) > 3 and word.endswith("s") else word)[:_KEY_LENGTH]


def content_words(text: str) -> list[str]:
    """The words of ``text`` that carry meaning, in order and in small letters, repeats kept."""
    return [word for word in words_of(text) if word not in FUNCTION_WORDS and _carries(word)]


def content_keys(text: str) -> list[str]:
    """The keys of the content words of ``text``, in order, repeats kept."""
    return [word_key(word) for word in content_words(text)]


def _carries(word: str) -> bool:
    return len(word) > 1 or word.isdigit()
