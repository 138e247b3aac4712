"""What hearing a recording costs beside the recogniser, and what it costs everybody else.

    python -m benchmarks.speech [--size tiny|small] [--minutes M] [--rounds N] [--hours H]
                                [--only overhead,memory,channels,cancel,search,compute]

Whisper architectures of full size are built on the spot (see ``speech_model``): they say the same
39 words for every piece, so that the work is equal, and nothing of it is dropped as invented.

* ``overhead``: a whole file to a transcript, against faster-whisper's own batched pipeline with its
  own search for voices on the same file, with the same settings, taken in turn; at most 1.05.
* ``memory``: the most that all our processes hold for H hours, less that for 3 minutes; at most
  200 MB.
* ``channels``: a two-channel call against its two sides as files of their own; at most 1.1.
* ``cancel``: from wanting no more to the end of the recogniser's process; at most 2 s.
* ``search``: p95 of searches during a transcription against that of an idle machine; below 2.
* ``compute``: the compute types of this machine (no bound).
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from benchmarks.made_passages import DIMENSION, Made
from benchmarks.retrieval_latency import fill
from benchmarks.search_load import asking, every, percentile, timed
from benchmarks.speech_model import (
    SIZES,
    model,
    mono,
    peak_memory,
    processor_s,
    sides,
    written,
)
from copilot.search.config import IndexConfig
from copilot.search.edge import EdgeIndex
from copilot.speech.engines import SpeechConfig, SpeechEngines
from copilot.speech.hearing import hear_file
from copilot.speech.hosted import HostedTranscriber
from copilot.speech.transcriber import Recognised, Signal

_PASSAGES, _TENANTS, _QUERIES = 20_000, 4, 100
_DECODING = 0.097  # of the progress: the file was read and voices found
_INTO_DECODING_S = 0.8
_GIVEN_UP_S = 20.0
_COMPUTE = ("int8", "int8_float32", "float32")


class Cost(NamedTuple):
    """Wall-clock and processor seconds."""

    elapsed: float
    worked: float


class StopError(Exception):
    """Nobody wants it any more."""


class Counting(HostedTranscriber):
    """Counts the pieces that it is given."""

    pieces = 0

    def hear(self, pieces: Sequence[Signal], **options: Any) -> list[Recognised]:
        """See HostedTranscriber."""
        self.pieces += len(pieces)
        return super().hear(pieces, **options)


def config(weights: Path, **settings: Any) -> SpeechConfig:
    return SpeechConfig(kind="whisper", model=str(weights), local_files_only=True, **settings)


@contextmanager
def engines(settings: SpeechConfig) -> Iterator[tuple[SpeechEngines, Counting]]:
    """The engine as the service has it, loaded."""
    hosted = Counting.open("whisper", settings)
    opened = SpeechEngines(lambda: hosted, max_seconds=24 * 3600)
    opened.get("en")
    yield opened, hosted
    opened.close()


def cost(work: Callable[[], object]) -> Cost:
    worked, started = processor_s(), time.perf_counter()
    work()
    return Cost(time.perf_counter() - started, processor_s() - worked)


def ratio(name: str, ours: list[Cost], theirs: list[Cost], bound: float) -> None:
    """Print medians, and their ratio for each pair of runs."""
    for measure in ("elapsed", "worked"):
        one, other = ([getattr(run, measure) for run in runs] for runs in (ours, theirs))
        told = median(a / b for a, b in zip(one, other, strict=True))
        print(
            f"{name}, {measure}: {median(one):.1f} s / {median(other):.1f} s = {told:.3f}"
            f" (bound {bound})",
            flush=True,
        )


def alone(weights: Path) -> Callable[[Path], int]:
    """faster-whisper's batched pipeline with its own search for voices; how many pieces it made."""
    from faster_whisper import BatchedInferencePipeline

    from copilot.speech.whisper import WhisperRecogniser

    ours = WhisperRecogniser.open(config(weights))
    pipeline = BatchedInferencePipeline(ours.pipeline.model)

    def run(path: Path) -> int:
        segments, _ = pipeline.transcribe(
            str(path),
            language="en",
            batch_size=ours.abilities.batch,
            word_timestamps=True,
            without_timestamps=False,
            temperature=0.0,
        )
        return sum(1 for _ in segments)

    return run


def overhead(weights: Path, folder: Path, minutes: float, rounds: int) -> None:
    path = written(folder / "mono.wav", mono(minutes))
    run = alone(weights)
    with engines(config(weights)) as (opened, hosted):
        theirs_made = run(path)
        heard = hear_file(path, opened, language="en").transcript
        ours_made, words = hosted.pieces, sum(len(one.text.split()) for one in heard.segments)
        print(
            f"{minutes:g} min: they hear {theirs_made} pieces, we {ours_made}, and keep {words} of"
            f" {39 * ours_made} words"
        )
        ours, theirs = list[Cost](), list[Cost]()
        for _ in range(rounds):
            theirs.append(cost(lambda: run(path)))
            ours.append(cost(lambda: hear_file(path, opened, language="en")))
    ratio("whole pipeline / faster-whisper alone", ours, theirs, 1.05)
    share = ours_made / theirs_made
    equal = [Cost(one.elapsed * share, one.worked * share) for one in theirs]
    ratio("the same for as many pieces", ours, equal, 1.05)


