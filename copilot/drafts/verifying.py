"""Meaning as a second opinion on citations: asked only where wording leaves it open."""

from collections.abc import Sequence

from copilot.drafts.citing import Near, marked_sources
from copilot.drafts.marks import Marked
from copilot.drafts.meaning import Embedding, meanings_of
from copilot.drafts.sources import DraftSource
from copilot.drafts.statements import in_language
from copilot.grounding.sentences import split_sentences
from copilot.grounding.support import support

_DOUBTFUL = 0.3
_MOST_PAIRS = 12
_SENTENCES_EACH = 4
_WAIT_S = 1.0


async def nearness_of(
    marked: Marked,
    sources: Sequence[DraftSource],
    language: str,
    embedding: Embedding | None,
    wait_s: float | None = None,
) -> Near | None:
    """What tells how near a sentence is to a source that it names and shares few words with.

    Args:
        marked: A text and its marks.
        sources: What the marks name.
        language: Of the text.
        embedding: Compares meanings; None: nothing is told.
        wait_s: Most seconds to wait for it; never more than one.
    """
    if embedding is None:
        return None
    by_number = {one.number: one for one in sources}
    pairs = [
        (sentence, by_number[number].text)
        for sentence, numbers in marked_sources(marked)
        for number in numbers
        if number in by_number
        and by_number[number].order is None
        and in_language(by_number[number].language, language)
        and support(sentence, by_number[number].text) < _DOUBTFUL
    ][:_MOST_PAIRS]
    if not pairs:
        return None
    parts = {text: _nearest_words(sentence, text) for sentence, text in pairs}
    texts = [
        *(sentence for sentence, _ in pairs),
        *(one for some in parts.values() for one in some),
    ]
    wait_s = _WAIT_S if wait_s is None else min(wait_s, _WAIT_S)
    meanings = await meanings_of(texts, language, embedding, wait_s)

    def near(sentence: str, source: str) -> float | None:
        told = [meanings.nearness(sentence, one) for one in parts.get(source, ())]
        return max((one for one in told if one is not None), default=None)

    return near


def _nearest_words(sentence: str, text: str) -> list[str]:
    """The sentences of ``text`` that share most words with ``sentence``, a few."""
    found = split_sentences(text)[:200]
    return sorted(found, key=lambda one: -support(sentence, one))[:_SENTENCES_EACH]
