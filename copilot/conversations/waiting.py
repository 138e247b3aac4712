"""Who spoke last in a conversation, and since when its customer waits for an answer."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

SETTLED_STATUSES = frozenset(("solved", "closed", "resolved", "done", "archived"))
"""Statuses of helpdesks that end a case: nobody is waiting any more."""


class Said(NamedTuple):
    """What of a message tells whether somebody waits.

    Attributes:
        role: Who said it: customer, agent, bot or system.
        visibility: Whether the customer sees it: public or internal.
        sent_at: When.
        spoken: Whether it was said in a call.
    """

    role: str
    visibility: str
    sent_at: datetime
    spoken: bool = False


class Standing(NamedTuple):
    """How it stands between the two sides.

    Attributes:
        waiting_since: When the customer wrote the first message that is not answered; None when
            all are.
        last_author_role: Who spoke last, notes and messages of systems aside.
    """

    waiting_since: datetime | None
    last_author_role: str | None


def standing(said: Iterable[Said]) -> Standing:
    """How it stands after ``said``, in the order of the conversation.

    Internal notes and messages of systems answer nobody. What was said in a call was answered
    there, unless no agent spoke in it: a voicemail waits.
    """
    seen = [one for one in said if one.visibility == "public" and one.role != "system"]
    talked = any(one.spoken and one.role == "agent" for one in seen)
    since: datetime | None = None
    for one in seen:
        if one.role != "customer":
            since = None
        elif since is None and not (one.spoken and talked):
            since = one.sent_at
    return Standing(since, seen[-1].role if seen else None)