def memory(weights: Path, folder: Path, hours: float) -> None:
    peaks = []
    for minutes in (3.0, hours * 60):
        path = written(folder / "long.wav", mono(minutes))
        told = subprocess.run(
            [sys.executable, "-m", "benchmarks.speech", "--peak", str(path), str(weights)],
            check=True,
            capture_output=True,
        )
        peaks.append(json.loads(told.stdout))
        print(f"{minutes:g} min: {peaks[-1]:.0f} MB at the most", flush=True)
    print(f"{hours:g} h - 3 min: {peaks[1] - peaks[0]:.0f} MB (bound 200)", flush=True)


def peak(path: str, weights: str) -> float:
    with engines(config(Path(weights))) as (opened, _), peak_memory() as most:
        hear_file(Path(path), opened, language="en")
    return most[0]


def channels(weights: Path, folder: Path, minutes: float, rounds: int) -> None:
    agent, customer = sides(minutes)
    both = written(folder / "both.wav", agent, customer)
    apart = written(folder / "agent.wav", agent), written(folder / "customer.wav", customer)
    together, summed = list[Cost](), list[Cost]()
    with engines(config(weights)) as (opened, _):
        for _ in range(rounds):
            together.append(cost(lambda: hear_file(both, opened, language="en")))
            runs = [cost(lambda one=one: hear_file(one, opened, language="en")) for one in apart]
            summed.append(Cost(*map(sum, zip(*runs, strict=True))))
    ratio(f"two channels of {minutes:g} min / both files", together, summed, 1.1)


def cancel(weights: Path, folder: Path, rounds: int) -> None:
    path = written(folder / "cancel.wav", mono(2))
    taken = max(_cancelled_after(weights, path) for _ in range(rounds))
    print(f"cancelled to the end of the process: {taken:.2f} s at the most (bound 2)", flush=True)


def _cancelled_after(weights: Path, path: Path) -> float:
    """Want no more in the middle of the first pieces; the seconds until there is no child."""
    begun = wanted = 0.0

    def progress(share: float) -> None:
        nonlocal begun, wanted
        if share > _DECODING:
            wanted = time.monotonic()
            begun = begun or wanted
            if wanted > begun + _INTO_DECODING_S:
                raise StopError

    with engines(config(weights)) as (opened, hosted):
        child = hosted.running
        with suppress(StopError):
            hear_file(path, opened, language="en", progress=progress)
        while Path(f"/proc/{child}").exists() and time.monotonic() < wanted + _GIVEN_UP_S:
            time.sleep(0.005)
        return time.monotonic() - wanted


async def search(weights: Path, folder: Path, rounds: int) -> None:
    path = written(folder / "busy.wav", mono(10))
    made = Made()
    async with EdgeIndex.open(
        IndexConfig(), folder=folder / "index", model="made", dimension=DIMENSION
    ) as index:
        await fill(index, made, _PASSAGES, _TENANTS)
        ask = asking(index)
        idle, busy = list[float](), list[float]()
        await timed(ask, made, _TENANTS, _QUERIES, time.process_time)
        with engines(config(weights)) as (opened, _):
            for _ in range(rounds):
                idle += every((await timed(ask, made, _TENANTS, _QUERIES, time.process_time))[0])
                with transcribing(path, opened):
                    taken, _ = await timed(ask, made, _TENANTS, _QUERIES, time.process_time)
                    busy += every(taken)
    one, other = percentile(busy, 95), percentile(idle, 95)
    print(
        f"search p95 {one:.1f} ms / idle {other:.1f} ms = {one / other:.2f} (bound 2)", flush=True
    )


@contextmanager
def transcribing(path: Path, opened: SpeechEngines) -> Iterator[None]:
    """Transcribe over and over beside the block."""
    stop, hearing = threading.Event(), threading.Event()

    def progress(share: float) -> None:
        if share > 0.06:
            hearing.set()
        if stop.is_set():
            raise StopError

    def work() -> None:
        try:
            while True:
                hear_file(path, opened, language="en", progress=progress)
        except StopError:
            return

    worker = threading.Thread(target=work)
    worker.start()
    hearing.wait(60)
    try:
        yield
    finally:
        stop.set()
        worker.join()


def compute(weights: Path, folder: Path, rounds: int) -> None:
    path = written(folder / "compute.wav", mono(3))
    taken: dict[str, list[float]] = {one: [] for one in _COMPUTE}
    for _ in range(rounds):
        for kind, costs in taken.items():
            with engines(config(weights, compute_type=kind)) as (opened, _):
                costs.append(cost(lambda: hear_file(path, opened, language="en")).elapsed)
    for kind, costs in taken.items():
        print(f"{kind}: {median(costs):.1f} s for 3 minutes", flush=True)


def main() -> None:
    if sys.argv[1:2] == ["--peak"]:
        print(json.dumps(peak(*sys.argv[2:4])))
        return
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", choices=SIZES, default="tiny")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--call-minutes", type=float, default=30)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--hours", type=float, default=3)
    parser.add_argument("--only", default="overhead,memory,channels,cancel,search,compute")
    given = parser.parse_args()
    wanted = given.only.split(",")
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        weights = model(folder / "model", given.size)
        print(f"{given.size}-sized, {len(os.sched_getaffinity(0))} processors", flush=True)
        if "overhead" in wanted:
            overhead(weights, folder, given.minutes, given.rounds)
        if "memory" in wanted:
            memory(weights, folder, given.hours)
        if "channels" in wanted:
            channels(weights, folder, given.call_minutes, given.rounds)
        if "cancel" in wanted:
            cancel(weights, folder, given.rounds)
        if "search" in wanted:
            asyncio.run(search(weights, folder, given.rounds))
        if "compute" in wanted:
            compute(weights, folder, given.rounds)


if __name__ == "__main__":
    main()
