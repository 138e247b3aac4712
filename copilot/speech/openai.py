"""Any speech server that speaks OpenAI's protocol (``/v1/audio/transcriptions``).

Known to: OpenAI, Groq, vLLM, speaches, LocalAI, whisper.cpp. Sound leaves this machine, unless
the server is on it.
"""

import asyncio
import io
import re
import threading
import time
import wave
from collections.abc import AsyncIterator, Coroutine, Sequence
from concurrent.futures import wait
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, NamedTuple, Self, TypeVar
from urllib.parse import urlsplit

import numpy as np

from copilot.speech.answers import AnswerError, as_recognised, read_answer
from copilot.speech.engines import SpeechConfig, base_language
from copilot.speech.errors import SpeechEngineError, SpeechUnavailableError
from copilot.speech.transcriber import SAMPLE_RATE, GoOn, Recognised, Signal

if TYPE_CHECKING:
    from openai import APIStatusError, AsyncOpenAI

Result = TypeVar("Result")

_OPENAI = "https://api.openai.com/v1"
_LOOK_S = 0.25
_ATTEMPTS = 4
_FIRST_WAIT_S, _LONGEST_WAIT_S = 0.5, 8.0
_TRY_AGAIN_S = 60.0
_LARGEST_ANSWER = 4_000_000
_MAX_PROMPT = 400
# whisper.cpp hears nothing in less than a second; OpenAI refuses less than a tenth of one.
_SHORTEST = round(1.1 * SAMPLE_RATE)
_REFUSALS = frozenset((400, 415, 422))
_BROKEN = frozenset((500, 501))
_PASSING = frozenset((408, 409, 425, 429, 500, 502, 503, 504, 529))


class _Form(NamedTuple):
    """How the answer is asked for."""

    response_format: str
    granularities: tuple[str, ...] = ()


# The richest first. Whisper models tell words and segments (vLLM and LocalAI segments alone);
# gpt-4o-transcribe and Voxtral know nothing but json and answer 400 to the rest.
_FORMS = (_Form("verbose_json", ("word", "segment")), _Form("verbose_json"), _Form("json"))
_NAMES_FORM = re.compile(r"response_format|verbose_json|timestamp_granularit|word.?timestamp")


class _PassingError(Exception):
    """What trying again may help with; ``told`` is what to say when it does not."""

    def __init__(
        self, told: SpeechUnavailableError | SpeechEngineError, wait_s: float | None = None
    ) -> None:
        super().__init__(told.detail)
        self.told = told
        self.wait_s = wait_s


