"""Internal material: what of it a draft rests on, what shows through, what was left out of it.

Internal articles and notes inform the agent. They enter a text for the customer only when the
agent says so, and then the draft tells where. Other customers' cases never do.
"""

from collections.abc import Iterable, Sequence

from copilot.drafts.answering import Answerer
from copilot.drafts.draft import Citation, DraftSentence, DraftWarning
from copilot.drafts.material import Material
from copilot.drafts.sources import passage_as_source
from copilot.drafts.statements import readable, statements_of
from copilot.grounding.words import words_of
from copilot.knowledge.passage import Passage

_RUN = 6
"""Words in a row that are no coincidence."""

_SHOWN = 3
_LONGEST = 120

INTERNAL_SOURCE = "internal_source"
INTERNAL_WORDING = "internal_wording"


def resting_on_internal(
    sentences: Sequence[DraftSentence], citations: Sequence[Citation]
) -> list[DraftWarning]:
    """The warning that sentences rest on internal material, naming them; none when none do."""
    internal = {one.n for one in citations if one.visibility == "internal"}
    resting = [one for one in sentences if internal.intersection(one.citations)]
    if not resting:
        return []
    told = " ".join(f"[{_numbers(one, internal)}] {_short(one.text)}" for one in resting)
    return [
        DraftWarning(
            code=INTERNAL_SOURCE,
            detail=f"Rests on internal material, so check that the customer may know it: {told}",
            citations=sorted(internal),
        )
    ]


def wording_of_internal(
    sentences: Sequence[DraftSentence], citations: Sequence[Citation], material: Material
) -> list[DraftWarning]:
    """Sentences with a run of words that only internal material has, and that do not cite it.

    Such material reaches no engine unless the agent allows it; an instruction or the draft that
    is being changed may carry its words all the same.
    """
    internal = {one.n for one in citations if one.visibility == "internal"}
    closed_runs = _runs(_closed_texts(material)) & _runs(one.text for one in sentences)
    if not closed_runs:
        return []
    closed_runs -= _runs(_open_texts(material))
    return [
        DraftWarning(
            code=INTERNAL_WORDING,
            detail=f"Worded like internal material that no open source has: {_short(one.text)}",
        )
        for one in sentences
        if not internal.intersection(one.citations) and closed_runs & _runs([one.text])
    ]


def left_out(material: Material) -> list[DraftWarning]:
    """Internal articles that were not used: those that answer what is asked, then those near it.

    Takes processor time: call it in a thread.
    """
    if material.options.use_internal:
        return []
    unused = [one for one in material.passages if _is_internal_article(one)]
    answering = _titles(_answering(material, unused)) if unused else []
    near = _titles(one for one in material.passages[:_SHOWN] if _is_internal_article(one))
    found = [
        DraftWarning(
            code="internal_article_left_out",
            detail="For you, not for the customer. An internal article that seems to answer "
            f"this was left out: {title}",
        )
        for title in answering
    ]
    found += [
        DraftWarning(
            code="internal_guidance",
            detail=f"For you, not for the customer: the internal article “{title}” may apply.",
        )
        for title in near
        if title not in answering
    ]
    return found


def _answering(material: Material, unused: Sequence[Passage]) -> list[Passage]:
    """Those of ``unused`` that answer a question better than any source of the reply."""
    first = max((one.number for one in material.sources), default=0) + 1
    internal = {number: passage_as_source(number, one) for number, one in enumerate(unused, first)}
    # In the order of the search, so that neither kind is ahead by its place.
    ranks = {one.id: rank for rank, one in enumerate(material.passages)}
    sources = readable([*material.sources, *internal.values()], material.language)
    statements = [
        statement
        for source in sources
        if source.passage is not None
        for statement in statements_of(source, ranks.get(source.passage.id, len(ranks)))
    ]
    answerer = Answerer(statements)
    found: dict[str, Passage] = {}
    for ask in material.asks:
        if ask.kind == "told":
            continue
        answer = answerer.answer(ask, most=1, used=set())
        for statement in answer.statements[:1]:
            source = internal.get(statement.source)
            if source is not None and source.passage is not None:
                found.setdefault(source.passage.id, source.passage)
    return list(found.values())


def _is_internal_article(passage: Passage) -> bool:
    return passage.kind == "article" and passage.visibility == "internal"


def _titles(passages: Iterable[Passage]) -> list[str]:
    return list(dict.fromkeys(one.title.split(" › ")[0] for one in passages))


def _open_texts(material: Material) -> list[str]:
    """What the customer may know, and what the agent told the draft to say."""
    options = material.options
    texts = [one.text for one in material.sources if one.visibility == "public"]
    texts += [one.text for one in material.public_messages]
    texts += [*options.facts, options.instruction or ""]
    return texts


def _closed_texts(material: Material) -> list[str]:
    texts = [one.text for one in material.passages if one.visibility == "internal"]
    texts += [one.text for one in material.notes]
    return texts


def _runs(texts: Iterable[str]) -> set[tuple[str, ...]]:
    found: set[tuple[str, ...]] = set()
    for text in texts:
        words = words_of(text)
        found |= {tuple(words[start : start + _RUN]) for start in range(len(words) - _RUN + 1)}
    return found


def _numbers(sentence: DraftSentence, internal: set[int]) -> str:
    return ", ".join(str(n) for n in sentence.citations if n in internal)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST].rsplit(' ', 1)[0]} …"
