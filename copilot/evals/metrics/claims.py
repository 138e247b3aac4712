"""Draft sentences and their citations: which state something, and which sources carry them."""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from copilot.customers.order import Order
from copilot.drafts.sources import DraftSource
from copilot.evals.case import Case, Output
from copilot.evals.metrics.grounds import conversation_of, orders_of, supports
from copilot.grounding.sources import order_source, passage_source
from copilot.grounding.words import content_words
from copilot.knowledge.passage import Passage
from copilot.summaries.acts import SentenceAct, acts_of

_QUOTED = re.compile(r"[“”„\"«][^“”„\"«»]*[“”\"»]")
_DIGIT = re.compile(r"\d")
_DEFERS = re.compile(
    r"\b(?:(?:i|we)(?:'ll| will| am| are|'m|'re)? (?:also )?(?:look(?:ing)? into|find(?:ing)? out|"
    r"check(?:ing)?)|let me (?:check|look|find)|(?:could|can) ?not find|couldn't find|can't find|"
    r"selvitän|selvitämme|tarkistan|tarkistamme|en löytänyt|emme löytäneet|"
    r"tar reda på|kläre ich|uurin selle)\b",
    re.IGNORECASE,
)


class Cited(NamedTuple):
    """A sentence of a draft.

    Attributes:
        claims: Whether it states something that needs a source.
        carried: Of each of its citations, whether the source exists and carries the sentence.
    """

    text: str
    claims: bool
    carried: tuple[bool, ...]


def cited_sentences(case: Case, output: Output) -> list[Cited]:
    """The sentences of a draft in order, each with what its citations are worth."""
    sources = _sources(case, output)
    texts = [one["text"] for one in output["sentences"]]
    return [
        Cited(
            one["text"],
            claims,
            tuple(
                n in sources and supports(sources[n], one["text"], output.get("language"))
                for n in one["citations"]
            ),
        )
        for one, claims in zip(output["sentences"], _claiming(texts, output["text"]), strict=True)
    ]


def _claiming(sentences: Sequence[str], text: str) -> list[bool]:
    """Which sentences state something that needs a source."""
    # Together, because what follows a closing is a signature; one by one when an engine cut the
    # text into sentences in its own way.
    found = acts_of(text, "agent")
    if len(found) != len(sentences):
        found = [one for sentence in sentences for one in acts_of(sentence, "agent")[:1]]
    if len(found) != len(sentences):
        found = [SentenceAct(sentence, ("other",)) for sentence in sentences]
    return [_claims(sentence, act) for sentence, act in zip(sentences, found, strict=True)]


def _claims(sentence: str, act: SentenceAct) -> bool:
    """Whether it is more than courtesy, a question, an announcement or a deferral."""
    if act.polite or act.acts[0] == "question" or sentence.rstrip().endswith(":"):
        return False
    return bool(content_words(sentence)) and not _defers(sentence)


def _defers(sentence: str) -> bool:
    """Whether it only says that the writer will find out; what it quotes is the customer's."""
    own = _QUOTED.sub(" ", sentence.replace("’", "'"))
    return bool(_DEFERS.search(own)) and not _DIGIT.search(own)


def _sources(case: Case, output: Output) -> dict[int, DraftSource]:
    """The citations of a draft that point at something, by number."""
    said = conversation_of(case).messages
    messages = {one.id: one for one in said if one.visibility == "public"}
    orders = orders_of(case)
    found = {}
    for citation in output["citations"]:
        n = citation["n"]
        if citation.get("passage") is not None:
            passage = Passage.model_validate(citation["passage"])
            text = passage_source(passage).text
            found[n] = DraftSource(n, text, passage.language, passage=passage)
        elif citation.get("message_id") in messages:
            message = messages[citation["message_id"]]
            found[n] = DraftSource(n, message.text, message_id=message.id)
        elif (order := _order(citation, orders)) is not None:
            found[n] = DraftSource(n, order_source(order).text, order=order)
    return found


def _order(citation: dict[str, Any], orders: Sequence[Order]) -> Order | None:
    named = {citation.get("order_id"), citation.get("order_number")} - {None}
    return next((one for one in orders if named & {one.id, one.number}), None)
