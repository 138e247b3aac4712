"""Silence over chosen seconds: the rest stays, whatever form the recording has."""

import io
import tracemalloc
from pathlib import Path

import av
import numpy as np
import pytest

from copilot.speech.silencing import Silenced, Stretch, silence, stretches
from tests.speech.sounds import encode, wav

FORMS = [
    # container, codec, rate, layout, media type afterwards, lossless
    ("wav", "pcm_s16le", 16_000, "stereo", "audio/wav", True),
    ("wav", "pcm_u8", 8_000, "mono", "audio/wav", True),
    ("wav", "pcm_s24le", 48_000, "stereo", "audio/wav", True),
    ("wav", "pcm_f32le", 44_100, "mono", "audio/wav", True),
    ("wav", "pcm_mulaw", 8_000, "stereo", "audio/wav", True),
    ("wav", "pcm_alaw", 8_000, "mono", "audio/wav", True),
    ("wav", "adpcm_ms", 8_000, "stereo", "audio/flac", True),
    ("wav", "pcm_s16le", 16_000, "5.1", "audio/wav", True),
    ("flac", "flac", 16_000, "stereo", "audio/flac", True),
    ("mp3", "libmp3lame", 16_000, "stereo", "audio/mpeg", False),
    ("mp3", "libmp3lame", 44_100, "mono", "audio/mpeg", False),
    ("ogg", "libopus", 48_000, "stereo", "audio/ogg", False),
    ("webm", "libopus", 48_000, "mono", None, False),
    ("ipod", "aac", 16_000, "stereo", None, False),
    ("amr", "libopencore_amrnb", 8_000, "mono", "audio/flac", True),
]
SILENT = Stretch(0.7, 1.3)


def heard(content: bytes | Path) -> tuple[np.ndarray, int]:
    """Every sample as a player gets it, channel by channel."""
    source = io.BytesIO(content) if isinstance(content, bytes) else str(content)
    with av.open(source) as container:
        resampler = av.AudioResampler(format="fltp")
        pieces = [
            piece.to_ndarray()
            for frame in container.decode(audio=0)
            for piece in resampler.resample(frame)
        ]
        return np.concatenate(pieces, axis=1), container.streams.audio[0].sample_rate


@pytest.mark.parametrize(("kind", "codec", "rate", "layout", "media", "lossless"), FORMS)
def test_a_stretch_is_silent_and_the_rest_is_there(
    tmp_path: Path,
    kind: str,
    codec: str,
    rate: int,
    layout: str,
    media: str | None,
    lossless: bool,
) -> None:
    sent = encode(kind, codec, rate, layout)
    target = tmp_path / "silenced"
    made = silence(io.BytesIO(sent), target, [SILENT])
    before, rate = heard(sent)
    after, same_rate = heard(target)
    assert same_rate == rate
    assert after.shape == before.shape, "as long as it was, to the sample, with every channel"
    assert made.samples == before.shape[1]
    if media is not None:
        assert made.media_type == media
    first, last = round(SILENT.start * rate), round(SILENT.end * rate)
    margin = 0 if lossless else rate // 10
    # A-law has no zero: its least step is 1/4096.
    assert np.abs(after[:, first + margin : last - margin]).max() < (3e-4 if lossless else 0.02)
    others = np.r_[0 : first - margin, last + margin : after.shape[1]]
    if lossless:
        # AMR is decoded to floats, which FLAC rounds to 24 bits.
        assert np.abs(after[:, others] - before[:, others]).max() < 1e-6
    else:
        difference = np.sqrt(np.mean((after - before)[:, others] ** 2))
        assert difference < 0.35 * np.sqrt(np.mean(before[:, others] ** 2))


def test_stretches_are_wider_than_the_words_and_joined_where_they_nearly_touch() -> None:
    found = [Stretch(10, 11), Stretch(0.1, 0.5), Stretch(11.5, 12)]
    assert stretches(found, margin_s=0.25) == [Stretch(0, 0.75), Stretch(9.75, 12.25)]


def test_silence_to_the_end_and_behind_it(tmp_path: Path) -> None:
    made = silence(io.BytesIO(wav(2)), tmp_path / "made", [Stretch(1.5, 900)])
    assert made == Silenced("audio/wav", "pcm_s16le", 32_000, 16_000)


def test_memory_does_not_grow_with_the_recording(tmp_path: Path) -> None:
    def peak(seconds: float) -> int:
        sent = io.BytesIO(wav(seconds, channels=2, rate=8000))
        tracemalloc.start()
        silence(sent, tmp_path / "made", [Stretch(1, seconds - 1)])
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used

    peak(2)
    assert peak(600) - peak(6) < 2_000_000
