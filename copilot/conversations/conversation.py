"""What a conversation is: one case, on any channel, made of messages."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from copilot.customers.customer import CustomerIn
from copilot.kernel.clock import UtcTime
from copilot.kernel.text import StorableText
from copilot.kernel.visibility import Visibility

FileName = Annotated[StorableText, Field(max_length=255)]
Tag = Annotated[StorableText, Field(max_length=100)]
Second = Annotated[float, Field(ge=0, allow_inf_nan=False, description="Second of the recording")]
Channel = Literal["email", "chat", "phone", "whatsapp", "sms", "social", "web", "note"]
Role = Literal["customer", "agent", "bot", "system"]

CALLS_SOURCE = "calls"
"""The source of conversations that calls became; their external id is the call's id."""

CALL_NOTES_ID = "call-notes"
"""The external id of the message that a call's approved notes are."""


class Author(BaseModel):
    """Who said it. The agent is always the human who answers, never the software."""

    model_config = ConfigDict(extra="forbid")

    role: Role
    name: StorableText | None = Field(default=None, max_length=200)


class MessageIn(BaseModel):
    """A message as a helpdesk sends it: text, HTML or both."""

    model_config = ConfigDict(extra="forbid")

    external_id: StorableText = Field(min_length=1, max_length=255)
    author: Author
    visibility: Visibility = "public"
    sent_at: UtcTime
    text: StorableText | None = Field(default=None, max_length=2_000_000)
    html: StorableText | None = Field(default=None, max_length=5_000_000)
    attachments: list[FileName] = Field(default_factory=list, max_length=200)
    start: Second | None = None
    end: Second | None = None
    written: StorableText | None = Field(
        default=None,
        max_length=2_000_000,
        description="Of speech: the text with the figures said aloud in written form",
    )


class ConversationIn(BaseModel):
    """The body of ``PUT /v1/conversations/{source}/{external_id}``."""

    model_config = ConfigDict(extra="forbid")

    channel: Channel
    subject: StorableText | None = Field(default=None, max_length=1000)
    status: StorableText = Field(
        default="open", max_length=32, examples=["open", "pending", "solved"]
    )
    language: StorableText | None = Field(default=None, max_length=35)
    tags: list[Tag] = Field(default_factory=list, max_length=100)
    customer: CustomerIn | None = None
    messages: list[MessageIn] = Field(default_factory=list, max_length=5000)


class Message(BaseModel):
    """A message as stored: clean text, with what it quoted kept apart.

    Attributes:
        seq: Its place in the conversation, from 1, by time.
        text: What this message added: no quoted history, no signature.
        quoted_text: The history it quoted, as it stood.
        signature: What closed it: name, company, disclaimer, "sent from my phone".
        attachments: Names of the files that came with it.
        start, end: Seconds of the recording, for a call's messages.
        written: The text of a call's message with the figures said aloud in written form; None
            where that is the same.
    """

    id: str
    conversation_id: str
    external_id: str
    seq: int
    author: Author
    visibility: Visibility
    sent_at: UtcTime
    text: str
    quoted_text: str | None = None
    signature: str | None = None
    attachments: list[str] = Field(default_factory=list)
    language: str | None = None
    start: float | None = None
    end: float | None = None
    written: str | None = None


class ConversationHead(BaseModel):
    """A conversation without its messages, as lists show it."""

    id: str
    source: str
    external_id: str
    channel: Channel
    subject: str | None
    status: str
    language: str | None
    tags: list[str]
    customer_id: str | None
    customer_name: str | None = None
    version: int = Field(description="Grows with every new message")
    message_count: int = 0
    last_message_at: UtcTime | None = None
    created_at: UtcTime
    updated_at: UtcTime


class ListedConversation(ConversationHead):
    """A conversation as the inbox lists it."""

    waiting_since: UtcTime | None = Field(
        default=None,
        description="When the customer wrote the first message that nobody has answered; null "
        "when all are, or the status says that the case is settled",
    )
    last_author_role: Role | None = Field(
        default=None, description="Who spoke last; internal notes do not count"
    )
    unread: bool | None = Field(
        default=None,
        description="Whether the customer wrote what the agent who asks has not seen yet; null for "
        "an API key",
    )
    cfs: int | None = Field(default=None, description="The latest customer feedback score, 1 to 5")


class ReadMark(BaseModel):
    """Up to which version of a conversation an agent has seen it."""

    conversation_id: str
    version: int


class Conversation(ConversationHead):
    """A conversation with its messages in order."""

    messages: list[Message] = Field(default_factory=list)


def as_written(conversation: Conversation) -> Conversation:
    """The conversation as it is read for facts: figures that were said aloud in written form.

    Whatever is made of a conversation (summaries, cards, drafts, passages, figure checks) reads
    this one; a message's id leads to the words themselves.
    """
    if all(one.written is None for one in conversation.messages):
        return conversation
    messages = [
        one if one.written is None else one.model_copy(update={"text": one.written})
        for one in conversation.messages
    ]
    return conversation.model_copy(update={"messages": messages})
