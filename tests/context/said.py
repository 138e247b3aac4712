"""One customer's conversations for the tests of what a card makes of them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from copilot.context.spoken import Spoken
from copilot.conversations.conversation import Author, Channel, Conversation, Message, Role

MONDAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def talk(
    *turns: tuple[Role, str],
    name: str = "cnv_1",
    subject: str | None = None,
    status: str = "open",
    channel: Channel = "email",
    language: str | None = None,
    start: datetime = MONDAY,
    apart: timedelta = timedelta(days=1),
    author: str | None = None,
    internal: Sequence[int] = (),
) -> Conversation:
    """A stored conversation of ``turns``, each ``apart`` from the one before."""
    messages = [
        Message(
            id=f"{name}-{place}",
            conversation_id=name,
            external_id=f"{place}",
            seq=place + 1,
            author=Author(role=role, name=author),
            visibility="internal" if place in internal else "public",
            sent_at=start + place * apart,
            text=text,
            language=language,
        )
        for place, (role, text) in enumerate(turns)
    ]
    last = messages[-1].sent_at if messages else None
    return Conversation(
        id=name,
        source="test",
        external_id=name,
        channel=channel,
        subject=subject,
        status=status,
        language=language,
        tags=[],
        customer_id="cus_1",
        version=len(messages),
        message_count=len(messages),
        last_message_at=last,
        created_at=start,
        updated_at=last or start,
        messages=messages,
    )


def spoken(*turns: tuple[Role, str], **told: object) -> Spoken:
    """What was said in such a conversation."""
    return Spoken(talk(*turns, **told))  # type: ignore[arg-type]
