"""What the customer waits for: the questions and wishes in their unanswered messages."""

from collections.abc import Sequence
from typing import NamedTuple

from copilot.conversations.conversation import Message
from copilot.summaries.acts import SentenceAct, acts_of

_MOST = 6
_LONGEST = 400


class Ask(NamedTuple):
    """One thing the customer waits for.

    Attributes:
        text: The sentence that asks.
        around: What else the customer said, for its meaning.
        asked: Whether it is a question or wish, and not only what happened.
    """

    text: str
    around: str
    asked: bool


def asks_in(messages: Sequence[Message], language: str | None) -> list[Ask]:
    """The questions and wishes of ``messages`` in order; without any, what they tell."""
    acts = [
        act
        for message in messages
        for act in acts_of(message.text, "customer", language=message.language or language)
        if not act.polite
    ]
    asking = [act for act in acts if {"question", "request"} & set(act.acts)]
    chosen = asking or [act for act in acts if "problem" in act.acts] or acts[-2:]
    asks = [Ask(act.text[:_LONGEST], _around(acts, act), bool(asking)) for act in chosen]
    return list({ask.text.lower(): ask for ask in asks}.values())[:_MOST]


def _around(acts: Sequence[SentenceAct], act: SentenceAct) -> str:
    place = acts.index(act)
    near = [*acts[max(0, place - 2) : place], *acts[place + 1 : place + 2]]
    return " ".join(one.text for one in near)
