"""Choosing the statements that answer a question."""

import math
import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from copilot.drafts.concepts import meaning_keys
from copilot.drafts.questions import Ask
from copilot.drafts.statements import Statement
from copilot.grounding.figure_check import FigureKind
from copilot.grounding.figures import find_figures
from copilot.grounding.listed import listed

_ENOUGH = {"asked": 0.38, "problem": 0.38, "told": 0.6}
_CLOSE = 0.6
_TITLE = 0.6
_AROUND = 0.3
_FITTING_KIND = 0.15
_AROUND_SHORT = 0.4
_FEW_WORDS = 5
_RANK = 0.15
_PLACE = 0.06
_SAME_PASSAGE = 0.1
_FEW_NEW = 2
_FEW_OWN = 3
_OWN_PART = 0.25
_UNKNOWN_WORD = 0.6
_ASKING_WORDS = frozenset(
    listed("""
    voisi voisk pitää pitäi sillo olisi kuulu heti haluan halua haluai onnis tarvi asia
    kysym kysyä kysy tietä kerro sanoi mietin mieti hei moi kiitt jos vaan siihe siell
    would could shoul wonde know tell like want need pleas help ask quest still
    klo kello oclock maana tiist keski torst perja lauan sunnu
    monda tuesd wedne thurs frida satur sunda tänää huome today tomor
""")
)
"""Beginnings of words that ask, whatever they ask for."""

_WANTED: tuple[tuple[re.Pattern[str], frozenset[FigureKind]], ...] = (
    (
        re.compile(
            r"\b(?:how much|price|cost|fee|paljonko|mitä (?:se |tämä )?maksaa|maksaako|hinta\w*"
            r"|kuinka paljon)",
            re.IGNORECASE,
        ),
        frozenset(("amount", "percent")),
    ),
    (
        re.compile(
            r"\b(?:how long|when|how many days|how soon|by what date|milloin|koska|kauanko"
            r"|kuinka (?:kauan|pian|nopeasti)|mihin mennessä|monessako|montako päivää)",
            re.IGNORECASE,
        ),
        frozenset(("date", "time", "quantity")),
    ),
    (
        re.compile(r"\b(?:what time|opening|open on|mihin aikaan|aukiolo|auki)", re.IGNORECASE),
        frozenset(("time",)),
    ),
)


def _holds(one: Statement, other: Statement) -> bool:
    """Whether ``one`` says what ``other`` says and more."""
    return one.text != other.text and other.text in one.text


def _telling(text: str) -> set[str]:
    """The keys of ``text`` that say what it is about: no dates, no words of asking."""
    return {
        key
        for key in meaning_keys(text)
        if key not in _ASKING_WORDS and not any(character.isdigit() for character in key)
    }


class Answer(NamedTuple):
    """The statements that answer a question, in the order to write them; empty when none do."""

    ask: Ask
    statements: list[Statement]
    score: float


class Answerer:
    """Finds answers among the statements of the passages.

    Args:
        statements: Everything that may be said.
    """

    def __init__(self, statements: Sequence[Statement]) -> None:
        self._statements = statements
        self._keys = [meaning_keys(one.text) for one in statements]
        self._titles = [meaning_keys(one.heading) for one in statements]
        self._held = Counter(key for keys in self._keys for key in keys)

    def answer(self, ask: Ask, *, most: int, used: set[str]) -> Answer:
        """The best statements for ``ask``.

        Args:
            ask: The question.
            most: Most statements.
            used: Texts that the reply holds already; they are not said again.
        """
        scores = self._scores(ask)
        order = sorted(range(len(scores)), key=lambda number: -scores[number])
        enough = _ENOUGH[ask.kind]
        if not order or scores[order[0]] < enough:
            return Answer(ask, [], scores[order[0]] if order else 0.0)
        best = order[0]
        chosen = [best]
        covered = set(self._keys[best])
        for number in order[1:]:
            if len(chosen) >= most or self._statements[best].is_list:
                break
            bonus = _SAME_PASSAGE if self._is_near(best, number) else 0.0
            close = scores[number] + bonus >= _CLOSE * scores[best] + _SAME_PASSAGE
            adds = len(self._keys[number] - covered) > _FEW_NEW
            single = not self._statements[number].is_list
            if close and adds and single and scores[number] >= enough:
                chosen.append(number)
                covered |= self._keys[number]
        statements = [self._statements[number] for number in chosen]
        fresh = [
            one
            for one in statements
            if one.text not in used and not any(_holds(other, one) for other in statements)
        ]
        fresh.sort(key=lambda one: (one.source != statements[0].source, one.source, one.place))
        return Answer(ask, fresh or statements[:1], scores[best])

    def _is_near(self, one: int, other: int) -> bool:
        return self._statements[one].source == self._statements[other].source

    def _scores(self, ask: Ask) -> list[float]:
        wanted, around = _telling(ask.text), _telling(ask.around)
        around -= wanted
        kinds = [kinds for pattern, kinds in _WANTED if pattern.search(ask.text)]
        weights = {key: self._weight(key) for key in wanted | around}
        # "Is it faulty?" says little by itself: the fewer words, the more those around tell.
        share = _AROUND + _AROUND_SHORT * max(0.0, 1 - len(wanted) / _FEW_WORDS)
        own = sum(weights[key] for key in wanted)
        total = own + share * min(sum(weights[key] for key in around), own)
        if not total:
            return [0.0] * len(self._statements)
        return [
            self._score(number, wanted, around, weights, kinds, share, total)
            for number in range(len(self._statements))
        ]

    def _score(
        self,
        number: int,
        wanted: set[str],
        around: set[str],
        weights: dict[str, float],
        kinds: Sequence[frozenset[FigureKind]],
        share: float,
        total: float,
    ) -> float:
        text, title = self._keys[number], self._titles[number]
        credit = sum(
            weights[key] * (1.0 if key in text else _TITLE)
            for key in wanted
            if key in text or key in title
        )
        own = sum(weights[key] for key in wanted)
        if len(wanted) >= _FEW_OWN and credit < _OWN_PART * own:
            return 0.0
        credit += share * sum(weights[key] for key in around if key in text or key in title)
        score = credit / total
        if not credit:
            return 0.0
        statement = self._statements[number]
        if kinds:
            found = {figure.kind for figure in find_figures(statement.text)}
            score += _FITTING_KIND * any(found & kind for kind in kinds)
        return score + _RANK / (1 + statement.rank) + _PLACE / (1 + statement.place)

    def _weight(self, key: str) -> float:
        """Rare words tell more; a concept tells more than a word."""
        held = self._held.get(key, 0)
        if not held and not any(key in title for title in self._titles):
            return _UNKNOWN_WORD
        share = held / max(1, len(self._statements))
        concept = 1.5 if key.startswith("=") else 1.0
        return concept * (0.35 + math.log1p(1 / (share + 0.02)) / 4)
