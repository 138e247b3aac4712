"""How much of the time that a request may take its language model gets.

The promise is made for the whole answer: what was gathered before the model and what answers in
its place when it fails take their part of it.
"""

import time

_RESERVED = 0.1
_LEAST_RESERVE_S = 0.3
_MOST_RESERVE_S = 2.0
_LEAST_SHARE = 0.1
_LEAST_SHARE_S = 0.5


def model_until(deadline_s: float, started: float) -> float:
    """When a model must have answered, by ``time.monotonic()``, so that a fallback is in time.

    It gets a little time even where everything before it was slow: a late answer of its own is
    better than one that it was never asked for.

    Args:
        deadline_s: Seconds that the whole request may take.
        started: When the request began, by ``time.monotonic()``.
    """
    reserve = min(_MOST_RESERVE_S, max(_LEAST_RESERVE_S, _RESERVED * deadline_s))
    least = min(_LEAST_SHARE_S, _LEAST_SHARE * deadline_s)
    return max(started + deadline_s - reserve, time.monotonic() + least)


def left(deadline_s: float, started: float) -> float:
    """Seconds until the whole request must be answered; 0 when that has passed."""
    return max(0.0, started + deadline_s - time.monotonic())
