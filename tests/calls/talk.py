"""A short piece of real two-channel speech: the first turns of the English demo call."""

import io

import av
import numpy as np

from copilot.speech.audio import decode
from copilot.speech.transcriber import SAMPLE_RATE
from tests.speech.sounds import DEMO_CALLS

SECONDS = 10
"""One turn of the agent, one of the customer."""


def short_call(language: str = "en", *, seconds: float = SECONDS) -> bytes:
    """The beginning of a demo call, as FLAC."""
    channels = [signal[: round(seconds * SAMPLE_RATE)] for signal in _decoded(language)]
    frame = av.AudioFrame.from_ndarray(np.stack(channels), "fltp", "stereo")
    frame.sample_rate = SAMPLE_RATE
    file = io.BytesIO()
    with av.open(file, "w", format="flac") as container:
        stream = container.add_stream("flac", rate=SAMPLE_RATE, layout="stereo")
        resampler = av.AudioResampler(format="s16", layout="stereo", rate=SAMPLE_RATE)
        for piece in [*resampler.resample(frame), *resampler.resample(None), None]:
            if piece is not None:
                piece.pts = None
            container.mux(stream.encode(piece))
    return file.getvalue()


def _decoded(language: str) -> list[np.ndarray]:
    return list(decode(DEMO_CALLS / f"{language}.ogg").channels)
