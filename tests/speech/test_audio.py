"""Any recording is decoded; whatever is none is refused in words, and nothing hangs."""

import io
import struct
from pathlib import Path

import numpy as np
import pytest

from copilot.speech import audio
from copilot.speech.errors import (
    AudioChannelsError,
    AudioEmptyError,
    AudioTooLongError,
    AudioUnreadableError,
)
from copilot.speech.transcriber import SAMPLE_RATE
from tests.speech.sounds import DEMO_CALLS, encode, wav

KINDS = [
    ("wav", "pcm_s16le", 16_000, "mono", "audio/wav"),
    ("wav", "pcm_s24le", 11_025, "stereo", "audio/wav"),
    ("wav", "pcm_f32le", 48_000, "mono", "audio/wav"),
    ("wav", "pcm_mulaw", 8_000, "mono", "audio/wav"),
    ("wav", "pcm_alaw", 8_000, "stereo", "audio/wav"),
    ("wav", "adpcm_ms", 8_000, "mono", "audio/wav"),
    ("wav", "adpcm_ima_wav", 8_000, "stereo", "audio/wav"),
    ("mp3", "libmp3lame", 22_050, "stereo", "audio/mpeg"),
    ("mp4", "aac", 44_100, "mono", "audio/mp4"),
    ("ogg", "libopus", 48_000, "stereo", "audio/ogg"),
    ("flac", "flac", 48_000, "stereo", "audio/flac"),
    ("webm", "libopus", 48_000, "stereo", "audio/webm"),
]


@pytest.mark.parametrize(("suffix", "codec", "rate", "layout", "media_type"), KINDS)
def test_decodes_every_kind(
    suffix: str, codec: str, rate: int, layout: str, media_type: str
) -> None:
    file = io.BytesIO(encode(suffix, codec, rate, layout))
    info = audio.probe(file)
    recording = audio.decode(file)
    channels = 1 if layout == "mono" else 2
    assert (info.media_type, info.channels, info.sample_rate) == (media_type, channels, rate)
    assert len(recording.channels) == channels
    assert recording.duration == pytest.approx(2.0, abs=0.3)
    assert not recording.damaged
    for number, signal in enumerate(recording.channels):
        assert signal.dtype == np.float32
        assert len(signal) == round(recording.duration * SAMPLE_RATE)
        spectrum = np.abs(np.fft.rfft(signal[SAMPLE_RATE // 2 : SAMPLE_RATE // 2 + SAMPLE_RATE]))
        assert spectrum.argmax() == pytest.approx(440 * (number + 1), abs=3)


def test_the_name_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "call.mp3"
    path.write_bytes(encode("flac", "flac", 16_000, "mono"))
    assert audio.probe(path).media_type == "audio/flac"


def test_same_sound_on_both_channels_is_one() -> None:
    file = io.BytesIO(encode("wav", "pcm_s16le", 16_000, "stereo", same=True))
    assert len(audio.decode(file).channels) == 1


def test_more_than_two_channels_are_mixed() -> None:
    recording = audio.decode(io.BytesIO(encode("wav", "pcm_s16le", 16_000, "5.1")))
    assert (recording.info.channels, len(recording.channels)) == (6, 1)
    assert np.abs(recording.channels[0]).max() > 0.05


REFUSED = [
    (b"", AudioEmptyError),
    (wav(0), AudioEmptyError),
    (wav(0)[:20], AudioUnreadableError),
    (b"Dear customer,\nplease find the call attached.\n" * 50, AudioUnreadableError),
    (b"hi", AudioUnreadableError),
    (bytes(200_000), AudioUnreadableError),
    (np.random.default_rng(1).bytes(500_000), AudioUnreadableError),
    (b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile:///etc/passwd\n", AudioUnreadableError),
    (b"ffconcat version 1.0\nfile '/etc/hostname'\n", AudioUnreadableError),
    (b"\x89PNG\r\n\x1a\n" + bytes(5000), AudioUnreadableError),
    (wav(0.1, channels=64), AudioChannelsError),
    # A gigabyte, resampled to 16 kHz, of twenty kilobytes.
    (wav(10_000, rate=1), AudioUnreadableError),
    (wav(0.01, rate=1_500_000), AudioUnreadableError),
]


@pytest.mark.timeout(60)
@pytest.mark.parametrize(("content", "error"), REFUSED)
def test_refuses_what_is_no_recording(content: bytes, error: type[Exception]) -> None:
    for reading in (audio.probe, audio.decode):
        with pytest.raises(error) as raised:
            reading(io.BytesIO(content))
        assert str(raised.value).endswith(".")


def test_an_encrypted_file_is_unreadable() -> None:
    content = np.frombuffer(encode("mp3", "libmp3lame", 16_000, "mono"), np.uint8)
    key = np.random.default_rng(5).integers(0, 256, len(content)).astype(np.uint8)
    with pytest.raises(AudioUnreadableError):
        audio.decode(io.BytesIO((content ^ key).tobytes()))


@pytest.mark.parametrize(
    ("suffix", "codec"), [("mp3", "libmp3lame"), ("wav", "pcm_s16le"), ("ogg", "libopus")]
)
def test_a_cut_off_file_gives_what_is_there(suffix: str, codec: str) -> None:
    rate = 48_000 if codec == "libopus" else 16_000
    content = encode(suffix, codec, rate, "mono", seconds=6)
    recording = audio.decode(io.BytesIO(content[: len(content) // 2]))
    assert 1.5 < recording.duration < 4.5


def test_an_mp4_without_its_index_is_unreadable() -> None:
    content = encode("mp4", "aac", 44_100, "mono")
    with pytest.raises(AudioUnreadableError):
        audio.probe(io.BytesIO(content[: len(content) // 2]))


def test_a_header_that_lies_about_the_length() -> None:
    content = bytearray(wav(2))
    content[40:44] = struct.pack("<I", 0xFFFF_FFFF)
    assert audio.decode(io.BytesIO(content)).duration == pytest.approx(2, abs=0.01)


def test_lost_packets_keep_later_sound_in_its_place() -> None:
    # Of an Ogg file the pages in the middle go missing; what follows keeps its second.
    content = encode("ogg", "libopus", 48_000, "mono", seconds=8)
    pages = content.split(b"OggS")[1:]
    middle = len(pages) // 2
    cut = b"".join(b"OggS" + page for n, page in enumerate(pages) if n != middle)
    recording = audio.decode(io.BytesIO(cut))
    assert recording.duration == pytest.approx(8, abs=0.3)
    assert (np.abs(recording.channels[0]) < 1e-6).mean() > 0.02


def test_too_long_is_refused_by_header_and_by_content() -> None:
    with pytest.raises(AudioTooLongError):
        audio.probe(io.BytesIO(wav(10)), max_seconds=5)
    with pytest.raises(AudioTooLongError):
        audio.decode(
            io.BytesIO(encode("webm", "libopus", 48_000, "mono", seconds=3)), max_seconds=2
        )


def test_progress_may_cancel() -> None:
    def stop(share: float) -> None:
        if share > 0.5:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        audio.decode(DEMO_CALLS / "en.ogg", progress=stop)


def test_a_folder_is_no_recording(tmp_path: Path) -> None:
    with pytest.raises(AudioUnreadableError):
        audio.probe(tmp_path)
