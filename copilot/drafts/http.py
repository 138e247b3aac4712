"""Routes of drafts."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from copilot.auth.http import AUTH_ERRORS, require
from copilot.auth.principal import Principal, Scope
from copilot.conversations.conversation import ConversationIn
from copilot.conversations.errors import ConversationNotFoundError
from copilot.conversations.flow import inline
from copilot.drafts.draft import (
    LONGEST_SIGNATURE,
    CheckIn,
    Draft,
    DraftCheck,
    DraftOptions,
    RefineIn,
    Review,
    ReviewIn,
)
from copilot.drafts.errors import (
    DraftNotFoundError,
    DraftStaleError,
    FiguresUnconfirmedError,
    OwnDraftError,
)
from copilot.drafts.flow import Drafter
from copilot.drafts.sse import stream_events
from copilot.kernel.errors import InvalidInputError, MalformedBodyError, PayloadTooLargeError
from copilot.kernel.http import problems
from copilot.kernel.openapi import events_content
from copilot.kernel.paging import Page
from copilot.kernel.text import StorableText

router = APIRouter(prefix="/v1", tags=["drafts"])

MayRead = Annotated[Principal, Depends(require("drafts:read"))]
MayWrite = Annotated[Principal, Depends(require("drafts:write"))]
Accept = Annotated[str, Header(include_in_schema=False)]
_EVENT_STREAM = "text/event-stream"
_BODY_ERRORS = (InvalidInputError, MalformedBodyError, PayloadTooLargeError)
_STREAMED: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The draft; with `Accept: text/event-stream` the same while it is made, "
        "as events `meta`, `delta` (`text`), `citations`, `figures`, `done` (the whole draft) and "
        "`error`. A second `meta` with `restart: true` takes back the text so far: the model "
        "broke off and another engine answers.",
        "content": events_content("meta", "delta", "citations", "figures", "done", "error"),
    }
}


def drafter(request: Request) -> Drafter:
    """The drafter of this service."""
    found: Drafter = request.state.deps.drafter
    return found


Drafts = Annotated[Drafter, Depends(drafter)]


class DraftIn(BaseModel):
    """A whole conversation to draft a reply to; nothing of it is stored."""

    model_config = ConfigDict(extra="forbid")

    conversation: ConversationIn
    options: DraftOptions = Field(default_factory=DraftOptions)


@router.post(
    "/conversations/{conversation_id}/drafts",
    response_model=Draft,
    responses=_STREAMED | problems(*AUTH_ERRORS, *_BODY_ERRORS, ConversationNotFoundError),
)
async def make_draft(
    conversation_id: StorableText,
    principal: MayWrite,
    drafts: Drafts,
    accept: Accept = "",
    options: DraftOptions | None = None,
) -> Draft | Response:
    """Draft a reply for a person to edit and send.

    Without a model, or with one that fails (``degraded``), it is put together from sentences of
    articles and facts of orders. Answers 200 either way.
    """
    wanted = _signed(principal, options or DraftOptions())
    _check(principal, wanted)
    if _EVENT_STREAM in accept:
        return await stream_events(
            drafts.stream(principal.tenant, conversation_id, wanted, principal_id=principal.id)
        )
    return await drafts.draft(principal.tenant, conversation_id, wanted, principal_id=principal.id)


@router.get(
    "/conversations/{conversation_id}/drafts",
    responses=problems(*AUTH_ERRORS, InvalidInputError, ConversationNotFoundError),
)
async def list_drafts(
    conversation_id: StorableText,
    principal: MayRead,
    drafts: Drafts,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    cursor: Annotated[str | None, Query(max_length=1000)] = None,
) -> Page[Draft]:
    """The drafts made for a conversation, latest first."""
    page = await drafts.of_conversation(
        principal.tenant, conversation_id, limit=limit, cursor=cursor
    )
    return page.model_copy(update={"items": [as_seen_by(principal, one) for one in page.items]})


@router.post(
    "/draft",
    response_model=Draft,
    responses=_STREAMED | problems(*AUTH_ERRORS, *_BODY_ERRORS),
)
async def draft_inline(
    body: DraftIn, principal: MayWrite, drafts: Drafts, accept: Accept = ""
) -> Draft | Response:
    """Draft a reply to a conversation given inline. Neither it nor the draft is stored."""
    _check(principal, body.options)
    conversation = await asyncio.to_thread(inline, body.conversation)
    options = _signed(principal, body.options)
    given = (principal.tenant, conversation, options, body.conversation.customer)
    if _EVENT_STREAM in accept:
        return await stream_events(drafts.stream_inline(*given, principal_id=principal.id))
    return await drafts.draft_inline(*given, principal_id=principal.id)


@router.get("/drafts/{draft_id}", responses=problems(*AUTH_ERRORS, DraftNotFoundError))
async def get_draft(draft_id: StorableText, principal: MayRead, drafts: Drafts) -> Draft:
    """A draft; ``stale`` tells whether messages came, or a cited source changed, since."""
    return as_seen_by(principal, await drafts.get(principal.tenant, draft_id))


@router.post(
    "/drafts/{draft_id}/refine",
    responses=problems(*AUTH_ERRORS, *_BODY_ERRORS, DraftNotFoundError, OwnDraftError),
)
async def refine_draft(
    draft_id: StorableText, body: RefineIn, principal: MayWrite, drafts: Drafts
) -> Draft:
    """A new draft from this one, as an instruction or action asks; ``parent_id`` is this one.

    Without a model only ``shorten``, ``friendlier``, ``more_formal`` and, for assembled drafts,
    ``expand`` change anything; the others answer ``degraded`` with the text as it was.
    """
    allowed = may_use_internal(principal)
    draft = await drafts.refine(
        principal.tenant,
        draft_id,
        body,
        may_use_internal=allowed,
        principal_id=principal.id,
    )
    return as_seen_by(principal, draft)


@router.post(
    "/drafts/{draft_id}/check",
    responses=problems(*AUTH_ERRORS, *_BODY_ERRORS, DraftNotFoundError),
)
async def check_draft(
    draft_id: StorableText, body: CheckIn, principal: MayWrite, drafts: Drafts
) -> DraftCheck:
    """Check the figures of what a person made of a draft, before it is sent. Nothing is kept."""
    figures = await drafts.check(principal.tenant, draft_id, body.text)
    doubted = dict.fromkeys(one.text for one in figures if one.verdict != "supported")
    return DraftCheck(figures=figures, to_confirm=list(doubted))


@router.post(
    "/drafts/{draft_id}/review",
    responses=problems(
        *AUTH_ERRORS, *_BODY_ERRORS, DraftNotFoundError, DraftStaleError, FiguresUnconfirmedError
    ),
)
async def review_draft(
    draft_id: StorableText, body: ReviewIn, principal: MayWrite, drafts: Drafts
) -> Review:
    """Tell what became of a draft; the answer says how far what was sent is from it.

    It also says whether the draft was stale by then and rested on internal material; that is kept.

    Only `accepted` is ever refused, with 409: `draft_stale` where something changed since the
    draft was made and neither `seen_stale` nor `seen_version` says that the agent knows, and
    `figures_unconfirmed` where figures or links have no source and `confirmed` does not name them.
    That the very reply came in as an agent's message is no change. What was `edited` is checked
    anew: `unsupported_figures` lists what no source has.
    """
    return await drafts.review(principal.tenant, draft_id, body, principal.id)


_INTERNAL_SCOPES: tuple[Scope, ...] = ("knowledge:read", "conversations:read")


def _check(principal: Principal, options: DraftOptions) -> None:
    """Refuse internal material to those who could not read it by themselves either."""
    if options.use_internal:
        for scope in _INTERNAL_SCOPES:
            principal.require(scope)


def _signed(principal: Principal, options: DraftOptions) -> DraftOptions:
    """``options`` with the name of the agent who is signed in, where they say no signature.

    An API key has no person's name. An empty signature is one that was chosen.
    """
    name = " ".join(principal.name.split())
    if principal.kind != "agent" or options.signature is not None or not name:
        return options
    return options.model_copy(update={"signature": name[:LONGEST_SIGNATURE]})


def may_use_internal(principal: Principal) -> bool:
    """Whether the caller could read internal material by itself."""
    return all(map(principal.may, _INTERNAL_SCOPES))


def as_seen_by(principal: Principal, draft: Draft) -> Draft:
    """``draft`` without the text of internal sources that the caller could not read itself."""
    hidden = {
        one.passage.id
        for one in draft.citations
        if one.passage is not None and one.passage.visibility == "internal"
    }
    if not hidden or may_use_internal(principal):
        return draft
    citations = [
        one.model_copy(update={"passage": one.passage.model_copy(update={"text": ""})})
        if one.passage is not None and one.passage.id in hidden
        else one
        for one in draft.citations
    ]
    figures = [
        one.model_copy(update={"evidence": one.evidence.model_copy(update={"text": ""})})
        if one.evidence is not None and one.evidence.id in hidden
        else one
        for one in draft.figures
    ]
    return draft.model_copy(update={"citations": citations, "figures": figures})
