"""A draft from a draft: by a model, or by what can be done without one."""

import asyncio
import logging
from contextlib import aclosing
from functools import partial

from copilot.drafts.changing import changes_between, figures_lost
from copilot.drafts.draft import Draft, DraftWarning, RefineIn
from copilot.drafts.extractive import ENGINE, Assembled
from copilot.drafts.finishing import Written, finish
from copilot.drafts.generative import (
    most_tokens,
    pseudonyms_for,
    refine_prompt,
    usage_of,
    write,
)
from copilot.drafts.internal import INTERNAL_SOURCE
from copilot.drafts.making import assembled, model_failed
from copilot.drafts.marks import take_out
from copilot.drafts.material import Material
from copilot.drafts.meaning import Embedding
from copilot.drafts.parts import DraftQuestion
from copilot.drafts.refining import change, why_not, wish_of, with_marks
from copilot.drafts.second_look import Pair, SecondLook
from copilot.drafts.tidying import tidied
from copilot.drafts.wording import language_name
from copilot.llm.chat import Chat, ModelUnavailableError
from copilot.llm.deadline import left, model_until
from copilot.llm.prompts import Prompts
from copilot.llm.room import per_token_of

_log = logging.getLogger(__name__)
_MOST_WISHES = 10
_OF_THE_MATERIAL = frozenset(
    (
        "assembled",
        "question_unanswered",
        "order_not_found",
        "answered_before",
        "nothing_found",
        "nothing_asked",
        "source_in_other_language",
        "language_not_supported",
        "instruction_needs_model",
    )
)
"""Warnings of an assembled draft that are as true of what is made of its sentences."""
_FROM_INTERNAL = DraftWarning(
    code=INTERNAL_SOURCE,
    detail="The draft that this one was made from rests on internal material, so check that the "
    "customer may know it: the whole text",
)


async def refined(
    parent: Draft,
    wish: RefineIn,
    material: Material,
    chat: Chat | None,
    prompts: Prompts,
    embedding: Embedding | None = None,
    *,
    asked: float,
    look: SecondLook | None = None,
) -> Draft:
    """``parent`` changed as ``wish`` says, checked anew, with its version of the conversation.

    Args:
        parent: The draft to change.
        wish: How.
        material: Of its conversation now.
        chat: A guarded language model, or None to do what can be done without one.
        prompts: The prompts.
        embedding: Compares meanings where a longer reply is put together.
        asked: When it was asked for, by ``time.monotonic()``; deadlines count from then.
        look: A model's second look at the citations of what a model wrote; None: there is none.
    """
    written: Written | None = None
    failure: ModelUnavailableError | None = None
    longer: Assembled | None = None
    if chat is not None:
        try:
            written = await _by_model(parent, wish, material, chat, prompts, asked)
        except ModelUnavailableError as error:
            _log.warning("refining without the model: %s", error.detail)
            failure = error
    by_hand = written is None
    if written is None:
        if wish.action == "expand" and parent.engine == ENGINE:
            options = material.options.model_copy(update={"length": "long"})
            language = parent.language or material.language
            more = material._replace(options=options, language=language)
            left_s = None if chat is None else left(chat.deadline_s, asked)
            longer = await assembled(more, embedding, left_s)
        written = await asyncio.to_thread(_by_hand, parent, wish, material, longer, failure)
    written = written._replace(parent_id=parent.id, answerable=parent.answerable)
    refused = frozenset[Pair]()
    if look is not None and chat is not None and not by_hand:
        pseudonyms = await asyncio.to_thread(pseudonyms_for, chat, material)
        left_s = left(chat.deadline_s, asked)
        refused = await look.refused(written.marked, material.citable, pseudonyms, left_s)
    draft = await asyncio.to_thread(finish, written, material, stored=True, refused=refused)
    if by_hand and longer is None:
        draft = draft.model_copy(update={"questions": _still_answered(parent, draft)})
    if _is_internal(parent) and not _is_internal(draft):
        # A translation or new wording may have lost its marks, not what it rests on.
        draft = draft.model_copy(update={"warnings": [_FROM_INTERNAL, *draft.warnings]})
    draft = await asyncio.to_thread(_compared, parent, draft)
    wishes = [*parent.wishes, wish.instruction or str(wish.action)]
    draft = draft.model_copy(update={"wishes": wishes[-_MOST_WISHES:]})
    # A changed wording knows no more of the conversation than the draft it comes from, and holds
    # what the saved reply said then.
    version = min(parent.conversation_version, draft.conversation_version)
    kept: dict[str, object] = {"conversation_version": version}
    if longer is None:
        kept |= {"process": parent.process, "saved_reply": parent.saved_reply}
    return draft.model_copy(update=kept)


