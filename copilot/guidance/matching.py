"""Which process or saved reply fits what a customer wrote: by its words, and by meaning.

A floor decides before any rank does: where nothing fits, nothing is shown.
"""

import re
from collections.abc import Callable, Sequence

from copilot.conversations.conversation import Conversation
from copilot.grounding.concepts import meaning_keys
from copilot.grounding.words import content_words, word_key, words_of
from copilot.guidance.process import Process
from copilot.guidance.saved_reply import SavedReply
from copilot.kernel.language import primary_subtag

Nearness = Callable[[str, str], float | None]
"""The cosine of two texts, or None where no model knows them."""

_FLOOR = 0.6
_LIKELY_BY_MEANING = 0.7
_FEW = 2
_SHORTEST_END = 5
_SHORTEST = 4
_LONGEST_REMARK = 30
_SETTLED = re.compile(r"\?|\b(?:thank|thanks|solved|arrived|kiito|kiitti|selvisi|saapui)", re.I)


def process_in(
    conversation: Conversation, pending: str, known: Sequence[Process], near: Nearness
) -> tuple[Process, float] | None:
    """The process of a conversation: what the customer wrote last may only go on with it.

    "Here is the photo." fits no process; what it answers does. A message that asks something, or
    says that all is well, is not taken for such a remark.

    Args:
        conversation: With its messages.
        pending: What the customer wrote and nobody has answered.
        known: The tenant's processes.
        near: Compares meanings.
    """
    channel, tags = conversation.channel, conversation.tags
    found = process_for(pending, channel, tags, known, near)
    if found is not None or not _goes_on(pending):
        return found
    earlier = earlier_words(conversation, pending)
    return process_for(earlier, channel, tags, known, near) if earlier else None


def earlier_words(conversation: Conversation, pending: str) -> str:
    """What the customer wrote before ``pending``."""
    said = [
        one.text
        for one in conversation.messages
        if one.author.role == "customer" and one.visibility == "public" and one.text not in pending
    ]
    return "\n".join(said)


def _goes_on(pending: str) -> bool:
    return len(pending.split()) <= _LONGEST_REMARK and _SETTLED.search(pending) is None


def process_for(
    text: str, channel: str, tags: Sequence[str], known: Sequence[Process], near: Nearness
) -> tuple[Process, float] | None:
    """The process that fits best, with how surely; None where none does.

    Args:
        text: What the customer wrote and nobody has answered.
        channel: Of the conversation.
        tags: Of the conversation: one that a process names settles it.
        known: The tenant's processes.
        near: Compares meanings.
    """
    keys = meaning_keys(text)
    best: tuple[Process, float] | None = None
    for one in known:
        if one.front.channels and channel not in one.front.channels:
            continue
        phrases = [*one.front.applies_when, one.front.title]
        score = max(_fit(text, keys, phrase, near) for phrase in phrases)
        if set(tags) & set(one.front.tags):
            score = max(score, 1.0)
        if score >= _FLOOR and (best is None or score > best[1]):
            best = (one, round(min(1.0, score), 3))
    return best


def reply_for(
    text: str, language: str, known: Sequence[SavedReply], near: Nearness
) -> tuple[SavedReply, float] | None:
    """The saved reply in ``language`` that fits best; None where none does.

    Its title says what it answers: the text of a reply speaks of much else.
    """
    keys = meaning_keys(text)
    best: tuple[SavedReply, float] | None = None
    for one in known:
        if one.language is not None and primary_subtag(one.language) != primary_subtag(language):
            continue
        score = max(_fit(text, keys, phrase, near) for phrase in (one.title, *one.tags))
        if score >= _FLOOR and (best is None or score > best[1]):
            best = (one, round(min(1.0, score), 3))
    return best


def _fit(text: str, keys: set[str], phrase: str, near: Nearness) -> float:
    """The share of a phrase's words that the text has, itself or in words that mean the same."""
    words = content_words(phrase)
    said = content_words(text)
    if len(words) == 1:
        # "Where is my parcel" is not about every parcel: its little words count as well.
        words += [one for one in words_of(phrase) if one not in words and len(one) >= _SHORTEST]
        keys = keys | {word_key(one) for one in words_of(text)}
    held = sum(
        bool((meaning_keys(word) or {word_key(word)}) & keys)
        or any(_ends_in(one, word) for one in said)
        for word in words
    )
    score = held / len(words) if words and held >= min(_FEW, len(words)) else 0.0
    meaning = near(text, phrase)
    if meaning is not None and meaning >= _LIKELY_BY_MEANING:
        score = max(score, meaning)
    return min(1.0, score)


def _ends_in(compound: str, word: str) -> bool:
    """Whether a Finnish compound is a kind of ``word``: ``vedenkeitin`` is a ``keitin``."""
    return len(word) >= _SHORTEST_END and compound.endswith(word)
