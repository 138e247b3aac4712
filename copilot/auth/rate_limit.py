"""A limit on requests per caller, counted in this process (see AuthConfig for what that means).

The generic cell rate algorithm (ITU-T I.371): per caller one number, the time at which all that
was asked for would have been used up at the steady rate. Each minute's worth may be asked for at
once. A library was weighed: ``limits`` counts in memory, Redis or MongoDB, not in our database,
so in memory it would give the same promise with a dependency more.
"""

import time
from collections.abc import Callable
from typing import NamedTuple

_PERIOD_S = 60.0
_SWEEP_AT = 10_000


class Allowance(NamedTuple):
    """What a caller has left. Times in seconds."""

    allowed: bool
    limit: int
    remaining: int
    reset_s: float
    retry_after_s: float

    def headers(self) -> dict[str, str]:
        """The ``RateLimit-*`` headers that tell it."""
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(_whole(self.reset_s)),
        }


class RateLimit:
    """So many requests a minute for each caller.

    Args:
        per_minute: The steady rate, and how many may come at once.
        clock: Seconds that never go back.
    """

    def __init__(self, per_minute: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit = per_minute
        self._interval = _PERIOD_S / per_minute
        self._clock = clock
        self._used_up_at: dict[str, float] = {}

    def take(self, caller: str) -> Allowance:
        """Count one request of ``caller``; one that is refused is not counted."""
        now = self._clock()
        owed = max(self._used_up_at.get(caller, now) - now, 0.0)
        allowed = owed + self._interval <= _PERIOD_S + 1e-9
        if allowed:
            owed += self._interval
            self._used_up_at[caller] = now + owed
            self._sweep(now)
        wait = 0.0 if allowed else owed + self._interval - _PERIOD_S
        remaining = int((_PERIOD_S - owed) / self._interval + 1e-9)
        return Allowance(allowed, self._limit, remaining, owed, wait)

    def _sweep(self, now: float) -> None:
        if len(self._used_up_at) > _SWEEP_AT:
            self._used_up_at = {who: at for who, at in self._used_up_at.items() if at > now}


def _whole(seconds: float) -> int:
    return int(-(-seconds // 1))
