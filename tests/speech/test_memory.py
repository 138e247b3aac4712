"""Hours of sound cost no more memory than minutes."""

import sys

import pytest

from tests.speech.long_recording import measured


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="what a process takes is counted otherwise")
def test_three_hours_cost_little_more_memory_than_three_minutes() -> None:
    short, long = measured(3), measured(180)
    assert long["segments"] > 50 * short["segments"]
    assert long["peak_mb"] - short["peak_mb"] < 200
