"""Cutting a run-on sentence, as chats and calls without full stops have, into parts that tell.

What is cut stays word for word: parts are stretches of the sentence, in order, with nothing but
white space left out between them.
"""

import re

from copilot.grounding.sentences import Span
from copilot.kernel.listed import listed

LONGEST_WORDS = 34
"""A sentence of more words than this is cut."""

_WANTED_WORDS = 24
_LEAST_WORDS = 7
_WITHIN_FIGURE = 10.0
_WORD = re.compile(r"\S+")
_DIGIT = re.compile(r"\d")
_STRONG = re.compile(r"[;:–—]$|\.{2,}$|…$")
_CONJUNCTIONS = frozenset(
    listed("""
        and but so because then while although however also plus
        ja mutta joten koska sitten kun vaikka sekä eli että
        och men för und aber weil et mais y pero e ma
    """)
)
_SUBJECTS = frozenset(
    listed("""
        i i'm im i've ive i'd we we're we've you you're they he she it it's my our this that there
        please can could
        minä mä me te he se tämä nyt olen olemme onko voitko voitteko saanko ich wir je jag vi
    """)
)


def cut_at_clauses(text: str, span: Span) -> list[Span]:
    """The parts of a sentence; itself when it is not too long.

    Args:
        text: Where it stands.
        span: The sentence.
    """
    if span.end - span.start <= 2 * LONGEST_WORDS:
        return [span]
    words = [match.span() for match in _WORD.finditer(text, span.start, span.end)]
    parts: list[Span] = []
    first = 0
    while len(words) - first > LONGEST_WORDS:
        after = _cut_after(text, words, first)
        parts.append(Span(words[first][0], words[after - 1][1]))
        first = after
    return [*parts, Span(words[first][0], span.end)]


def _cut_after(text: str, words: list[tuple[int, int]], first: int) -> int:
    """The number of the word that begins the next part."""
    low = first + _LEAST_WORDS
    high = min(first + LONGEST_WORDS, len(words) - _LEAST_WORDS + 1)

    def worth(place: int) -> tuple[float, int]:
        before = text[slice(*words[place - 1])]
        after = text[slice(*words[place])].lower().strip("\"'(")
        following = text[slice(*words[place + 1])].lower() if place + 1 < len(words) else ""
        joins = after in _CONJUNCTIONS
        score = 3.0 * bool(_STRONG.search(before)) + 2.0 * before.endswith(",")
        score += (2.5 if following in _SUBJECTS else 1.0) * joins
        score += 1.5 * (after in _SUBJECTS and text[slice(*words[place - 1])].lower() not in _GLUE)
        score -= _WITHIN_FIGURE * _in_figure(before, after, following)
        return score - 0.1 * abs(place - first - _WANTED_WORDS), -place

    return max(range(low, max(high, low + 1)), key=worth)


def _in_figure(before: str, after: str, following: str) -> bool:
    """Whether a cut may part a figure: ``12 345 €``, ``3 March``, ``between 10 and 12``."""
    if _DIGIT.search(after):
        return True
    if not _DIGIT.search(before) or before.endswith((",", ";", ":")):
        return False
    return after not in _CONJUNCTIONS or _DIGIT.search(following) is not None


_GLUE = _CONJUNCTIONS | frozenset(
    listed("""
        that if when what where why how which who as of to for in on at with is was are were do does
        did have has can could will would should not the a an jos jonka joka mitä missä
    """)
)
"""After these a pronoun begins no new clause."""
