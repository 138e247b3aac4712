"""Choosing the statements that answer a question: few and right before many.

A statement needs evidence from its wording, its heading and, where the model knows the language,
its meaning. Below a floor the question counts as unanswered, whatever search ranked first.
"""

import math
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from copilot.drafts.asking import (
    Sought,
    is_telling,
    kinds_in,
    points_back,
    subject_stands_before,
    wanted_kinds,
)
from copilot.drafts.concepts import meaning_keys
from copilot.drafts.meaning import Meanings
from copilot.drafts.questions import Ask
from copilot.drafts.statements import Statement
from copilot.grounding.words import content_words

_FLOOR = {"asked": 0.5, "problem": 0.5, "told": 0.65}
"""What wording alone has to reach."""

_FLOOR_BOTH = {"asked": 0.72, "problem": 0.72, "told": 0.9}
"""What wording and meaning have to reach together."""

_MEANS_THE_SAME = 0.4
_TITLE = 0.7
_ITEM = 0.5
_OWN_PART = 0.3
_GENERIC = 0.3
_UNKNOWN_WORD = 0.5
_CONCEPT = 1.3
_AROUND = 0.25
_AROUND_SHORT = 0.5
_FEW_WORDS = 4
_IN_CONTEXT = 0.2
_POINTS_BACK = 0.5
_BY_TITLE = 0.4
_FITTING_KIND = 0.12
_RANK = 0.06
_PLACE = 0.03
_COMPOUND = 10
_SHORTEST_PART = 4
_KEY = 5
_FOREIGN_TITLE = 0.1
_LEAST = 0.01
_CLOSE = 0.75
_CLOSE_ELSEWHERE = 0.92
_FEW_NEW = 2
_MANY_SHARED = 8


class Answer(NamedTuple):
    """The statements that answer a question, in the order to write them; empty when none do."""

    ask: Ask
    statements: list[Statement]
    score: float


class _Words(NamedTuple):
    """The keys of a question and of what stands around it, with what each counts."""

    wanted: set[str]
    around: set[str]
    weights: dict[str, float]
    share: float
    own: float
    total: float
    question: str
    leans: bool
    subject: set[str]