class OpenAITranscriber:
    """See Transcriber. Pieces are sent a few at once; nothing is sent when it is opened.

    Args:
        config: Its settings; ``model`` is set.

    Attributes:
        problem: Why it could not hear the last time, None when it could.
    """

    low_accuracy = False
    languages: frozenset[str] | None = None
    least_confidence: float | None = None
    # A Whisper model's window: a server makes one piece of it, with nothing carried over.
    longest_s = 30.0
    longest_pause_s = 30_000.0
    batch = 4

    def __init__(self, config: SpeechConfig) -> None:
        self.engine = f"openai:{config.model}"
        self.problem: str | None = None
        self._config = config
        self._form = 0
        self._client: AsyncOpenAI | None = None
        self._background: _Background | None = None
        self._lock = threading.Lock()

    @classmethod
    def open(cls, config: SpeechConfig) -> Self:
        """The engine that ``config`` describes."""
        return cls(config)

    def hear(
        self,
        pieces: Sequence[Signal],
        *,
        language: str | None,
        vocabulary: Sequence[str] = (),
        go_on: GoOn,
    ) -> list[Recognised]:
        """See Transcriber.

        Raises:
            SpeechUnavailableError: The server is away, too busy, or does not let us in.
            SpeechEngineError: It failed, or what it answered is no transcription.
        """
        go_on()
        with self._lock:
            background = self._background = self._background or _Background()
        prompt = _prompt(vocabulary)
        try:
            heard = background.run(self._all(pieces, language, prompt), go_on)
        except (SpeechUnavailableError, SpeechEngineError) as error:
            self.problem = error.detail
            raise
        self.problem = None
        return heard

    def check(self) -> None:
        """Send a second of silence, to see whether the server would hear it.

        Raises:
            SpeechUnavailableError: As for :meth:`hear`.
            SpeechEngineError: As for :meth:`hear`.
        """
        silence = np.zeros(SAMPLE_RATE, dtype=np.float32)
        self.hear([silence], language="en", go_on=lambda: None)

    def close(self) -> None:
        """Hang up."""
        with self._lock:
            background, self._background = self._background, None
            client, self._client = self._client, None
        if background is not None:
            background.stop(None if client is None else client.close())

    async def _all(
        self, pieces: Sequence[Signal], language: str | None, prompt: str
    ) -> list[Recognised]:
        heard: dict[int, Recognised] = {}
        rest = list(range(len(pieces)))
        wanted = language
        while wanted is None and rest:
            # What the first words are in, the rest is asked for in: one call, one language.
            at = rest.pop(0)
            heard[at] = await self._piece(pieces[at], None, prompt)
            wanted = heard[at].language if heard[at].utterances else None
        places = asyncio.Semaphore(self.batch)

        async def one(at: int) -> None:
            async with places:
                heard[at] = await self._piece(pieces[at], wanted, prompt)

        tasks = [asyncio.ensure_future(one(at)) for at in rest]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
        return [heard[at] for at in range(len(pieces))]

    async def _piece(self, signal: Signal, language: str | None, prompt: str) -> Recognised:
        code = None if language is None else base_language(language)
        content = _wav(signal)
        until = time.monotonic() + self._config.deadline_s
        attempt = 0
        while True:
            try:
                answer = await self._asked(content, code, prompt, until)
                return as_recognised(answer, signal, language=language, prompt=prompt)
            except _PassingError as error:
                attempt += 1
                wait_s = min(_LONGEST_WAIT_S, _FIRST_WAIT_S * 2 ** (attempt - 1))
                wait_s = max(wait_s, error.wait_s or 0.0)
                if attempt == _ATTEMPTS or time.monotonic() + wait_s >= until:
                    error.told.retry_after_s = max(_TRY_AGAIN_S, error.wait_s or 0.0)
                    raise error.told from error.__cause__
                await asyncio.sleep(wait_s)

    async def _asked(
        self, content: bytes, code: str | None, prompt: str, until: float
    ) -> dict[str, Any]:
        """One attempt, in the richest form that the server does not refuse."""
        from openai import APIStatusError

        for place in range(self._form, len(_FORMS)):
            try:
                answer = await self._sent(content, code, prompt, _FORMS[place], until)
            except APIStatusError as error:
                if place + 1 == len(_FORMS) or not _refuses_form(error):
                    raise _told(error) from error
                continue
            # Only now is it known that the form was what the server refused.
            self._form = max(self._form, place)
            return answer
        raise AssertionError("the last form is answered or raises")

    async def _sent(
        self, content: bytes, code: str | None, prompt: str, form: _Form, until: float
    ) -> dict[str, Any]:
        from openai import APIStatusError, AsyncOpenAI, omit

        if self._client is None:
            key = self._config.api_key
            self._client = AsyncOpenAI(
                api_key=key.get_secret_value() if key else "none",
                base_url=self._config.base_url or _OPENAI,
                timeout=self._config.deadline_s,
                max_retries=0,
            )
        wanted: dict[str, Any] = {"response_format": form.response_format}
        if form.granularities:
            wanted["timestamp_granularities"] = list(form.granularities)
        # Against a server that drips: its own timeout is for silence alone.
        try:
            async with (
                asyncio.timeout(max(0.01, until - time.monotonic())),
                self._client.audio.transcriptions.with_streaming_response.create(
                    file=("piece.wav", content, "audio/wav"),
                    model=self._config.model or "",
                    language=code or omit,
                    prompt=prompt or omit,
                    temperature=0,
                    extra_headers={"Accept-Encoding": "identity"},
                    **wanted,
                ) as response,
            ):
                body = await _body(response.iter_bytes())
            return read_answer(body, response.headers.get("content-type", ""))
        except (APIStatusError, asyncio.CancelledError):
            raise
        except AnswerError as error:
            raise _PassingError(
                SpeechEngineError(f"The speech server's answer is no transcription: {error}.")
            ) from error
        except Exception as error:
            # The SDK lets through what its HTTP library throws while a body is read, and which
            # library that is differs by version. Its message may name the key: its kind is told.
            raise _PassingError(self._not_reached(error)) from error

    def _not_reached(self, error: Exception) -> SpeechUnavailableError:
        from openai import APITimeoutError

        if isinstance(error, (APITimeoutError, TimeoutError)):
            return SpeechUnavailableError(
                f"The speech server did not answer within {self._config.deadline_s:g} s: it is"
                " too busy or stuck, or COPILOT_SPEECH__DEADLINE_S is too short for its model."
            )
        return SpeechUnavailableError(
            f"The speech server cannot be reached ({type(error).__name__}): check that it runs,"
            " and COPILOT_SPEECH__BASE_URL."
        )


