"""A whole recording to a transcript, with any engine: each channel heard, turns put in order."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import BinaryIO, NamedTuple

from copilot.speech.audio import Recording, decode
from copilot.speech.audio_warnings import AudioWarning
from copilot.speech.channels import Channel, Listening
from copilot.speech.chunks import Checkpoints
from copilot.speech.crosstalk import spoken_here
from copilot.speech.diariser import Diariser, by_voice
from copilot.speech.engines import SpeechEngines, language_unsupported
from copilot.speech.speakers import speakers_by_voice, speakers_of, warn_of_guess
from copilot.speech.spoken.segments import with_figures
from copilot.speech.transcriber import GoOn, Progress, Recognised, Transcriber
from copilot.speech.transcript import Segment, Transcript
from copilot.speech.turns import Heard, build_segments, build_turns

_DECODING = 0.05
_FINDING_VOICES = 0.05
_ENOUGH_WORDS = 10
_SIDES = 2


class HeardFile(NamedTuple):
    """A file's transcript, whether parts of it could not be decoded, and what else to know."""

    transcript: Transcript
    damaged: bool
    warnings: list[AudioWarning]


def hear_file(
    source: Path | BinaryIO,
    engines: SpeechEngines,
    *,
    language: str | None = None,
    agent_channel: int | None = None,
    vocabulary: Sequence[str] = (),
    progress: Progress | None = None,
    checkpoints: Checkpoints | None = None,
) -> HeardFile:
    """Decode and transcribe a recording. Blocking: call it in a thread.

    Args:
        source: A file, or an open one that can seek.
        engines: What hears it.
        language: BCP 47 code, or None to detect it.
        agent_channel: 0 or 1 where known; otherwise it is guessed from what is said.
        vocabulary: Product and place names to expect.
        progress: Told the share done, by seconds of speech; called a few times a second and may
            raise to cancel.
        checkpoints: Keeps what is finished, and gives what an earlier attempt finished.

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
        checkpoints=checkpoints,
        diariser=engines.diariser,
    )
    warnings = [*recording.warnings, *warn_of_guess(transcript.segments, agent_channel)]
    return HeardFile(transcript, recording.damaged, warnings)


def hear(
    recording: Recording,
    engine: Transcriber,
    *,
    language: str | None = None,
    agent_channel: int | None = None,
    vocabulary: Sequence[str] = (),
    progress: Progress | None = None,
    checkpoints: Checkpoints | None = None,
    diariser: Diariser | None = None,
) -> Transcript:
    """Transcribe a decoded recording; see :func:`hear_file`.

    Args:
        recording: What was decoded.
        engine: What hears it.
        language: As for :func:`hear_file`, as are the next four.
        agent_channel: 0 or 1.
        vocabulary: Names to expect.
        progress: Told the share done.
        checkpoints: Keeps what is finished.
        diariser: Tells the voices of a recording with one channel apart; None: they stay one.
    """
    tell = progress or _ignore
    channels = without_overheard(_channels(recording, lambda share: tell(share * _FINDING_VOICES)))
    listening = Listening(
        engine,
        seconds=sum(channel.seconds for channel in channels),
        vocabulary=vocabulary,
        tell=lambda share: tell(_FINDING_VOICES + share * (1 - _FINDING_VOICES)),
        checkpoints=checkpoints,
    )
    results = [listening.hear(channel, language) for channel in channels]
    if language is None:
        _check_language(engine, results)
    heard = [
        Heard(result.utterances, channel.levels_db)
        for result, channel in zip(results, channels, strict=True)
    ]
    segments = _by_voice(recording, results, diariser, lambda: tell(1.0))
    if segments is None:
        speakers = speakers_of([result.utterances for result in results], agent_channel)
        segments = build_segments(heard, speakers)
    return Transcript(
        language=language or _spoken(results),
        duration=round(recording.duration, 2),
        engine=engine.engine,
        low_accuracy=engine.low_accuracy,
        segments=with_figures(
            segments,
            lambda segment: language or results[segment.channel or 0].language,
        ),
    )


def _channels(recording: Recording, tell: Progress) -> list[Channel]:
    count = len(recording.channels)
    return [
        Channel.listened(number, signal, partial(_part, tell, number, count))
        for number, signal in enumerate(recording.channels)
    ]


def without_overheard(channels: list[Channel]) -> list[Channel]:
    """Two channels without what each only overheard of the other."""
    if len(channels) != _SIDES:
        return channels
    return [
        own._replace(stretches=spoken_here(own.stretches, own.levels_db, other.levels_db))
        for own, other in zip(channels, reversed(channels), strict=True)
    ]


def _by_voice(
    recording: Recording,
    results: Sequence[Recognised],
    diariser: Diariser | None,
    go_on: GoOn,
) -> list[Segment] | None:
    """The segments of a recording with one channel, cut where the voice changes; None without."""
    if diariser is None or len(results) != 1 or recording.duration > diariser.longest_s:
        return None
    if not results[0].utterances:
        return None
    turns = diariser.turns(recording.channels[0], go_on)
    if not turns:
        return None
    said = by_voice(results[0].utterances, turns)
    voices = sorted(said)
    return build_turns(
        [said[voice] for voice in voices], speakers_by_voice([said[voice] for voice in voices])
    )


def _part(tell: Progress, number: int, count: int, share: float) -> None:
    tell((number + share) / count)


def _ignore(_share: float) -> None:
    """Progress that nobody wants to hear of."""


def _spoken(results: Sequence[Recognised]) -> str | None:
    """The language of the channel with the most words; none where nobody speaks."""
    heard = [result for result in results if result.utterances]
    if not heard:
        return None
    return max(heard, key=lambda result: sum(len(one.text) for one in result.utterances)).language


def _check_language(engine: Transcriber, results: Sequence[Recognised]) -> None:
    """Refuse what an engine of few languages made of another one's speech."""
    least = engine.least_confidence
    words = [word for result in results for one in result.utterances for word in one.words]
    sure = [word.confidence for word in words if word.confidence is not None]
    if least is not None and len(sure) >= _ENOUGH_WORDS and sum(sure) / len(sure) < least:
        raise language_unsupported(None, [engine])
