"""A summary written by a model, believed only as far as the messages carry it."""

from collections.abc import Sequence
from typing import NamedTuple

from copilot.conversations.conversation import Conversation, Message
from copilot.grounding.citations import cite
from copilot.grounding.figure_check import FigureCheck
from copilot.grounding.figures import FigureIndex
from copilot.grounding.sources import message_source
from copilot.grounding.support import support
from copilot.llm.chat import Chat, ChatMessage, ModelUnavailableError
from copilot.llm.prompts import Prompts, RenderedPrompt
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
_KEPT_FIRST = 2
_CARRIED = 0.3
_REPAIRED = 0.45
_HEADLINE_LENGTH = 120


class Window(NamedTuple):
    """The messages that fit into the prompt; some between the first ones and the rest may not."""

    messages: list[Message]
    left_out: int
    after: int


async def write_summary(
    conversation: Conversation,
    options: SummaryOptions,
    chat: Chat,
    prompts: Prompts,
    known: KnownFacts | None = None,
) -> Summary:
    """The model's summary of ``conversation``, checked.

    A model that is not local sees placeholders instead of personal data.

    Args:
        conversation: What to summarise.
        options: How.
        chat: The model.
        prompts: The prompts.
        known: What identifies the customer, to be masked wherever it stands.

    Raises:
        ModelUnavailableError: No usable answer: none at all, twice no JSON, or not one sentence
            that rests on a message.
    """
    window = fitting(visible_messages(conversation, include_internal=options.include_internal))
    prompt = _prompt(conversation, options, window, prompts)
    pseudonyms = None if chat.local else Pseudonymiser(people_in(conversation, known))
    answer = await _ask(chat, prompt, pseudonyms)
    made = _checked(conversation, options, window, answer)
    if not any(one.sentence.supported for one in made):
        raise ModelUnavailableError("The model wrote nothing that the messages carry.")
    headline = clipped(" ".join(answer.headline.split()), _HEADLINE_LENGTH)
    return assemble(
        conversation,
        headline if _carries_figures(headline, window) else headline_of(conversation.subject),
        made,
        engine=chat.engine,
        language=options.language,
        prompt_hash=prompt.hash,
    )


def fitting(messages: Sequence[Message], *, most: int = _PROMPT_CHARACTERS) -> Window:
    """The first messages and as many of the last as ``most`` characters hold."""
    first = list(messages[:_KEPT_FIRST])
    room = most - sum(_length(message) for message in first)
    last: list[Message] = []
    for message in reversed(messages[_KEPT_FIRST:]):
        room -= _length(message)
        if room < 0:
            break
        last.insert(0, message)
    return Window([*first, *last], len(messages) - len(first) - len(last), len(first))


def _length(message: Message) -> int:
    return min(len(message.text), _MESSAGE_CHARACTERS)


def _prompt(
    conversation: Conversation, options: SummaryOptions, window: Window, prompts: Prompts
) -> RenderedPrompt:
    return prompts.render(
        TASK,
        language=options.language,
        max_sentences=options.max_sentences,
        subject=conversation.subject,
        left_out={"count": window.left_out, "after": window.after},
        messages=[
            {
                "number": number,
                "role": "note" if message.visibility == "internal" else message.author.role,
                "day": message.sent_at.date().isoformat(),
                "text": message.text[:_MESSAGE_CHARACTERS],
            }
            for number, message in enumerate(window.messages, 1)
        ],
    )


async def _ask(
    chat: Chat, prompt: RenderedPrompt, pseudonyms: Pseudonymiser | None
) -> SummaryAnswer:
    """The model's answer; an answer that is no JSON goes back once to be put right."""
    messages = list(prompt.messages)
    if pseudonyms is not None:
        messages = [one._replace(content=pseudonyms.mask(one.content)) for one in messages]
    answer = await _complete(chat, messages)
    try:
        return _restored(read_answer(answer), pseudonyms)
    except UnreadableAnswerError as fault:
        messages += [
            ChatMessage("assistant", answer[:_MESSAGE_CHARACTERS]),
            ChatMessage("user", f"{fault} Answer again with the JSON object alone."),
        ]
    try:
        return _restored(read_answer(await _complete(chat, messages)), pseudonyms)
    except UnreadableAnswerError as fault:
        raise ModelUnavailableError(f"The model's answer cannot be read. {fault}") from fault


async def _complete(chat: Chat, messages: Sequence[ChatMessage]) -> str:
    return await chat.complete(
        messages, schema=answer_schema(), schema_name="summary", max_tokens=_MAX_TOKENS
    )


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
