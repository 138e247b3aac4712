"""What callers hear while nobody speaks: tones of the line, noise and hold music."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from copilot.speech.transcriber import SAMPLE_RATE, Signal

_CHORDS = ((60, 64, 67), (57, 60, 64), (65, 69, 72), (67, 71, 74))
_SCALE = (0, 2, 4, 5, 7, 9, 11)

Sound = NDArray[np.float64]


def at_level(sound: Sound, decibels: float) -> Signal:
    """``sound`` with this mean power, in dB of full scale."""
    power = np.sqrt(np.mean(np.square(sound))) + 1e-12
    return np.clip(sound / power * 10 ** (decibels / 20), -1, 1).astype(np.float32)


def over_the_phone(sound: Sound) -> Sound:
    """What a telephone line leaves: 300 to 3400 Hz, in the steps of 8-bit µ-law."""
    spectrum = np.fft.rfft(sound)
    pitch = np.fft.rfftfreq(len(sound), 1 / SAMPLE_RATE)
    spectrum[(pitch < 300) | (pitch > 3400)] = 0
    narrow = np.fft.irfft(spectrum, len(sound))
    narrow /= 2 * np.abs(narrow).max() + 1e-9
    steps = np.round(np.sign(narrow) * np.log1p(255 * np.abs(narrow)) / np.log(256) * 127) / 127
    return np.sign(steps) * (256 ** np.abs(steps) - 1) / 255


def noise(seconds: float, slope: float) -> Sound:
    """Noise whose amplitude falls with this power of the pitch: 0 is white, 0.5 pink, 1 brown."""
    count = round(seconds * SAMPLE_RATE)
    spectrum = np.fft.rfft(np.random.default_rng(5).normal(size=count))
    return np.fft.irfft(spectrum / np.arange(1, len(spectrum) + 1) ** slope, count)


def hum(seconds: float) -> Sound:
    """Of the mains, with its overtones."""
    at = _times(seconds)
    return sum((np.sin(2 * np.pi * 50 * n * at + n) / n for n in range(1, 12)), np.zeros(len(at)))


def ringing(seconds: float, pitches: tuple[float, ...], on: float, off: float) -> Sound:
    """The other phone rings, or is busy."""
    at = _times(seconds)
    tone: Sound = sum((np.sin(2 * np.pi * pitch * at) for pitch in pitches), np.zeros(len(at)))
    return tone * ((at % (on + off)) < on)


def keys(seconds: float) -> Sound:
    """Somebody dials: pairs of tones (ITU-T Q.23)."""
    draw = np.random.default_rng(6)
    sound = np.zeros(round(seconds * SAMPLE_RATE))
    for start in np.arange(0, seconds, 0.25):
        pair = draw.choice((697, 770, 852, 941)), draw.choice((1209, 1336, 1477, 1633))
        _add(sound, start, ringing(0.12, pair, 1, 0))
    return sound


def chords(seconds: float) -> Sound:
    """Slow chords of an organ with a tremolo."""
    sound = np.zeros(round(seconds * SAMPLE_RATE))
    for bar, start in enumerate(np.arange(0, seconds, 2.0)):
        for note in _CHORDS[bar % 4]:
            _add(sound, start, _note(note, 2.0, overtones=6, vibrato=0.15))
    return sound


def arpeggios(seconds: float) -> Sound:
    """Broken chords on an electric piano with vibrato."""
    sound = np.zeros(round(seconds * SAMPLE_RATE))
    for count, start in enumerate(np.arange(0, seconds, 0.4)):
        note = _CHORDS[int(start // 2) % 4][count % 3] + 12 * (count // 3 % 2)
        _add(sound, start, _note(note, 0.45, overtones=12, vibrato=0.4, decay=0.6))
    return sound


def melody(seconds: float, *, lowest: int, highest: int, overtones: int, vibrato: float) -> Sound:
    """A tune wandering through a scale: a fiddle, a flute, a cello or a brass."""
    draw = np.random.default_rng(lowest)
    sound = np.zeros(round(seconds * SAMPLE_RATE))
    start, note = 0.0, (lowest + highest) // 2
    while start < seconds:
        length = float(draw.choice((0.2, 0.4, 0.6, 0.8)))
        note = int(np.clip(note + draw.integers(-4, 5), lowest, highest))
        note += note % 12 not in _SCALE
        if draw.random() > 0.15:
            _add(sound, start, _note(note, length, overtones=overtones, vibrato=vibrato))
        start += length
    return sound


def plucked(seconds: float) -> Sound:
    """Strings, plucked (Karplus and Strong 1983)."""
    draw = np.random.default_rng(8)
    sound = np.zeros(round(seconds * SAMPLE_RATE))
    start, count = 0.0, 0
    while start < seconds:
        note = _CHORDS[int(start // 1.6) % 4][count % 3] - 12 * (count % 2)
        period = draw.uniform(-1, 1, int(SAMPLE_RATE / _pitch(note)))
        string = []
        while len(string) * len(period) < SAMPLE_RATE:
            string.append(period)
            period = 0.498 * (period + np.roll(period, 1))
        _add(sound, start, np.concatenate(string))
        start, count = start + 0.2 * int(draw.choice((1, 1, 2))), count + 1
    return sound


def drums(seconds: float) -> Sound:
    """Bass drum, snare and cymbal."""
    draw = np.random.default_rng(9)
    sound = np.zeros(round(seconds * SAMPLE_RATE))
    at = _times(0.25)
    for count, start in enumerate(np.arange(0, seconds, 0.3)):
        if count % 4 == 0:
            _add(
                sound,
                start,
                2 * np.sin(2 * np.pi * (50 * at + 3 - 3 * np.exp(-at / 0.05))) * np.exp(-at / 0.1),
            )
        if count % 4 == 2:
            _add(sound, start, draw.normal(size=len(at)) * np.exp(-at / 0.08))
        _add(sound, start, 0.2 * draw.normal(size=len(at)) * np.exp(-at / 0.03))
    return sound


def band(seconds: float) -> Sound:
    """All of them together."""
    lead = melody(seconds, lowest=60, highest=80, overtones=12, vibrato=0.3)
    bass = melody(seconds, lowest=36, highest=48, overtones=6, vibrato=0)
    parts = (drums(seconds), chords(seconds), lead, bass)
    return np.sum([at_level(part, -20) for part in parts], axis=0, dtype=np.float64)


KINDS: dict[str, Callable[[float], Sound]] = {
    "white noise": lambda seconds: noise(seconds, 0),
    "pink noise": lambda seconds: noise(seconds, 0.5),
    "brown noise": lambda seconds: noise(seconds, 1),
    "hum": hum,
    "ringing in Europe": lambda seconds: ringing(seconds, (425,), 1, 4),
    "ringing in America": lambda seconds: ringing(seconds, (440, 480), 2, 4),
    "busy": lambda seconds: ringing(seconds, (480, 620), 0.5, 0.5),
    "keys": keys,
    "chords": chords,
    "arpeggios": arpeggios,
    "fiddle": lambda seconds: melody(seconds, lowest=60, highest=80, overtones=20, vibrato=0.4),
    "flute": lambda seconds: melody(seconds, lowest=72, highest=90, overtones=3, vibrato=0.3),
    "cello": lambda seconds: melody(seconds, lowest=40, highest=58, overtones=30, vibrato=0.4),
    "plucked strings": plucked,
    "drums": drums,
    "band": band,
}


def _times(seconds: float) -> Sound:
    return np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE


def _pitch(note: float) -> float:
    return float(440 * 2 ** ((note - 69) / 12))


def _note(
    note: float, seconds: float, *, overtones: int, vibrato: float, decay: float = 60.0
) -> Sound:
    at = _times(seconds)
    bent = _pitch(note) * 2 ** (vibrato / 12 * np.sin(2 * np.pi * 5.5 * at))
    phase = 2 * np.pi * np.cumsum(bent) / SAMPLE_RATE
    heard = [n for n in range(1, overtones + 1) if _pitch(note) * n < SAMPLE_RATE / 2]
    tone: Sound = sum((np.sin(n * phase) / n for n in heard), np.zeros(len(at)))
    edges = np.minimum(1, np.minimum(at / 0.02, (seconds - at) / 0.05))
    return tone * edges * np.exp(-at / decay)


def _add(sound: Sound, start: float, part: Sound) -> None:
    first = round(start * SAMPLE_RATE)
    room = len(sound) - first
    sound[first : first + len(part)] += part[:room]
