"""A summary written by a model, believed only as far as the messages carry it."""

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

from copilot.conversations.conversation import Conversation
from copilot.llm.chat import Chat, ModelUnavailableError
from copilot.llm.deadline import model_until
from copilot.llm.prompts import Prompts, RenderedPrompt
from copilot.privacy.known import KnownFacts
from copilot.privacy.pseudonyms import Pseudonymiser
from copilot.summaries.answer import SummaryAnswer
from copilot.summaries.asking import Asker, prompts_hash
from copilot.summaries.building import Made, assemble
from copilot.summaries.checking import Checked, Checker, Claim
from copilot.summaries.correcting import Faulty, corrected, with_help
from copilot.summaries.earlier import usable_notes
from copilot.summaries.extractive import headline_of
from copilot.summaries.fitting import Parts, Window, plan
from copilot.summaries.noting import Noted, from_earlier, from_parts
from copilot.summaries.parts import claims_in, read_parts
from copilot.summaries.people import people_in
from copilot.summaries.said import clipped
from copilot.summaries.summary import Summary, SummaryOptions
from copilot.summaries.thread import Thread
from copilot.summaries.written import same_language, wanted_languages, written_in

TASK = "summary"
_HEADLINE_LENGTH = 120


class Answered(NamedTuple):
    """The model's answer for the whole thread.

    Attributes:
        answer: The answer.
        shown: Numbers of the messages that it can rest on.
        left_out: How many messages the model did not see, or not whole.
    """

    answer: SummaryAnswer
    shown: frozenset[int]
    left_out: int


async def write_summary(
    conversation: Conversation,
    options: SummaryOptions,
    chat: Chat,
    prompts: Prompts,
    *,
    started: float,
    known: KnownFacts | None = None,
    earlier: Summary | None = None,
    deadline_s: float | None = None,
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
        earlier: The last summary for the same options. When only messages at the end came since,
            it is brought up to date with those.
        deadline_s: Seconds that the request may take; None: as long as the model may for one call.

    Raises:
        ModelUnavailableError: No usable answer: none at all, twice no JSON, or not one sentence
            that rests on a message.
    """
    pseudonyms = None
    if not chat.local:
        pseudonyms = await asyncio.to_thread(Pseudonymiser, people_in(conversation, known))
    asker = Asker(chat, prompts, pseudonyms, model_until(deadline_s or chat.deadline_s, started))
    thread = Thread(conversation, options)
    hashed = prompts_hash(prompts)
    answered = await _updated(thread, asker, earlier, hashed)
    if answered is None:
        answered = await _whole(thread, asker)
    headline, made, language = await _checked(thread, asker, answered)
    first = next((one.sentence.text for one in made if one.sentence.supported), None)
    if first is None:
        raise ModelUnavailableError("The model wrote nothing that the messages carry.")
    return assemble(
        conversation,
        headline or headline_of(conversation.subject) or clipped(first, _HEADLINE_LENGTH),
        made,
        engine=asker.engine,
        language=language,
        prompt_hash=hashed,
        left_out=answered.left_out,
    )


async def _updated(
    thread: Thread, asker: Asker, earlier: Summary | None, hashed: str
) -> Answered | None:
    """The answer for an earlier summary and what is new; None when the whole must be read."""
    if earlier is None:
        return None

    def prepared() -> Noted | None:
        usable = usable_notes(earlier, thread, engine=asker.engine, prompt_hash=hashed)
        return from_earlier(thread, asker, *usable) if usable is not None else None

    noted = await asyncio.to_thread(prepared)
    if noted is None:
        return None
    answer = await asker.summary(noted.prompt)
    return Answered(answer, noted.shown, earlier.left_out + noted.shortened)


async def _whole(thread: Thread, asker: Asker) -> Answered:
    """The answer for a thread that is read from its beginning, at once or in parts."""
    room = asker.room(_prompt(thread, asker, Window([], 0, 0)))
    planned = plan(thread.messages, room)
    if isinstance(planned, Parts):
        read = await read_parts(thread, asker, planned)
        noted = await asyncio.to_thread(from_parts, thread, asker, read.notes)
        answer = await asker.summary(noted.prompt)
        return Answered(answer, noted.shown, planned.not_whole + read.unread)
    prompt = await asyncio.to_thread(_prompt, thread, asker, planned)
    shown = frozenset(thread.numbers[one.id] for one in planned.messages)
    return Answered(await asker.summary(prompt), shown, planned.not_whole)


def _prompt(thread: Thread, asker: Asker, window: Window) -> RenderedPrompt:
    return asker.render(
        TASK,
        language=thread.options.language,
        max_sentences=thread.options.max_sentences,
        subject=asker.masked(thread.conversation.subject or ""),
        left_out={"count": window.left_out, "after": window.after},
        part=None,
        messages=thread.shown(window.messages, window.longest, asker.masked),
    )


async def _checked(
    thread: Thread, asker: Asker, answered: Answered
) -> tuple[str, list[Made], str | None]:
    """Headline, sentences and language of the summary, after one try to put right what is wrong."""
    claims = claims_in(answered.answer)[: thread.options.max_sentences]
    headline = clipped(" ".join(answered.answer.headline.split()), _HEADLINE_LENGTH)
    wanted = wanted_languages(thread)
    language = written_in((one.text for one in claims), wanted)
    foreign = bool(wanted) and not any(same_language(language, one) for one in wanted)
    checker = Checker(thread, language, answered.shown)
    checked = await asyncio.to_thread(checker.check, claims)
    faulty = await asyncio.to_thread(
        _faulty, thread, checker, checked, wanted[0] if foreign else None
    )
    places = list(faulty)
    told = [*faulty.values()]
    if foreign and headline:
        told.append(Faulty(Claim("request", headline, ()), _foreign(wanted[0]), []))
    again = await corrected(thread, asker, told)
    if again:
        headline_again = again.pop(len(places), None)
        headline = clipped(headline_again.text, _HEADLINE_LENGTH) if headline_again else headline
        checked = await asyncio.to_thread(
            _replaced,
            Checker(thread, wanted[0] if foreign else language),
            checked,
            {places[one]: claim for one, claim in again.items()},
        )
        language = written_in((one.claim.text for one in checked), wanted)
        checker = Checker(thread, language)
    if not await asyncio.to_thread(checker.carries_figures, headline):
        # It has no checks of its own, so no figure may be new.
        headline = ""
    return headline, [one.made for one in checked], language


def _faulty(
    thread: Thread, checker: Checker, checked: Sequence[Checked], language: str | None
) -> dict[int, Faulty]:
    """What is to be put right, by place: what is not carried; all of it for another language."""
    found: dict[int, Faulty] = {}
    for place, one in enumerate(checked):
        if one.fault is None and language is None:
            continue
        helped = with_help(thread, checker, one)
        faults = [_foreign(language)] if language is not None else []
        found[place] = helped._replace(fault=" ".join([*faults, helped.fault]).strip())
    return found


def _foreign(language: str) -> str:
    return f"It is not written in the language with the code {language}."


def _replaced(
    checker: Checker, checked: Sequence[Checked], again: dict[int, Claim | None]
) -> list[Checked]:
    """``checked`` with what the second try made of it, as far as that is better.

    A sentence that nobody carries after it either is shown as it first was, marked.
    """
    tried = [(place, claim) for place, claim in again.items() if claim is not None]
    better = {
        place: one
        for (place, _), one in zip(tried, checker.check([claim for _, claim in tried]), strict=True)
        if one.fault is None
    }
    return [
        better.get(place, one)
        for place, one in enumerate(checked)
        if not (place in again and again[place] is None and one.fault is not None)
    ]
