"""How telling a sentence is: what it does, what it names, where it stands, how long it is."""

from collections import Counter
from collections.abc import Sequence
from itertools import chain

from copilot.summaries.acts import Act
from copilot.summaries.reading import keys_of
from copilot.summaries.said import Said

_WORTH: dict[Act, float] = {
    "problem": 3.0,
    "request": 3.0,
    "question": 2.5,
    "promise": 2.0,
    "done": 2.0,
    "fact": 1.5,
    "instruction": 1.5,
    "settled": 1.0,
    "other": 0.5,
}
_SECOND_ACT = 0.4
_GOOD_WORDS = range(5, 31)
_SUBJECT_BONUS = 0.6
_EACH_KEY = 0.2
_MOST_KEYS = 10


class Ranking:
    """Scores the sentences of one conversation against each other.

    Args:
        sentences: All of them.
        subject: The conversation's subject line, whose words matter more.
    """

    def __init__(self, sentences: Sequence[Said], subject: str | None) -> None:
        self._keys = {
            (one.place, one.order): keys_of(one.text) if one.keys is None else one.keys
            for one in sentences
        }
        self._spread = Counter(chain.from_iterable(self._keys.values()))
        self._subject = keys_of(subject or "")

    def worth(self, one: Said) -> float:
        """How telling ``one`` is, whoever said it and wherever."""
        worths = sorted((_WORTH.get(act, 0.0) for act in one.acts), reverse=True)
        total = worths[0] + _SECOND_ACT * sum(worths[1:])
        keys = self._keys[one.place, one.order]
        if not keys:
            return total * 0.3
        total += _shape(one.text)
        # Words that come back through the thread say what it is about.
        total += min(1.5, sum(self._spread[key] > 1 for key in keys) * 0.25)
        return total + _SUBJECT_BONUS * bool(keys & self._subject)

    def said_by(self, one: Said) -> int:
        """How many different content words it has."""
        return len(self._keys[one.place, one.order])

    def telling(self, one: Said) -> float:
        """Its worth, more when it says more."""
        return self.worth(one) + _EACH_KEY * min(_MOST_KEYS, self.said_by(one))

    def alike(self, one: Said, other: Said) -> float:
        """The share of content words that two sentences have in common, 0 to 1."""
        mine, theirs = self._keys[one.place, one.order], self._keys[other.place, other.order]
        fewest = min(len(mine), len(theirs))
        return len(mine & theirs) / fewest if fewest else 0.0


def _shape(text: str) -> float:
    words = len(text.split())
    length = 0.6 if words in _GOOD_WORDS else -0.6 if words < 4 else 0.0
    return length + 0.5 * any(character.isdigit() for character in text)
