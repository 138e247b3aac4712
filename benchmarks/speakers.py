"""Whose words are whose in two-channel calls, with one microphone overhearing the other.

    python -m benchmarks.speakers DATA [--seconds S] [--start S] [--one-channel]

Two-channel calls are made from the recordings of the two sides of one call (``calls_noref`` of the
public data), as they are and with each side leaking into the other: at several levels, late, and
without its high tones. What the engine hears on each side alone says who said what. A word of the
call is right when it stands in the transcript of the one who said it; the baseline leaves what
leaked where it was heard. With ``--one-channel`` both sides are mixed, and the voices told apart.
"""

import argparse
import json
import time
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from copilot.speech import hearing
from copilot.speech.audio import AudioInfo, Recording, decode
from copilot.speech.diariser import HostedDiariser
from copilot.speech.engines import SpeechConfig
from copilot.speech.hearing import hear
from copilot.speech.hosted import HostedTranscriber
from copilot.speech.transcriber import SAMPLE_RATE, Signal
from copilot.speech.transcript import Segment, Speaker
from copilot.speech.turns import Heard, build_segments

_LEAKS_DB = (None, -30.0, -20.0, -15.0, -10.0)
_LATE_S = 0.02
_SMOOTH = 8
_SIDES = ("agent", "caller")
_NEAR_S = 0.3


class Said(NamedTuple):
    """A word with its seconds."""

    start: float
    end: float
    text: str


class Score(NamedTuple):
    """Words shown for one made call, by whether the one they are shown for was speaking then.

    Attributes:
        right: The one they are shown for spoke at that moment.
        wrong: Only the other one did.
        nobody: Neither was heard then when alone: what leaked made the engine hear otherwise.
        found: Of the words of both sides alone, the share that is shown at their side, alike.
    """

    right: int
    wrong: int
    nobody: int
    found: float

    @property
    def share(self) -> float:
        """Of the words that somebody spoke, how many are shown at the right one."""
        return self.right / max(1, self.right + self.wrong)


def pairs(data: Path) -> list[list[Path]]:
    """The recordings of both sides of each call."""
    calls: dict[str, dict[str, Path]] = {}
    folder = data / "calls_noref"
    for line in (folder / "manifest.jsonl").read_text("utf-8").splitlines():
        one = json.loads(line)
        if one.get("call"):
            calls.setdefault(one["call"], {})[one["channel"]] = folder / one["file"]
    return [[both[side] for side in _SIDES] for both in calls.values() if len(both) == len(_SIDES)]


def leaking(own: Signal, other: Signal, level_db: float | None) -> Signal:
    """``own`` with ``other`` in it: quieter, a moment later, dull."""
    if level_db is None:
        return own
    late = round(_LATE_S * SAMPLE_RATE)
    dull = np.convolve(other, np.ones(_SMOOTH) / _SMOOTH, "same")
    leak = np.resize(np.concatenate([np.zeros(late), dull]), len(own)) * 10 ** (level_db / 20)
    return (own + leak).astype(np.float32)


def words(engine: HostedTranscriber, channels: list[Signal]) -> list[list[Said]]:
    """What is heard of each channel, word by word."""
    info = AudioInfo(None, len(channels), SAMPLE_RATE, "pcm", "audio/wav")
    seconds = len(channels[0]) / SAMPLE_RATE
    recording = Recording(channels, seconds, damaged=False, info=info, warnings=[])
    transcript = hear(recording, engine, language="en", agent_channel=0)
    said: list[list[Said]] = [[] for _ in channels]
    for segment in transcript.segments:
        said[segment.channel or 0] += [
            Said(word.start, word.end, word.text.lower()) for word in segment.words
        ]
    return said


