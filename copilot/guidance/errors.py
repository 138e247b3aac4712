"""Errors of processes, saved replies and tone guides."""

from copilot.kernel.errors import ConflictError, InvalidInputError, NotFoundError


class ProcessUnreadableError(InvalidInputError):
    """A process cannot be read."""

    code = "process_unreadable"
    title = "The process cannot be read"


class ProcessNotFoundError(NotFoundError):
    """The tenant has no such process."""

    code = "process_not_found"
    title = "There is no such process"


class SavedReplyNotFoundError(NotFoundError):
    """The tenant has no such saved reply."""

    code = "saved_reply_not_found"
    title = "There is no such saved reply"


class ToneGuideNotFoundError(NotFoundError):
    """The tenant has no tone guide."""

    code = "tone_guide_not_found"
    title = "There is no tone guide"


class ToneGuideUnreadableError(InvalidInputError):
    """The front matter of a tone guide cannot be read."""

    code = "tone_guide_unreadable"
    title = "The tone guide cannot be read"


class TooManyGuidesError(ConflictError):
    """The tenant has as many processes or saved replies as it may."""

    code = "too_many"
    title = "There are too many already"
