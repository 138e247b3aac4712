"""What can go wrong with conversations, told to callers."""

from copilot.kernel.errors import InvalidInputError, NotFoundError


class ConversationNotFoundError(NotFoundError):
    """No conversation has this id here."""

    code = "conversation_not_found"
    title = "There is no such conversation"

    def __init__(self, conversation_id: str) -> None:
        super().__init__(f"No conversation has the id {conversation_id!r}.")


class ImportNotFoundError(NotFoundError):
    """No import has this id here."""

    code = "import_not_found"
    title = "There is no such import"

    def __init__(self, import_id: str) -> None:
        super().__init__(f"No import has the id {import_id!r}.")


class UnreadableFileError(InvalidInputError):
    """A file that should hold conversations holds none that can be read."""

    code = "file_unreadable"
    title = "The file cannot be read"
