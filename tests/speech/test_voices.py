"""Nobody speaks in noise and music; every word of real speech lies where somebody speaks."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from copilot.speech.audio import decode
from copilot.speech.signals import levels
from copilot.speech.transcriber import SAMPLE_RATE, Signal
from copilot.speech.voices import Stretch, find_voices
from tests.speech.hold_music import KINDS, Sound, at_level, over_the_phone
from tests.speech.sounds import DEMO_CALLS, script

SHARED = Path(__file__).parents[3] / "shared" / "data"


def voices(signal: Signal) -> list[Stretch]:
    return find_voices(signal, levels(signal))


def call(language: str) -> list[Signal]:
    return [np.asarray(signal) for signal in decode(DEMO_CALLS / f"{language}.ogg").channels]


def covered(signal: Signal, stretches: list[Stretch]) -> np.ndarray:
    mask = np.zeros(len(signal), dtype=bool)
    for start, end in stretches:
        mask[start:end] = True
    return mask


@pytest.mark.parametrize("make", KINDS.values(), ids=KINDS)
def test_nobody_speaks_in_a_minute_of(make: Callable[[float], Sound]) -> None:
    sound = make(60)
    for signal in (at_level(sound, -15), at_level(over_the_phone(sound), -30)):
        assert voices(signal) == []


@pytest.mark.slow
@pytest.mark.parametrize("make", KINDS.values(), ids=KINDS)
def test_nobody_speaks_in_ten_minutes_of(make: Callable[[float], Sound]) -> None:
    sound = make(600)
    assert voices(at_level(sound, -20)) == []
    assert voices(at_level(over_the_phone(sound), -12)) == []


def test_nobody_speaks_in_silence() -> None:
    for length in (0, 1, 100, 600 * SAMPLE_RATE):
        assert voices(np.zeros(length, dtype=np.float32)) == []
    for signal in call("en"):
        whisper = signal * np.float32(10 ** (-75 / 20))
        assert voices(whisper) == [], "too faint to be heard"


def as_is(signal: Signal) -> Signal:
    return signal


def faint(signal: Signal) -> Signal:
    return signal * np.float32(0.03)


def overdriven(signal: Signal) -> Signal:
    return np.clip(signal * 12, -0.9, 0.9)


def narrow(signal: Signal) -> Signal:
    return over_the_phone(signal.astype(np.float64)).astype(np.float32)


@pytest.mark.parametrize("language", ["en", "fi"])
@pytest.mark.parametrize("changed", [as_is, faint, overdriven, narrow])
def test_what_was_said_in_a_call_is_found(
    language: str, changed: Callable[[Signal], Signal]
) -> None:
    sides = call(language)
    for side, speaker in zip(sides, ("agent", "customer"), strict=True):
        signal = changed(side)
        stretches = voices(signal)
        mask = covered(signal, stretches)
        turns = [turn for turn in script(language)["turns"] if turn["speaker"] == speaker]
        loud = np.repeat(levels(side) > -40, SAMPLE_RATE // 50)
        lost = 0
        for turn in turns:
            first, last = (round(turn[edge] * SAMPLE_RATE) for edge in ("start", "end"))
            spoken = loud[first:last]
            missed = int((spoken & ~mask[first : first + len(spoken)]).sum())
            assert missed < (0.5 if changed is narrow else 0.1) * SAMPLE_RATE, turn
            lost += missed
        assert lost < (0.02 if changed is narrow else 0.005) * loud.sum()
        spoken_s = sum(turn["end"] - turn["start"] for turn in turns)
        assert mask.sum() / SAMPLE_RATE < spoken_s + 0.6 * len(turns)


def test_stretches_do_not_depend_on_where_a_block_begins() -> None:
    signal = call("en")[0]
    alone = voices(signal)
    shift = round(41.3 * SAMPLE_RATE / 512) * 512
    later = voices(np.concatenate([np.zeros(shift, dtype=np.float32), signal]))
    one, other = (
        covered(signal, alone),
        covered(signal, [Stretch(a - shift, b - shift) for a, b in later]),
    )
    assert (one != other).mean() < 0.01


def test_a_word_alone_is_found_among_music() -> None:
    word = call("en")[1]
    start, end = max(voices(word), key=lambda one: one.end - one.start)
    sound = at_level(KINDS["chords"](60), -35)
    sound[20 * SAMPLE_RATE :][: end - start] += word[start:end]
    found = voices(sound)
    assert found
    assert all(
        a / SAMPLE_RATE > 19.5 and b / SAMPLE_RATE < 20.5 + (end - start) / SAMPLE_RATE
        for a, b in found
    )


@pytest.mark.slow
@pytest.mark.skipif(not SHARED.is_dir(), reason="the public recordings are not here")
def test_every_public_recording_of_one_word_is_heard() -> None:
    folder = SHARED / "speech_refs"
    lines = (folder / "manifest.jsonl").read_text("utf-8").splitlines()
    silent = []
    for entry in map(json.loads, lines):
        (signal,) = decode(folder / entry["file"]).channels
        if not voices(np.asarray(signal)):
            silent.append(entry["id"])
    assert silent == []
