"""The route that stores a conversation, and may ask in the same breath for a summary of it."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Header, Path, Request, Response
from pydantic import Field

from copilot.auth.http import AUTH_ERRORS, require
from copilot.auth.principal import Principal
from copilot.conversations import flow
from copilot.conversations.conversation import Conversation, ConversationIn
from copilot.customers.http import Region
from copilot.kernel.db import Database, WriteSession
from copilot.kernel.errors import InvalidInputError
from copilot.kernel.http import database, problems
from copilot.kernel.outbound import Target, WebhookAddressError, WebhooksConfig
from copilot.kernel.text import StorableText
from copilot.summaries.notice import NoticeOptions, NotifyIn, SummaryReady
from copilot.summaries.notices import TooManyNoticesError
from copilot.summaries.refreshing import Refresher

router = APIRouter(prefix="/v1", tags=["conversations"])
webhooks = APIRouter(tags=["summaries"])
"""What we send: only described, never served."""

MayWrite = Annotated[Principal, Depends(require("conversations:write"))]
Source = Annotated[StorableText, Path(min_length=1, max_length=64, examples=["helpdesk"])]
ExternalId = Annotated[StorableText, Path(min_length=1, max_length=255, examples=["4711"])]


def refresher(request: Request) -> Refresher:
    """What keeps summaries fresh."""
    found: Refresher = request.state.deps.refresher
    return found


def webhooks_config(request: Request) -> WebhooksConfig:
    """Where webhooks may go."""
    found: WebhooksConfig = request.state.deps.settings.webhooks
    return found


class ConversationPut(ConversationIn):
    """A conversation to store, and what its source wants to know of it."""

    notify: NotifyIn | None = Field(
        default=None,
        description="Have a summary of the conversation as it is now made, and be told when it is "
        "there: at a webhook, or at `events_url` of the answer. A burst is told of once",
    )


class StoredConversation(Conversation):
    """A conversation as stored, and where word comes of the summary that was asked for."""

    events_url: str = Field(
        description="Server-sent events of the summary that `notify` asked for",
        examples=["/v1/conversations/cnv_01j8…/summary/events"],
    )


_CREATED: dict[int | str, dict[str, Any]] = {
    201: {"description": "Created", "model": StoredConversation | Conversation}
}


@router.put(
    "/conversations/{source}/{external_id:path}",
    responses=_CREATED
    | problems(*AUTH_ERRORS, InvalidInputError, WebhookAddressError, TooManyNoticesError),
)
async def put_conversation(
    source: Source,
    external_id: ExternalId,
    body: ConversationPut,
    db: Annotated[Database, Depends(database)],
    refreshing: Annotated[Refresher, Depends(refresher)],
    webhooks: Annotated[WebhooksConfig, Depends(webhooks_config)],
    principal: MayWrite,
    region: Region,
    response: Response,
) -> StoredConversation | Conversation:
    """Create a conversation or merge into it: messages by `external_id`, a resend changes nothing.

    A field of the conversation that the body leaves out stays as it is. Summaries of it that are
    stored are renewed once its messages have stopped coming. A webhook gets a `POST` with the JSON
    of `SummaryReady`, signed after the Standard Webhooks specification.
    """
    notify = body.notify
    if notify is not None and notify.webhook is not None:
        Target.of(notify.webhook, webhooks)

    async def along(session: WriteSession, stored: Conversation, new_messages: int) -> None:
        if new_messages:
            await refreshing.messages_came(session, principal.tenant, stored.id)
        if notify is not None:
            options = notify.options.as_options()
            await refreshing.wish(session, principal.tenant, stored, options, notify.webhook)

    conversation, created = await flow.accept(
        db, principal.tenant, source, external_id, body, region=region, along=along
    )
    response.status_code = 201 if created else 200
    if notify is None:
        return conversation
    events_url = _events_url(conversation.id, notify.options)
    return StoredConversation(**dict(conversation), events_url=events_url)


@webhooks.post(
    "summary.ready",
    status_code=204,
    responses={
        "4XX": {"description": "Refused: not sent again, unless it is 408, 425 or 429"},
        "5XX": {"description": "Sent again later, some times"},
    },
)
def summary_ready(
    body: SummaryReady,
    webhook_id: Annotated[str, Header(description="The same for every attempt")],
    webhook_timestamp: Annotated[int, Header(description="Seconds since 1970, of this attempt")],
    webhook_signature: Annotated[
        str,
        Header(
            description="`v1,` and the base64 of the HMAC-SHA256 of `id.timestamp.body`, with the "
            "key that `copilot keys webhook-secret` shows",
        ),
    ],
) -> None:
    """A summary is ready that was asked for with a conversation; any 2xx answer takes it."""


def _events_url(conversation_id: str, options: NoticeOptions) -> str:
    asked = options.model_dump(exclude_defaults=True)
    if "include_internal" in asked:
        asked["include_internal"] = "true"
    place = f"/v1/conversations/{conversation_id}/summary/events"
    return f"{place}?{urlencode(asked)}" if asked else place
