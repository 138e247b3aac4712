"""PocketSphinx: the recogniser of last resort, whose wheel carries its English model.

It holds Python's global lock while it decodes, so it only works in a process of its own (see
:mod:`copilot.speech.host`).
"""

from collections.abc import Sequence
from typing import Any, Self

from copilot.speech.errors import SpeechLanguageError, SpeechUnavailableError
from copilot.speech.recogniser import Abilities
from copilot.speech.transcriber import SAMPLE_RATE, Recognised, Signal, Utterance
from copilot.speech.transcript import Word

_FRAMES_PER_SECOND = 100
_SHORTEST = SAMPLE_RATE // 20
_LEAST_CONFIDENCE = 0.25  # below it not one word in three was right on real calls


class PocketSphinxRecogniser:
    """English speech to words without punctuation; expect wrong ones.

    Args:
        decoder: A ``pocketsphinx.Decoder`` at SAMPLE_RATE.
    """

    abilities = Abilities(
        engine="pocketsphinx",
        low_accuracy=True,
        languages=frozenset({"en"}),
        # English it understands has a mean confidence of 0.45 and more; other languages have 0.35
        # and less, and so has English of which it gets most words wrong.
        least_confidence=0.42,
        longest_s=15.0,
        longest_pause_s=0.6,
        batch=4,
    )

    def __init__(self, decoder: Any) -> None:
        self._decoder = decoder

    @classmethod
    def open(cls) -> Self:
        """Load the packaged model.

        Raises:
            SpeechUnavailableError: It is not installed.
        """
        try:
            from pocketsphinx import Decoder
        except ImportError as error:
            raise SpeechUnavailableError("PocketSphinx is missing: reinstall Copilot.") from error
        return cls(Decoder(samprate=SAMPLE_RATE, loglevel="FATAL"))

    def hear(
        self,
        pieces: Sequence[Signal],
        *,
        language: str | None,
        vocabulary: Sequence[str],  # noqa: ARG002 - its dictionary is fixed
    ) -> list[Recognised]:
        """What is said in each piece, taken to be English where no language is told.

        Raises:
            SpeechLanguageError: ``language`` is not English.
        """
        if language is not None and language.split("-")[0].lower() != "en":
            raise SpeechLanguageError(f"PocketSphinx knows only English, not {language!r}.")
        return [Recognised("en", self._utterances(piece)) for piece in pieces]

    def _utterances(self, piece: Signal) -> list[Utterance]:
        if len(piece) < _SHORTEST:
            return []
        decoder = self._decoder
        decoder.reinit_feat()  # else what it heard before changes what it hears now
        decoder.start_utt()
        decoder.process_raw((piece * 32767.0).astype("<i2").tobytes(), full_utt=True)
        decoder.end_utt()
        if decoder.hyp() is None:
            return []
        words = [_word(one) for one in decoder.seg() if one.word[0] not in "<[+"]
        if not words:
            return []
        sure = sum(word.confidence or 0.0 for word in words) / len(words)
        if sure < _LEAST_CONFIDENCE:
            return []
        text = " ".join(word.text for word in words)
        return [Utterance(words[0].start, words[-1].end, text, round(sure, 3), words)]


def _word(one: Any) -> Word:
    return Word(
        start=round(one.start_frame / _FRAMES_PER_SECOND, 2),
        end=round((one.end_frame + 1) / _FRAMES_PER_SECOND, 2),
        text=one.word.split("(")[0],
        confidence=round(min(1.0, one.prob), 3),
    )
