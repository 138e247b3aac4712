"""What the customer waits for: the questions and wishes in their unanswered messages."""

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from copilot.conversations.conversation import Message
from copilot.summaries.acts import SentenceAct, acts_of

_SECOND_QUESTION = re.compile(
    r",?\s+(?:ja|sekä|and|also)\s+(?=(?:milloin|missä|mistä|mihin|miten|miksi|mitä|mikä|kuinka"
    r"|paljonko|kauanko|when|where|how|what|why|which|who|(?:can|could|do|does|is|will) \w+)\b)",
    re.IGNORECASE,
)
Kind = Literal["asked", "problem", "told"]
_MOST = 6
_LONGEST = 400


class Ask(NamedTuple):
    """One thing the customer waits for.

    Attributes:
        text: The sentence that asks.
        around: What else the customer said, for its meaning.
        kind: A question or wish, a complaint, or only something that they told.
    """

    text: str
    around: str
    kind: Kind


def asks_in(messages: Sequence[Message], *, opening: bool = False) -> list[Ask]:
    """The questions and wishes of ``messages`` in order; without any, what they complain of.

    Empty when they only thank or say that all is well.

    Args:
        messages: What nobody has answered.
        opening: Whether they open the conversation: what is told then is what it is about.
    """
    acts = [
        act for message in messages for act in acts_of(message.text, "customer") if not act.polite
    ]
    asking = [act for act in acts if {"question", "request"} & set(act.acts)]
    complaining = [act for act in acts if "problem" in act.acts]
    if asking:
        asks = [
            Ask(part[:_LONGEST], _around(acts, act), "asked")
            for act in asking
            for part in _SECOND_QUESTION.split(act.text)
            if part
        ]
    elif complaining:
        asks = [Ask(act.text[:_LONGEST], _around(acts, act), "problem") for act in complaining]
    elif any("settled" in act.acts for act in acts):
        asks = []
    else:
        told: Kind = "problem" if opening else "told"
        asks = [Ask(act.text[:_LONGEST], _around(acts, act), told) for act in acts[-3:]]
    return list({ask.text.lower(): ask for ask in asks}.values())[:_MOST]


def _around(acts: Sequence[SentenceAct], act: SentenceAct) -> str:
    place = acts.index(act)
    near = [*acts[max(0, place - 3) : place], *acts[place + 1 : place + 2]]
    return " ".join(one.text for one in near)
