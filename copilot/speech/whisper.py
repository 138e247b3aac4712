"""Whisper through faster-whisper: nearly every language, on a CPU or a GPU."""

import logging
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate, islice
from pathlib import Path
from typing import Any, Self

import numpy as np

from copilot.speech.engines import SpeechConfig, base_language
from copilot.speech.errors import SpeechEngineError, SpeechLanguageError, SpeechUnavailableError
from copilot.speech.invented import is_invented, without_rounds
from copilot.speech.recogniser import Abilities
from copilot.speech.signals import level_between, levels
from copilot.speech.transcriber import SAMPLE_RATE, Recognised, Signal, Utterance
from copilot.speech.transcript import Word

_log = logging.getLogger(__name__)

_LONGEST_S = 30.0  # the model's window
_BATCH = {"cpu": 4, "cuda": 16}
_HOTWORD_TOKENS = 100  # of 448: with more there is no room for what is said in half a minute
_HOTWORDS_TRIED = 1_000
_DETECTING_PIECES = 4
_SURE_OF_LANGUAGE = 0.5
_SHORTEST_WORD_S = 0.02
_SHORTEST = SAMPLE_RATE // 20


class WhisperRecogniser:
    """Speech of nearly any language to punctuated words; an engine as the host process runs it.

    Pieces are decoded in batches, each on its own: what was said before is no hint (the batched
    pipeline has no ``condition_on_previous_text``), so a phrase that the model got stuck on does
    not go on into the next piece.

    Args:
        model: A loaded ``faster_whisper.WhisperModel``.
        name: What to call it.

    Attributes:
        pipeline: What decodes, in batches.
    """

    def __init__(self, model: Any, name: str) -> None:
        from faster_whisper import BatchedInferencePipeline

        self._model = model
        self.pipeline: Any = BatchedInferencePipeline(model)
        self.abilities = Abilities(
            engine=f"whisper:{name}",
            low_accuracy=False,
            languages=frozenset(model.supported_languages),
            least_confidence=None,
            longest_s=_LONGEST_S,
            longest_pause_s=_LONGEST_S * 1000,  # a piece costs the same however short it is
            batch=_BATCH.get(model.model.device, 4),
        )

    @classmethod
    def open(cls, config: SpeechConfig) -> Self:
        """Load the model that ``config`` names: blocking, seconds to minutes.

        Raises:
            SpeechUnavailableError: There is no such model, or it cannot be loaded.
        """
        from faster_whisper import WhisperModel

        if config.model is None:
            raise SpeechUnavailableError("Set COPILOT_SPEECH__MODEL to a Whisper model.")
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
        return cls(model, Path(config.model).name)

    def hear(
        self, pieces: Sequence[Signal], *, language: str | None, vocabulary: Sequence[str]
    ) -> list[Recognised]:
        """See :meth:`copilot.speech.transcriber.Transcriber.hear`.

        Raises:
            SpeechLanguageError: The model does not know ``language``.
            SpeechEngineError: It cannot decode a piece.
        """
        code = self._code(language)
        hotwords = self.hotwords(vocabulary)
        heard = [Recognised(None, []) for _ in pieces]
        audible = [at for at, piece in enumerate(pieces) if len(piece) >= _SHORTEST]
        if audible:
            found = self._batch([pieces[at] for at in audible], code, hotwords, vocabulary)
            for at, result in zip(audible, found, strict=True):
                heard[at] = result
        return heard

    def _batch(
        self,
        pieces: Sequence[Signal],
        code: str | None,
        hotwords: str | None,
        vocabulary: Sequence[str],
    ) -> list[Recognised]:
        """All pieces at once, or in halves where that takes more memory than there is."""
        try:
            return self._together(pieces, code, hotwords, vocabulary)
        except RuntimeError as error:
            if len(pieces) == 1:
                raise SpeechEngineError("Whisper cannot decode a part of the recording.") from error
            _log.warning("a batch of %d pieces failed, trying halves: %s", len(pieces), error)
        middle = len(pieces) // 2
        first = self._batch(pieces[:middle], code, hotwords, vocabulary)
        return first + self._batch(pieces[middle:], code or first[0].language, hotwords, vocabulary)

    def _together(
        self,
        pieces: Sequence[Signal],
        code: str | None,
        hotwords: str | None,
        vocabulary: Sequence[str],
    ) -> list[Recognised]:
        ends = list(accumulate(len(piece) for piece in pieces))
        starts = [0, *ends[:-1]]
        segments, info = self.pipeline.transcribe(
            # What is no number would make nonsense of the whole batch.
            np.nan_to_num(np.concatenate(pieces), copy=False),
            language=code,
            clip_timestamps=[
                {"start": start / SAMPLE_RATE, "end": end / SAMPLE_RATE}
                for start, end in zip(starts, ends, strict=True)
            ],
            word_timestamps=True,
            without_timestamps=False,
            temperature=0.0,
            hotwords=hotwords,
            batch_size=len(pieces),
            language_detection_segments=min(_DETECTING_PIECES, len(pieces)),
            language_detection_threshold=_SURE_OF_LANGUAGE,
        )
        said: list[list[Utterance]] = [[] for _ in pieces]
        loudness = [levels(piece) for piece in pieces]
        for segment in segments:
            # It tells where its piece begins in whole frames, rounded down.
            at = bisect_right(starts, (segment.seek + 1) * SAMPLE_RATE / 100) - 1
            length = len(pieces[at]) / SAMPLE_RATE
            utterance = _utterance(segment, starts[at] / SAMPLE_RATE, length)
            if utterance is None or is_invented(
                utterance.text,
                level_db=level_between(loudness[at], utterance.start, utterance.end),
                no_speech=segment.no_speech_prob,
                mean_log_probability=segment.avg_logprob,
                compression=segment.compression_ratio,
                seconds=length - (said[at][-1].end if said[at] else 0.0),
                vocabulary=vocabulary if hotwords else (),
            ):
                continue
            said[at].append(utterance)
        detected = code is None and self._model.model.is_multilingual
        sure = float(info.language_probability) if detected else None
        return [Recognised(info.language, without_rounds(one), sure) for one in said]

    def _code(self, language: str | None) -> str | None:
        if language is None:
            return None
        code = base_language(language)
        if code not in (self.abilities.languages or ()):
            raise SpeechLanguageError(
                f"{self.abilities.engine} does not know the language {language!r}."
            )
        return code

    def hotwords(self, vocabulary: Sequence[str]) -> str | None:
        """As many of the names as the prompt has room for, the most important first."""
        taken: list[str] = []
        left = _HOTWORD_TOKENS
        for name in islice(vocabulary, _HOTWORDS_TRIED):
            cost = len(self._model.hf_tokenizer.encode(f" {name},", add_special_tokens=False).ids)
            if cost <= left:
                left -= cost
                taken.append(name)
        return ", ".join(taken) or None


def _utterance(segment: Any, offset: float, length: float) -> Utterance | None:
    """A segment with times from the start of its piece, none of them beyond its end."""
    words: list[Word] = []
    for word in segment.words or []:
        text = word.word.strip()
        if not text:
            continue
        since = words[-1].end if words else 0.0
        start = min(max(float(word.start) - offset, since), length)
        end = max(min(float(word.end) - offset, length), start + _SHORTEST_WORD_S)
        words.append(
            Word(
                start=round(start, 2),
                end=round(end, 2),
                text=text,
                confidence=round(float(word.probability), 3),
            )
        )
    text = segment.text.strip()
    if not text or not words:
        return None
    confidence = sum(word.confidence or 0.0 for word in words) / len(words)
    return Utterance(words[0].start, words[-1].end, text, round(confidence, 3), words)
