"""Recordings made on the spot: encoded by FFmpeg, silent, noisy or musical."""

import io
import json
import re
import wave
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from copilot.speech.audio import AudioInfo, Recording
from copilot.speech.transcriber import SAMPLE_RATE, Signal

DEMO_CALLS = Path(__file__).parents[2] / "copilot" / "demo" / "workspace" / "calls"


def wav(seconds: float = 1.0, *, channels: int = 1, rate: int = SAMPLE_RATE) -> bytes:
    """A silent WAV file."""
    file = io.BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(channels)
        written.setsampwidth(2)
        written.setframerate(rate)
        written.writeframes(bytes(2 * channels * round(seconds * rate)))
    return file.getvalue()


def encode(
    suffix: str, codec: str, rate: int, layout: str, *, seconds: float = 2.0, same: bool = False
) -> bytes:
    """A tone, at another pitch on each channel unless they are to be the ``same``."""
    channels = len(av.AudioLayout(layout).channels)
    at = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    pitches = [440 * (1 if same else number + 1) for number in range(channels)]
    samples = np.stack([0.3 * np.sin(2 * np.pi * pitch * at) for pitch in pitches])
    frame = av.AudioFrame.from_ndarray(samples.astype(np.float32), "fltp", layout)
    frame.sample_rate = SAMPLE_RATE
    file = io.BytesIO()
    with av.open(file, "w", format=suffix) as container:
        stream = container.add_stream(codec, rate=rate, layout=layout)
        resampler = av.AudioResampler(format=stream.format.name, layout=layout, rate=rate)
        for piece in [*resampler.resample(frame), *resampler.resample(None), None]:
            if piece is not None:
                piece.pts = None
            container.mux(stream.encode(piece))
    return file.getvalue()


def noise(seconds: float, level: float = 0.05) -> Signal:
    return (np.random.default_rng(3).normal(0, level, round(seconds * SAMPLE_RATE))).astype("f4")


def silence(seconds: float) -> Signal:
    return np.zeros(round(seconds * SAMPLE_RATE), dtype=np.float32)


def alone(signal: Signal) -> Recording:
    """A recording of one channel."""
    info = AudioInfo(None, 1, SAMPLE_RATE, "pcm", "audio/wav")
    return Recording([signal], len(signal) / SAMPLE_RATE, False, info, [])


def script(language: str) -> dict[str, Any]:
    """The true turns of a demo call."""
    loaded: dict[str, Any] = json.loads((DEMO_CALLS / f"{language}.script.json").read_text("utf-8"))
    return loaded


def said(turns: list[dict[str, Any]], speaker: str) -> list[str]:
    text = " ".join(
        turn.get("spoken", turn["text"]) for turn in turns if turn["speaker"] == speaker
    )
    return words(text)


def words(text: str) -> list[str]:
    return re.findall(r"[a-z']+", text.lower())


def word_errors(reference: list[str], heard: list[str]) -> int:
    """Words to put in, leave out or change to get from one to the other."""
    row: NDArray[np.int_] = np.arange(len(heard) + 1)
    for count, word in enumerate(reference, 1):
        before, row[0] = row[0], count
        for at, other in enumerate(heard, 1):
            best = min(row[at] + 1, row[at - 1] + 1, before + (word != other))
            before, row[at] = row[at], best
    return int(row[-1])
