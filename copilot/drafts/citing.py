"""Marks to verified citations: each source exists, may be seen, and carries its sentence."""

from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

from copilot.drafts.draft import Citation, DraftSentence, DraftWarning
from copilot.drafts.marks import Marked
from copilot.drafts.sources import DraftSource, is_citable
from copilot.drafts.statements import in_language
from copilot.grounding.citations import cite
from copilot.grounding.claims import is_claim, says_the_same
from copilot.grounding.sentences import folded, sentence_spans
from copilot.grounding.support import support

Near = Callable[[str, str], float | None]
"""How near a sentence and a source are in meaning, 0 to 1; None where no model knows."""

_LEAST = 0.3
_KNOWN = 0.5
_FOUND = 0.6
_SHOWN = 120


class Cited(NamedTuple):
    """The sentences of a text with their citations."""

    sentences: list[DraftSentence]
    citations: list[Citation]
    warnings: list[DraftWarning]


def cite_sentences(
    marked: Marked,
    sources: Sequence[DraftSource],
    language: str,
    *,
    known: Sequence[str] | None = None,
    near: Near | None = None,
    refused: Collection[tuple[str, int]] = (),
) -> Cited:
    """The sentences of ``marked`` with citations numbered in the order they come.

    A mark whose source does not exist or does not carry the sentence is dropped and told. A
    sentence without any good mark gets the source whose wording it clearly shares, if there is
    one. A claim that is left without a source is told, with its place.

    Args:
        marked: The text and its marks.
        sources: What marks may name.
        language: The text's; wording is compared only with sources in the same language.
        known: What else it may rest on and needs no source for: what was said, and the agent's
            facts. None: claims without a source are not told of.
        near: Compares meanings.
        refused: Sentences and numbers of sources that somebody found not to carry them.
    """
    by_number = {one.number: one for one in sources}
    spans = sentence_spans(marked.text)
    sentences = [folded(marked.text[span.start : span.end]) for span in spans]
    found_by_wording = cite(sentences, [one.text for one in sources], threshold=_FOUND)
    named = [numbers for _, numbers in marked_sources(marked)]
    numbers: dict[int, int] = {}
    warnings: list[DraftWarning] = []
    cited: list[DraftSentence] = []
    for span, sentence, wanted, similar in zip(
        spans, sentences, named, found_by_wording, strict=True
    ):
        kept = []
        beside = [by_number[one].text for one in wanted if one in by_number]
        for number in dict.fromkeys(wanted):
            source = by_number.get(number)
            if (
                source is not None
                and (sentence, number) not in refused
                and carries(source, sentence, language, beside=beside, near=near)
            ):
                kept.append(number)
            else:
                dropped = _dropped(number, sentence, exists=source is not None)
                warnings.append(dropped.model_copy(update={"start": span.start, "end": span.end}))
        chosen = kept or [
            sources[place].number
            for place in similar
            if (sentence, sources[place].number) not in refused
            and carries(sources[place], sentence, language, beside=_texts(sources, similar))
        ]
        if (
            known is not None
            and not chosen
            and is_claim(sentence)
            and not _is_known(sentence, known)
        ):
            warnings.append(
                DraftWarning(
                    code="claim_without_source",
                    detail=f"No source carries this sentence: {_short(sentence)}",
                    start=span.start,
                    end=span.end,
                )
            )
        cited.append(
            DraftSentence(
                text=sentence,
                citations=[numbers.setdefault(number, len(numbers) + 1) for number in chosen],
            )
        )
    citations = [by_number[number].citation(n) for number, n in numbers.items()]
    return Cited(cited, citations, warnings)


def marked_sources(marked: Marked) -> list[tuple[str, list[int]]]:
    """Each sentence of ``marked`` on one line, with the numbers that its marks name."""
    spans = sentence_spans(marked.text)
    named: list[list[int]] = [[] for _ in spans]
    for mark in marked.marks:
        place = sum(span.start < max(1, mark.offset) for span in spans) - 1
        if place >= 0:
            named[place] += mark.sources
    texts = [folded(marked.text[span.start : span.end]) for span in spans]
    return list(zip(texts, named, strict=True))


def carries(
    source: DraftSource,
    sentence: str,
    language: str,
    *,
    beside: Sequence[str] = (),
    near: Near | None = None,
) -> bool:
    """Whether ``sentence`` can rest on ``source``.

    Orders are facts without wording, and a source in another language shares none: there the
    figures of the sentence are what is checked.

    Args:
        source: What it names.
        sentence: One sentence.
        language: Of the sentence.
        beside: The texts of all that it names: its figures may stand there.
        near: Compares meanings.
    """
    # What may be a source of this draft was decided when its sources were gathered; a past
    # conversation never is one.
    if source.passage is not None and not is_citable(source.passage, use_internal=True):
        return False
    if source.order is not None or not in_language(source.language, language):
        return True
    if source.visibility == "internal":
        # Where a sentence rests on what the customer may not know, losing that would be worse than
        # naming a source that says something else.
        return support(sentence, source.text) >= _LEAST
    nearness = near(sentence, source.text) if near is not None else None
    return says_the_same(sentence, source.text, beside, nearness)


def _texts(sources: Sequence[DraftSource], places: Sequence[int]) -> list[str]:
    return [sources[place].text for place in places]


def _is_known(sentence: str, known: Sequence[str]) -> bool:
    return any(
        support(sentence, one) >= _KNOWN and says_the_same(sentence, one, known) for one in known
    )


def _short(sentence: str) -> str:
    return sentence if len(sentence) <= _SHOWN else f"{sentence[:_SHOWN]} …"


def _dropped(number: int, sentence: str, *, exists: bool) -> DraftWarning:
    short = _short(sentence)
    reason = "does not carry" if exists else "does not exist, named for"
    return DraftWarning(
        code="citation_dropped", detail=f"Source {number} {reason} this sentence: {short}"
    )
