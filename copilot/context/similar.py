"""Solved conversations of other customers about the same thing, and how they were solved."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from copilot.context.card import SimilarConversation
from copilot.context.fading import fading
from copilot.context.masking import Mask, names_of
from copilot.context.spoken import Spoken
from copilot.context.values import codes_in
from copilot.conversations.conversation import ConversationHead
from copilot.grounding.support import Vocabulary, carried
from copilot.grounding.words import content_words
from copilot.privacy.known import KnownFacts
from copilot.summaries.extractive import SETTLED_STATUSES
from copilot.summaries.said import Said

CANDIDATES = 4
_MOST = 3
_FOUND, _CONFIRMED, _RECENT = 0.75, 0.15, 0.1
_LAST_ANSWERS = 4
_MIN_WORDS = 4
_DONE, _HOW = 2.0, 2.0
_ABOUT_THIS = 2.0
_PER_CODE = 0.6
_UNSURE = 1.0
_EARLIER = 0.3
_SAMPLE = 2000
_CONDITIONAL = re.compile(r"(?:if|unless|jos|mikäli|ellei)\b", re.IGNORECASE)
_CONFIRMS = re.compile(
    r"\b(?:thank\w*|thx|perfect|great|works|worked|sorted|solved|all good|cheers|kiito\w*|kiitti|"
    r"toimii|hienoa|loistavaa|selvä|auttoi|tack|danke)\b"
)
_WRAPPING_UP = re.compile(
    r"\b(?:enjoy|glad|happy|have a (?:good|nice|great)|you(?:'re| are) welcome|anything else|"
    r"kiva kuulla|hienoa|mukavaa|hyvää (?:jatkoa|päivän|viikon)|ole hyvä|kiitos|jotain muuta|"
    r"nothing more|write here)\b"
)

_CLOSING = re.compile(
    r"\b(?:clos(?:e|ing) (?:this|the|it)|i'll close|i(?:'ve| have) closed|suljen|suljimme|"
    r"suljetaan|suljettu)\b"
)


class Solved(NamedTuple):
    """A settled conversation of somebody else, and what is known of them, to be hidden."""

    head: ConversationHead
    spoken: Spoken
    score: float
    known: KnownFacts


def settled_of_others(
    heads: Mapping[str, ConversationHead],
    scores: Mapping[str, float],
    not_customer_id: str | None,
) -> list[ConversationHead]:
    """The best settled ones of ``scores`` that are not the present customer's, best first."""
    fitting = [
        heads[one]
        for one in sorted(scores, key=lambda one: -scores[one])
        if one in heads
        and heads[one].status in SETTLED_STATUSES
        and (heads[one].customer_id is None or heads[one].customer_id != not_customer_id)
    ]
    return fitting[:CANDIDATES]


def with_resolutions(
    query: str, solved: Sequence[Solved], at: datetime
) -> list[SimilarConversation]:
    """Those of ``solved`` that tell how, in the words of the agent, without their customer.

    Ranked by how well they were found, whether the customer confirmed that it was solved, and
    how long ago it was.
    """
    asked = Vocabulary.of(query)
    found: list[SimilarConversation] = []
    for score, one in sorted(((_score(one, at), one) for one in solved), key=lambda one: -one[0]):
        resolution = _resolution(one.spoken, asked) if len(found) < _MOST else None
        if resolution is not None:
            names = names_of(one.spoken.messages, one.head.customer_name)
            mask = Mask(one.known, names)
            found.append(
                SimilarConversation(
                    id=one.head.id,
                    subject=mask.hide(one.head.subject) if one.head.subject else None,
                    resolution=mask.hide(resolution),
                    score=round(score, 4),
                )
            )
    return found


def _score(one: Solved, at: datetime) -> float:
    theirs = [message.text for message in one.spoken.messages if message.author.role == "customer"]
    confirmed = bool(theirs) and _CONFIRMS.search(theirs[-1][:_SAMPLE].lower()) is not None
    return (
        _FOUND * one.score + _CONFIRMED * confirmed + _RECENT * fading(at, one.head.last_message_at)
    )


def _resolution(spoken: Spoken, asked: Vocabulary) -> str | None:
    """The agent's sentence that best tells what was done or what to do about it."""
    answers = [one for one in spoken.answered if _tells(one)]
    places = sorted({one.place for one in answers})[-_LAST_ANSWERS:]
    wanted = [one for one in answers if one.place in places]

    def worth(one: Said) -> float:
        acts = _DONE * ("done" in one.acts) + _HOW * ("instruction" in one.acts)
        about = _ABOUT_THIS * carried(content_words(one.text), asked)
        private = _PER_CODE * len(codes_in(one.text))
        unsure = _UNSURE * (_CONDITIONAL.match(one.text) is not None or "promise" in one.acts)
        return (
            acts + about - private - unsure - _EARLIER * (len(places) - 1 - places.index(one.place))
        )

    return max(wanted, key=worth).text if wanted else None


def _tells(one: Said) -> bool:
    small = one.text.lower().replace("’", "'")
    return (
        one.acts[0] != "question"
        and ("done" in one.acts or len(one.text.split()) >= _MIN_WORDS)
        and _CLOSING.search(small) is None
        and ("done" in one.acts or _WRAPPING_UP.search(small) is None)
    )
