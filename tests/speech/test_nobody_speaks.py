"""Silence, noise and hold music have no words, whatever the engine would make of them."""

import numpy as np
import pytest

from copilot.speech.audio import decode
from copilot.speech.hearing import hear
from copilot.speech.hosted import HostedTranscriber
from copilot.speech.transcriber import SAMPLE_RATE
from tests.speech.hold_music import KINDS, at_level, over_the_phone
from tests.speech.sounds import DEMO_CALLS, alone, silence


def words(kind: str, seconds: float, engine: HostedTranscriber) -> list[str]:
    sound = at_level(over_the_phone(KINDS[kind](seconds)), -25)
    return [one.text for one in hear(alone(sound), engine, language="en").segments]


@pytest.mark.parametrize("kind", ["white noise", "brown noise", "arpeggios", "fiddle", "band"])
def test_a_minute_of_it(kind: str, whisper: HostedTranscriber) -> None:
    assert words(kind, 60, whisper) == []


def test_minutes_of_silence(whisper: HostedTranscriber, pocketsphinx: HostedTranscriber) -> None:
    for engine in (whisper, pocketsphinx):
        assert hear(alone(silence(120)), engine, language="en").segments == []


def test_music_for_the_fallback(pocketsphinx: HostedTranscriber) -> None:
    assert words("band", 60, pocketsphinx) == []


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_ten_minutes_of_it(
    kind: str, whisper: HostedTranscriber, pocketsphinx: HostedTranscriber
) -> None:
    assert words(kind, 600, whisper) == []
    assert words(kind, 600, pocketsphinx) == []


def test_and_speech_after_it_is_heard(whisper: HostedTranscriber) -> None:
    speech = np.asarray(decode(DEMO_CALLS / "en.ogg").channels[0][: 5 * SAMPLE_RATE])
    music = at_level(over_the_phone(KINDS["band"](20)), -25)
    transcript = hear(alone(np.concatenate([music, speech])), whisper, language="en")
    assert transcript.segments
    assert all(one.start > 19 for one in transcript.segments)
