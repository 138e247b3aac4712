"""Any recording is decoded; whatever is none is refused in words, and nothing hangs."""

import io
import struct
import time
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from copilot.speech import audio
from copilot.speech.errors import (
    AudioChannelsError,
    AudioEmptyError,
    AudioEncryptedError,
    AudioTooLongError,
    AudioUnreadableError,
)
from copilot.speech.transcriber import SAMPLE_RATE
from tests.speech.sounds import DEMO_CALLS, encode, wav
from tests.timing import limit

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
    ("wav", "pcm_u8", 6_000, "mono", "audio/wav"),
    ("wav", "pcm_s32le", 96_000, "stereo", "audio/wav"),
    ("wav", "adpcm_g726", 8_000, "mono", "audio/wav"),
    ("wav", "libmp3lame", 16_000, "mono", "audio/wav"),
    ("adts", "aac", 44_100, "stereo", "audio/aac"),
    ("ipod", "alac", 44_100, "stereo", "audio/mp4"),
    ("amr", "libopencore_amrnb", 8_000, "mono", "audio/amr"),
    ("matroska", "aac", 48_000, "stereo", "audio/webm"),
    ("avi", "libmp3lame", 44_100, "mono", "application/octet-stream"),
    ("mpegts", "aac", 44_100, "stereo", "application/octet-stream"),
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


def codes(content: bytes) -> list[str]:
    return [one.code for one in audio.decode(io.BytesIO(content)).warnings]


TONE = encode("wav", "pcm_s16le", 16_000, "mono", seconds=20)
# The data chunk's place differs by who wrote the file.
AT = TONE.index(b"data") + 4


def tone_with_size(size: int, behind: bytes = b"") -> bytes:
    return TONE[:AT] + struct.pack("<I", size) + TONE[AT + 4 :] + behind


@pytest.mark.parametrize("size", [0, 0xFFFF_FFFF, 0x7FFF_FFFF, 0x8000_0000, 0x7FFF_F024])
def test_a_streamed_recordings_header_promises_nothing(size: int) -> None:
    recording = audio.decode(io.BytesIO(tone_with_size(size)))
    assert recording.duration == pytest.approx(20, abs=0.01)
    assert recording.warnings == []


def test_recording_went_on_after_the_header_was_written() -> None:
    recording = audio.decode(io.BytesIO(tone_with_size(4_000)))
    assert recording.duration == pytest.approx(20, abs=0.1)
    assert audio.probe(io.BytesIO(tone_with_size(4_000))).duration == pytest.approx(20, abs=0.1)


def test_what_follows_the_samples_is_not_sound() -> None:
    length = len(TONE) - AT - 4
    chunk = b"LIST" + struct.pack("<I", 40_000) + b"\x55" * 40_000
    for behind in (chunk, bytes(100_000)):
        recording = audio.decode(io.BytesIO(tone_with_size(length, behind)))
        assert recording.duration == pytest.approx(20, abs=0.01)
        assert recording.warnings == []


def test_a_wav_of_more_than_four_gigabytes_by_its_header() -> None:
    long_size = struct.pack("<IQQQI", 28, 2**45, 2**44, 2**43, 0)
    content = (
        b"RF64\xff\xff\xff\xffWAVEds64"
        + long_size
        + TONE[12:AT]
        + b"\xff\xff\xff\xff"
        + TONE[AT + 4 :]
    )
    recording = audio.decode(io.BytesIO(content))
    assert recording.duration == pytest.approx(20, abs=0.01)
    assert [one.code for one in recording.warnings] == ["audio_truncated"]


CUT = [
    ("wav", "pcm_s16le", 16_000),
    ("wav", "pcm_mulaw", 8_000),
    ("flac", "flac", 16_000),
    ("mp3", "libmp3lame", 16_000),
    ("webm", "libopus", 48_000),
    ("ogg", "libopus", 48_000),
    ("adts", "aac", 44_100),
    ("amr", "libopencore_amrnb", 8_000),
    ("aiff", "pcm_s16be", 44_100),
]


