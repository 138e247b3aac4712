"""What can go wrong with drafts, told to callers."""

from copilot.kernel.errors import NotFoundError


class DraftNotFoundError(NotFoundError):
    """No draft has this id here."""

    code = "draft_not_found"
    title = "There is no such draft"

    def __init__(self, draft_id: str) -> None:
        super().__init__(f"No draft has the id {draft_id!r}.")
