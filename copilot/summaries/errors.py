"""What can be missing about summaries."""

from copilot.kernel.errors import NotFoundError


class SummaryNotFoundError(NotFoundError):
    """Nobody has asked for a summary of this conversation yet."""

    code = "summary_not_found"
    title = "There is no summary yet"

    def __init__(self, conversation_id: str) -> None:
        super().__init__(
            f"Conversation {conversation_id!r} has no summary yet: make one with POST."
        )
