"""Limits of time in tests: as promised when run alone, loose beside other tests.

``make test`` runs two processes on two cores, where a second can take three. Tests that hold a
promise in seconds carry the mark ``timed`` and are run again by themselves in ``make test-slow``.
"""

import os

_SLACK_BESIDE_OTHERS = 4.0


def limit(seconds: float) -> float:
    """``seconds`` when this test runs alone, more beside others."""
    return seconds * (_SLACK_BESIDE_OTHERS if "PYTEST_XDIST_WORKER" in os.environ else 1.0)
