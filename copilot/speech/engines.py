"""Which engine hears a recording: the configured one, or the fallback where there is none."""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Literal, Protocol, runtime_checkable

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from copilot.kernel.errors import ConfigurationError
from copilot.speech.diariser import Diariser
from copilot.speech.errors import SpeechLanguageError, SpeechUnavailableError
from copilot.speech.transcriber import Transcriber

_log = logging.getLogger(__name__)
_TRY_AGAIN_S = 60.0
_FEW_LANGUAGES = 12

SpeechKind = Literal["auto", "whisper", "moonshine", "pocketsphinx", "openai"]


class SpeechConfig(BaseModel):
    """How speech is recognised.

    Attributes:
        kind: ``whisper``, ``moonshine``, ``pocketsphinx``, or ``auto``: Whisper when ``model`` is
            set and loads, else Moonshine (packaged, English only), else PocketSphinx (English
            only, many wrong words). ``openai`` is any server with OpenAI's
            ``/v1/audio/transcriptions``; nothing is used in its place.
        model: A folder with a CTranslate2 Whisper model, or a name such as ``small``; the
            model's name on the server.
        compute_type: Of CTranslate2: ``auto`` takes the fastest the machine has, else e.g.
            ``int8``, ``int8_float32``, ``float16``, ``float32``.
        device: ``auto``, ``cpu`` or ``cuda``.
        threads: Processor threads for one recording; 0 lets the engine choose.
        idle_s: Seconds without work after which the engine's memory is given back.
        local_files_only: Never look for the model on the network.
        max_hours: The longest recording to take.
        base_url: The server's address, e.g. ``http://127.0.0.1:8000/v1``; None is OpenAI itself.
        api_key: Its key, where it wants one.
        deadline_s: Seconds that the server may take for half a minute of speech, retries
            included.
        local: True when the server is your own: otherwise it is said that sound leaves here.
        diarisation: What tells the voices of a recording with one channel apart: ``none``, or
            ``moonshine`` (packaged; takes more processor time than the words do).
        diarisation_minutes: The longest recording whose voices are told apart.
    """

    model_config = ConfigDict(extra="forbid")

    kind: SpeechKind = "auto"
    model: str | None = None
    compute_type: str = "auto"
    device: Literal["auto", "cpu", "cuda"] = "auto"
    threads: int = Field(default=0, ge=0, le=256)
    idle_s: float = Field(default=600.0, gt=0, le=86_400)
    local_files_only: bool = False
    max_hours: float = Field(default=4.0, gt=0, le=24)
    base_url: str | None = None
    api_key: SecretStr | None = None
    deadline_s: float = Field(default=120.0, gt=0, le=600)
    local: bool = False
    diarisation: Literal["none", "moonshine"] = "none"
    diarisation_minutes: float = Field(default=30.0, gt=0, le=240)

    def check_server(self) -> None:
        """See that what a speech server needs is told.

        Raises:
            ConfigurationError: It is not.
        """
        if self.model is None:
            raise ConfigurationError(
                "COPILOT_SPEECH__KIND is openai: set COPILOT_SPEECH__MODEL to the model's name on "
                "the speech server, such as whisper-1."
            )
        if self.base_url is None and self.api_key is None:
            raise ConfigurationError(
                "COPILOT_SPEECH__KIND is openai: set COPILOT_SPEECH__BASE_URL to your speech "
                "server, or COPILOT_SPEECH__API_KEY to use OpenAI's."
            )


@runtime_checkable
class Checked(Protocol):
    """An engine that can tell before it is needed whether it would work."""

    def check(self) -> None:
        """Try it.

        Raises:
            SpeechUnavailableError: It would not.
            SpeechEngineError: It broke down.
        """
        ...


