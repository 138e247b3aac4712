"""Routes of the context card."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict

from copilot.auth.http import AUTH_ERRORS, require
from copilot.auth.principal import Principal
from copilot.context.card import ContextCard
from copilot.context.flow import ContextBuilder
from copilot.conversations.conversation import ConversationIn
from copilot.conversations.errors import ConversationNotFoundError
from copilot.conversations.flow import inline
from copilot.kernel.errors import (
    InvalidInputError,
    MalformedBodyError,
    PayloadTooLargeError,
)
from copilot.kernel.http import problems
from copilot.kernel.text import StorableText

router = APIRouter(prefix="/v1", tags=["context"])

MayRead = Annotated[Principal, Depends(require("conversations:read"))]


def context_builder(request: Request) -> ContextBuilder:
    """The builder of context cards of this service."""
    found: ContextBuilder = request.state.deps.context
    return found


Builder = Annotated[ContextBuilder, Depends(context_builder)]


class ContextIn(BaseModel):
    """A whole conversation; nothing of it is stored."""

    model_config = ConfigDict(extra="forbid")

    conversation: ConversationIn


@router.get(
    "/conversations/{conversation_id}/context",
    responses=problems(*AUTH_ERRORS, ConversationNotFoundError),
)
async def get_context(
    conversation_id: StorableText, principal: MayRead, builder: Builder
) -> ContextCard:
    """What the agent should know now, each thing with its source.

    Holds internal articles and other customers' solved cases: it is for the agent's eyes. The
    customer and their orders need the scope `customers:read` too, articles `knowledge:read`:
    without it they are left out.
    """
    card = await builder.for_conversation(principal.tenant, conversation_id)
    return _as_seen_by(principal, card)


@router.post(
    "/context",
    responses=problems(*AUTH_ERRORS, InvalidInputError, MalformedBodyError, PayloadTooLargeError),
)
async def context_of_inline(body: ContextIn, principal: MayRead, builder: Builder) -> ContextCard:
    """The same for a conversation given inline; its customer is looked up by their addresses."""
    conversation = await asyncio.to_thread(inline, body.conversation)
    card = await builder.for_inline(principal.tenant, conversation, body.conversation.customer)
    return _as_seen_by(principal, card)


def _as_seen_by(principal: Principal, card: ContextCard) -> ContextCard:
    """``card`` without what the caller could not read by itself either."""
    hidden: dict[str, object] = {}
    if not principal.may("customers:read"):
        hidden |= {"customer": None, "orders": []}
    if not principal.may("knowledge:read"):
        hidden["articles"] = []
    return card.model_copy(update=hidden)
