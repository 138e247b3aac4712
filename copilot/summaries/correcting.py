"""Putting right, in one more call, the sentences of a summary that the messages do not carry."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from copilot.conversations.conversation import Message
from copilot.llm.chat import ModelUnavailableError
from copilot.llm.loose_json import values_in
from copilot.llm.prompts import RenderedPrompt
from copilot.summaries.answer import AnswerNumbers
from copilot.summaries.asking import Asker
from copilot.summaries.checking import Checked, Checker, Claim
from copilot.summaries.fitting import PROMPT_CHARACTERS, length_of
from copilot.summaries.thread import Thread

_log = logging.getLogger(__name__)

TASK = "summary_repair"
_MESSAGE_CHARACTERS = 2_000
_MOST_SENTENCES = 20
_MOST_NAMED = 6


class CorrectedSentence(BaseModel):
    """A sentence written again; an empty text means that no message carries it."""

    model_config = ConfigDict(extra="ignore")

    number: int
    text: str = Field(max_length=1000)
    messages: AnswerNumbers = Field(default_factory=list)


class CorrectedAnswer(BaseModel):
    """What the model is asked for."""

    model_config = ConfigDict(extra="ignore")

    sentences: list[CorrectedSentence]


class Faulty(NamedTuple):
    """A sentence, what is wrong with it, and the messages that may help."""

    claim: Claim
    fault: str
    messages: list[Message]


async def corrected(
    thread: Thread, asker: Asker, faulty: Sequence[Faulty]
) -> dict[int, Claim | None]:
    """The model's second try at each of ``faulty`` by its place; None: it gives the sentence up.

    Nothing is here for a sentence that it did not answer, and nothing at all without time or an
    answer.
    """
    if not faulty or not asker.has_time:
        return {}
    prompt = await asyncio.to_thread(_prompt, thread, asker, faulty[:_MOST_SENTENCES])
    try:
        answer = await asker.complete(
            prompt.messages,
            schema=_schema(),
            schema_name="corrections",
            longest=asker.longest,
        )
    except ModelUnavailableError as error:
        _log.info("a summary's sentences were not put right: %s", error.detail)
        return {}
    return {
        one.number - 1: _claim(asker, one, faulty[one.number - 1].claim)
        for one in _read(answer)
        if 1 <= one.number <= len(faulty)
    }


def with_help(thread: Thread, checker: Checker, one: Checked) -> Faulty:
    """A checked sentence for the model: the messages it names, those like it, the evidence."""
    evidence = {
        figure.evidence.id
        for figure in one.made.sentence.figures
        if figure.evidence is not None and figure.evidence.id in thread.numbers
    }
    found = [
        *thread.numbered(one.claim.numbers)[:_MOST_NAMED],
        *checker.near(one.claim.text),
        *thread.numbered(thread.numbers[message_id] for message_id in evidence),
    ]
    return Faulty(one.claim, one.fault or "", found)


def _prompt(thread: Thread, asker: Asker, faulty: Sequence[Faulty]) -> RenderedPrompt:
    sentences = [
        {"number": number, "text": asker.masked(one.claim.text), "fault": asker.masked(one.fault)}
        for number, one in enumerate(faulty, 1)
    ]

    def render(messages: list[dict[str, Any]]) -> RenderedPrompt:
        return asker.render(
            TASK, language=thread.options.language, sentences=sentences, messages=messages
        )

    room = min(PROMPT_CHARACTERS, asker.room(render([])))
    wanted: list[Message] = []
    # Each sentence's best message comes before any sentence's second.
    for rank in range(max(len(one.messages) for one in faulty)):
        for one in faulty:
            if rank < len(one.messages) and one.messages[rank] not in wanted:
                room -= length_of(one.messages[rank], _MESSAGE_CHARACTERS)
                if room >= 0:
                    wanted.append(one.messages[rank])
    wanted.sort(key=lambda message: thread.numbers[message.id])
    return render(thread.shown(wanted, _MESSAGE_CHARACTERS, asker.masked))


def _read(text: str) -> list[CorrectedSentence]:
    """The corrections in an answer; none when it cannot be read."""
    for candidate in values_in(text):
        value = candidate.value
        given = value if isinstance(value, dict) else {"sentences": value}
        try:
            found = CorrectedAnswer.model_validate(given).sentences
        except ValidationError:
            continue
        return found[:-1] if candidate.cut else found
    return []


def _claim(asker: Asker, one: CorrectedSentence, before: Claim) -> Claim | None:
    text = " ".join(asker.restored(one.text).split())
    return before._replace(text=text, numbers=tuple(one.messages)) if text else None


def _schema() -> dict[str, Any]:
    sentence = {
        "type": "object",
        "properties": {
            "number": {"type": "integer"},
            "text": {"type": "string"},
            "messages": {"type": "array", "items": {"type": "integer"}},
        },
        "required": ["number", "text", "messages"],
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "properties": {"sentences": {"type": "array", "items": sentence}},
        "required": ["sentences"],
        "additionalProperties": False,
    }
