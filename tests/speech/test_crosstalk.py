"""What was only overheard of the other side, told from what was said here."""

import numpy as np

from copilot.speech.crosstalk import Levels, spoken_here
from copilot.speech.signals import FRAME
from copilot.speech.voices import Stretch

FRAMES = 500  # ten seconds
NOISE_DB = -65.0


def talk(seed: int, start: int, end: int, level_db: float = -20.0) -> Levels:
    """Loudness of somebody who talks from frame to frame: syllables rise and fall."""
    draw = np.random.default_rng(seed)
    levels = NOISE_DB + draw.normal(0, 1, FRAMES)
    syllables = np.repeat(draw.uniform(-12, 0, FRAMES // 8 + 1), 8)[:FRAMES]
    levels[start:end] = level_db + syllables[start:end]
    return levels.astype(np.float32)


def together(*sounds: Levels) -> Levels:
    """The loudness of sounds at once."""
    power = sum(np.power(10.0, sound / 10.0) for sound in sounds)
    return (10 * np.log10(power)).astype(np.float32)


def leaked(sound: Levels, db: float, late: int = 2) -> Levels:
    """``sound`` as another microphone overhears it."""
    return (np.roll(sound, late) + db).astype(np.float32)


def stretch(start: int, end: int) -> Stretch:
    return Stretch(start * FRAME, end * FRAME)


def test_what_was_only_overheard_is_left_out() -> None:
    other = talk(1, 50, 450)
    for db in (-10, -20, -30):
        own = together(talk(2, 0, 0), leaked(other, db))
        assert spoken_here([stretch(40, 460)], own, other) == [], db


def test_without_anything_overheard_all_stays() -> None:
    own, other = talk(1, 50, 200), talk(2, 250, 450)
    assert spoken_here([stretch(40, 210)], own, other) == [stretch(40, 210)]


def test_both_at_once_are_both_kept() -> None:
    own, other = talk(1, 50, 450, -32), talk(2, 50, 450)
    whole = stretch(40, 460)
    assert spoken_here([whole], own, other) == [whole]
    assert spoken_here([whole], other, own) == [whole]


def test_a_soft_yes_under_a_loud_voice_is_kept() -> None:
    own, other = talk(1, 200, 225, -34), talk(2, 50, 450)
    yes = stretch(190, 235)
    assert spoken_here([yes], own, other) == [yes]


def test_a_soft_yes_over_a_leak_is_kept() -> None:
    other = talk(2, 50, 450)
    own = together(talk(1, 200, 225, -30), leaked(other, -25))
    (kept,) = spoken_here([stretch(40, 460)], own, other)
    assert kept.start <= 200 * FRAME
    assert 225 * FRAME <= kept.end < 300 * FRAME


def test_many_soft_answers_without_a_leak_are_kept() -> None:
    other = talk(100, 10, 490)
    for seed in range(60):
        at = 20 + 7 * seed
        own = talk(seed, at, at + 40, -38)
        answer = stretch(at - 10, at + 50)
        assert spoken_here([answer], own, other) == [answer], seed


def test_the_own_part_of_a_stretch_stays() -> None:
    other = talk(1, 50, 240)
    own = together(talk(2, 320, 450), leaked(other, -18))
    (kept,) = spoken_here([stretch(40, 460)], own, other)
    assert 260 * FRAME < kept.start <= 320 * FRAME
    assert 445 * FRAME <= kept.end <= 460 * FRAME


def test_channels_of_different_length_or_without_sound() -> None:
    own = talk(1, 50, 450)
    assert spoken_here([stretch(40, 460)], own, own[:0]) == [stretch(40, 460)]
    assert spoken_here([stretch(40, 460)], own, np.full(FRAMES, -120, np.float32))
    assert spoken_here([], own, own) == []
