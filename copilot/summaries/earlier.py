"""When a stored summary can be brought up to date instead of being made again."""

from copilot.conversations.conversation import Conversation, Message
from copilot.summaries.noting import Note, notes_of
from copilot.summaries.summary import Summary
from copilot.summaries.thread import Thread

_WHOLE_EVERY = 10
"""Messages after which the whole thread is read again, so that errors do not add up."""

_CLOCK_DIGITS = 10
"""The characters of an id that tell when it was made (``kernel.ids``)."""


def new_since(stored: Summary, conversation: Conversation) -> int | None:
    """How many messages, system's and notes included, came since ``stored`` at the end.

    None when anything else changed: a message that came late and stands among older ones, one
    that was corrected or removed. Also every ten messages, whatever came. The version counts
    messages and corrections, so that it equals their number as long as nothing was corrected.
    """
    messages = conversation.messages
    new = conversation.version - stored.version
    if conversation.version != len(messages) or not 0 < new < len(messages):
        return None
    if stored.version // _WHOLE_EVERY != conversation.version // _WHOLE_EVERY:
        return None
    before, latest = messages[:-new], messages[-new:]
    # Of those that were there, none was made after one that is new.
    if max(map(_made, before)) > min(map(_made, latest)):
        return None
    return new


def usable_notes(
    stored: Summary, thread: Thread, *, engine: str, prompt_hash: str
) -> tuple[list[Note], int] | None:
    """The sentences of ``stored`` as notes, and how many of the thread's messages are new.

    None when the thread has to be read as a whole: the summary was made by another engine or
    other prompts, without its model, or by rules that let it see other messages.
    """
    if stored.degraded or stored.engine != engine or stored.prompt_hash != prompt_hash:
        return None
    new = new_since(stored, thread.conversation)
    if new is None:
        return None
    latest = {one.id for one in thread.conversation.messages[-new:]}
    seen = sum(one.id in latest for one in thread.messages)
    notes = notes_of(stored, thread)
    if not notes or not 0 < seen < len(thread.messages):
        return None
    if any(thread.messages[number - 1].id in latest for one in notes for number in one.numbers):
        return None
    return notes, seen


def _made(message: Message) -> str:
    """When a message was stored, as text that sorts by it."""
    return message.id.rpartition("_")[2][:_CLOCK_DIGITS]
