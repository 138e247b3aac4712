"""A reply by a language model: prompt, pseudonyms on the way out, restored on the way back."""

from collections.abc import AsyncGenerator, Sequence
from typing import Any, NamedTuple

from copilot.conversations.conversation import Message
from copilot.drafts.draft import Draft, Length
from copilot.drafts.material import Material, known_facts
from copilot.drafts.sources import DraftSource
from copilot.drafts.wording import language_name
from copilot.llm.chat import Chat, ChatMessage, ModelUnavailableError
from copilot.llm.prompts import Prompts, RenderedPrompt
from copilot.privacy.pseudonyms import Pseudonymiser

_MAX_TOKENS: dict[Length, int] = {"short": 400, "medium": 800, "long": 1600}
_REFINE_TOKENS = 1600
_SOURCE_CHARACTERS = 1800
_MESSAGE_CHARACTERS = 4000


class PromptRoom(NamedTuple):
    """How many characters of the prompt each part may take."""

    sources: int = 7000
    messages: int = 8000


def draft_prompt(
    material: Material, prompts: Prompts, room: PromptRoom | None = None
) -> RenderedPrompt:
    """The prompt for a draft."""
    room = room or PromptRoom()
    options = material.options
    return prompts.render(
        "draft",
        channel=material.conversation.channel,
        language=language_name(material.language),
        tone=options.tone,
        length=options.length,
        first_name=material.first_name,
        agent_name=material.agent_name,
        instruction=options.instruction,
        facts=options.facts,
        sources=_sources_for(material.sources, room.sources),
        messages=_messages_for(material, room.messages),
    )


def refine_prompt(
    draft: Draft, wish: str, language: str, material: Material, prompts: Prompts
) -> RenderedPrompt:
    """The prompt that changes ``draft`` as the agent wishes."""
    return prompts.render(
        "refine",
        language=language_name(language),
        instruction=wish,
        draft=draft.text,
        sources=_sources_for(material.sources, PromptRoom().sources),
    )


async def write(
    chat: Chat, prompt: RenderedPrompt, material: Material, *, refining: bool = False
) -> AsyncGenerator[str, None]:
    """The model's reply in pieces, with source marks and without placeholders.

    Raises:
        ModelUnavailableError: It gave nothing, broke off, or passed the deadline.
    """
    most = _REFINE_TOKENS if refining else _MAX_TOKENS[material.options.length]
    messages: Sequence[ChatMessage] = prompt.messages
    wrote = False
    if chat.local:
        pieces = chat.stream(messages, max_tokens=most)
    else:
        pseudonyms = Pseudonymiser(known_facts(material))
        masked = [one._replace(content=pseudonyms.mask(one.content)) for one in messages]
        pieces = pseudonyms.restored(chat.stream(masked, max_tokens=most))
    async for piece in pieces:
        wrote = wrote or bool(piece.strip())
        yield piece
    if not wrote:
        raise ModelUnavailableError("The language model gave an empty answer.")


def _sources_for(sources: Sequence[DraftSource], room: int) -> list[dict[str, str]]:
    told: list[dict[str, str]] = []
    for source in sources:
        text = source.text[:_SOURCE_CHARACTERS]
        room -= len(text)
        # Orders and promises are short and come after the articles: they always fit.
        if room < 0 and source.passage is not None:
            continue
        told.append({"mark": source.mark, "kind": source.kind, "text": text})
    return told


def _messages_for(material: Material, room: int) -> list[dict[str, Any]]:
    """The latest messages that fit, and the first, which says what it is about."""
    chosen: list[Message] = []
    public = material.public_messages
    for message in reversed(public):
        room -= min(len(message.text), _MESSAGE_CHARACTERS)
        if room < 0 and chosen:
            break
        chosen.insert(0, message)
    if public and chosen[0] is not public[0]:
        chosen.insert(0, public[0])
    return [
        {
            "seq": one.seq,
            "role": one.author.role,
            "day": one.sent_at.date().isoformat(),
            "text": one.text[:_MESSAGE_CHARACTERS],
        }
        for one in chosen
    ]
