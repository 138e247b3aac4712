"""One-tap links: a customer answers without an account, once, by an address that we signed.

An address holds what it is about and until when it counts, and an HMAC of that under the
installation's secret; nothing of it is stored until it is answered.
"""

import base64
import binascii
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import select

from copilot.auth.tokens import KeyedHash
from copilot.conversations import store as conversations
from copilot.drafts import store as drafts
from copilot.feedback import store
from copilot.feedback.feedback import Feedback, FeedbackIn, FeedbackKind
from copilot.feedback.tables import FeedbackRow
from copilot.kernel.clock import UtcTime
from copilot.kernel.db import ReadSession, WriteSession
from copilot.kernel.errors import InvalidInputError, NotFoundError
from copilot.kernel.ids import TenantId
from copilot.kernel.text import StorableText

MOST_DAYS = 90
_PURPOSE = "feedback link"
_LONGEST = 2000


class LinkNotFoundError(NotFoundError):
    """The address was not made here, is not whole, or is too old."""

    code = "link_not_found"
    title = "This link does not count any more"

    def __init__(self) -> None:
        super().__init__("The link is too old or not whole: open it as it was sent.")


class LinkIn(BaseModel):
    """The body of ``POST /v1/feedback/links``."""

    model_config = ConfigDict(extra="forbid")

    kind: FeedbackKind = "csat"
    conversation_id: StorableText = Field(min_length=1, max_length=64)
    draft_id: StorableText | None = Field(default=None, max_length=64)
    days: int = Field(default=14, ge=1, le=MOST_DAYS, description="How long it counts.")


class FeedbackLink(BaseModel):
    """An address to send to a customer. Whoever has it can answer, once."""

    url: str
    expires_at: UtcTime


class Asked(NamedTuple):
    """What a link asks, and in which language.

    Attributes:
        id: Of the answer: the same for the same link.
    """

    id: str
    tenant: TenantId
    kind: FeedbackKind
    conversation_id: str
    draft_id: str | None
    language: str | None


async def make_link(
    session: ReadSession, tenant: TenantId, wish: LinkIn, hashes: KeyedHash, at: datetime
) -> tuple[str, datetime]:
    """The token of a new link, and until when it counts.

    Raises:
        ConversationNotFoundError: The tenant has no such conversation.
        DraftNotFoundError: The tenant has no such draft.
        InvalidInputError: The draft is of another conversation.
    """
    head = await conversations.head(session, tenant, wish.conversation_id)
    if wish.draft_id is not None:
        draft = (await drafts.get(session, tenant, wish.draft_id)).draft
        if draft.conversation_id != head.id:
            raise InvalidInputError("The draft is of another conversation.")
    expires_at = (at + timedelta(days=wish.days)).replace(microsecond=0)
    told = {
        "t": tenant,
        "k": wish.kind,
        "c": head.id,
        "d": wish.draft_id,
        "l": head.language,
        "e": int(expires_at.timestamp()),
        "m": int(at.timestamp() * 1_000_000),
    }
    raw = json.dumps(told, separators=(",", ":")).encode()
    body = base64.urlsafe_b64encode(raw).decode().rstrip("=")
    return f"{body}.{hashes.of(_PURPOSE, body)}", expires_at


def read_link(token: str, hashes: KeyedHash, at: datetime) -> Asked:
    """What the link of that token asks.

    Raises:
        LinkNotFoundError: It is none of ours, or too old.
    """
    body, _, signature = token.partition(".")
    wanted = hashes.of(_PURPOSE, body)
    given = signature.encode("utf-8", "surrogatepass")
    if len(token) > _LONGEST or not hmac.compare_digest(wanted.encode(), given):
        raise LinkNotFoundError
    try:
        told: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        until = datetime.fromtimestamp(told["e"], UTC)
    except (ValueError, KeyError, binascii.Error) as error:
        raise LinkNotFoundError from error
    if until <= at:
        raise LinkNotFoundError
    return Asked(
        id=f"fbk_{wanted[:26]}",
        tenant=TenantId(told["t"]),
        kind=told["k"],
        conversation_id=told["c"],
        draft_id=told["d"],
        language=told["l"],
    )


async def is_answered(session: ReadSession, tenant: TenantId, asked: Asked) -> bool:
    """Whether somebody answered that link."""
    one = select(FeedbackRow.id).where(FeedbackRow.tenant_id == tenant, FeedbackRow.id == asked.id)
    return await session.scalar(one) is not None


async def answer(
    session: WriteSession, tenant: TenantId, asked: Asked, score: int, comment: str | None
) -> Feedback:
    """Keep the answer to a link.

    Raises:
        AnsweredError: There is one.
        InvalidInputError: The score is not on its scale.
        ConversationNotFoundError: The conversation was deleted since.
        DraftNotFoundError: The draft was.
    """
    try:
        given = FeedbackIn(
            kind=asked.kind,
            score=score,
            comment=comment,
            conversation_id=asked.conversation_id,
            draft_id=asked.draft_id,
        )
    except ValidationError as error:
        raise InvalidInputError("Choose one of the answers on the page.") from error
    return await store.add(session, tenant, given, feedback_id=asked.id)