class Answerer:
    """Finds answers among the statements of the passages.

    Args:
        statements: Everything that may be said.
        meanings: Of the statements, their headings and the questions.
    """

    def __init__(self, statements: Sequence[Statement], meanings: Meanings | None = None) -> None:
        self._statements = statements
        self._meanings = meanings or Meanings()
        # A long list has a word of everything: what it is about stands before its items.
        parts = [one.text.partition("\n") for one in statements]
        self._keys = [meaning_keys(first) for first, _, _ in parts]
        self._items = [meaning_keys(rest) for _, _, rest in parts]
        self._ends = [_ends_of(first) for first, _, _ in parts]
        self._titles = [meaning_keys(one.heading) for one in statements]
        by_source: dict[int, set[str]] = {}
        for one, *keys in zip(statements, self._keys, self._items, self._titles, strict=True):
            by_source.setdefault(one.source, set()).update(*keys)
        self._kinds: dict[int, frozenset[Sought]] = {}
        self._sources = len(by_source)
        self._held = Counter(key for keys in by_source.values() for key in keys)

    def answer(self, ask: Ask, *, most: int, used: set[str], in_full: bool = False) -> Answer:
        """The best statements for ``ask``.

        Args:
            ask: The question.
            most: Most statements.
            used: Texts that the reply holds already; they are not said again.
            in_full: Whether to take what stands beside the best one too, up to ``most``.
        """
        scores = self._scores(ask)
        order = [
            number
            for number in sorted(range(len(scores)), key=lambda n: -scores[n])
            if scores[number]
            and (self._statements[number].text not in used or self._speaks_of(ask, number))
        ]
        if not order:
            return Answer(ask, [], 0.0)
        best = self._best(ask, order, scores, used)
        chosen = [best]
        covered = set(self._keys[best])
        wanted = {key for key in meaning_keys(ask.text) if is_telling(key)}
        words = self._words(ask)
        aside = {number for number in order if self._is_of_another_matter(number, words)}
        for number in order:
            if number == best:
                continue
            if len(chosen) >= most or self._statements[best].is_list:
                break
            same = self._statements[best].source == self._statements[number].source
            close = scores[number] >= (_CLOSE if same else _CLOSE_ELSEWHERE) * scores[best]
            new = self._keys[number] - covered
            adds = len(new) > _FEW_NEW or bool(new & wanted)
            if self._is_of_another(ask, number, best) or (number in aside and best not in aside):
                continue
            if close and adds and not self._statements[number].is_list:
                chosen.append(number)
                covered |= self._keys[number]
        if in_full:
            chosen += self._beside(best, taken=chosen)[: most - len(chosen)]
        statements = [self._statements[number] for number in chosen]
        fresh = [
            one
            for one in statements
            if one.text not in used and not any(_holds(other, one) for other in statements)
        ]
        fresh.sort(key=lambda one: (one.source != statements[0].source, one.source, one.place))
        return Answer(ask, fresh or statements[:1], scores[best])

    def _is_of_another(self, ask: Ask, number: int, best: int) -> bool:
        """Whether a statement answers the same about another thing than the best one does.

        "Perennials have 12 months" answers a question of perennials, "Trees have 24 months" does
        not: it has the same kind of figure, and lacks a word of the question that the best one has.
        """
        kinds = frozenset().union(*wanted_kinds(ask.text))
        if not kinds & self._kinds_of(number) & self._kinds_of(best):
            return False
        wanted = {key for key in meaning_keys(ask.text) if is_telling(key)}
        return bool(wanted & self._keys[best] - self._keys[number]) and not (
            wanted & self._keys[number] - self._keys[best]
        )

    def _kinds_of(self, number: int) -> frozenset[Sought]:
        if number not in self._kinds:
            self._kinds[number] = kinds_in(self._statements[number].text)
        return self._kinds[number]

    def brings_its_own(self, ask: Ask, answer: Answer) -> bool:
        """Whether ``ask`` has a subject of its own that nothing in ``answer`` speaks of."""
        numbers = [n for n, one in enumerate(self._statements) if one in answer.statements]
        return not any(self._speaks_of(ask, number) for number in numbers)

    def _best(self, ask: Ask, order: Sequence[int], scores: Sequence[float], used: set[str]) -> int:
        """The first in ``order``, or one that is as good and was not said to another question."""
        best = order[0]
        if self._statements[best].text not in used:
            return best
        fresh = (
            number
            for number in order
            if self._statements[number].text not in used
            and scores[number] >= _CLOSE * scores[best]
            and self._speaks_of(ask, number, by_heading=False)
        )
        return next(fresh, best)

    def _speaks_of(self, ask: Ask, number: int, *, by_heading: bool = True) -> bool:
        """Whether a statement holds a word of the question itself, not only of what is around it.

        What was said to another question answers this one too only then: around it stands that
        other question.
        """
        wanted = {key for key in meaning_keys(ask.text) if is_telling(key)}
        held = self._keys[number] | self._items[number]
        if not wanted or wanted & (held | self._titles[number] if by_heading else held):
            return True
        near = self._nearness(ask.text, self._statements[number])
        return near is not None and near >= _MEANS_THE_SAME

    def _beside(self, best: int, *, taken: Sequence[int]) -> list[int]:
        """The prose around a statement under the same heading: what follows, then the one before.

        Nothing goes before a list: it would stand apart from what it belongs to.
        """
        own = self._statements[best]
        prose = [
            number
            for number, one in enumerate(self._statements)
            if (one.source, one.heading) == (own.source, own.heading)
            and not (one.in_list or number in taken)
        ]
        before = [number for number in prose if self._statements[number].place < own.place]
        after = [number for number in prose if self._statements[number].place > own.place]
        return after if own.is_list else [*after, *before[-1:]]

    def _scores(self, ask: Ask) -> list[float]:
        """What speaks for each statement; 0 for those below the floor."""
        words = self._words(ask)
        kinds = wanted_kinds(ask.text)
        return [
            self._score(number, ask, words, kinds) if words.total else 0.0
            for number in range(len(self._statements))
        ]

    def _words(self, ask: Ask) -> _Words:
        wanted = {key for key in meaning_keys(ask.text) if is_telling(key)}
        around = {key for key in meaning_keys(ask.around) if is_telling(key)} - wanted
        weights = {key: self._weight(key) for key in wanted | around}
        # "Is it faulty?" says little by itself: the fewer words, the more those around tell.
        share = _AROUND + _AROUND_SHORT * max(0.0, 1 - len(wanted) / _FEW_WORDS)
        own = math.fsum(weights[key] for key in wanted)
        near = math.fsum(weights[key] for key in around)
        total = own + share * min(near, own or near)
        # Where no source has any of its words, only what stands around it can be found.
        unknown = not any(key in self._held for key in wanted)
        leans = unknown or points_back(ask.text)
        known = {key for key in around if key in self._held}
        subject = known if subject_stands_before(ask.text) else set[str]()
        return _Words(wanted, around, weights, share, own, total, ask.text, leans, subject)

    def _score(
        self, number: int, ask: Ask, words: _Words, kinds: Sequence[frozenset[Sought]]
    ) -> float:
        statement = self._statements[number]
        evidence = self._wording(number, words)
        meaning = self._meaning(ask, statement, words)
        # What only looks like a wish is answered when that is certain.
        kind = "told" if ask.kind == "asked" and not ask.is_question else ask.kind
        if kinds:
            fits = any(self._kinds_of(number) & kind for kind in kinds)
            evidence += _FITTING_KIND if fits else -_FITTING_KIND
        if meaning is None:
            enough = evidence >= _FLOOR[kind]
        else:
            evidence += meaning
            enough = evidence >= _FLOOR_BOTH[kind] or meaning >= _MEANS_THE_SAME
        if not enough:
            return 0.0
        if self._is_of_another_matter(number, words):
            evidence = max(evidence - _FOREIGN_TITLE, _LEAST)
        return evidence + _RANK / (1 + statement.rank) + _PLACE / (1 + statement.place)

    def _is_of_another_matter(self, number: int, words: _Words) -> bool:
        """Whether a statement stands below a heading of a matter that nothing is spoken of.

        "The money returns as a new code", below "Gift cards", is about gift cards alone.
        """
        matters = {key for key in self._titles[number] if key.startswith("=")}
        return bool(matters) and not matters & (words.wanted | words.around)

    def _wording(self, number: int, words: _Words) -> float:
        """The weighted share of the question's words that the statement or its heading has."""
        text, title, items = self._keys[number], self._titles[number], self._items[number]
        if not (words.wanted | words.around) & (text | title if items else text):
            return 0.0
        # "Is it faulty?" is about the rug: what says "faulty" and nothing of rugs is no answer.
        if words.subject and not words.subject & (text | title | items):
            return 0.0

        def held(key: str) -> float:
            if key in text or key in self._ends[number]:
                return 1.0
            return _TITLE if key in title else _ITEM * (key in items)

        def credit(keys: set[str]) -> float:
            # Exact, whatever order a set has in this process: the same reply every time.
            return math.fsum(words.weights[key] * held(key) for key in keys)

        own = credit(words.wanted)
        if not points_back(words.question) and own < _OWN_PART * words.own:
            return 0.0
        return min(1.0, (own + words.share * credit(words.around)) / words.total)

    def _meaning(self, ask: Ask, statement: Statement, words: _Words) -> float | None:
        alone = self._nearness(ask.text, statement)
        if alone is None:
            return None
        together = self._nearness(ask.in_context, statement)
        if together is None:
            return alone
        share = _POINTS_BACK if words.leans else _IN_CONTEXT
        return (1 - share) * alone + share * together

    def _nearness(self, question: str, statement: Statement) -> float | None:
        text = self._meanings.nearness(question, statement.text)
        title = self._meanings.nearness(question, statement.heading)
        if text is None or title is None:
            return text
        return (1 - _BY_TITLE) * text + _BY_TITLE * title

    def _weight(self, key: str) -> float:
        """Words that few sources have tell more; a concept tells more than a word."""
        held = self._held.get(key, 0)
        if not held:
            return 0.0 if key.startswith("=") else _UNKNOWN_WORD
        rarity = math.log((self._sources + 1) / held) / math.log(self._sources + 1)
        return (_CONCEPT if key.startswith("=") else 1.0) * (_GENERIC + (1 - _GENERIC) * rarity)


def _ends_of(text: str) -> set[str]:
    """Keys of the words that a compound may end in: the guarantee of a ``kasvutakuu``."""
    return {
        word[at : at + _KEY]
        for word in content_words(text)
        if len(word) >= _COMPOUND
        for at in range(_SHORTEST_PART, len(word) - _KEY + 1)
    }


def likeliest(statements: Sequence[Statement], asks: Sequence[Ask], most: int) -> list[Statement]:
    """The statements worth comparing in meaning: by wording, then as search ranked them.

    Args:
        statements: All.
        asks: What is asked.
        most: Most statements.
    """
    wanted = {key for ask in asks for key in meaning_keys(f"{ask.text} {ask.around}")}
    wanted = {key for key in wanted if is_telling(key)}

    def value(one: Statement) -> tuple[float, int, int]:
        shared = len(wanted & meaning_keys(f"{one.heading} {one.text}"))
        return (1 / (1 + one.rank) + shared / _MANY_SHARED, -one.rank, -one.place)

    return sorted(statements, key=value, reverse=True)[:most]


def _holds(one: Statement, other: Statement) -> bool:
    """Whether ``one`` says what ``other`` says and more."""
    return one.text != other.text and other.text in one.text
