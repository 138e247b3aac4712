"""Which sources carry which sentence."""

from collections.abc import Sequence

from copilot.grounding.support import Vocabulary, word_weight
from copilot.grounding.words import content_words

_THRESHOLD = 0.45
_MIN_WORDS = 2
_MIN_GAIN = 0.15
_TOGETHER = 0.6


def cite(
    sentences: Sequence[str], sources: Sequence[str], *, threshold: float = _THRESHOLD
) -> list[list[int]]:
    """For each sentence the places in ``sources`` that carry it, best first, often none.

    A second source is named only when it carries something that the first does not. Two that
    carry a sentence only together must hold more of it than one alone.

    Args:
        sentences: The sentences of one text.
        sources: The texts they may rest on.
        threshold: The least share of a sentence's content that a source must hold, 0 to 1.
    """
    vocabularies = [Vocabulary.of(source) for source in sources]
    rarity = _Rarity(vocabularies)
    return [_sources_of(content_words(one), vocabularies, rarity, threshold) for one in sentences]


class _Rarity:
    """Words that every source holds tell less about where a sentence comes from."""

    def __init__(self, vocabularies: Sequence[Vocabulary]) -> None:
        self._vocabularies = vocabularies
        self._known: dict[str, float] = {}

    def weight(self, word: str) -> float:
        """What ``word`` counts among these sources."""
        if word not in self._known:
            holding = sum(vocabulary.credit(word) > 0 for vocabulary in self._vocabularies)
            share = holding / max(1, len(self._vocabularies))
            self._known[word] = word_weight(word) * (1 - 0.6 * share)
        return self._known[word]


def _sources_of(
    words: list[str], vocabularies: Sequence[Vocabulary], rarity: _Rarity, threshold: float
) -> list[int]:
    if len(set(words)) < _MIN_WORDS:
        return []
    weights = {word: rarity.weight(word) for word in words}
    first, held = _best_gain(weights, {}, vocabularies)
    if first is None:
        return []
    covered = {word: vocabularies[first].credit(word) for word in weights}
    second, gain = _best_gain(weights, covered, vocabularies)
    if second is None or gain < _MIN_GAIN:
        return [first] if held >= threshold else []
    if held >= threshold or held + gain >= _TOGETHER:
        return [first, second]
    return []


def _best_gain(
    weights: dict[str, float], covered: dict[str, float], vocabularies: Sequence[Vocabulary]
) -> tuple[int | None, float]:
    """The source that adds most to what is ``covered``, and the share it adds."""
    total = sum(weights.values())
    gains = [
        sum(
            weight * max(0.0, vocabulary.credit(word) - covered.get(word, 0.0))
            for word, weight in weights.items()
        )
        / total
        for vocabulary in vocabularies
    ]
    best = max(range(len(gains)), key=gains.__getitem__, default=None)
    return best, gains[best] if best is not None else 0.0
