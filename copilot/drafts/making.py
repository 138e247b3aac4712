"""Making one draft, told as events while it is made.

A model writes when there is one; when it fails, at whatever point, the extractive engine answers
instead and the draft says so.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from time import monotonic

from copilot.drafts.beginning import BeginningHeld
from copilot.drafts.draft import Draft, DraftEvent, DraftWarning
from copilot.drafts.extractive import (
    ENGINE,
    Assembled,
    assemble,
    candidates,
)
from copilot.drafts.finishing import Written, finish
from copilot.drafts.generative import masked_prompt, most_tokens, usage_of, write
from copilot.drafts.marks import MarkStripper, take_out
from copilot.drafts.material import Material
from copilot.drafts.meaning import Embedding, meanings_of
from copilot.drafts.parts import DraftUsage
from copilot.drafts.second_look import Pair, SecondLook
from copilot.drafts.tidying import tidied
from copilot.drafts.verifying import nearness_of
from copilot.llm.chat import Chat, ModelUnavailableError
from copilot.llm.deadline import left, model_until
from copilot.llm.prompts import Prompts
from copilot.privacy.pseudonyms import Pseudonymiser

_log = logging.getLogger(__name__)


def model_failed(error: ModelUnavailableError) -> DraftWarning:
    """The warning that a draft had to do without its model."""
    return DraftWarning(code="model_unavailable", detail=error.detail)


async def make(
    material: Material,
    chat: Chat | None,
    prompts: Prompts,
    *,
    stored: bool,
    asked: float,
    embedding: Embedding | None = None,
    look: SecondLook | None = None,
) -> AsyncGenerator[DraftEvent, None]:
    """The events of one draft; the last is ``done`` with the draft, which nobody has kept yet.

    Args:
        material: What it is made of.
        chat: A guarded language model, or None to assemble the reply.
        prompts: The prompts.
        stored: Whether the conversation is one that is stored.
        asked: When it was asked for, by ``time.monotonic()``; deadlines count from then.
        embedding: Compares meanings for an assembled reply; None: wording alone decides.
        look: A model's second look at the citations of what a model wrote; None: there is none.
    """
    started = monotonic()
    written: Written | None = None
    pseudonyms: Pseudonymiser | None = None
    failure: ModelUnavailableError | None = None
    if chat is not None:
        yield _meta(chat.engine, material)
        window = chat.context_tokens
        pseudonyms, prompt = await asyncio.to_thread(masked_prompt, chat, material, prompts)
        most = most_tokens(material.options.length, window)
        until = model_until(chat.deadline_s, asked)
        parts: list[str] = []
        beginning, stripper = BeginningHeld(), MarkStripper()
        try:
            async with aclosing(write(chat, prompt, pseudonyms, most, until)) as pieces:
                async for piece in pieces:
                    parts.append(piece)
                    if shown := stripper.feed(beginning.feed(piece)):
                        yield _delta(shown)
            if shown := stripper.feed(beginning.end()) + stripper.end():
                yield _delta(shown)
            plain = tidied("".join(parts), material.conversation.channel)
            written = Written(
                take_out(plain.text),
                chat.engine,
                material.language,
                prompt_hash=prompt.hash,
                usage=usage_of(chat),
                style_reviews=tuple(one.review_id for one in material.examples),
            )
        except ModelUnavailableError as error:
            _log.warning("drafting without the model: %s", error.detail)
            failure = error
    if written is None:
        yield _meta(ENGINE, material, failed=failure is not None)
        left_s = None if chat is None else left(chat.deadline_s, asked)
        # What a model that failed took until then is told too.
        usage = None if chat is None else usage_of(chat)
        replied = await assembled(material, embedding, left_s)
        written = _written(material, replied, failure, usage)
        yield _delta(written.marked.text)
    wrote = monotonic()
    wait_s = None if chat is None else left(chat.deadline_s, asked)
    near, refused = None, frozenset[Pair]()
    if written.engine != ENGINE:
        near = await nearness_of(
            written.marked, material.citable, written.language, embedding, wait_s
        )
        if look is not None:
            left_s = None if chat is None else left(chat.deadline_s, asked)
            refused = await look.refused(written.marked, material.citable, pseudonyms, left_s)
    draft = await asyncio.to_thread(
        finish, written, material, stored=stored, near=near, refused=refused
    )
    timings = {"write": wrote - started, "check": monotonic() - wrote}
    draft = draft.model_copy(
        update={"timings_ms": {name: round(took * 1000, 2) for name, took in timings.items()}}
    )
    for event in ending(draft):
        yield event


def ending(draft: Draft) -> list[DraftEvent]:
    """The last events of a draft: what the checks found, and the whole."""
    whole = draft.model_dump(mode="json")
    return [
        DraftEvent("citations", {"sentences": whole["sentences"], "citations": whole["citations"]}),
        DraftEvent("figures", {"figures": whole["figures"], "warnings": whole["warnings"]}),
        DraftEvent("done", whole, draft),
    ]


async def assembled(
    material: Material, embedding: Embedding | None, left_s: float | None = None
) -> Assembled:
    """A reply without a language model, chosen by wording and meaning.

    Args:
        material: What it is made of.
        embedding: Compares meanings; None: wording alone decides.
        left_s: Seconds until it must be there, where a model has failed before. Half of them at
            most are spent on waiting for meanings.
    """
    found = await asyncio.to_thread(candidates, material)
    wait_s = None if left_s is None else left_s / 2
    meanings = await meanings_of(found.texts, material.language, embedding, wait_s)
    return await asyncio.to_thread(assemble, material, found, meanings)


def _written(
    material: Material,
    made: Assembled,
    failure: ModelUnavailableError | None,
    usage: DraftUsage | None,
) -> Written:
    warnings = [*([model_failed(failure)] if failure else []), *made.warnings]
    return Written(
        take_out(made.written),
        ENGINE,
        material.language,
        answerable=made.answerable,
        answers=made.answers,
        degraded=failure is not None,
        warnings=tuple(warnings),
        usage=usage,
    )


def _meta(engine: str, material: Material, *, failed: bool = False) -> DraftEvent:
    return DraftEvent(
        "meta",
        {
            "engine": engine,
            "degraded": failed,
            "restart": failed,
            "language": material.language,
            "conversation_version": material.conversation.version,
        },
    )


def _delta(text: str) -> DraftEvent:
    return DraftEvent("delta", {"text": text})
