"""A speech server over its protocol: what it is sent, and what is made of what it answers."""

import threading
import time
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pytest

from copilot.kernel.errors import ConfigurationError
from copilot.speech.engines import SpeechConfig
from copilot.speech.errors import SpeechEngineError, SpeechUnavailableError
from copilot.speech.openai import OpenAITranscriber
from copilot.speech.transcriber import SAMPLE_RATE, Recognised, Signal
from copilot.wiring import build_speech
from tests import fake_speech
from tests.fake_speech import KEY, FakeSpeech, Sent, verbose
from tests.speech.sounds import noise
from tests.timing import limit


@pytest.fixture(scope="module")
def running() -> Iterator[FakeSpeech]:
    with fake_speech.running() as fake:
        yield fake


@pytest.fixture
def server(running: FakeSpeech) -> FakeSpeech:
    running.reset()
    return running


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("copilot.speech.openai._FIRST_WAIT_S", 0.01)


def engine(server: FakeSpeech, **settings: Any) -> OpenAITranscriber:
    given: dict[str, Any] = {"base_url": server.base_url, "model": "whisper-1", "deadline_s": 20}
    return OpenAITranscriber.open(
        SpeechConfig.model_validate({"kind": "openai", **given, **settings})
    )


def hear(
    heard_by: OpenAITranscriber,
    pieces: Sequence[Signal] | None = None,
    language: str | None = "en",
    vocabulary: Sequence[str] = (),
) -> list[Recognised]:
    pieces = [noise(2)] if pieces is None else pieces
    return heard_by.hear(pieces, language=language, vocabulary=vocabulary, go_on=lambda: None)


def test_words_come_with_the_texts_punctuation_and_their_own_times(server: FakeSpeech) -> None:
    server.answer = verbose("No, the kettle leaks.", start=0.4, end=1.6)
    (found,) = hear(engine(server))
    (utterance,) = found.utterances
    assert utterance.text == "No, the kettle leaks."
    assert [(word.text, word.start) for word in utterance.words] == [
        ("No,", 0.4),
        ("the", 0.7),
        ("kettle", 1.0),
        ("leaks.", 1.3),
    ]
    assert utterance.confidence == pytest.approx(0.82, abs=0.01)
    assert (utterance.start, utterance.end, found.language) == (0.4, 1.6, "en")


def test_what_is_sent(server: FakeSpeech) -> None:
    piece = noise(2)
    hear(engine(server), [piece], "fi-FI", ["Aurora", "Kettle, large"])
    (sent,) = server.sent
    assert sent.fields == {
        "model": ["whisper-1"],
        "language": ["fi"],
        "prompt": ["Aurora, Kettle  large"],
        "response_format": ["verbose_json"],
        "timestamp_granularities[]": ["word", "segment"],
        "temperature": ["0"],
    }
    np.testing.assert_allclose(sent.samples, np.clip(piece, -1, 1), atol=1e-3)


def test_a_piece_that_is_too_short_for_servers_is_sent_with_silence_behind_it(
    server: FakeSpeech,
) -> None:
    (found,) = hear(engine(server), [noise(0.3)])
    assert len(server.sent[0].samples) > SAMPLE_RATE
    assert found.utterances[-1].end <= 0.3


def test_pieces_are_heard_a_few_at_once_and_stay_in_order(server: FakeSpeech) -> None:
    def script(sent: Sent) -> dict[str, Any]:
        return verbose(f"Piece of {len(sent.samples) // SAMPLE_RATE} seconds.", end=1.2)

    server.script, server.takes_s = script, 0.2
    found = hear(engine(server), [noise(seconds) for seconds in (2, 3, 4, 5, 6, 7)])
    assert [one.utterances[0].text for one in found] == [
        f"Piece of {seconds} seconds." for seconds in (2, 3, 4, 5, 6, 7)
    ]
    assert 1 < server.most_at_once <= OpenAITranscriber.batch


def test_the_language_is_detected_once(server: FakeSpeech) -> None:
    server.answer = verbose("Kiitos, hyvää päivää.", language="finnish")
    found = hear(engine(server), [noise(2)] * 3, None)
    assert [one.language for one in found] == ["fi"] * 3
    assert [sent.field("language") for sent in server.sent] == [None, "fi", "fi"]


def test_a_language_that_is_not_told_is_told_by_the_words(server: FakeSpeech) -> None:
    server.answer = {"text": "Hyvää päivää, kahvinkeittimeni on rikki ja haluaisin palauttaa sen."}
    assert hear(engine(server), language=None)[0].language == "fi"


def test_a_model_that_knows_json_alone(server: FakeSpeech) -> None:
    # As gpt-4o-transcribe and Voxtral do, it refuses the rest with 400.
    server.forms = frozenset({"json"})
    used = engine(server)
    (utterance,) = hear(used)[0].utterances
    assert utterance.text == "The kettle leaks."
    assert [word.text for word in utterance.words] == ["The", "kettle", "leaks."]
    assert (utterance.start, utterance.end) == (0.0, 2.0)
    starts = [word.start for word in utterance.words]
    assert starts == sorted(set(starts))
    hear(used)
    # It is not asked again for what it does not know.
    assert [sent.field("response_format") for sent in server.sent] == [
        "verbose_json",
        "verbose_json",
        "json",
        "json",
    ]