async def _by_model(
    parent: Draft,
    wish: RefineIn,
    material: Material,
    chat: Chat,
    prompts: Prompts,
    asked: float,
) -> Written:
    language = wish.language or parent.language or material.language
    told = wish.instruction or ""
    if wish.action is not None:
        told = wish_of(wish.action, language_name(language))
    pseudonyms = await asyncio.to_thread(pseudonyms_for, chat, material)
    window = chat.context_tokens
    prompt = await asyncio.to_thread(
        partial(refine_prompt, per_token=per_token_of(chat)),
        *(parent, told, language, material, prompts, pseudonyms, window),
    )
    most, until = most_tokens("long", window), model_until(chat.deadline_s, asked)
    async with aclosing(write(chat, prompt, pseudonyms, most, until)) as pieces:
        text = "".join([piece async for piece in pieces])
    plain = tidied(text, material.conversation.channel)
    return Written(
        take_out(plain.text),
        chat.engine,
        language,
        prompt_hash=prompt.hash,
        usage=usage_of(chat),
    )


def _by_hand(
    parent: Draft,
    wish: RefineIn,
    material: Material,
    longer: Assembled | None,
    failure: ModelUnavailableError | None,
) -> Written:
    warnings = [model_failed(failure)] if failure is not None else []
    language = parent.language or material.language
    engine = parent.engine
    if longer is not None:
        marked = take_out(longer.written)
        changed = marked.text != parent.text
        warnings += longer.warnings
    else:
        text = change(parent, wish.action) if wish.action is not None else None
        changed = text is not None
        marked = with_marks(parent, _numbers(parent, material), text or parent.text)
        if parent.engine == ENGINE:
            warnings += [one for one in parent.warnings if one.code in _OF_THE_MATERIAL]
    if not changed:
        warnings.append(DraftWarning(code="refine_needs_model", detail=why_not(wish.action)))
    return Written(
        marked,
        engine,
        language,
        degraded=failure is not None or not changed,
        prompt_hash=parent.prompt_hash,
        warnings=tuple(warnings),
    )


def _still_answered(parent: Draft, draft: Draft) -> list[DraftQuestion]:
    """The questions of ``parent``, with the places that their answers have in ``draft``."""
    places = {one.text: place for place, one in enumerate(draft.sentences)}
    found = []
    for one in parent.questions:
        texts = [parent.sentences[place].text for place in one.sentences]
        kept = [places[text] for text in texts if text in places]
        answered = one.answered and (bool(kept) or not texts)
        found.append(one.model_copy(update={"sentences": kept, "answered": answered}))
    return found


def _compared(parent: Draft, draft: Draft) -> Draft:
    """``draft`` with what it changed of ``parent``, and warnings of the figures that it lost."""
    changes = changes_between(parent.text, draft.text)
    lost = figures_lost(parent.text, draft.text, (parent.language, draft.language), changes)
    return draft.model_copy(update={"changes": changes, "warnings": [*draft.warnings, *lost]})


def _is_internal(draft: Draft) -> bool:
    return any(one.code == INTERNAL_SOURCE for one in draft.warnings)


def _numbers(parent: Draft, material: Material) -> dict[int, int]:
    """From the numbers of the citations of ``parent`` to the sources that are there now."""
    places = {
        key: source.number
        for source in material.citable
        if (key := _key(source.citation(source.number).model_dump())) is not None
    }
    return {
        citation.n: places[key]
        for citation in parent.citations
        if (key := _key(citation.model_dump())) in places
    }


def _key(citation: dict[str, object]) -> str | None:
    passage = citation["passage"]
    if isinstance(passage, dict):
        return str(passage["id"])
    found = citation["order_id"] or citation["message_id"]
    return str(found) if found else None
