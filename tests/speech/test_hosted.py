"""Engines in a process of their own: stopped, killed, idle, shared."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from copilot.speech.audio import decode
from copilot.speech.engines import SpeechConfig
from copilot.speech.errors import SpeechEngineError, SpeechUnavailableError
from copilot.speech.hosted import HostedTranscriber
from copilot.speech.pocketsphinx import PocketSphinxRecogniser
from copilot.speech.transcriber import SAMPLE_RATE, Signal
from tests.speech.sounds import DEMO_CALLS, silence
from tests.timing import limit


@pytest.fixture(scope="module")
def speech() -> Signal:
    return np.asarray(decode(DEMO_CALLS / "en.ogg").channels[0][: 4 * SAMPLE_RATE])


@pytest.fixture
def engine() -> Iterator[HostedTranscriber]:
    opened = HostedTranscriber.open("pocketsphinx", SpeechConfig())
    yield opened
    opened.close()


def go_on() -> None:
    """Nobody cancels."""


def until(true: Callable[[], bool]) -> bool:
    """Wait for it, some seconds at most."""
    given_up = time.monotonic() + limit(10)
    while not true() and time.monotonic() < given_up:
        time.sleep(0.05)
    return true()


def runs(process: int | None) -> bool:
    if process is None:
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    # What was killed and not yet waited for does not run either.
    return Path(f"/proc/{process}/stat").read_text().split()[2] != "Z"


def test_it_answers_what_the_engine_says(engine: HostedTranscriber, speech: Signal) -> None:
    inside = PocketSphinxRecogniser.open()
    pieces = [speech, silence(0), speech[: 2 * SAMPLE_RATE]]
    heard = engine.hear(pieces, language="en", go_on=go_on)
    assert heard == inside.hear(pieces, language="en", vocabulary=())
    assert engine.engine == inside.abilities.engine
    assert engine.languages == inside.abilities.languages


def test_the_engine_works_at_low_priority(engine: HostedTranscriber) -> None:
    assert engine.running is not None
    assert os.getpriority(os.PRIO_PROCESS, engine.running) >= 10


def test_cancelled_in_the_middle_of_a_piece(engine: HostedTranscriber, speech: Signal) -> None:
    child = engine.running
    long = np.tile(speech, 30)

    class LeftError(Exception):
        pass

    began = time.monotonic()

    def leave() -> None:
        if time.monotonic() > began + 0.6:
            raise LeftError

    with pytest.raises(LeftError):
        engine.hear([long], language="en", go_on=leave)
    assert time.monotonic() - began < limit(2.6)
    assert not runs(child)
    assert engine.hear([speech], language="en", go_on=go_on)[0].utterances, "the next one works"


def test_an_engine_that_dies_is_told_once(engine: HostedTranscriber, speech: Signal) -> None:
    assert engine.running is not None
    os.kill(engine.running, signal.SIGKILL)
    with pytest.raises(SpeechEngineError, match="try again"):
        engine.hear([speech], language="en", go_on=go_on)
    assert engine.hear([speech], language="en", go_on=go_on)[0].utterances


def test_an_engine_that_dies_at_work(engine: HostedTranscriber, speech: Signal) -> None:
    assert engine.running is not None
    threading.Timer(0.5, os.kill, (engine.running, signal.SIGKILL)).start()
    with pytest.raises(SpeechEngineError):
        engine.hear([np.tile(speech, 30)], language="en", go_on=go_on)


def test_it_is_let_go_when_idle(speech: Signal) -> None:
    engine = HostedTranscriber.open("pocketsphinx", SpeechConfig(idle_s=0.3))
    first = engine.running
    assert until(lambda: engine.running is None)
    assert until(lambda: not runs(first))
    assert engine.hear([speech], language="en", go_on=go_on)[0].utterances
    assert engine.running not in {None, first}
    engine.close()
    assert engine.running is None


def test_recordings_take_turns(engine: HostedTranscriber, speech: Signal) -> None:
    heard: dict[int, str] = {}

    def one(number: int) -> None:
        piece = speech[: (number + 2) * SAMPLE_RATE]
        (result,) = engine.hear([piece], language="en", go_on=go_on)
        heard[number] = " ".join(said.text for said in result.utterances)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(limit(60))
    assert len(heard) == 3
    assert heard[0] in heard[2] or heard[0].split()[0] == heard[2].split()[0]


def test_waiting_for_a_turn_can_be_cancelled(engine: HostedTranscriber, speech: Signal) -> None:
    busy = threading.Thread(
        target=lambda: engine.hear([np.tile(speech, 2)], language="en", go_on=go_on)
    )
    busy.start()

    class LeftError(Exception):
        pass

    asked = 0

    def leave() -> None:
        nonlocal asked
        asked += 1
        if asked > 1:
            raise LeftError

    time.sleep(0.2)
    with pytest.raises(LeftError):
        engine.hear([speech], language="en", go_on=leave)
    busy.join(limit(60))
    assert engine.running is not None, "the other one's work was not stopped"


def test_a_model_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SpeechUnavailableError, match="COPILOT_SPEECH__MODEL"):
        HostedTranscriber.open("whisper", SpeechConfig(model=str(tmp_path), local_files_only=True))


def test_the_child_ends_with_its_parent() -> None:
    started = (
        "import sys, time\n"
        "from copilot.speech.engines import SpeechConfig\n"
        "from copilot.speech.hosted import HostedTranscriber\n"
        "engine = HostedTranscriber.open('pocketsphinx', SpeechConfig())\n"
        "print(engine.running, flush=True)\n"
        "time.sleep(600)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", started],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert runs(child)
    parent.kill()
    parent.communicate()
    assert until(lambda: not runs(child))
