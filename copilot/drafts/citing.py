"""Marks to verified citations: each source exists, may be seen, and carries its sentence."""

from collections.abc import Sequence
from typing import NamedTuple

from copilot.drafts.draft import Citation, DraftSentence, DraftWarning
from copilot.drafts.marks import Marked
from copilot.drafts.sources import DraftSource, is_citable
from copilot.drafts.statements import in_language
from copilot.grounding.citations import cite
from copilot.grounding.sentences import folded, sentence_spans
from copilot.grounding.support import support

_CARRIED = 0.3
_FOUND = 0.6
_SHOWN = 120


class Cited(NamedTuple):
    """The sentences of a text with their citations."""

    sentences: list[DraftSentence]
    citations: list[Citation]
    warnings: list[DraftWarning]


def cite_sentences(marked: Marked, sources: Sequence[DraftSource], language: str) -> Cited:
    """The sentences of ``marked`` with citations numbered in the order they come.

    A mark whose source does not exist or does not carry the sentence is dropped and told. A
    sentence without any good mark gets the source whose wording it clearly shares, if there is
    one.

    Args:
        marked: The text and its marks.
        sources: What marks may name.
        language: The text's; wording is compared only with sources in the same language.
    """
    by_number = {one.number: one for one in sources}
    spans = sentence_spans(marked.text)
    sentences = [folded(marked.text[span.start : span.end]) for span in spans]
    found_by_wording = cite(sentences, [one.text for one in sources], threshold=_FOUND)
    named: list[list[int]] = [[] for _ in spans]
    for mark in marked.marks:
        place = sum(span.start < max(1, mark.offset) for span in spans) - 1
        if place >= 0:
            named[place] += mark.sources
    numbers: dict[int, int] = {}
    warnings: list[DraftWarning] = []
    cited: list[DraftSentence] = []
    for sentence, wanted, similar in zip(sentences, named, found_by_wording, strict=True):
        kept = []
        for number in dict.fromkeys(wanted):
            source = by_number.get(number)
            if source is not None and carries(source, sentence, language):
                kept.append(number)
            else:
                warnings.append(_dropped(number, sentence, exists=source is not None))
        chosen = kept or [sources[place].number for place in similar]
        cited.append(
            DraftSentence(
                text=sentence,
                citations=[numbers.setdefault(number, len(numbers) + 1) for number in chosen],
            )
        )
    citations = [by_number[number].citation(n) for number, n in numbers.items()]
    return Cited(cited, citations, warnings)


def carries(source: DraftSource, sentence: str, language: str) -> bool:
    """Whether ``sentence`` can rest on ``source``.

    Orders are facts without wording, and a source in another language shares none: there the
    figures of the sentence are what is checked.
    """
    # What may be a source of this draft was decided when its sources were gathered; a past
    # conversation never is one.
    if source.passage is not None and not is_citable(source.passage, use_internal=True):
        return False
    if source.order is not None or not in_language(source.language, language):
        return True
    return support(sentence, source.text) >= _CARRIED


def _dropped(number: int, sentence: str, *, exists: bool) -> DraftWarning:
    short = sentence if len(sentence) <= _SHOWN else f"{sentence[:_SHOWN]} …"
    reason = "does not carry" if exists else "does not exist, named for"
    return DraftWarning(
        code="citation_dropped", detail=f"Source {number} {reason} this sentence: {short}"
    )
