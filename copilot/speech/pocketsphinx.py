"""PocketSphinx: the fallback recogniser whose wheel carries its English model.

It holds Python's global lock while it decodes, so the decoder runs in a child process
(``python -m copilot.speech.pocketsphinx``) that is killed to cancel: a server stays responsive
and no state is shared between recordings. The parent cuts the signal into utterances and sends
each as its length in bytes (4, little-endian) and 16-bit samples; the child answers one line of
JSON for each.
"""

import contextlib
import json
import os
import select
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, BinaryIO, Self, TextIO

from copilot.speech.activity import find_speech
from copilot.speech.errors import SpeechEngineError, SpeechLanguageError, SpeechUnavailableError
from copilot.speech.signals import is_silent, levels
from copilot.speech.transcriber import SAMPLE_RATE, Progress, Recognised, Signal, Utterance
from copilot.speech.transcript import Word

_FRAMES_PER_SECOND = 100
_VAD_FRAME_S = 0.03
_VAD_STRICT = 2
_POLL_S = 0.25
_PATIENCE_S = 120.0
_LEAST_CONFIDENCE = 0.25  # below it not one word in three was right on real calls

_Heard = list[tuple[str, int, int, float]]
"""Each word with its first and last frame (10 ms) and its probability."""


class PocketSphinxTranscriber:
    """English speech to words without punctuation; expect wrong ones. See Transcriber."""

    engine = "pocketsphinx"
    low_accuracy = True
    languages: frozenset[str] | None = frozenset({"en"})

    @classmethod
    def open(cls) -> Self:
        """Check that the package is there; the model is loaded in the child for each signal.

        Raises:
            SpeechUnavailableError: It is not installed.
        """
        try:
            import pocketsphinx  # noqa: F401 - only whether it is there
        except ImportError as error:
            raise SpeechUnavailableError("PocketSphinx is missing: reinstall Copilot.") from error
        return cls()

    def transcribe(
        self,
        signal: Signal,
        *,
        language: str | None,
        vocabulary: Sequence[str] = (),  # noqa: ARG002 - its dictionary is fixed
        progress: Progress | None = None,
    ) -> Recognised:
        """See Transcriber. Without a language it takes the speech to be English.

        Raises:
            SpeechLanguageError: ``language`` is not English.
            SpeechEngineError: The child process died or hung.
        """
        if language is not None and language.split("-")[0].lower() != "en":
            raise SpeechLanguageError(f"PocketSphinx knows only English, not {language!r}.")
        loudness = levels(signal)
        if is_silent(loudness):
            return Recognised("en", [])
        stretches = find_speech(loudness, _voiced(signal), voiced_frame_s=_VAD_FRAME_S)
        utterances = []
        with _child() as child:
            for start, end in stretches:
                go_on = partial(progress or _ignore, start / len(signal))
                go_on()
                heard = _ask(child, signal[start:end], go_on)
                utterance = _utterance(heard, start / SAMPLE_RATE) if heard else None
                if utterance is not None and (utterance.confidence or 0.0) >= _LEAST_CONFIDENCE:
                    utterances.append(utterance)
        return Recognised("en", utterances)


def _ignore(share: float) -> None:
    """Progress that nobody wants to hear of."""


def _voiced(signal: Signal) -> Iterator[bool]:
    from pocketsphinx import Vad

    vad = Vad(_VAD_STRICT, SAMPLE_RATE, _VAD_FRAME_S)
    length = vad.frame_bytes // 2
    for start in range(0, len(signal) - length + 1, length):
        yield vad.is_speech(_pcm(signal[start : start + length]))


def _pcm(signal: Signal) -> bytes:
    return (signal * 32767.0).astype("<i2").tobytes()


@contextlib.contextmanager
def _child() -> Iterator[subprocess.Popen[bytes]]:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    process = subprocess.Popen(
        [sys.executable, "-m", "copilot.speech.pocketsphinx"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def _ask(child: subprocess.Popen[bytes], signal: Signal, go_on: Callable[[], None]) -> _Heard:
    """What the child hears in ``signal``; ``go_on`` is called meanwhile and may raise."""
    assert child.stdin is not None  # noqa: S101 - for the type checker: both are pipes
    assert child.stdout is not None  # noqa: S101
    samples = _pcm(signal)
    try:
        child.stdin.write(struct.pack("<I", len(samples)) + samples)
        child.stdin.flush()
    except BrokenPipeError as error:
        raise SpeechEngineError("The PocketSphinx process ended by itself: try again.") from error
    given_up = time.monotonic() + _PATIENCE_S
    while not select.select([child.stdout], [], [], _POLL_S)[0]:
        go_on()
        if time.monotonic() > given_up:
            raise SpeechEngineError("PocketSphinx did not answer in two minutes: try again.")
    line = child.stdout.readline()
    if not line:
        raise SpeechEngineError("The PocketSphinx process ended by itself: try again.")
    heard: _Heard = json.loads(line)
    return heard


def _utterance(heard: _Heard, offset: float) -> Utterance:
    words = [
        Word(
            start=round(offset + first / _FRAMES_PER_SECOND, 2),
            end=round(offset + (last + 1) / _FRAMES_PER_SECOND, 2),
            text=text,
            confidence=round(min(1.0, confidence), 3),
        )
        for text, first, last, confidence in heard
    ]
    confidence = sum(word.confidence or 0.0 for word in words) / len(words)
    text = " ".join(word.text for word in words)
    return Utterance(words[0].start, words[-1].end, text, round(confidence, 3), words)


def _serve(requests: BinaryIO, answers: TextIO) -> None:
    """The child: decode each utterance that comes in, until there are no more."""
    from pocketsphinx import Decoder

    os.nice(5)  # interactive work on the same cores goes first
    decoder = Decoder(samprate=SAMPLE_RATE, loglevel="FATAL")
    while len(head := requests.read(4)) == 4:
        samples = requests.read(struct.unpack("<I", head)[0])
        answers.write(json.dumps(_decode(decoder, samples)) + "\n")
        answers.flush()


def _decode(decoder: Any, samples: bytes) -> _Heard:
    decoder.start_utt()
    decoder.process_raw(samples, full_utt=True)
    decoder.end_utt()
    if decoder.hyp() is None:
        return []
    return [
        (one.word.split("(")[0], one.start_frame, one.end_frame, one.prob)
        for one in decoder.seg()
        if one.word[0] not in "<[+"
    ]


if __name__ == "__main__":
    _serve(sys.stdin.buffer, sys.stdout)
