"""What can go wrong with calls, told to callers."""

from copilot.kernel.errors import ConflictError, CopilotError, NotFoundError


class CallNotFoundError(NotFoundError):
    """No call has this id here."""

    code = "call_not_found"
    title = "There is no such call"

    def __init__(self, call_id: str) -> None:
        super().__init__(f"No call has the id {call_id!r}.")


class SegmentNotFoundError(NotFoundError):
    """The transcript has no such segment."""

    code = "segment_not_found"
    title = "There is no such segment"

    def __init__(self, call_id: str, n: int) -> None:
        super().__init__(f"The transcript of call {call_id!r} has no segment {n}.")


class CallNotReadyError(ConflictError):
    """What is asked for has not been made yet."""

    code = "call_not_ready"
    title = "The call is not ready"


class CallExistsError(ConflictError):
    """Another recording was sent under the same external id."""

    code = "call_exists"
    title = "There is another call with this external id"


class RangeNotSatisfiableError(CopilotError):
    """The bytes asked for lie behind the end of the recording."""

    status = 416
    code = "range_not_satisfiable"
    title = "There are no such bytes"


class RecordingExpiredError(CopilotError):
    """The recording was deleted because it was kept long enough; the transcript is there."""

    status = 410
    code = "recording_expired"
    title = "The recording is no longer kept"

    def __init__(self, call_id: str) -> None:
        super().__init__(
            f"The recording of call {call_id!r} was deleted after the time for which recordings are"
            " kept. Its transcript is still there."
        )


class NotesPlaceTakenError(ConflictError):
    """A message that is no note has the external id of the note."""

    code = "notes_place_taken"
    title = "Another message is in the note's place"
