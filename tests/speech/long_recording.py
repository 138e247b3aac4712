"""How much memory hearing a long recording takes; its one argument is the minutes.

Run in a process of its own, because a peak never goes down again. The engine is one that costs
nothing, so that what is measured is ours.
"""

import json
import resource
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np

from copilot.speech.audio import decode
from copilot.speech.hearing import hear
from copilot.speech.signals import SignalFile
from copilot.speech.transcriber import SAMPLE_RATE, Recognised
from tests.speech.sounds import DEMO_CALLS
from tests.speech.test_hearing import Parrot

_TICK_S = 0.005


class _Forgetful(Parrot):
    longest_s = 30.0
    batch = 4

    def hear(self, *arguments: object, **options: object) -> list[Recognised]:
        heard = super().hear(*arguments, **options)  # type: ignore[arg-type]
        self.asked.clear()
        return heard


def measured(minutes: float) -> dict[str, float]:
    """Peak megabytes, processor seconds and the longest pause of another thread, in a child."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.speech.long_recording", str(minutes)],
        cwd=Path(__file__).parents[2],
        check=True,
        capture_output=True,
        timeout=900,
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _measure(minutes: float) -> dict[str, float]:
    call = decode(DEMO_CALLS / "en.ogg")
    sides = [np.asarray(signal) for signal in call.channels]
    file = SignalFile(2)
    wanted = round(minutes * 60 * SAMPLE_RATE)
    for start in range(0, wanted, len(sides[0])):
        part = wanted - start
        file.append(np.stack([side[:part] for side in sides]))
    pauses = [0.0]
    ended = threading.Event()

    def tick() -> None:
        while not ended.is_set():
            at = time.monotonic()
            time.sleep(_TICK_S)
            pauses.append(time.monotonic() - at - _TICK_S)

    ticking = threading.Thread(target=tick)
    ticking.start()
    began = time.process_time()
    long = call._replace(channels=file.signals(), duration=minutes * 60)
    transcript = hear(long, _Forgetful())
    ended.set()
    ticking.join()
    return {
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "cpu_s": time.process_time() - began,
        "longest_pause_s": max(pauses),
        "segments": len(transcript.segments),
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_measure(float(sys.argv[1]))))
