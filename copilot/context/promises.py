"""What we promised this customer and, as far as can be told, have not done yet."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from copilot.context.card import Promise
from copilot.context.said_promises import SaidPromise
from copilot.context.spoken import Spoken
from copilot.conversations.conversation import ConversationHead
from copilot.grounding.support import Vocabulary, carried
from copilot.grounding.words import content_keys, content_words
from copilot.summaries.extractive import SETTLED_STATUSES, is_kept
from copilot.summaries.said import Said

_MOST = 6
_SAME = 0.75
_CALL_BACK = timedelta(hours=1)
_STILL_COUNTS = timedelta(days=30)
_TO_CONTACT = re.compile(
    r"\b(?:write|call|ring|phone|reply|answer|get back|be in touch|come back to you|"
    r"let you know|update you|tell you|hear from|keep you|kirjoitan|kirjoitamme|soitan|soitamme|"
    r"palaan|palaamme|vastaan|vastaamme|ilmoitan|ilmoitamme|otan yhteyttä|otamme yhteyttä|kerron|"
    r"kerromme)\b"
)
_GOT = re.compile(
    r"\b(?:arrived|received|came|got (?:it|them|the|my|everything)|is here|it's here|thanks for "
    r"the|have (?:it|them) now|tuli|tulivat|saapui|saapuivat|sain|saatiin|saimme|tullut|saapunut)\b"
)
_TO_BRING = re.compile(
    r"\b(?:arriv\w*|deliver\w*|ship\w*|sen[dt]\w*|post\w*|refund\w*|receive\w*|with you|leaves?|"
    r"credited|saapu\w*|toimit\w*|läh[et]\w*|perill[äe]|hyvit\w*|palaut\w*|tulee|maks\w*|noudet\w*)"
)
_WHEN = re.compile(
    r"\d|^(?:janua|febru|march|april|may|june|july|augus|septe|octob|novem|decem|monda|tuesd|"
    r"wedne|thurs|frida|satur|sunda|week|today|tomor|maana|tiist|keski|torst|perja|lauan|sunnu|"
    r"tänää|huome|viikk|päivä|order|tilau)"
)
_MORE = re.compile(
    r"\b(?:refund|replac|ship|deliver|credit|repair|hyvit|palaut|toimit|lähet|korva|vaihd|korja)\w*"
)
_NOT_GOT = re.compile(
    r"\b(?:not|n't|never|no|nothing|ei|en|eivät|emme|eikä|vieläkään|still|yet|but|waiting|missing|"
    r"without|broken|wrong|mutta|vielä|odot\w*|puuttu\w*|rikki|väärä\w*)\b|n't\b|\?\s*$"
)


def promised(heard: Sequence[tuple[Spoken, ConversationHead]], today: date) -> list[Promise]:
    """What agents promised and what is still to come: overdue first, then by day, then the rest.

    A promise in an open conversation stays, overdue or not: an overdue one matters most. One in
    a settled conversation stays only while its day is ahead. What an agent reports as done later,
    what the customer says has come, and a call or message that was promised and made, are kept.

    Args:
        heard: Conversations of one customer.
        today: What overdue is measured against.
    """
    told = [one for spoken, _ in heard for one in spoken.told]
    replies = sorted(
        (message.sent_at, message.conversation_id)
        for spoken, _ in heard
        for message in spoken.messages
        if message.author.role == "agent"
    )
    pending = [
        one
        for spoken, head in heard
        for one in _pending(spoken, head, today)
        if not _came(one, told) and not _made_contact(one, replies)
    ]
    pending.sort(key=lambda one: (one.said.message.sent_at, one.said.order), reverse=True)
    fresh = _without_repeats(pending)
    fresh.sort(key=lambda one: one.due or date.max)
    return [_as_promise(one, today) for one in fresh[:_MOST]]


def _pending(spoken: Spoken, head: ConversationHead, today: date) -> Iterator[SaidPromise]:
    settled = head.status in SETTLED_STATUSES
    if settled and head.last_message_at and today - head.last_message_at.date() > _STILL_COUNTS:
        return
    last_answer = max((one.place for one in spoken.answered), default=-1)
    # Reports of something done are few, and ranking what they share takes a while.
    last_report = max((one.place for one in spoken.answered if one.acts[0] == "done"), default=-1)
    for promise in spoken.promises:
        one, due = promise
        if settled and today - one.message.sent_at.date() > _STILL_COUNTS:
            continue
        # "I'll check", and then the agent came back: that is over.
        over = due is None and (settled or one.place < last_answer)
        if over or (settled and due is not None and due < today):
            continue
        reports = last_report > one.place
        if not reports or not is_kept(one, spoken.answered, spoken.answers):
            yield promise


def _came(promise: SaidPromise, told: Sequence[Said]) -> bool:
    """Whether the customer tells later, anywhere, that what was promised has come."""
    if not _TO_BRING.search(promise.said.text.lower()):
        return False
    keys = {key for key in content_keys(promise.said.text) if not _WHEN.search(key)}
    for later in told:
        if later.message.sent_at <= promise.said.message.sent_at:
            continue
        small = later.text.lower().replace("’", "'")
        if (
            _GOT.search(small)
            and not _NOT_GOT.search(small)
            and not keys.isdisjoint(content_keys(later.text))
        ):
            return True
    return False


def _made_contact(promise: SaidPromise, replies: Sequence[tuple[datetime, str]]) -> bool:
    """Whether a call or message was all that was promised, and an agent wrote since."""
    small = promise.said.text.lower()
    if not _TO_CONTACT.search(small) or _MORE.search(small):
        return False
    message = promise.said.message
    return any(
        at > message.sent_at
        and (at >= message.sent_at + _CALL_BACK or conversation_id != message.conversation_id)
        for at, conversation_id in replies
    )


def _without_repeats(pending: Sequence[SaidPromise]) -> list[SaidPromise]:
    """The newest of those that promise the same for the same day."""
    kept: list[SaidPromise] = []
    for one in pending:
        words = content_words(one.said.text)
        if not any(
            one.due == other.due and carried(words, Vocabulary.of(other.said.text)) >= _SAME
            for other in kept
        ):
            kept.append(one)
    return kept


def _as_promise(one: SaidPromise, today: date) -> Promise:
    message = one.said.message
    return Promise(
        text=one.said.text,
        message_id=message.id,
        conversation_id=message.conversation_id,
        said_at=message.sent_at,
        by=message.author.name,
        due=one.due.isoformat() if one.due else None,
        overdue=one.due is not None and one.due < today,
    )
