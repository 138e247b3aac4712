"""Errors with a stable code that every layer may raise and the HTTP layer knows how to show."""

from typing import ClassVar


class CopilotError(Exception):
    """A foreseen failure, told in a sentence that says what to do about it.

    Args:
        detail: What went wrong and what to do, for a person. Never holds a secret.
        errors: One entry per faulty field: its location and a message.
        retry_after_s: When trying again makes sense, in seconds.
        headers: Headers that the answer gets.
    """

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal_error"
    title: ClassVar[str] = "Something went wrong"

    def __init__(
        self,
        detail: str,
        *,
        errors: list[dict[str, object]] | None = None,
        retry_after_s: float | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = errors or []
        self.retry_after_s = retry_after_s
        self.headers = headers or {}


class InvalidInputError(CopilotError):
    """The request is understood and cannot be carried out as it is."""

    status = 422
    code = "invalid_input"
    title = "The input is not valid"


class MalformedBodyError(CopilotError):
    """The body is not what its content type says."""

    status = 400
    code = "malformed_body"
    title = "The body cannot be read"


class NotAuthenticatedError(CopilotError):
    """No principal could be found for the request."""

    status = 401
    code = "not_authenticated"
    title = "Sign in or send an API key"


class ForbiddenError(CopilotError):
    """The principal lacks the scope, role or CSRF token for this."""

    status = 403
    code = "forbidden"
    title = "Not allowed"


class NotFoundError(CopilotError):
    """There is no such thing for this tenant. Subclasses set the code."""

    status = 404
    code = "not_found"
    title = "Not found"


class ConflictError(CopilotError):
    """The request contradicts what is already there."""

    status = 409
    code = "conflict"
    title = "Conflict"


class PayloadTooLargeError(CopilotError):
    """The body is larger than the limit set for it."""

    status = 413
    code = "payload_too_large"
    title = "The body is too large"


class RateLimitedError(CopilotError):
    """Too many requests; ``retry_after_s`` says when to come back."""

    status = 429
    code = "rate_limited"
    title = "Too many requests"


class UnavailableError(CopilotError):
    """An engine that this request cannot do without is down or not loaded yet."""

    status = 503
    code = "unavailable"
    title = "Not available right now"


class ConfigurationError(CopilotError):
    """The settings cannot work together; said at start, before anything is served."""

    code = "configuration"
    title = "The configuration cannot work"
