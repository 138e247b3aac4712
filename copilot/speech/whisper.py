"""Whisper through faster-whisper: nearly every language, on a CPU or a GPU."""

import logging
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Self

from copilot.speech.engines import SpeechConfig, base_language, knows
from copilot.speech.errors import SpeechLanguageError, SpeechUnavailableError
from copilot.speech.invented import is_invented
from copilot.speech.signals import is_silent, level_between, levels, windows
from copilot.speech.transcriber import SAMPLE_RATE, Progress, Recognised, Signal, Utterance
from copilot.speech.transcript import Word

_log = logging.getLogger(__name__)

_WINDOW_S = 600.0
_BATCH = {"cpu": 4, "cuda": 16}
_MAX_HOTWORDS = 400
_LOCK_POLL_S = 0.5


class WhisperTranscriber:
    """See Transcriber. One model, loaded once; recordings take turns on it.

    Args:
        model: A loaded ``faster_whisper.WhisperModel``.
        name: What to call it.
    """

    low_accuracy = False

    def __init__(self, model: Any, name: str) -> None:
        self._model = model
        self._turn = threading.Lock()
        self.engine = f"whisper:{name}"
        self.languages: frozenset[str] | None = frozenset(model.supported_languages)

    @classmethod
    def open(cls, config: SpeechConfig) -> Self:
        """Load the model that ``config`` names: blocking, seconds to minutes.

        Raises:
            SpeechUnavailableError: There is no such model, or it cannot be loaded.
        """
        from faster_whisper import WhisperModel

        if config.model is None:
            raise SpeechUnavailableError("Set COPILOT_SPEECH__MODEL to a Whisper model.")
        started = time.monotonic()
        try:
            model = WhisperModel(
                config.model,
                device=config.device,
                compute_type=config.compute_type,
                cpu_threads=config.threads,
                local_files_only=config.local_files_only,
            )
        except Exception as error:
            # Whatever the hub, the network or the file format throws: the reason is in the log.
            _log.warning("the Whisper model %r cannot be loaded: %s", config.model, error)
            raise SpeechUnavailableError(
                f"The Whisper model {config.model!r} cannot be loaded: give a folder with a"
                " CTranslate2 model (model.bin, config.json, tokenizer.json), or the name of one"
                " that can be downloaded from here, in COPILOT_SPEECH__MODEL.",
                retry_after_s=60,
            ) from error
        _log.info("loaded Whisper %s in %.1f s", config.model, time.monotonic() - started)
        return cls(model, Path(config.model).name)

    def transcribe(
        self,
        signal: Signal,
        *,
        language: str | None,
        vocabulary: Sequence[str] = (),
        progress: Progress | None = None,
    ) -> Recognised:
        """See Transcriber. Long signals are worked on in windows of ten minutes.

        Raises:
            SpeechLanguageError: The model does not know ``language``.
        """
        code = self._code(language)
        tell = progress or _ignore
        heard: list[Utterance] = []
        with _Turn(self._turn, tell):
            for start, end in windows(signal, seconds=_WINDOW_S):
                for found, utterance in self._window(signal[start:end], code, vocabulary):
                    code = code or found
                    if utterance is not None:
                        heard.append(_later(utterance, start / SAMPLE_RATE))
                        tell(min(1.0, heard[-1].end * SAMPLE_RATE / len(signal)))
                tell(end / len(signal))
        return Recognised(language or code, heard)

    def _code(self, language: str | None) -> str | None:
        if language is None:
            return None
        if not knows(self, language):
            raise SpeechLanguageError(f"{self.engine} does not know the language {language!r}.")
        return base_language(language)

    def _window(
        self, signal: Signal, language: str | None, vocabulary: Sequence[str]
    ) -> Iterator[tuple[str | None, Utterance | None]]:
        from faster_whisper import BatchedInferencePipeline

        loudness = levels(signal)
        if is_silent(loudness):
            return
        segments, info = BatchedInferencePipeline(self._model).transcribe(
            signal,
            language=language,
            vad_filter=True,
            vad_parameters={"min_silence_duration_ms": 300, "speech_pad_ms": 200},
            word_timestamps=True,
            without_timestamps=False,
            condition_on_previous_text=False,
            temperature=0.0,
            hotwords=", ".join(vocabulary)[:_MAX_HOTWORDS] or None,
            batch_size=_BATCH.get(self._model.model.device, 4),
        )
        if not info.duration_after_vad:
            return
        for segment in segments:
            utterance = _utterance(segment)
            invented = utterance is None or is_invented(
                utterance.text,
                level_db=level_between(loudness, utterance.start, utterance.end),
                no_speech=segment.no_speech_prob,
                mean_log_probability=segment.avg_logprob,
                compression=segment.compression_ratio,
            )
            # The empty ones are passed on too, so that progress and cancelling are not held up.
            yield info.language, None if invented else utterance


class _Turn:
    """Waits for the model, asking meanwhile whether the work is still wanted."""

    def __init__(self, lock: threading.Lock, tell: Progress) -> None:
        self._lock = lock
        self._tell = tell

    def __enter__(self) -> None:
        while not self._lock.acquire(timeout=_LOCK_POLL_S):
            self._tell(0.0)

    def __exit__(self, *_: object) -> None:
        self._lock.release()


def _ignore(_share: float) -> None:
    """Progress that nobody wants to hear of."""


def _utterance(segment: Any) -> Utterance | None:
    words = [
        Word(
            start=round(float(word.start), 2),
            end=round(float(word.end), 2),
            text=word.word.strip(),
            confidence=round(float(word.probability), 3),
        )
        for word in segment.words or []
        if word.word.strip()
    ]
    text = segment.text.strip()
    if not text or not words:
        return None
    confidence = sum(word.confidence or 0.0 for word in words) / len(words)
    return Utterance(words[0].start, words[-1].end, text, round(confidence, 3), words)


def _later(utterance: Utterance, seconds: float) -> Utterance:
    words = [
        word.model_copy(
            update={"start": round(word.start + seconds, 2), "end": round(word.end + seconds, 2)}
        )
        for word in utterance.words
    ]
    return utterance._replace(
        start=round(utterance.start + seconds, 2),
        end=round(utterance.end + seconds, 2),
        words=words,
    )
