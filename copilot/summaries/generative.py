"""A summary written by a model, believed only as far as the messages carry it."""

import asyncio
from collections.abc import Callable, Sequence
from typing import NamedTuple

from copilot.conversations.conversation import Conversation, Message
from copilot.grounding.citations import cite
from copilot.grounding.figure_check import FigureCheck
from copilot.grounding.figures import FigureIndex
from copilot.grounding.sources import message_source
from copilot.grounding.support import support
from copilot.llm.chat import Chat, ChatMessage, ModelUnavailableError
from copilot.llm.deadline import model_until
from copilot.llm.prompts import Prompts, RenderedPrompt
from copilot.llm.room import FENCE_CHARACTERS, answer_tokens, characters_for
from copilot.privacy.known import KnownFacts
from copilot.privacy.pseudonyms import Pseudonymiser
from copilot.summaries.answer import (
    AnswerSentence,
    SummaryAnswer,
    UnreadableAnswerError,
    answer_schema,
    read_answer,
)
from copilot.summaries.building import Made, assemble, sentence_of
from copilot.summaries.extractive import headline_of
from copilot.summaries.people import people_in
from copilot.summaries.said import clipped, visible_messages
from copilot.summaries.summary import Summary, SummaryOptions

TASK = "summary"
_MAX_TOKENS = 1200
_PROMPT_CHARACTERS = 24_000
_MESSAGE_CHARACTERS = 4_000
_LEAST_CHARACTERS = 400
_SHOWN_AGAIN = 1_000
_REPAIR_TOKENS = 500
_KEPT_FIRST = 2
_CARRIED = 0.3
_HELD = 0.1
_REPAIRED = 0.45
_HEADLINE_LENGTH = 120


class Window(NamedTuple):
    """The messages that fit into the prompt; some between the first ones and the rest may not.

    Attributes:
        left_out: How many do not.
        after: How many of ``messages`` stand before those.
        longest: Characters of a message that the prompt shows.
    """

    messages: list[Message]
    left_out: int
    after: int
    longest: int = _MESSAGE_CHARACTERS


async def write_summary(
    conversation: Conversation,
    options: SummaryOptions,
    chat: Chat,
    prompts: Prompts,
    *,
    started: float,
    known: KnownFacts | None = None,
) -> Summary:
    """The model's summary of ``conversation``, checked.

    A model that is not local sees placeholders instead of personal data.

    Args:
        conversation: What to summarise.
        options: How.
        chat: The model.
        prompts: The prompts.
        started: When the request began, by ``time.monotonic()``.
        known: What identifies the customer, to be masked wherever it stands.

    Raises:
        ModelUnavailableError: No usable answer: none at all, twice no JSON, or not one sentence
            that rests on a message.
    """
    longest = answer_tokens(_MAX_TOKENS, chat.context_tokens)
    prompt, window, pseudonyms = await asyncio.to_thread(
        _prepared, conversation, options, chat, prompts, longest, known
    )
    until = model_until(chat.deadline_s, started)
    answer = await _ask(chat, prompt, pseudonyms, longest, until)
    return await asyncio.to_thread(
        _believed, conversation, options, window, answer, engine=chat.engine, hashed=prompt.hash
    )


def _prepared(
    conversation: Conversation,
    options: SummaryOptions,
    chat: Chat,
    prompts: Prompts,
    longest: int,
    known: KnownFacts | None,
) -> tuple[RenderedPrompt, Window, Pseudonymiser | None]:
    """The prompt, the messages in it, and what masks them for ``chat``."""
    pseudonyms = None if chat.local else Pseudonymiser(people_in(conversation, known))
    masked = pseudonyms.mask if pseudonyms is not None else str
    own = _prompt(conversation, options, Window([], 0, 0), prompts, masked)
    room = characters_for(chat.context_tokens, longest + _REPAIR_TOKENS, own.messages)
    messages = visible_messages(conversation, include_internal=options.include_internal)
    window = fitting(messages, most=min(room, _PROMPT_CHARACTERS))
    return _prompt(conversation, options, window, prompts, masked), window, pseudonyms


def _believed(
    conversation: Conversation,
    options: SummaryOptions,
    window: Window,
    answer: SummaryAnswer,
    *,
    engine: str,
    hashed: str,
) -> Summary:
    """``answer`` as a summary, checked against the messages it was made from."""
    made = _checked(conversation, options, window, answer)
    first = next((one.sentence.text for one in made if one.sentence.supported), None)
    if first is None:
        raise ModelUnavailableError("The model wrote nothing that the messages carry.")
    headline = clipped(" ".join(answer.headline.split()), _HEADLINE_LENGTH)
    return assemble(
        conversation,
        headline
        if _carries_figures(headline, window)
        else headline_of(conversation.subject) or clipped(first, _HEADLINE_LENGTH),
        made,
        engine=engine,
        language=options.language,
        prompt_hash=hashed,
    )


def fitting(messages: Sequence[Message], *, most: int = _PROMPT_CHARACTERS) -> Window:
    """The last message, the first ones, and as many before the last as ``most`` characters hold.

    The last message is cut where it does not fit; the others are there as a whole or not at all.
    """
    if not messages:
        return Window([], 0, 0)
    longest = min(_MESSAGE_CHARACTERS, max(_LEAST_CHARACTERS, most - FENCE_CHARACTERS))
    last, before = [messages[-1]], list(messages[:-1])
    room = most - _length(messages[-1], longest)
    first: list[Message] = []
    for message in before[:_KEPT_FIRST]:
        if (length := _length(message)) > room:
            break
        room -= length
        first.append(message)
    for message in reversed(before[len(first) :]):
        if (length := _length(message)) > room:
            break
        room -= length
        last.insert(0, message)
    left_out = len(messages) - len(first) - len(last)
    return Window([*first, *last], left_out, len(first), longest)


