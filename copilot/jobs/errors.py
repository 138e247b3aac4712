"""What can be wrong with a job."""

from copilot.kernel.errors import ConflictError, CopilotError, NotFoundError


class JobNotFoundError(NotFoundError):
    """The tenant has no job of this id."""

    code = "job_not_found"
    title = "There is no such job"


class JobFinishedError(ConflictError):
    """A job that has ended cannot be cancelled."""

    code = "job_finished"
    title = "The job has already ended"


class JobNotRetryableError(ConflictError):
    """Only failed and cancelled jobs can be run again."""

    code = "job_not_retryable"
    title = "The job cannot be run again"


class JobCancelledError(ConflictError):
    """Raised inside a handler whose job was cancelled; let it through."""

    code = "job_cancelled"
    title = "The job was cancelled"


class UnknownJobKindError(CopilotError):
    """No handler is registered for the job's kind."""

    code = "job_kind_unknown"
    title = "This version does not know this kind of job"


class StepsChangedError(CopilotError):
    """The handler's steps are no longer those recorded: the job starts over."""

    code = "job_steps_changed"
    title = "The steps of this kind of job have changed"
