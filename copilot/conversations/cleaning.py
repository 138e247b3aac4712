"""From what a source sent to clean text: HTML to text, quotes and signature apart, language."""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from copilot.conversations.conversation import Channel, ConversationIn, MessageIn
from copilot.conversations.quotes import split_reply
from copilot.kernel.html_text import html_to_text
from copilot.kernel.language import detect_language

_ENOUGH_LETTERS = 20
_ENOUGH_TEXT = 4000


class CleanMessage(NamedTuple):
    """A message's text, taken apart."""

    text: str
    quoted_text: str | None = None
    signature: str | None = None
    language: str | None = None


def clean(message: MessageIn, channel: Channel) -> CleanMessage:
    """The clean text of ``message``; in mail, history and signature are cut from it.

    Takes milliseconds of processor time per message: call it outside transactions.

    Args:
        message: As the source sent it; the text counts when there is HTML too.
        channel: Where it was said.
    """
    whole = message.text if message.text and message.text.strip() else None
    if whole is None:
        whole = (
            html_to_text(message.html, tells_hidden=True) if message.html else (message.text or "")
        )
    if channel != "email":
        text = whole.strip()
        return CleanMessage(text, language=_language(text))
    parts = split_reply(whole)
    return CleanMessage(parts.text, parts.quoted_text, parts.signature, _language(parts.text))


def clean_all(body: ConversationIn, *, skip: Collection[str] = ()) -> dict[str, CleanMessage]:
    """The messages of ``body`` by external id, cleaned, but for those in ``skip``."""
    return {
        name: clean(one, body.channel)
        for name, one in without_repeats(body.messages).items()
        if name not in skip
    }


def without_repeats(messages: Iterable[MessageIn]) -> dict[str, MessageIn]:
    """Messages by external id; of two with the same id the first counts."""
    found: dict[str, MessageIn] = {}
    for one in messages:
        found.setdefault(one.external_id, one)
    return found


def spoken_language(texts_by_role: Mapping[str, Iterable[str]]) -> str | None:
    """The language of a conversation: the customer's words tell, else anyone's.

    Args:
        texts_by_role: Clean public texts in order, under the role of their author.
    """
    for role in ("customer", "agent", "bot"):
        gathered = ""
        for text in texts_by_role.get(role, ()):
            gathered += f"{text}\n"
            if len(gathered) > _ENOUGH_TEXT:
                break
        if (language := detect_language(gathered)) is not None:
            return language
    return None


def _language(text: str) -> str | None:
    letters = sum(character.isalpha() for character in text[:_ENOUGH_TEXT])
    return detect_language(text) if letters >= _ENOUGH_LETTERS else None