def speech_server_host(config: SpeechConfig) -> str | None:
    """The host that recordings go to, None where it is stated to be one's own."""
    if config.local:
        return None
    return urlsplit(config.base_url or _OPENAI).hostname or "the speech server"


class _Background:
    """An event loop in a thread of its own, so that what runs in it can be left at any time."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(
            target=self._loop.run_forever, name="speech-server", daemon=True
        )
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, Result], go_on: GoOn) -> Result:
        """The result of ``work``; what ``go_on`` raises meanwhile ends it."""
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            while not wait({future}, timeout=_LOOK_S).done:
                go_on()
            return future.result()
        finally:
            future.cancel()

    def stop(self, last: Coroutine[Any, Any, None] | None) -> None:
        """Run ``last``, then end the thread."""
        if last is not None:
            wait({asyncio.run_coroutine_threadsafe(last, self._loop)}, timeout=1)
        self._loop.call_soon_threadsafe(self._loop.stop)


async def _body(parts: AsyncIterator[bytes]) -> bytes:
    body = bytearray()
    async for part in parts:
        body += part
        if len(body) > _LARGEST_ANSWER:
            raise AnswerError("it does not end")
    return bytes(body)


def _prompt(vocabulary: Sequence[str]) -> str:
    """As many whole names as the model reads, the most important first."""
    names: list[str] = []
    for name in vocabulary:
        if sum(len(one) + 2 for one in names) + len(name) > _MAX_PROMPT:
            break
        names.append(name.replace(",", " "))
    return ", ".join(names)


def _wav(signal: Signal) -> bytes:
    """The one format that every server reads, 16 bits."""
    padded = np.pad(signal, (0, max(0, _SHORTEST - len(signal))))
    file = io.BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(SAMPLE_RATE)
        written.writeframes((np.clip(padded, -1, 1) * 32767).astype("<i2").tobytes())
    return file.getvalue()


def _refuses_form(error: "APIStatusError") -> bool:
    """Whether another way of asking may be answered."""
    named = _NAMES_FORM.search(str(error.message).lower())
    return error.status_code in _REFUSALS or (error.status_code in _BROKEN and named is not None)


def _told(error: "APIStatusError") -> Exception:
    """What to say of a refusal. The server's own words may hold the key: they are left out."""
    status = error.status_code
    code = error.code if isinstance(error.code, str) else ""
    shown = f"HTTP {status}, {code}" if re.fullmatch(r"[a-z_]{3,40}", code) else f"HTTP {status}"
    if code == "insufficient_quota":
        return SpeechUnavailableError(
            f"The speech server's account has no credit left ({shown}).", retry_after_s=_TRY_AGAIN_S
        )
    if status in _PASSING:
        broken = status == 500
        kind = SpeechEngineError if broken else SpeechUnavailableError
        told = "failed" if broken else "takes nothing now"
        return _PassingError(kind(f"The speech server {told} ({shown})."), _retry_after(error))
    if status in {401, 403}:
        detail = "does not let us in ({}): check COPILOT_SPEECH__API_KEY."
    elif status in {404, 405}:
        detail = (
            "knows no such model or address ({}): check COPILOT_SPEECH__MODEL, and that"
            " COPILOT_SPEECH__BASE_URL ends as the server's own does, usually in /v1."
        )
    else:
        detail = "refuses the recording ({}): its log tells why; check COPILOT_SPEECH__MODEL."
    return SpeechUnavailableError(
        f"The speech server {detail.format(shown)}", retry_after_s=_TRY_AGAIN_S
    )


def _retry_after(error: "APIStatusError") -> float | None:
    """Seconds that the server asks to wait, given as such or as a date (RFC 9110, 10.2.3)."""
    told = error.response.headers.get("retry-after", "")
    try:
        seconds = float(told)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(told) - datetime.now(UTC)).total_seconds()
        except (ValueError, TypeError):
            return None
    return min(max(seconds, 0.0), 3600.0) if seconds == seconds else None