def test_a_server_without_word_times(server: FakeSpeech) -> None:
    server.words = False
    server.answer = verbose("First things. Second things.") | {"words": None}
    server.answer["segments"] = [
        {"start": 0.0, "end": 0.8, "text": " First things."},
        {"start": 1.0, "end": 1.9, "text": " Second things."},
    ]
    first, second = hear(engine(server))[0].utterances
    assert (first.text, first.start, first.end) == ("First things.", 0.0, 0.8)
    assert (second.text, second.start, second.end) == ("Second things.", 1.0, 1.9)
    assert 1.0 < second.words[1].start < 1.9


def test_what_vllm_does_not_measure_is_no_doubt(server: FakeSpeech) -> None:
    # It writes -1 for all of them; a mean log probability of -1 would be a bad one.
    server.answer = verbose("It leaks.", avg_logprob=-1.0, compression_ratio=-1.0)
    server.answer["segments"][0]["no_speech_prob"] = -1.0
    (utterance,) = hear(engine(server))[0].utterances
    assert (utterance.text, utterance.confidence) == ("It leaks.", None)


INVENTED = [
    {"text": "[BLANK_AUDIO]"},
    {"text": "(upbeat music)"},
    {"text": "♪ ♪ ♪"},
    {"text": "So, so, so, " * 400},
    verbose("Thank you for watching!", no_speech_prob=0.9, avg_logprob=-1.3),
    verbose("Thanks.", no_speech_prob=0.95, avg_logprob=-1.4),
    # The vocabulary, given back.
    {"text": "Aurora, kettle, Lumo"},
    {"text": ""},
]


@pytest.mark.parametrize("answer", INVENTED)
def test_what_nobody_said_is_left_out(server: FakeSpeech, answer: dict[str, Any]) -> None:
    server.answer = answer
    (found,) = hear(engine(server), vocabulary=["Aurora", "Kettle", "Lumo", "Nordic lamp"])
    assert found.utterances == []


def test_a_product_by_its_name_alone_is_kept(server: FakeSpeech) -> None:
    server.answer = {"text": "The big Nordic lamp."}
    (found,) = hear(engine(server), vocabulary=["Aurora", "the big Nordic lamp", "Kettle"])
    assert found.utterances[0].text == "The big Nordic lamp."


def test_nothing_is_heard_in_silence(server: FakeSpeech) -> None:
    server.answer = verbose("Thank you.")
    assert hear(engine(server), [np.zeros(32_000, dtype=np.float32)])[0].utterances == []


NAN = float("nan")
ODD = [
    verbose("The kettle leaks.", start=NAN, end=NAN),
    verbose("The kettle leaks.", start=-5.0, end=-1.0),
    verbose("The kettle leaks.", start=40.0, end=45.0),
    verbose("The kettle leaks.", start=0.0, end=30.0),
    verbose("The kettle leaks.", start=1.0, end=0.5),
    {"text": "The kettle leaks.", "words": [{"word": 5}, None, "x", {"word": "The", "start": "?"}]},
    {"text": "The kettle leaks.", "segments": [None, 3, {"text": None}], "words": {"a": 1}},
    {"text": "The kettle leaks.", "segments": "none", "language": ["en"]},
    {"text": "The\x00 ket\x1btle leaks.\u202e", "segments": None},
    {"text": "<|en|><|0.00|> The kettle leaks.<|endoftext|>"},
    {"segments": [{"text": "The kettle leaks.", "start": 10**400, "end": True}]},
    {
        "text": "The kettle leaks.",
        "segments": [
            {"text": "The kettle", "start": 1.5, "end": 1.7},
            {"text": "leaks.", "start": 0.1, "end": 0.5},
        ],
    },
]


@pytest.mark.parametrize("answer", ODD)
def test_odd_answers_keep_the_words_and_get_times_that_can_be(
    server: FakeSpeech, answer: dict[str, Any]
) -> None:
    server.answer = answer
    (found,) = hear(engine(server))
    words = [word for one in found.utterances for word in one.words]
    assert " ".join(word.text for word in words).replace("ket tle", "kettle") == "The kettle leaks."
    times = [time for word in words for time in (word.start, word.end)]
    assert times == sorted(times)
    assert 0 <= times[0] < times[-1] <= 2


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_a_passing_fault_is_tried_again(server: FakeSpeech, status: int) -> None:
    server.failures = [(status, {}), (status, {})]
    assert hear(engine(server))[0].utterances
    assert len(server.sent) == 3


def test_it_waits_as_long_as_the_server_asks(server: FakeSpeech) -> None:
    server.failures = [(429, {"Retry-After": "1"})]
    started = time.monotonic()
    assert hear(engine(server))[0].utterances
    assert time.monotonic() - started >= 1


