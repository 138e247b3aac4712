"""A whole recording to a transcript, with any engine: each channel heard, turns put in order."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import BinaryIO, NamedTuple

from copilot.speech.audio import Recording, decode
from copilot.speech.engines import SpeechEngines, language_unsupported
from copilot.speech.signals import levels
from copilot.speech.speakers import speakers_of
from copilot.speech.transcriber import Progress, Recognised, Transcriber
from copilot.speech.transcript import Transcript
from copilot.speech.turns import Heard, build_segments

_DECODING = 0.05
_ENOUGH_WORDS = 10
_NOT_THIS_LANGUAGE = 0.42


class HeardFile(NamedTuple):
    """A file's transcript, and whether parts of the file could not be decoded."""

    transcript: Transcript
    damaged: bool


def hear_file(
    source: Path | BinaryIO,
    engines: SpeechEngines,
    *,
    language: str | None = None,
    agent_channel: int | None = None,
    vocabulary: Sequence[str] = (),
    progress: Progress | None = None,
) -> HeardFile:
    """Decode and transcribe a recording. Blocking: call it in a thread.

    Args:
        source: A file, or an open one that can seek.
        engines: What hears it.
        language: BCP 47 code, or None to detect it.
        agent_channel: 0 or 1 where known; otherwise it is guessed from what is said.
        vocabulary: Product and place names to expect.
        progress: Told the share done; may raise to cancel.

    Raises:
        AudioUnreadableError: And the other audio errors of :func:`copilot.speech.audio.decode`.
        SpeechLanguageError: No engine here knows the language.
        SpeechUnavailableError: The engine cannot be loaded.
        SpeechEngineError: The engine broke down.
    """
    tell = progress or _ignore
    engine = engines.get(language)
    tell(0.0)
    recording = decode(
        source,
        max_seconds=engines.max_seconds,
        progress=lambda share: tell(share * _DECODING),
    )
    transcript = hear(
        recording,
        engine,
        language=language,
        agent_channel=agent_channel,
        vocabulary=vocabulary,
        progress=lambda share: tell(_DECODING + share * (1 - _DECODING)),
    )
    return HeardFile(transcript, recording.damaged)


def hear(
    recording: Recording,
    engine: Transcriber,
    *,
    language: str | None = None,
    agent_channel: int | None = None,
    vocabulary: Sequence[str] = (),
    progress: Progress | None = None,
) -> Transcript:
    """Transcribe a decoded recording; see :func:`hear_file`."""
    results: list[Recognised] = []
    for number, signal in enumerate(recording.channels):
        share = partial(_share, progress or _ignore, number, len(recording.channels))
        results.append(
            engine.transcribe(signal, language=language, vocabulary=vocabulary, progress=share)
        )
    if language is None:
        _check_language(engine, results)
    channels = [
        Heard(result.utterances, levels(signal))
        for result, signal in zip(results, recording.channels, strict=True)
    ]
    speakers = speakers_of([result.utterances for result in results], agent_channel)
    segments = build_segments(channels, speakers)
    return Transcript(
        language=language or _spoken(results),
        duration=round(recording.duration, 2),
        engine=engine.engine,
        low_accuracy=engine.low_accuracy,
        segments=segments,
    )


def _ignore(_share: float) -> None:
    """Progress that nobody wants to hear of."""


def _share(tell: Progress, number: int, count: int, share: float) -> None:
    tell((number + share) / count)


def _spoken(results: Sequence[Recognised]) -> str | None:
    """The language of the channel with the most words; none where nobody speaks."""
    heard = [result for result in results if result.utterances]
    if not heard:
        return None
    return max(heard, key=lambda result: sum(len(one.text) for one in result.utterances)).language


def _check_language(engine: Transcriber, results: Sequence[Recognised]) -> None:
    """Refuse what an engine of one language made of another one's speech.

    Measured with PocketSphinx: English it understands has a mean confidence of 0.45 and more,
    other languages have 0.35 and less, and so has English of which it gets most words wrong.
    """
    if not engine.low_accuracy:
        return
    words = [word for result in results for one in result.utterances for word in one.words]
    sure = [word.confidence for word in words if word.confidence is not None]
    if len(sure) >= _ENOUGH_WORDS and sum(sure) / len(sure) < _NOT_THIS_LANGUAGE:
        raise language_unsupported(None)
