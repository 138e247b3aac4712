"""Cases that are conversations: those of summaries, drafts and injections."""

import asyncio
from typing import Any

from copilot.conversations.conversation import Conversation, ConversationIn
from copilot.conversations.flow import inline
from copilot.evals.case import Case
from copilot.evals.tasks.cases import CaseLine


class ConversationLine(CaseLine):
    """A line with a conversation, as in ``PUT /v1/conversations/{source}/{external_id}``."""

    conversation: ConversationIn

    def case_labels(self) -> dict[str, str]:
        """What the line tells, and what its conversation tells of itself."""
        told = {
            "language": self.conversation.language,
            "channel": self.conversation.channel,
            **super().case_labels(),
        }
        return {name: value for name, value in told.items() if value}

    def conversation_json(self) -> dict[str, Any]:
        """The conversation as it was given."""
        return self.conversation.model_dump(mode="json", exclude_unset=True)


def given_conversation(case: Case) -> ConversationIn:
    """The conversation of a case, as it was given."""
    return ConversationIn.model_validate(case.input["conversation"])


async def read_conversation(given: ConversationIn) -> Conversation:
    """What the service makes of a conversation that it does not store."""
    return await asyncio.to_thread(inline, given)
