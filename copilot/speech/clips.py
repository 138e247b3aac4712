"""Stretches of a decoded recording as files of their own."""

import io
from typing import Any

import numpy as np

from copilot.speech.transcriber import SAMPLE_RATE, Signal

AROUND_S = 0.25
"""Seconds before and after a stretch that go with it: words seldom end where they seem to."""


def flac_clip(signal: Signal, start: float, end: float, *, around_s: float = AROUND_S) -> bytes:
    """The seconds ``start`` to ``end`` of one channel as FLAC: 16 kHz, 16 bits, mono.

    Args:
        signal: One channel at 16 kHz.
        start: Second at which the stretch begins.
        end: Second at which it ends.
        around_s: Seconds that go with it on both sides, as far as there are some.
    """
    import av

    first = max(0, round((start - around_s) * SAMPLE_RATE))
    last = min(len(signal), max(first + 1, round((end + around_s) * SAMPLE_RATE)))
    samples = np.clip(np.asarray(signal[first:last], dtype=np.float32), -1.0, 1.0)
    whole = np.round(samples * 32767).astype(np.int16)[np.newaxis]
    file = io.BytesIO()
    with av.open(file, "w", format="flac") as container:
        stream: Any = container.add_stream("flac", rate=SAMPLE_RATE, layout="mono")
        stream.format = "s16"
        size = stream.codec_context.frame_size or 4096
        for place in range(0, whole.shape[1], size):
            part = np.ascontiguousarray(whole[:, place : place + size])
            frame = av.AudioFrame.from_ndarray(part, format="s16", layout="mono")
            frame.sample_rate = SAMPLE_RATE
            frame.pts = place
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return file.getvalue()
