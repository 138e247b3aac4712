"""What can go wrong with drafts, told to callers."""

from collections.abc import Sequence

from copilot.drafts.draft import DraftWarning
from copilot.kernel.errors import ConflictError, NotFoundError


class DraftNotFoundError(NotFoundError):
    """No draft has this id here."""

    code = "draft_not_found"
    title = "There is no such draft"

    def __init__(self, draft_id: str) -> None:
        super().__init__(f"No draft has the id {draft_id!r}.")


class ReviewNotFoundError(NotFoundError):
    """No review has this id here."""

    code = "review_not_found"
    title = "There is no such review"

    def __init__(self, review_id: str) -> None:
        super().__init__(f"No review has the id {review_id!r}.")


class DraftStaleError(ConflictError):
    """The draft is older than what it was made of.

    Args:
        changed: What changed since; each is an entry of the problem's ``errors``.
        version: The version of the conversation now.
    """

    code = "draft_stale"
    title = "Something changed since this draft was made"

    def __init__(self, changed: Sequence[DraftWarning], version: int) -> None:
        told = " ".join(_sentence(one.detail) for one in changed)
        super().__init__(
            f"{told} Look again, then send seen_stale true, or for messages alone "
            f"seen_version {version}; or make a new draft.",
            errors=[{"loc": ["draft", one.code], "message": one.detail} for one in changed],
        )


class FiguresUnconfirmedError(ConflictError):
    """The draft has figures or links that no source supports and that nobody vouched for.

    Args:
        missing: Their texts; each is the last part of ``loc`` in the problem's ``errors``.
    """

    code = "figures_unconfirmed"
    title = "Figures of this draft have no source"

    def __init__(self, missing: Sequence[str]) -> None:
        super().__init__(
            f"Check these, then name each in confirmed, or send the text edited: "
            f"{'; '.join(missing)}",
            errors=[
                {"loc": ["body", "confirmed", one], "message": "No source supports it."}
                for one in missing
            ],
        )


class SourceNotFoundError(NotFoundError):
    """What the draft should cite is not there, or is no source for its conversation."""

    code = "source_not_found"
    title = "There is no such source"

    def __init__(self) -> None:
        super().__init__(
            "Name a passage of an article, an order or message of this conversation's customer, "
            "or another conversation, as the context card tells their ids."
        )


class OwnDraftError(ConflictError):
    """The draft is the agent's own: the service has no text of it to change."""

    code = "own_draft"
    title = "There is no text to change"

    def __init__(self) -> None:
        super().__init__("A person writes this reply. Make a draft to have one changed.")


class TooManyInsertedError(ConflictError):
    """The draft has taken as much from the card as one may.

    Args:
        most: How many that is.
    """

    code = "too_many_inserted"
    title = "This draft has taken enough"

    def __init__(self, most: int) -> None:
        super().__init__(f"A draft takes at most {most} things from the card: begin another one.")


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
