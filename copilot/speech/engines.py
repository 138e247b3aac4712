"""Which engine hears a recording: the configured one, or the fallback where there is none."""

import logging
import threading
import time
from collections.abc import Callable
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from copilot.kernel.errors import ConfigurationError
from copilot.speech.errors import SpeechLanguageError, SpeechUnavailableError
from copilot.speech.transcriber import Transcriber

_log = logging.getLogger(__name__)
_TRY_AGAIN_S = 60.0

SpeechKind = Literal["auto", "whisper", "pocketsphinx"]


class SpeechConfig(BaseModel):
    """How speech is recognised.

    Attributes:
        kind: ``whisper``, ``pocketsphinx``, or ``auto``: Whisper when ``model`` is set and
            loads, else PocketSphinx (English only, many wrong words).
        model: A folder with a CTranslate2 Whisper model, or a name such as ``small``.
        compute_type: Of CTranslate2: ``auto`` takes the fastest the machine has, else e.g.
            ``int8``, ``int8_float32``, ``float16``, ``float32``.
        device: ``auto``, ``cpu`` or ``cuda``.
        threads: Processor threads for one recording; 0 lets the engine choose.
        local_files_only: Never look for the model on the network.
        max_hours: The longest recording to take.
    """

    model_config = ConfigDict(extra="forbid")

    kind: SpeechKind = "auto"
    model: str | None = None
    compute_type: str = "auto"
    device: Literal["auto", "cpu", "cuda"] = "auto"
    threads: int = Field(default=0, ge=0, le=256)
    local_files_only: bool = False
    max_hours: float = Field(default=4.0, gt=0, le=24)

    @field_validator("kind", mode="before")
    @classmethod
    def _known(cls, kind: object) -> object:
        if kind == "openai":
            raise ConfigurationError(
                "COPILOT_SPEECH__KIND=openai is not available in this version: use auto, whisper"
                " or pocketsphinx."
            )
        return kind


class SpeechEngines:
    """Opens engines when they are first needed, once, and says which is used.

    Args:
        primary: Opens the engine wanted; None where none is configured.
        fallback: Opens the one used where the primary cannot be; None for none.
        max_seconds: The longest recording to take, in seconds.
    """

    def __init__(
        self,
        primary: Callable[[], Transcriber] | None,
        fallback: Callable[[], Transcriber] | None,
        *,
        max_seconds: float = 4 * 3600.0,
    ) -> None:
        self._primary = None if primary is None else _Opened(primary)
        self._fallback = None if fallback is None else _Opened(fallback)
        self.max_seconds = max_seconds

    def get(self, language: str | None) -> Transcriber:
        """The engine for ``language`` (None: it is to be detected). Blocks while it loads.

        Raises:
            SpeechLanguageError: No engine here knows it.
            SpeechUnavailableError: The engine wanted could not be loaded, and no other knows it.
        """
        unavailable: SpeechUnavailableError | None = None
        for opened in filter(None, (self._primary, self._fallback)):
            try:
                engine = opened.get()
            except SpeechUnavailableError as error:
                unavailable = unavailable or error
                continue
            if language is None or knows(engine, language):
                return engine
        # It may know the language once it loads: a job tries again, and what is told is the cause.
        if unavailable is not None:
            raise unavailable
        raise language_unsupported(language)

    def describe(self) -> dict[str, str | bool | None]:
        """The engine used now, for ``/ready`` and ``copilot doctor``; loads nothing."""
        chosen = self._primary or self._fallback
        if self._primary is not None and self._primary.problem and self._fallback is not None:
            chosen = self._fallback
        engine = None if chosen is None else chosen.engine
        return {
            "engine": None if engine is None else engine.engine,
            "loaded": engine is not None,
            "low_accuracy": chosen is self._fallback if engine is None else engine.low_accuracy,
            "problem": None if self._primary is None else self._primary.problem,
        }

    def close(self) -> None:
        """Let the engines go."""
        for opened in filter(None, (self._primary, self._fallback)):
            opened.close()


def knows(engine: Transcriber, language: str) -> bool:
    """Whether ``engine`` recognises ``language`` (BCP 47)."""
    return engine.languages is None or base_language(language) in engine.languages


def base_language(language: str) -> str:
    """The code that engines use for a BCP 47 language: ``fi-FI`` is ``fi``, ``nb`` is ``no``."""
    base = language.split("-")[0].lower()
    return {"nb": "no", "fil": "tl", "iw": "he", "jv": "jw"}.get(base, base)


def language_unsupported(language: str | None) -> SpeechLanguageError:
    """The error that says what to do about a language no engine here knows."""
    told = "this language" if language is None else f"the language {language!r}"
    return SpeechLanguageError(
        f"No speech engine here knows {told}: the built-in recogniser knows only English. Set"
        " COPILOT_SPEECH__MODEL to Whisper weights (a folder, or a name such as small) and retry"
        " the job; a recording that was accepted is kept."
    )


class _Opened:
    """An engine opened on first use; a failure is remembered for a minute."""

    def __init__(self, factory: Callable[[], Transcriber]) -> None:
        self._factory = factory
        self._lock = threading.Lock()
        self._failed_at = 0.0
        self.engine: Transcriber | None = None
        self.problem: str | None = None

    def get(self) -> Transcriber:
        with self._lock:
            if self.engine is not None:
                return self.engine
            if self.problem is not None and time.monotonic() - self._failed_at < _TRY_AGAIN_S:
                raise SpeechUnavailableError(self.problem, retry_after_s=_TRY_AGAIN_S)
            try:
                self.engine = self._factory()
            except SpeechUnavailableError as error:
                self.problem, self._failed_at = error.detail, time.monotonic()
                raise
            self.problem = None
            return self.engine

    def close(self) -> None:
        with self._lock:
            self.engine = None
