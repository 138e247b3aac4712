"""Routes of summaries. Reading conversations is enough: a summary adds nothing to them."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field

from copilot.auth.http import AUTH_ERRORS, require
from copilot.auth.principal import Principal
from copilot.conversations.conversation import ConversationIn
from copilot.conversations.errors import ConversationNotFoundError
from copilot.conversations.flow import inline
from copilot.kernel.errors import InvalidInputError, MalformedBodyError, PayloadTooLargeError
from copilot.kernel.http import problems
from copilot.kernel.text import StorableText
from copilot.llm.chat import ModelCall
from copilot.summaries.errors import SummaryNotFoundError
from copilot.summaries.flow import Summariser
from copilot.summaries.refreshing import Refresher
from copilot.summaries.storing_http import refresher
from copilot.summaries.summary import Summary, SummaryOptions

router = APIRouter(prefix="/v1", tags=["summaries"])

MayRead = Annotated[Principal, Depends(require("conversations:read"))]


def summariser(request: Request) -> Summariser:
    """The summariser of this service."""
    found: Summariser = request.state.deps.summariser
    return found


Summaries = Annotated[Summariser, Depends(summariser)]
_BODY_ERRORS = (InvalidInputError, MalformedBodyError, PayloadTooLargeError)


class SummarizeIn(BaseModel):
    """A whole conversation to summarise; nothing of it is stored."""

    model_config = ConfigDict(extra="forbid")

    conversation: ConversationIn
    options: SummaryOptions = Field(default_factory=SummaryOptions)


@router.post(
    "/conversations/{conversation_id}/summary",
    responses=problems(*AUTH_ERRORS, *_BODY_ERRORS, ConversationNotFoundError),
)
async def make_summary(
    conversation_id: StorableText,
    principal: MayRead,
    summaries: Summaries,
    options: SummaryOptions | None = None,
) -> Summary:
    """The summary for these options: the stored one if nothing is new, else a new one.

    Without a model, or with one that fails (``degraded``), it is made of sentences of the
    conversation itself. Answers 200 either way.
    """
    return await summaries.for_conversation(
        principal.tenant,
        conversation_id,
        options or SummaryOptions(),
        principal_id=principal.id,
    )


@router.get(
    "/conversations/{conversation_id}/summary",
    responses=problems(*AUTH_ERRORS, ConversationNotFoundError, SummaryNotFoundError),
)
async def get_summary(
    conversation_id: StorableText,
    principal: MayRead,
    summaries: Summaries,
    refreshing: Annotated[Refresher, Depends(refresher)],
) -> Summary:
    """The newest stored summary; ``stale`` tells whether messages came since.

    One that is stale and read is renewed a little later, unless that is switched off.
    """
    summary = await summaries.latest(principal.tenant, conversation_id)
    if summary.stale:
        await refreshing.stale_was_read(principal.tenant, conversation_id)
    return summary


@router.post("/summarize", responses=problems(*AUTH_ERRORS, *_BODY_ERRORS))
async def summarize(body: SummarizeIn, principal: MayRead, summaries: Summaries) -> Summary:
    """Summarise a conversation given inline; ``message_ids`` are its messages' external ids."""
    conversation = await asyncio.to_thread(inline, body.conversation)
    call = ModelCall(principal.tenant, "summary", principal_id=principal.id)
    summary = await summaries.summarise(conversation, body.options, call=call)
    return summary.model_copy(update={"conversation_id": None})