def score(alone: list[list[Said]], heard: list[list[Said]]) -> Score:
    """Compare a call's channels with what was heard of each side alone."""
    right = wrong = nobody = same = 0
    for own, other, found in zip(alone, alone[::-1], heard, strict=True):
        for word in found:
            if _spoke(own, word):
                right += 1
            elif _spoke(other, word):
                wrong += 1
            else:
                nobody += 1
        matcher = SequenceMatcher(
            None, [one.text for one in own], [one.text for one in found], autojunk=False
        )
        same += sum(block.size for block in matcher.get_matching_blocks())
    return Score(right, wrong, nobody, same / max(1, sum(map(len, alone))))


def told_apart(engine: HostedTranscriber, alone: list[list[Said]], mixed: Signal) -> None:
    """Print how many words of one channel are shown at the right speaker."""
    config = SpeechConfig(diarisation="moonshine", diarisation_minutes=240)
    voices = partial(HostedTranscriber.open, "moonshine-voices", config)
    diariser = HostedDiariser(voices, config.diarisation_minutes * 60)
    info = AudioInfo(None, 1, SAMPLE_RATE, "pcm", "audio/wav")
    seconds = len(mixed) / SAMPLE_RATE
    recording = Recording([mixed], seconds, damaged=False, info=info, warnings=[])
    began = time.monotonic()
    transcript = hear(recording, engine, language="en", diariser=diariser)
    took = time.monotonic() - began
    diariser.close()
    heard: dict[Speaker, list[Said]] = {"agent": [], "customer": [], "unknown": []}
    for segment in transcript.segments:
        heard[segment.speaker] += [
            Said(word.start, word.end, word.text.lower()) for word in segment.words
        ]
    found = score(alone, [heard["agent"], heard["customer"]])
    print(
        f"  one channel: {found.share:.3f} at the right speaker ({found.wrong} of"
        f" {found.right + found.wrong} wrong), {len(heard['unknown'])} words at nobody,"
        f" {took / seconds:.2f} s for a second of the recording"
    )


def _spoke(side: list[Said], word: Said) -> bool:
    return any(one.start - _NEAR_S < word.end and word.start < one.end + _NEAR_S for one in side)


def main() -> None:
    """Print the shares for each level of leaking, without and with what is done against it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--start", type=float, default=0.0)
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--one-channel", action="store_true")
    arguments = parser.parse_args()
    engine = HostedTranscriber.open("moonshine", SpeechConfig())
    first = round(arguments.start * SAMPLE_RATE)
    last = first + round(arguments.seconds * SAMPLE_RATE)
    for files in pairs(arguments.data):
        sides = [np.asarray(decode(file).channels[0][first:last]) for file in files]
        alone = [words(engine, [side])[0] for side in sides]
        print(f"{files[0].stem}: {len(alone[0])} + {len(alone[1])} words")
        if arguments.one_channel:
            told_apart(engine, alone, np.sum(sides, axis=0, dtype=np.float32))
            continue
        for level_db in _LEAKS_DB:
            made = [
                leaking(own, other, level_db) for own, other in zip(sides, sides[::-1], strict=True)
            ]
            told = "clean" if level_db is None else f"{level_db:g} dB"
            for name, suppress in (("baseline", False), ("ours", True)):
                found = score(alone, _heard(engine, made, suppress=suppress))
                print(
                    f"  leak {told:>7}, {name:8}: {found.share:.3f} at the right speaker (bound"
                    f" 0.98; {found.wrong} of {found.right + found.wrong} wrong), {found.nobody}"
                    f" at a moment of nobody's, {found.found:.3f} of the words alone are found",
                    flush=True,
                )
    engine.close()


def _heard(engine: HostedTranscriber, made: list[Signal], *, suppress: bool) -> list[list[str]]:
    if suppress:
        return words(engine, made)
    kept = hearing.build_segments, hearing.without_overheard

    def apart(channels: Sequence[Heard], speakers: Sequence[Speaker]) -> list[Segment]:
        return [
            segment.model_copy(update={"channel": number})
            for number, one in enumerate(channels)
            for segment in build_segments([one], [speakers[number]])
        ]

    hearing.build_segments, hearing.without_overheard = apart, list
    try:
        return words(engine, made)
    finally:
        hearing.build_segments, hearing.without_overheard = kept


if __name__ == "__main__":
    main()
