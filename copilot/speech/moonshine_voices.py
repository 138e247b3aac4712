"""Voices told apart by the library that comes with the packaged English speech model.

Its shared library carries pyannote's pipeline "speaker-diarization-community-1" (segmentation and
speaker embeddings; CC BY 4.0), which knows no language. It costs more than hearing the words: about
as many processor seconds as the recording has.
"""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Self

import numpy as np

from copilot.speech.errors import SpeechEngineError, SpeechUnavailableError
from copilot.speech.recogniser import Abilities
from copilot.speech.transcriber import SAMPLE_RATE, Recognised, Signal, Utterance

_BLOCK = 10 * SAMPLE_RATE
_OPTIONS = {"identify_speakers": "true", "skip_transcription": "true", "return_audio_data": "false"}


class MoonshineVoices:
    """The library as the host process runs it: an utterance for each turn, the voice as its text.

    Args:
        library: An open transcriber of the library.
    """

    def __init__(self, library: Any) -> None:
        self._library = library

    @classmethod
    def open(cls) -> Self:
        """Load it; blocking, a second.

        Raises:
            SpeechUnavailableError: The package is not there, or has no library for this machine.
        """
        spec = find_spec("moonshine_voice")
        if spec is None or spec.origin is None:
            raise SpeechUnavailableError(
                "Telling voices apart needs the package moonshine-voice: install it, or set"
                " COPILOT_SPEECH__DIARISATION to none."
            )
        folder = Path(spec.origin).parent / "assets" / "tiny-en"
        try:
            from moonshine_voice.moonshine_api import ModelArch
            from moonshine_voice.transcriber import Transcriber

            return cls(Transcriber(str(folder), ModelArch.TINY, options=_OPTIONS))
        except (ImportError, OSError, AttributeError, RuntimeError) as error:
            raise SpeechUnavailableError(
                "The library that tells voices apart cannot be loaded on this machine: set"
                " COPILOT_SPEECH__DIARISATION to none."
            ) from error

    @property
    def abilities(self) -> Abilities:
        """What it is and can do."""
        return Abilities(
            engine="moonshine-voices",
            low_accuracy=False,
            languages=None,
            least_confidence=None,
            longest_s=float("inf"),
            longest_pause_s=float("inf"),
            batch=1,
        )

    def hear(
        self,
        pieces: Sequence[Signal],
        *,
        language: str | None,  # noqa: ARG002 - voices have none
        vocabulary: Sequence[str],  # noqa: ARG002 - the port's
    ) -> list[Recognised]:
        """Who speaks when in each piece."""
        return [Recognised(None, self._turns(piece)) for piece in pieces]

    def _turns(self, signal: Signal) -> list[Utterance]:
        from moonshine_voice.errors import MoonshineError

        try:
            stream = self._library.create_stream()
            stream.start()
            for first in range(0, len(signal), _BLOCK):
                stream.add_audio(np.asarray(signal[first : first + _BLOCK]).tolist(), SAMPLE_RATE)
            told = stream.stop()
            stream.close()
        except MoonshineError as error:
            raise SpeechEngineError("The voices could not be told apart: try again.") from error
        if told is None:
            raise SpeechEngineError("The voices could not be told apart: try again.")
        spans = [span for line in told.lines for span in line.speaker_spans or ()]
        return [
            Utterance(
                span.start_time, span.start_time + span.duration, str(span.speaker_index), None, []
            )
            for span in sorted(spans, key=lambda one: one.start_time)
        ]
