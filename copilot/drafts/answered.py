"""Which sentences of a reply answer which question of the customer, and what is missing.

An assembled reply tells it from how it was made. A text that a model or a person worded is looked
at sentence by sentence with the measure that chooses statements for assembled replies, with less
asked of it: a model words things in its own way.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from copilot.drafts.answering import Answerer
from copilot.drafts.asking import is_telling
from copilot.drafts.comparing import body_of
from copilot.drafts.concepts import meaning_keys
from copilot.drafts.draft import Citation, DraftSentence, DraftWarning
from copilot.drafts.material import Material
from copilot.drafts.order_facts import asks_about_order
from copilot.drafts.parts import DraftQuestion
from copilot.drafts.questions import Ask
from copilot.drafts.statements import Statement, in_language
from copilot.grounding.sentences import folded
from copilot.grounding.words import words_of

_SHARED = 0.3
_MOST_SENTENCES = 4
_MOST_WORDS = 4
_SHORT = 160
_ADMITS = re.compile(
    r"\b(?:(?:could|can|do|did) ?(?:not|n['’]t) (?:find|know|see|have|say|tell|confirm|answer)"
    r"|cannot (?:find|see|say|tell|confirm|answer)|look into|find out|get back to you"
    r"|not sure|no information"
    r"|selvit\w+|en löytänyt|emme löytäneet|en löydä|palaan asiaan|palaamme|en tiedä|ei ole tietoa"
    r"|en osaa|en pysty|emme pysty|emme osaa)",
    re.IGNORECASE,
)


class Answered(NamedTuple):
    """A question, and the texts that an assembled reply answers it with; none when it does not."""

    ask: Ask
    texts: Sequence[str]
    missing: str | None = None


def asked_and_answered(
    answers: Sequence[Answered], sentences: Sequence[DraftSentence], material: Material
) -> list[DraftQuestion]:
    """The questions of an assembled reply with the places of the sentences that answer them."""
    lines = [folded(one.text) for one in sentences]
    found = []
    for one in answers:
        texts = [folded(text) for text in one.texts]
        places = [
            place
            for place, line in enumerate(lines)
            if line and any(line in text or text in line for text in texts)
        ]
        missing = None if one.texts else one.missing or missing_for(one.ask, material)
        found.append(
            _question(one.ask, material, places, answered=bool(one.texts), missing=missing)
        )
    return found


def answered_in(
    sentences: Sequence[DraftSentence],
    citations: Sequence[Citation],
    material: Material,
    language: str,
) -> list[DraftQuestion]:
    """The questions of the customer, with the sentences of a worded text that answer them.

    Takes processor time: call it in a thread.

    Args:
        sentences: Of the text.
        citations: What they cite; its titles tell what a sentence is about.
        material: Its questions and sources.
        language: Of the text. Wording is compared only with questions in the same language; in
            another one every sentence with a source counts for each question, with no place told.
    """
    asks = [one for one in material.asks if one.kind != "told"]
    body = body_of([one.text for one in sentences])
    saying = [
        place for place in range(body.start, body.end) if not _ADMITS.search(sentences[place].text)
    ]
    titles = {one.n: one.passage.title for one in citations if one.passage is not None}
    orders = {one.n for one in citations if one.order_id is not None}
    spoken = material.conversation.language or material.language
    if not in_language(spoken, language):
        told = any(sentences[place].citations for place in saying)
        return [_worded(one, material, [], told=told) for one in asks]
    statements = [
        Statement(
            text=sentences[place].text,
            heading=" ".join(titles.get(n, "") for n in sentences[place].citations),
            source=place,
            rank=0,
            place=place,
        )
        for place in saying
    ]
    answerer = Answerer(statements)
    names_order = bool(orders)
    found = []
    for ask in asks:
        answer = answerer.answer(ask, most=_MOST_SENTENCES, used=set())
        places = {one.source for one in answer.statements}
        if asks_about_order(ask.text, ask.around, names_order=names_order):
            places |= {one for one in saying if orders.intersection(sentences[one].citations)}
        places |= {one.source for one in statements if _shares(ask, one)}
        found.append(_worded(ask, material, sorted(places), told=bool(places)))
    return found


def passed_over(questions: Sequence[DraftQuestion]) -> list[DraftWarning]:
    """Warnings of the questions that a text does not answer."""
    return [
        DraftWarning(
            code="question_unanswered", detail=f"No sentence answers this: {_short(one.text)}"
        )
        for one in questions
        if not one.answered
    ]


def missing_for(ask: Ask, material: Material) -> str:
    """What the sources lack to answer ``ask``, in words for the agent."""
    held = {key for one in material.sources for key in meaning_keys(one.text)}
    unknown = [
        word
        for word in dict.fromkeys(words_of(ask.text))
        if (keys := {key for key in meaning_keys(word) if is_telling(key)}) and not keys & held
    ][:_MOST_WORDS]
    if unknown:
        return f"No article, order or fact speaks of: {', '.join(unknown)}"
    return "Articles and orders speak of it, and none says what is asked."


def _worded(ask: Ask, material: Material, places: list[int], *, told: bool) -> DraftQuestion:
    missing = None if told else missing_for(ask, material)
    return _question(ask, material, places, answered=told, missing=missing)


def _question(
    ask: Ask, material: Material, places: list[int], *, answered: bool, missing: str | None
) -> DraftQuestion:
    return DraftQuestion(
        text=ask.text,
        message_id=_message_of(ask, material),
        answered=answered,
        sentences=places,
        missing=missing,
    )


def _message_of(ask: Ask, material: Material) -> str | None:
    wanted = folded(ask.text).rstrip("?").lower()
    for message in reversed(material.pending):
        if wanted in folded(message.text).lower():
            return message.id
    return None


def _shares(ask: Ask, statement: Statement) -> bool:
    """Whether a sentence holds a good part of the telling words of a question."""
    wanted = {key for key in meaning_keys(ask.text) if is_telling(key)}
    held = meaning_keys(f"{statement.text} {statement.heading}")
    return bool(wanted) and len(wanted & set(held)) >= _SHARED * len(wanted)


def _short(text: str) -> str:
    return text if len(text) <= _SHORT else f"{text[:_SHORT].rsplit(' ', 1)[0]} …"