@pytest.mark.parametrize(("suffix", "codec", "rate"), CUT)
def test_a_cut_off_recording_is_told_and_a_whole_one_is_not(
    suffix: str, codec: str, rate: int
) -> None:
    content = encode(suffix, codec, rate, "mono", seconds=20)
    assert codes(content) == []
    assert codes(content[: len(content) // 2 + 1]) == ["audio_truncated"]


@pytest.mark.parametrize(
    ("suffix", "codec"), [("adts", "aac"), ("mp3", "libmp3lame"), ("mp4", "aac")]
)
def test_damage_in_the_middle_is_told_as_damage(suffix: str, codec: str) -> None:
    content = bytearray(encode(suffix, codec, 44_100, "mono", seconds=20))
    middle = len(content) // 2
    content[middle : middle + 3_000] = np.random.default_rng(4).bytes(3_000)
    recording = audio.decode(io.BytesIO(content))
    assert recording.damaged
    assert [one.code for one in recording.warnings] == ["audio_damaged"]


def pcm(*channels: NDArray[np.float64]) -> bytes:
    samples = (np.clip(np.stack(channels, axis=1), -1, 1) * 32767).astype("<i2")
    return wav(len(samples) / SAMPLE_RATE, channels=len(channels))[:44] + samples.tobytes()


def test_levels_that_cost_words_are_told() -> None:
    tone = np.sin(np.arange(5 * SAMPLE_RATE) / 10)
    nothing = np.zeros(5 * SAMPLE_RATE)
    assert codes(pcm(0.3 * tone)) == []
    assert codes(pcm(5 * tone)) == ["audio_clipped"]
    assert codes(pcm(0.004 * tone)) == ["audio_quiet"]
    assert codes(pcm(nothing)) == ["audio_silent"]
    assert codes(pcm(0.3 * tone, nothing)) == ["audio_one_side_silent"]
    (warning,) = audio.decode(io.BytesIO(pcm(0.3 * tone, nothing))).warnings
    assert "Channel 1" in warning.detail


OTHER_FILES = [
    (b"%PDF-1.7\n" + bytes(9_000), "audio_unreadable", "PDF"),
    (b"PK\x03\x04" + np.random.default_rng(1).bytes(90_000), "audio_unreadable", "ZIP"),
    (b"<!DOCTYPE html><html>" + b"<p>Sign in</p>" * 999, "audio_unreadable", "web page"),
    (b"#EXTM3U\nhttp://127.0.0.1:1/a.ts\n", "audio_unreadable", "playlist"),
    (b"-----BEGIN PGP MESSAGE-----\n\n" + b"hQEMA" * 999, "audio_encrypted", "decrypted"),
    (b"Salted__" + np.random.default_rng(2).bytes(90_000), "audio_encrypted", "decrypted"),
    (encode("mp4", "aac", 44_100, "mono")[:9_000], "audio_unreadable", "cut off"),
]


@pytest.mark.parametrize(("content", "code", "told"), OTHER_FILES)
def test_a_refused_file_is_told_what_it_is(content: bytes, code: str, told: str) -> None:
    with pytest.raises(AudioUnreadableError, match=told) as raised:
        audio.probe(io.BytesIO(content))
    assert raised.value.code == code


def test_protected_sound_is_told_as_such() -> None:
    whole = io.BytesIO(encode("mp4", "aac", 44_100, "mono", seconds=5))
    made = io.BytesIO()
    locked = {
        "encryption_scheme": "cenc-aes-ctr",
        "encryption_key": "76a6c65c5ea762046bd749a2e632ccbb",
        "encryption_kid": "a7e61c373e219033c21091fa607bf3b8",
    }
    with av.open(whole) as source, av.open(made, "w", format="mp4", options=locked) as target:
        stream = target.add_stream_from_template(source.streams.audio[0])
        for packet in source.demux():
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
    for reading in (audio.probe, audio.decode):
        with pytest.raises(AudioEncryptedError, match="protection"):
            reading(made)


def test_of_several_tracks_the_first_is_heard_and_that_is_told() -> None:
    made = io.BytesIO()
    with av.open(made, "w", format="mp4") as target:
        for pitch in (440, 880):
            target.add_stream("aac", rate=16_000, layout="mono").metadata["title"] = str(pitch)
        for stream, pitch in zip(target.streams.audio, (440, 880), strict=True):
            samples = 0.3 * np.sin(2 * np.pi * pitch * np.arange(64_000) / 16_000)
            frame = av.AudioFrame.from_ndarray(samples.astype("f4")[None], "fltp", "mono")
            frame.sample_rate = 16_000
            target.mux([*stream.encode(frame), *stream.encode(None)])
    recording = audio.decode(made)
    assert [one.code for one in recording.warnings] == ["audio_more_tracks"]
    spectrum = np.abs(np.fft.rfft(recording.channels[0][16_000:32_000]))
    assert spectrum.argmax() == pytest.approx(440, abs=3)


def test_a_gigabyte_of_nothing_is_not_searched_through(tmp_path: Path) -> None:
    # Sparse files. FFmpeg alone takes minutes to look for a chunk that it knows.
    empty_chunks = TONE[: TONE.index(b"data")]
    for content in (tone_with_size(len(TONE) - AT - 4), empty_chunks, b""):
        path = tmp_path / "long.wav"
        path.write_bytes(content)
        with path.open("r+b") as file:
            file.truncate(2**30)
        started = time.process_time()
        if content[AT:]:
            assert audio.probe(path).duration == pytest.approx(20)
        else:
            with pytest.raises(AudioUnreadableError):
                audio.probe(path)
        assert time.process_time() - started < limit(2)


def test_what_is_not_a_number_is_silence() -> None:
    content = bytearray(encode("wav", "pcm_f32le", 16_000, "mono"))
    at = content.index(b"data") + 8
    content[at : at + 4_000] = struct.pack("<f", float("nan")) * 1_000
    content[at + 4_000 : at + 8_000] = struct.pack("<f", float("inf")) * 1_000
    (signal,) = audio.decode(io.BytesIO(content)).channels
    assert np.isfinite(signal).all()
    assert np.abs(signal).max() <= 1
    assert np.abs(signal[100:900]).max() < 0.01


def test_cancelling_while_decoding_what_tells_no_length() -> None:
    content = encode("webm", "libopus", 48_000, "mono", seconds=3)
    seen: list[float] = []
    audio.decode(
        io.BytesIO(content.replace(b"\x44\x89\x88", b"\xec\x88\x88")), progress=seen.append
    )
    assert seen