def test_a_wait_past_the_deadline_is_handed_to_the_job(server: FakeSpeech) -> None:
    server.failures = [(429, {"Retry-After": "900"})]
    with pytest.raises(SpeechUnavailableError, match="429") as raised:
        hear(engine(server))
    assert raised.value.retry_after_s == 900
    assert len(server.sent) == 1


REFUSALS = [
    (401, "invalid_api_key", "COPILOT_SPEECH__API_KEY"),
    (403, None, "COPILOT_SPEECH__API_KEY"),
    (404, "model_not_found", "COPILOT_SPEECH__MODEL"),
    (400, "audio_too_odd", "audio_too_odd"),
    (413, None, "413"),
    (429, "insufficient_quota", "no credit"),
]


@pytest.mark.parametrize(("status", "code", "told"), REFUSALS)
def test_a_refusal_says_what_to_do_and_no_secret(
    server: FakeSpeech, status: int, code: str | None, told: str
) -> None:
    server.status, server.code = status, code
    with pytest.raises(SpeechUnavailableError, match=told) as raised:
        hear(engine(server, api_key=KEY))
    assert KEY not in raised.value.detail
    # Not hammered: once, or once in each form.
    assert len(server.sent) <= 3


@pytest.mark.parametrize("behaviour", ["broken_json", "html", "no_text", "deep", "endless"])
def test_what_is_no_transcription_is_an_engines_fault(server: FakeSpeech, behaviour: Any) -> None:
    server.behaviour = behaviour
    with pytest.raises(SpeechEngineError, match="no transcription"):
        hear(engine(server))
    assert len(server.sent) > 1


def test_a_server_that_breaks_off(server: FakeSpeech) -> None:
    server.behaviour = "cut"
    with pytest.raises(SpeechUnavailableError, match="cannot be reached"):
        hear(engine(server))


def test_a_server_that_is_not_there() -> None:
    config = SpeechConfig(kind="openai", model="m", base_url=fake_speech.closed_port())
    used = OpenAITranscriber.open(config)
    with pytest.raises(SpeechUnavailableError, match="COPILOT_SPEECH__BASE_URL"):
        hear(used)
    assert used.problem is not None


@pytest.mark.parametrize("behaviour", ["hangs", "drips"])
def test_the_deadline_holds(server: FakeSpeech, behaviour: Any) -> None:
    server.behaviour = behaviour
    started = time.monotonic()
    with pytest.raises(SpeechUnavailableError, match="COPILOT_SPEECH__DEADLINE_S"):
        hear(engine(server, deadline_s=0.5))
    assert time.monotonic() - started < limit(2)


def test_cancelling_hangs_up(server: FakeSpeech) -> None:
    server.behaviour = "hangs"
    cancelled = threading.Event()

    def go_on() -> None:
        if cancelled.is_set():
            raise InterruptedError

    threading.Timer(0.3, cancelled.set).start()
    started = time.monotonic()
    with pytest.raises(InterruptedError):
        engine(server).hear([noise(2)] * 6, language="en", go_on=go_on)
    assert time.monotonic() - started < limit(2)
    assert server.hung_up.wait(limit(5))


def test_one_fault_ends_the_others_too(server: FakeSpeech) -> None:
    server.takes_s = 30
    server.failures = [(404, {})]
    started = time.monotonic()
    with pytest.raises(SpeechUnavailableError):
        hear(engine(server), [noise(2)] * 4)
    assert time.monotonic() - started < limit(3)
    assert server.hung_up.wait(limit(5))


def test_it_works_again_after_a_fault_and_after_closing(server: FakeSpeech) -> None:
    used = engine(server)
    server.status = 404
    with pytest.raises(SpeechUnavailableError):
        hear(used)
    server.status = None
    assert hear(used)[0].utterances
    assert used.problem is None
    used.close()
    assert hear(used)[0].utterances
    used.close()


def test_what_must_be_set() -> None:
    with pytest.raises(ConfigurationError, match="COPILOT_SPEECH__MODEL"):
        build_speech(SpeechConfig(kind="openai", base_url="http://127.0.0.1:9/v1"))
    with pytest.raises(ConfigurationError, match="COPILOT_SPEECH__BASE_URL"):
        build_speech(SpeechConfig(kind="openai", model="whisper-1"))


def test_it_is_said_where_recordings_go() -> None:
    asked = {"kind": "openai", "model": "m", "base_url": "http://speech.example:9/v1"}
    assert build_speech(SpeechConfig.model_validate(asked)).describe()["sent_to"] == (
        "speech.example"
    )
    own = SpeechConfig.model_validate({**asked, "local": True})
    assert build_speech(own).describe()["sent_to"] is None
    openai = SpeechConfig.model_validate({"kind": "openai", "model": "m", "api_key": KEY})
    assert build_speech(openai).describe()["sent_to"] == "api.openai.com"
    assert KEY not in repr(openai)
