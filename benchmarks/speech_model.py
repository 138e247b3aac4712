"""Whisper architectures of full size with nothing learnt, and recordings to hear with them.

The weights are random, but for a memory that makes the decoder say the same words for every piece,
whatever it hears: so two runs over the same pieces compute the same. The vocabulary is small, which
makes the last multiplication of the decoder cheaper than a real model's, and with it all of
Whisper: that makes what we add look larger, not smaller.
"""

import os
import subprocess
import sys
import threading
import time
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise, product
from pathlib import Path

import numpy as np

from copilot.speech.audio import decode
from copilot.speech.transcriber import SAMPLE_RATE, Signal
from tests.speech.sounds import DEMO_CALLS
from tests.speech.tiny_whisper import Shape, build_tiny_whisper

SIZES = {"tiny": Shape(384, 4, 6, 1536), "small": Shape(768, 12, 12, 3072)}
_PAUSE_S = 1.5


def model(folder: Path, size: str) -> Path:
    """Build one of SIZES in a process of its own, for torch's memory stays taken."""
    if not (folder / "tiny" / "config.json").exists():
        subprocess.run(
            [sys.executable, "-m", "benchmarks.speech_model", size, str(folder)], check=True
        )
    return folder / "tiny"


def said() -> str:
    """Words of one token each, none twice."""
    syllables = ["".join(one) for one in product("klmnprst", "aeiou")]
    return " ".join(one + other for one, other in pairwise(syllables))


def mono(minutes: float) -> Signal:
    """Both sides of the demo call after one another, again and again, with pauses."""
    both = decode(DEMO_CALLS / "en.ogg").channels
    pause = np.zeros(round(_PAUSE_S * SAMPLE_RATE), dtype=np.float32)
    return _tiled(np.concatenate([both[0], pause, both[1], pause]), minutes)


def sides(minutes: float) -> list[Signal]:
    """Agent and customer of the demo call, again and again."""
    return [_tiled(one, minutes) for one in decode(DEMO_CALLS / "en.ogg").channels]


def written(path: Path, *channels: Signal) -> Path:
    """``channels`` as a 16-bit WAV file."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(len(channels))
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        for start in range(0, len(channels[0]), 60 * SAMPLE_RATE):
            part = np.stack([one[start : start + 60 * SAMPLE_RATE] for one in channels], axis=1)
            file.writeframes((np.clip(part, -1, 1) * 32767).astype("<i2").tobytes())
    return path


def _tiled(signal: Signal, minutes: float) -> Signal:
    return np.resize(np.asarray(signal), round(minutes * 60 * SAMPLE_RATE))


def processes() -> list[int]:
    """This process and all that it started, however far down."""
    found, at = [os.getpid()], 0
    while at < len(found):
        for file in Path(f"/proc/{found[at]}/task").glob("*/children"):
            try:
                found += map(int, file.read_text().split())
            except OSError:
                continue
        at += 1
    return found


def processor_s() -> float:
    """Seconds of processor time that these processes have had."""
    ticks = 0
    for process in processes():
        try:
            fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def memory_mb() -> float:
    """What they hold: their own memory, not what they have mapped of files."""
    kilobytes = 0
    for process in processes():
        try:
            lines = Path(f"/proc/{process}/status").read_text().splitlines()
        except OSError:
            continue
        kilobytes += sum(
            int(line.split()[1]) for line in lines if line.startswith(("RssAnon", "RssShmem"))
        )
    return kilobytes / 1024


@contextmanager
def peak_memory() -> Iterator[list[float]]:
    """The most that they held during the block, as the list's only number."""
    peak, stop = [memory_mb()], threading.Event()

    def watch() -> None:
        while not stop.is_set():
            peak[0] = max(peak[0], memory_mb())
            time.sleep(0.05)

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield peak
    finally:
        stop.set()
        watching.join()


if __name__ == "__main__":
    build_tiny_whisper(Path(sys.argv[2]), sentence=said(), shape=SIZES[sys.argv[1]])
