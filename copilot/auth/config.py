"""Settings of signing in and of the request limit."""

from pydantic import BaseModel, ConfigDict, Field


class AuthConfig(BaseModel):
    """How long sign-ins last and how much a caller may ask for.

    The sign-in limits are counted in the database and so hold over any number of processes. The
    request limit is counted in each process: with n API processes a caller gets up to n times as
    much. It is there to keep one caller from starving the others, not as a quota to be billed.
    """

    model_config = ConfigDict(extra="forbid")

    requests_per_minute: int = Field(default=600, ge=1)
    """Requests that one API key or agent may make each minute, in each process."""

    session_hours: float = Field(default=12, gt=0)
    """How long an agent stays signed in."""

    link_minutes: float = Field(default=15, gt=0)
    """How long a one-time sign-in link can be used."""

    sign_in_window_minutes: float = Field(default=15, gt=0)
    """The time over which sign-ins are counted."""

    sign_ins_per_address: int = Field(default=30, ge=1)
    """Wrong sign-ins from one network address (IPv6: one /64) in the window."""

    sign_ins_per_email: int = Field(default=10, ge=1)
    """Wrong sign-ins for one email address in the window."""
