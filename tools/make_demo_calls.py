"""Builds the two synthetic phone calls of the demo workspace from their scripts.

Every turn of a script is spoken by a free synthesiser and put on its speaker's channel at
16 kHz; the other channel is digital silence. What comes out is one Ogg/Opus file per script and
the script again with the start and end of each turn, in seconds::

    python tools/make_demo_calls.py --out copilot/demo/workspace/calls
    python tools/make_demo_calls.py --out /tmp/calls --measure   # the tables in calls/README.md

It needs Debian's flite, festival, festvox-us-slt-hts, festvox-suopuhe-lj and festvox-suopuhe-mv;
``--measure``, which compares voices and formats by PocketSphinx's word error rate, also espeak-ng.
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]

RATE = 16_000
CALLS = Path(__file__).resolve().parent.parent / "copilot" / "demo" / "workspace" / "calls"
VOICES = {
    "en": {"agent": "flite kal16", "customer": "festival cmu_us_slt_arctic_hts"},
    "fi": {"agent": "festival suo_fi_lj_diphone", "customer": "festival hy_fi_mv_diphone"},
}
CANDIDATES = ["flite awb", "flite rms", "flite slt", "flite kal16"]
CANDIDATES += ["festival cmu_us_slt_arctic_hts", "espeak-ng en-us"]
PACKAGES = {"flite": "flite", "text2wave": "festival", "espeak-ng": "espeak-ng"}
LEAD, GAPS = 0.6, (0.45, 0.6, 0.35, 0.7)  # silence before the first turn, then between turns
OVERLAPS = {("en", 11): -0.2, ("fi", 7): -0.2}  # turns that begin before the last one has ended
PADS = (0.1, 0.25, 0.4)  # every turn is recognised with each of these silences around it
LOUDNESS = 0.08  # root mean square of speech, about -22 dBFS


@dataclass(frozen=True)
class Format:
    """A way to store a call: a PyAV container and codec, at a rate."""

    suffix: str
    codec: str
    sample_format: str
    rate: int = RATE
    bit_rate: int = 0


FORMATS = {
    "FLAC 16 kHz": Format("flac", "flac", "s16"),
    "Opus 24 kbit/s": Format("ogg", "libopus", "flt", bit_rate=24_000),
    "Opus 32 kbit/s": Format("ogg", "libopus", "flt", bit_rate=32_000),
    "Opus 48 kbit/s": Format("ogg", "libopus", "flt", bit_rate=48_000),
    "WAV µ-law 8 kHz": Format("wav", "pcm_mulaw", "s16", rate=8_000),
}
CHOSEN = "Opus 32 kbit/s"


def read_audio(path: Path, layout: str) -> Samples:
    """Decodes a file to float32 at 16 kHz, shaped (channels, samples)."""
    resampler = av.AudioResampler(format="fltp", layout=layout, rate=RATE)
    with av.open(str(path)) as container:
        frames = [out for frame in container.decode(audio=0) for out in resampler.resample(frame)]
    frames += resampler.resample(None)
    return np.concatenate([frame.to_ndarray() for frame in frames], axis=1).astype(np.float32)


def write_audio(path: Path, channels: Samples, form: Format) -> None:
    """Encodes (2, samples) at 16 kHz as ``form`` says, the same bytes every time."""
    to_rate = av.AudioResampler(format=form.sample_format, layout="stereo", rate=form.rate)
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(channels), "fltp", "stereo")
    frame.sample_rate = RATE
    with av.open(str(path), "w", container_options={"fflags": "+bitexact"}) as container:
        options = {"application": "voip"} if form.codec == "libopus" else {}
        stream: Any = container.add_stream(form.codec, rate=form.rate, options=options)
        stream.layout = "stereo"
        stream.format = form.sample_format
        if form.bit_rate:
            stream.bit_rate = form.bit_rate
        for piece in [*to_rate.resample(frame), *to_rate.resample(None), None]:
            if piece is not None:
                piece.pts = None
            container.mux(stream.encode(piece))


def synthesise(voice: str, text: str, path: Path) -> None:
    """Has one of the synthesisers write ``text`` to the WAV file ``path``.

    Raises:
        SystemExit: If the synthesiser or the voice is not installed.
    """
    engine, name = voice.split()
    encoding = "latin-1" if engine == "festival" else "utf-8"
    source = path.with_suffix(".txt")
    source.write_bytes(text.encode(encoding))
    command = {
        "flite": ["flite", "-voice", name, "-f", str(source), "-o", str(path)],
        "festival": ["text2wave", "-eval", f"(voice_{name})", str(source), "-o", str(path)],
        "espeak-ng": ["espeak-ng", "-v", name, "-f", str(source), "-w", str(path)],
    }[engine]
    if shutil.which(command[0]) is None:
        sys.exit(f"{command[0]} is not installed: apt install {PACKAGES[command[0]]}")
    if engine == "flite":  # it would speak with another voice and say nothing
        voices = subprocess.run(["flite", "-lv"], capture_output=True, text=True, check=False)
        if name not in voices.stdout.split():
            sys.exit(f"flite has no voice {name!r}; it has {voices.stdout.strip()}")
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode or not path.exists() or path.stat().st_size < 1_000:
        said = done.stderr.decode(errors="replace").strip()
        sys.exit(f"{command[0]} could not speak with the voice {name!r}; is it installed? {said}")


@cache
def speak(voice: str, text: str) -> Samples:
    """Speaks ``text``: mono at 16 kHz, silence at both ends cut off, at a common loudness."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "turn.wav"
        synthesise(voice, text, path)
        samples: Samples = read_audio(path, "mono")[0]
    loud = np.flatnonzero(np.abs(samples) > 0.01 * np.abs(samples).max())
    samples = samples[max(0, loud[0] - RATE // 50) : loud[-1] + RATE // 50]
    gain = min(LOUDNESS / float(np.sqrt(np.mean(samples**2))), 0.9 / float(np.abs(samples).max()))
    return samples * np.float32(gain)


def spoken(turn: dict[str, Any]) -> str:
    """What is said in a turn: ``spoken`` where it differs from how it is written."""
    return str(turn.get("spoken", turn["text"]))


def assemble(script: dict[str, Any]) -> Samples:
    """Speaks a script onto two channels and notes in it when each turn starts and ends."""
    placed: list[tuple[int, int, Samples]] = []
    end = round(LEAD * RATE)
    for index, turn in enumerate(script["turns"]):
        samples = speak(VOICES[script["language"]][turn["speaker"]], spoken(turn))
        gap = OVERLAPS.get((script["language"], index), GAPS[index % len(GAPS)]) if index else 0.0
        start = end + round(gap * RATE)
        end = start + len(samples)
        turn["start"], turn["end"] = round(start / RATE, 2), round(end / RATE, 2)
        placed.append((place(script, turn)[0], start, samples))
    channels = np.zeros((2, end + round(LEAD * RATE)), dtype=np.float32)
    for channel, start, samples in placed:
        channels[channel, start : start + len(samples)] += samples
    return channels


def place(script: dict[str, Any], turn: dict[str, Any], margin: float = 0.0) -> tuple[int, slice]:
    """Where a turn lies in the samples of a call: its channel and its span."""
    channel = script["agent_channel"] ^ (turn["speaker"] != "agent")
    first, last = (turn["start"] - margin) * RATE, (turn["end"] + margin) * RATE
    return channel, slice(round(first), round(last))


@cache
def decoder() -> Any:
    """PocketSphinx with the English model it brings along."""
    from pocketsphinx import Decoder

    return Decoder(samprate=RATE, loglevel="FATAL")


def recognise(samples: Samples, pad: float) -> list[str]:
    """The words that PocketSphinx hears, with ``pad`` seconds of silence put at both ends."""
    padded = np.pad(samples, round(pad * RATE))
    decoder().start_utt()
    decoder().process_raw((padded * 32_767).astype("<i2").tobytes(), full_utt=True)
    decoder().end_utt()
    found = decoder().hyp()
    return found.hypstr.split() if found else []


def errors(said: list[str], heard: list[str]) -> int:
    """How many words must be put in, left out or changed to get from one to the other."""
    row = list(range(len(heard) + 1))
    for i, word in enumerate(said, 1):
        before, row[0] = row[0], i
        for j, other in enumerate(heard, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (word != other))
    return row[-1]


def error_rate(pairs: list[tuple[str, Samples]]) -> str:
    """The word error rate over turns and paddings: a percentage and the counts behind it."""
    wrong = total = 0
    for (text, samples), pad in product(pairs, PADS):
        said, heard = re.findall(r"[a-z']+", text.lower()), recognise(samples, pad)
        wrong, total = wrong + errors(said, heard), total + len(said)
    return f"{wrong / total:.1%} ({wrong}/{total})"


def measure(script: dict[str, Any], channels: Samples, folder: Path) -> None:
    """Prints the word error rate of every candidate voice and storage format for English."""
    turns = script["turns"]
    print("\n| voice | all turns | agent's turns | customer's turns |\n|---|---|---|---|")
    for voice in CANDIDATES:
        pairs = [(turn["speaker"], spoken(turn), speak(voice, spoken(turn))) for turn in turns]
        rates = [
            error_rate([(text, samples) for speaker, text, samples in pairs if speaker in who])
            for who in (("agent", "customer"), ("agent",), ("customer",))
        ]
        print(f"| {voice} | {' | '.join(rates)} |", flush=True)
    print("\n| format | bytes | WER | loudest leak into the silent channel |\n|---|---|---|---|")
    silent = np.ones(channels.shape, dtype=bool)
    for turn in turns:
        silent[place(script, turn, margin=0.1)] = False
    for name, form in FORMATS.items():
        path = folder / f"{script['language']}-{form.bit_rate or form.rate}.{form.suffix}"
        write_audio(path, channels, form)
        decoded = read_audio(path, "stereo")
        rate = error_rate([(spoken(turn), decoded[place(script, turn)]) for turn in turns])
        length = min(decoded.shape[1], channels.shape[1])
        leak = np.abs(np.where(silent[:, :length], decoded[:, :length], 0))
        level = f"{20 * np.log10(leak.max()):.0f} dBFS" if leak.max() > 0 else "none"
        print(f"| {name} | {path.stat().st_size:,} | {rate} | {level} |", flush=True)


def main() -> None:
    """Reads the scripts and writes the calls, or the tables, that the arguments ask for."""
    parser = argparse.ArgumentParser(description="Build the demo's synthetic calls.")
    parser.add_argument("--scripts", type=Path, default=CALLS, help="where *.script.json lie")
    parser.add_argument("--out", type=Path, required=True, help="where calls and scripts go")
    parser.add_argument("--measure", action="store_true", help="print the English WER tables")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    for source in sorted(args.scripts.glob("*.script.json")):
        script = json.loads(source.read_text(encoding="utf-8"))
        channels = assemble(script)
        path = args.out / f"{script['language']}.{FORMATS[CHOSEN].suffix}"
        write_audio(path, channels, FORMATS[CHOSEN])
        text = json.dumps(script, ensure_ascii=False, indent=2) + "\n"
        (args.out / source.name).write_text(text, encoding="utf-8")
        print(f"{path}: {channels.shape[1] / RATE:.1f} s, {path.stat().st_size:,} bytes")
        if args.measure and script["language"] == "en":
            with tempfile.TemporaryDirectory() as folder:
                measure(script, channels, Path(folder))


if __name__ == "__main__":
    main()
