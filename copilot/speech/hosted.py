"""Speech engines that run in a process of their own.

A long decode can be neither interrupted nor shared with: so it runs in a child process at low
priority, which is killed when the work is no longer wanted, and ended when nobody has wanted
anything for a while. An engine that crashes does not take the service with it.
"""

import contextlib
import json
import logging
import os
import selectors
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from typing import Any, Self

import numpy as np

from copilot.speech.engines import SpeechConfig
from copilot.speech.errors import SpeechEngineError, SpeechLanguageError, SpeechUnavailableError
from copilot.speech.recogniser import Abilities
from copilot.speech.transcriber import SAMPLE_RATE, GoOn, Recognised, Signal, Utterance
from copilot.speech.transcript import Word

_log = logging.getLogger(__name__)

_POLL_S = 0.25
_LOADING_S = 1800.0  # a model of gigabytes may have to be downloaded first
# Of decoding one second of speech: a big model on an old processor takes a tenth of it.
_PATIENCE = 100.0
_LEAST_PATIENCE_S = 120.0
_ERRORS = {
    error.__name__: error
    for error in (SpeechLanguageError, SpeechUnavailableError, SpeechEngineError)
}
_LAST_WORDS = 2_000


class HostedTranscriber:
    """See Transcriber. One child process, started when it is needed; recordings take turns on it.

    Args:
        kind: The engine, one of those in :mod:`copilot.speech.host`.
        config: Its settings.
    """

    def __init__(self, kind: str, config: SpeechConfig) -> None:
        self._kind = kind
        self._config = config
        self._turn = threading.Lock()
        self._child: _Child | None = None
        self._idle: threading.Timer | None = None
        with self._turn:
            self._abilities = self._start(_nothing)
            self._rest()

    @classmethod
    def open(cls, kind: str, config: SpeechConfig) -> Self:
        """Start the engine, which loads its model: blocking, seconds to minutes.

        Raises:
            SpeechUnavailableError: It cannot be loaded.
        """
        started = time.monotonic()
        opened = cls(kind, config)
        _log.info("loaded %s in %.1f s", opened.engine, time.monotonic() - started)
        return opened

    @property
    def engine(self) -> str:
        """See Transcriber."""
        return self._abilities.engine

    @property
    def low_accuracy(self) -> bool:
        """See Transcriber."""
        return self._abilities.low_accuracy

    @property
    def languages(self) -> frozenset[str] | None:
        """See Transcriber."""
        return self._abilities.languages

    @property
    def least_confidence(self) -> float | None:
        """See Transcriber."""
        return self._abilities.least_confidence

    @property
    def longest_s(self) -> float:
        """See Transcriber."""
        return self._abilities.longest_s

    @property
    def longest_pause_s(self) -> float:
        """See Transcriber."""
        return self._abilities.longest_pause_s

    @property
    def batch(self) -> int:
        """See Transcriber."""
        return self._abilities.batch

    @property
    def running(self) -> int | None:
        """The process id of the child, None while there is none."""
        child = self._child
        return None if child is None else child.process.pid

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
            SpeechLanguageError: The engine does not know ``language``.
            SpeechUnavailableError: It cannot be loaded again.
            SpeechEngineError: Its process died.
        """
        go_on()
        while not self._turn.acquire(timeout=_POLL_S):
            go_on()
        try:
            if self._child is None:
                self._start(go_on)
            head = {"language": language, "vocabulary": list(vocabulary)}
            answer = self._ask(head, pieces, go_on)
            return [_recognised(one) for one in answer["heard"]]
        finally:
            self._rest()
            self._turn.release()

    def close(self) -> None:
        """End the child."""
        self._stop()

    def _start(self, go_on: GoOn) -> Abilities:
        self._child = _Child()
        head = {"open": self._kind, "config": self._config.model_dump(exclude={"api_key"})}
        try:
            told = self._ask(head, (), go_on)["abilities"]
        except SpeechEngineError as error:
            raise SpeechUnavailableError(error.detail, retry_after_s=60) from error
        except BaseException:
            self._stop()
            raise
        languages = told["languages"]
        return Abilities(
            **told | {"languages": None if languages is None else frozenset(languages)}
        )

    def _ask(self, head: dict[str, Any], pieces: Sequence[Signal], go_on: GoOn) -> dict[str, Any]:
        child = self._child
        assert child is not None  # noqa: S101 - for the type checker: it was started
        answered = False
        try:
            answer = child.ask(head, pieces, go_on)
            answered = True
        finally:
            # Cancelled or broken: what it is doing cannot be stopped otherwise.
            if not answered:
                self._stop()
        if "error" in answer:
            raise _ERRORS.get(answer["error"], SpeechEngineError)(answer["detail"])
        return answer

    def _rest(self) -> None:
        """Let the child go when nobody wants anything for a while."""
        if self._idle is not None:
            self._idle.cancel()
        self._idle = threading.Timer(self._config.idle_s, self._end_idle)
        self._idle.daemon = True
        self._idle.start()

    def _end_idle(self) -> None:
        if self._turn.acquire(blocking=False):
            try:
                _log.info("%s was idle: its memory is given back", self._abilities.engine)
                self._stop()
            finally:
                self._turn.release()

    def _stop(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
        child, self._child = self._child, None
        if child is not None:
            child.kill()


class _Child:
    """The process, and how it is talked to."""

    def __init__(self) -> None:
        # A file and not a pipe: nobody reads it while the child works.
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the child
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "copilot.speech.host"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            env=environment,
        )

    def ask(self, head: dict[str, Any], pieces: Sequence[Signal], go_on: GoOn) -> dict[str, Any]:
        """Send a request and wait for the answer; ``go_on`` is called meanwhile and may raise."""
        stdin, stdout = self.process.stdin, self.process.stdout
        assert stdin is not None  # noqa: S101 - for the type checker: both are pipes
        assert stdout is not None  # noqa: S101
        try:
            samples = [len(piece) for piece in pieces]
            stdin.write(json.dumps({**head, "samples": samples}).encode() + b"\n")
            for piece in pieces:
                stdin.write(np.ascontiguousarray(piece, dtype="<f4").data)
            stdin.flush()
        except OSError:
            raise self._died() from None
        seconds = sum(samples) / SAMPLE_RATE
        patience = max(_LEAST_PATIENCE_S, _PATIENCE * seconds) if pieces else _LOADING_S
        given_up = time.monotonic() + patience
        with selectors.DefaultSelector() as selector:
            selector.register(stdout, selectors.EVENT_READ)
            while not selector.select(_POLL_S):
                go_on()
                if time.monotonic() > given_up:
                    raise SpeechEngineError("The speech engine did not answer: try again.")
        line = stdout.readline()
        if not line.endswith(b"\n"):
            raise self._died()
        answer: dict[str, Any] = json.loads(line)
        return answer

    def kill(self) -> None:
        """End it now, whatever it is doing."""
        self.process.kill()
        with contextlib.suppress(OSError):
            self.process.communicate()
        self._stderr.close()

    def _died(self) -> SpeechEngineError:
        code = self.process.wait()
        self._stderr.seek(max(0, self._stderr.seek(0, os.SEEK_END) - _LAST_WORDS))
        told = self._stderr.read().decode("utf-8", "replace").strip()
        _log.error("the speech engine's process ended by itself (%s): %s", code, told)
        return SpeechEngineError("The speech engine's process ended by itself: try again.")


def _nothing() -> None:
    """Nobody can cancel yet."""


def _recognised(written: dict[str, Any]) -> Recognised:
    utterances = [
        Utterance(**one | {"words": [Word.model_validate(word) for word in one["words"]]})
        for one in written["utterances"]
    ]
    return Recognised(**written | {"utterances": utterances})