class SpeechEngines:
    """Opens engines when they are first needed, once, and says which is used.

    Args:
        primary: Opens the engine wanted; None where none is configured.
        fallback: Opens the one used where the primary cannot be; None for none. Several are
            tried one after another.
        max_seconds: The longest recording to take, in seconds.
        sent_to: The host that recordings are sent to, None where they stay on this machine or a
            trusted one.
        diariser: Tells the voices of one channel apart; None: nobody does.
    """

    def __init__(
        self,
        primary: Callable[[], Transcriber] | None,
        *fallback: Callable[[], Transcriber] | None,
        max_seconds: float = 4 * 3600.0,
        sent_to: str | None = None,
        diariser: Diariser | None = None,
    ) -> None:
        self._primary = None if primary is None else _Opened(primary)
        self._fallbacks = [_Opened(one) for one in fallback if one is not None]
        self.max_seconds = max_seconds
        self.sent_to = sent_to
        self.diariser = diariser

    def get(self, language: str | None) -> Transcriber:
        """The engine for ``language`` (None: it is to be detected). Blocks while it loads.

        Raises:
            SpeechLanguageError: No engine here knows it.
            SpeechUnavailableError: The engine wanted could not be loaded, and no other knows it.
        """
        unavailable: SpeechUnavailableError | None = None
        ignorant: list[Transcriber] = []
        for opened in self._all():
            try:
                engine = opened.get()
            except SpeechUnavailableError as error:
                unavailable = unavailable or error
                continue
            if language is None or knows(engine, language):
                return engine
            ignorant.append(engine)
        # It may know the language once it loads: a job tries again, and what is told is the cause.
        if unavailable is not None:
            raise unavailable
        raise language_unsupported(language, ignorant)

    def describe(self) -> dict[str, str | bool | None]:
        """The engine used now, for ``/ready`` and ``copilot doctor``; loads nothing."""
        chosen = next((one for one in self._all() if one.problem is None), None)
        chosen = chosen or next(self._all(), None)
        engine = None if chosen is None else chosen.engine
        return {
            "engine": None if engine is None else engine.engine,
            "loaded": engine is not None,
            "low_accuracy": chosen is not self._primary if engine is None else engine.low_accuracy,
            "problem": None if self._primary is None else self._primary.told,
            "sent_to": self.sent_to,
        }

    def _all(self) -> Iterator["_Opened"]:
        return iter([*filter(None, [self._primary]), *self._fallbacks])

    def close(self) -> None:
        """Let the engines go."""
        for opened in self._all():
            opened.close()
        if self.diariser is not None:
            self.diariser.close()


def knows(engine: Transcriber, language: str) -> bool:
    """Whether ``engine`` recognises ``language`` (BCP 47)."""
    return engine.languages is None or base_language(language) in engine.languages


def base_language(language: str) -> str:
    """The code that engines use for a BCP 47 language: ``fi-FI`` is ``fi``, ``nb`` is ``no``."""
    base = language.split("-")[0].lower()
    return {"nb": "no", "fil": "tl", "iw": "he", "jv": "jw"}.get(base, base)


def language_unsupported(
    language: str | None, engines: Sequence[Transcriber] = ()
) -> SpeechLanguageError:
    """The error that says what to do about a language that no engine here knows.

    Args:
        language: BCP 47 code, None where only the sound told that it is another one.
        engines: Those that there are.
    """
    told = "this language" if language is None else f"the language {language!r}"
    known = "; ".join(_knowledge(engine) for engine in engines)
    told = f"{told}: {known}." if known else f"{told}."
    return SpeechLanguageError(
        f"No speech engine here knows {told} Set COPILOT_SPEECH__MODEL to Whisper weights that"
        " know it (a folder, or a name such as small) and retry the job; a recording that was"
        " accepted is kept."
    )


def _knowledge(engine: Transcriber) -> str:
    if engine.languages is None:
        return f"{engine.engine} knows most languages"
    known = sorted(engine.languages)
    if known == ["en"]:
        return f"{engine.engine} knows only English"
    if len(known) <= _FEW_LANGUAGES:
        return f"{engine.engine} knows {', '.join(known)}"
    return f"{engine.engine} knows {len(known)} others"


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

    @property
    def told(self) -> str | None:
        """Why it cannot be opened, or why it could not hear the last time."""
        return self.problem or getattr(self.engine, "problem", None)

    def close(self) -> None:
        with self._lock:
            close = getattr(self.engine, "close", None)
            if close is not None:
                close()
            self.engine = None
