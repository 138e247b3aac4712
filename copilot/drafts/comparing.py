"""Two texts sentence by sentence: what stayed, moved, was reworded, went and came.

Greeting and closing are told apart: an agent who signs otherwise has changed nothing of the answer.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from copilot.conversations import signature_marks
from copilot.grounding.sentences import split_sentences
from copilot.summaries.act_patterns import GREETING

_ALMOST = 0.9
_REWORDED = 0.5
_MOST_PAIRS = {_ALMOST: 90_000, _REWORDED: 20_000}
"""How many may be compared: the less alike they may be, the longer one comparison takes."""
_LONGEST_GREETING = 6
_LONGEST_CLOSING = 10
_CLOSING_LINES = 4
_DEAR = re.compile(r"(?:hyvä|arvoisa|rakas) ")
_ENDS_GREETING = re.compile(r"(?:[,!]|[^\W\d_])$")


class Pair(NamedTuple):
    """A sentence of the first text that became one of the second."""

    before: int
    after: int


class Body(NamedTuple):
    """Which sentences, from ``start`` to before ``end``, are neither greeting nor closing."""

    start: int
    end: int


class Compared(NamedTuple):
    """What became of the sentences of one text in another; places are from 0.

    Attributes:
        before, after: The sentences of each text, in order.
        kept: Pairs that say the same but for a typing error.
        changed: Pairs that were reworded. Where a digit differs, that is no typing error.
        moved: Places in ``before`` of kept sentences that stand in another order now.
    """

    before: list[str]
    after: list[str]
    kept: list[Pair]
    changed: list[Pair]
    moved: list[int]


def compare_texts(before: str, after: str) -> Compared:
    """Compare two texts. Takes processor time on long ones: call it in a thread."""
    first, second = split_sentences(before), split_sentences(after)
    kept = _equal(first, second)
    kept += _alike(first, second, kept, at_least=_ALMOST, same_digits=True)
    changed = _alike(first, second, kept, at_least=_REWORDED, same_digits=False)
    kept.sort()
    return Compared(first, second, kept, sorted(changed), _moved(kept))


def body_of(sentences: Sequence[str]) -> Body:
    """Where the answer itself stands: after the greeting, before the closing and the names."""
    start = 1 if sentences and is_greeting(sentences[0]) else 0
    first = max(start, len(sentences) - _CLOSING_LINES)
    for place in range(first, len(sentences)):
        if _is_closing(sentences[place]):
            return Body(start, place)
    return Body(start, len(sentences))


def is_greeting(sentence: str) -> bool:
    """Whether it greets and says nothing else."""
    small = sentence.strip().lower()
    if len(small.split()) > _LONGEST_GREETING or not _ENDS_GREETING.search(small):
        return False
    return bool(GREETING.search(small) or _DEAR.match(small))


def _is_closing(sentence: str) -> bool:
    few = len(sentence.split()) <= _LONGEST_CLOSING
    return few and bool(signature_marks.CLOSING.match(sentence.strip()))


def _equal(first: list[str], second: list[str]) -> list[Pair]:
    places: dict[str, list[int]] = defaultdict(list)
    for place in range(len(second) - 1, -1, -1):
        places[second[place]].append(place)
    return [Pair(place, places[one].pop()) for place, one in enumerate(first) if places.get(one)]


def _alike(
    first: list[str],
    second: list[str],
    taken: Sequence[Pair],
    *,
    at_least: float,
    same_digits: bool,
) -> list[Pair]:
    """Pairs of what is left, the most alike first; no sentence is in two."""
    from rapidfuzz.distance import Levenshtein

    left = sorted(set(range(len(first))) - {one.before for one in taken})
    right = sorted(set(range(len(second))) - {one.after for one in taken})
    if not 0 < len(left) * len(right) <= _MOST_PAIRS[at_least]:
        return []
    digits = {b: _digits(second[b]) for b in right}
    scored = []
    for a in left:
        wanted = _digits(first[a])
        for b in right:
            if same_digits and digits[b] != wanted:
                continue
            score = Levenshtein.normalized_similarity(first[a], second[b], score_cutoff=at_least)
            if score >= at_least:
                scored.append((-score, abs(a - b), Pair(a, b)))
    found: dict[int, Pair] = {}
    paired: set[int] = set()
    for *_, pair in sorted(scored):
        if pair.before not in found and pair.after not in paired:
            found[pair.before] = pair
            paired.add(pair.after)
    return list(found.values())


def _digits(sentence: str) -> str:
    return re.sub(r"\D", "", sentence)


def _moved(kept: Sequence[Pair]) -> list[int]:
    """Those outside the longest run of kept sentences that are still in order."""
    tails: list[int] = []
    tail_of: list[int] = []
    previous: list[int | None] = [None] * len(kept)
    for place, pair in enumerate(kept):
        at = bisect_left(tails, pair.after)
        previous[place] = tail_of[at - 1] if at else None
        tails[at : at + 1] = [pair.after]
        tail_of[at : at + 1] = [place]
    in_order: set[int] = set()
    last = tail_of[-1] if tail_of else None
    while last is not None:
        in_order.add(last)
        last = previous[last]
    return [pair.before for place, pair in enumerate(kept) if place not in in_order]