def _length(message: Message, longest: int = _MESSAGE_CHARACTERS) -> int:
    return min(len(message.text), longest) + FENCE_CHARACTERS


def _prompt(
    conversation: Conversation,
    options: SummaryOptions,
    window: Window,
    prompts: Prompts,
    masked: Callable[[str], str],
) -> RenderedPrompt:
    """The prompt; each text is masked before it enters, so that its own words stay as they are."""
    return prompts.render(
        TASK,
        language=options.language,
        max_sentences=options.max_sentences,
        subject=masked(conversation.subject or ""),
        left_out={"count": window.left_out, "after": window.after},
        messages=[
            {
                "number": number,
                "role": "note" if message.visibility == "internal" else message.author.role,
                "day": message.sent_at.date().isoformat(),
                "text": masked(message.text[: window.longest])[: window.longest],
            }
            for number, message in enumerate(window.messages, 1)
        ],
    )


async def _ask(
    chat: Chat,
    prompt: RenderedPrompt,
    pseudonyms: Pseudonymiser | None,
    longest: int,
    until: float,
) -> SummaryAnswer:
    """The model's answer; one that is no JSON goes back once to be put right, in the same time."""

    async def complete(messages: Sequence[ChatMessage]) -> str:
        return await chat.complete(
            messages,
            schema=answer_schema(),
            schema_name="summary",
            max_tokens=longest,
            until=until,
        )

    answer = await complete(prompt.messages)
    try:
        return _restored(read_answer(answer), pseudonyms)
    except UnreadableAnswerError as fault:
        messages = [
            *prompt.messages,
            ChatMessage("assistant", answer[:_SHOWN_AGAIN]),
            ChatMessage("user", f"{fault} Answer again with the JSON object alone."),
        ]
    try:
        return _restored(read_answer(await complete(messages)), pseudonyms)
    except UnreadableAnswerError as fault:
        raise ModelUnavailableError(f"The model's answer cannot be read. {fault}") from fault


def _restored(answer: SummaryAnswer, pseudonyms: Pseudonymiser | None) -> SummaryAnswer:
    """``answer`` with its placeholders replaced, now that it cannot break the JSON any more."""
    if pseudonyms is None:
        return answer
    for section in answer.sections:
        for sentence in section.sentences:
            sentence.text = pseudonyms.restore(sentence.text)
    answer.headline = pseudonyms.restore(answer.headline)
    return answer


def _checked(
    conversation: Conversation, options: SummaryOptions, window: Window, answer: SummaryAnswer
) -> list[Made]:
    """The sentences with their messages and figures, at most as many as were asked for."""
    sources = [message_source(message) for message in window.messages]
    index = FigureIndex(sources)
    same_language = options.language is None or _same(options.language, conversation.language)
    made = []
    for section in answer.sections:
        for one in section.sentences:
            text = " ".join(one.text.split())
            figures = index.check(text, language=options.language or conversation.language)
            messages = _resting_on(one, text, window, figures, same_language=same_language)
            supported = bool(messages) and all(one.verdict == "supported" for one in figures)
            made.append(
                Made(section.kind, sentence_of(text, messages, figures, supported=supported))
            )
    return made[: options.max_sentences]


def _resting_on(
    sentence: AnswerSentence,
    text: str,
    window: Window,
    figures: Sequence[FigureCheck],
    *,
    same_language: bool,
) -> list[Message]:
    """The messages a sentence really rests on: those it names if they carry it, else the best.

    Wording is only compared within one language; across languages the named messages and the
    figures have to do.
    """
    named = [
        window.messages[number - 1]
        for number in dict.fromkeys(sentence.messages)
        if 1 <= number <= len(window.messages)
    ]
    if named and same_language:
        together = "\n".join(message.text for message in named)
        if support(text, together) < _CARRIED:
            named = []
        # Some models name every message: those that hold next to nothing of it are left out.
        telling = [one for one in named if support(text, one.text) >= _HELD]
        named = telling or named
    if not named and same_language:
        texts = [message.text for message in window.messages]
        found = cite([text], texts, threshold=_REPAIRED)[0]
        named = [window.messages[number] for number in found]
    return [*named, *_of_figures(figures, named, window)] if named else []


def _of_figures(
    figures: Sequence[FigureCheck], named: Sequence[Message], window: Window
) -> list[Message]:
    """Messages that hold a figure of the sentence that none of the named ones holds."""
    held = "\n".join(message.text for message in named)
    indexed = FigureIndex([message_source(message) for message in named])
    wanted = {
        one.evidence.id
        for one in figures
        if one.evidence is not None
        and one.verdict == "supported"
        and one.text not in held
        and not all(check.verdict == "supported" for check in indexed.check(one.text))
    }
    known = {message.id for message in named}
    return [one for one in window.messages if one.id in wanted - known]


def _carries_figures(headline: str, window: Window) -> bool:
    """Whether a headline can be shown: it has no checks of its own, so no figure may be new."""
    index = FigureIndex([message_source(message) for message in window.messages])
    return bool(headline) and all(one.verdict == "supported" for one in index.check(headline))


def _same(one: str, other: str | None) -> bool:
    return other is not None and one.split("-")[0].lower() == other.split("-")[0].lower()
