"""Time in tests: promises in seconds, and guards against work that never ends.

``make test`` runs two processes on two cores, where a second can take three. Tests that hold a
promise in seconds carry the mark ``timed`` and are run again by themselves in ``make test-slow``.
How fast things are is measured in ``benchmarks/``, not here.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_SLACK_BESIDE_OTHERS = 4.0
_TRIES = 3
# Linear work on the texts of these tests takes one or two seconds, quadratic work many minutes.
_NEVER_ENDING_S = 45.0


def limit(seconds: float) -> float:
    """``seconds`` when this test runs alone, more beside others."""
    return seconds * (_SLACK_BESIDE_OTHERS if "PYTEST_XDIST_WORKER" in os.environ else 1.0)


def quickest(seconds: float, attempt: Callable[[], float]) -> float:
    """The least of up to three results of ``attempt``, ending at the first one below ``seconds``.

    A machine that stood still for a moment breaks no promise; a service that is slow three
    times does.

    Args:
        seconds: The promise, wall clock.
        attempt: Does the work and returns what it took, in seconds.
    """
    took = attempt()
    for _ in range(_TRIES - 1):
        if took < seconds:
            break
        took = min(took, attempt())
    return took


@contextmanager
def ends() -> Iterator[None]:
    """Fail when the block takes so much of this thread's processor time that it must blow up."""
    started = time.thread_time()
    yield
    assert time.thread_time() - started < _NEVER_ENDING_S
