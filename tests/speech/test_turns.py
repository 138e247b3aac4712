"""Two channels to turns: order, pauses, overheard words, who is who."""

import numpy as np

from copilot.speech.signals import levels, windows
from copilot.speech.speakers import speakers_of
from copilot.speech.transcriber import SAMPLE_RATE, Signal, Utterance
from copilot.speech.transcript import Word
from copilot.speech.turns import Heard, build_segments
from tests.speech.sounds import noise, silence
from tests.timing import ends

SECONDS = 20


def utterance(start: float, text: str, *, each: float = 0.3) -> Utterance:
    """Words of ``each`` seconds, one after the other."""
    words = [
        Word(start=start + n * each, end=start + (n + 1) * each, text=word, confidence=0.9)
        for n, word in enumerate(text.split())
    ]
    return Utterance(start, words[-1].end, text, 0.9, words)


def loud(*stretches: tuple[float, float, float]) -> Signal:
    """Noise from, to (seconds), at a level (0 to 1)."""
    signal = silence(SECONDS)
    for start, end, level in stretches:
        first, last = round(start * SAMPLE_RATE), round(end * SAMPLE_RATE)
        signal[first:last] += noise(SECONDS, level)[first:last]
    return signal


def heard(signal: Signal, *utterances: Utterance) -> Heard:
    return Heard(list(utterances), levels(signal))


def test_turns_in_time_order() -> None:
    agent = heard(
        loud((0, 1, 0.1), (4, 5, 0.1)), utterance(0, "good morning"), utterance(4, "of course")
    )
    customer = heard(loud((2, 3, 0.1)), utterance(2, "i need help"))
    segments = build_segments([agent, customer], ["agent", "customer"])
    assert [(one.n, one.speaker, one.channel, one.text) for one in segments] == [
        (1, "agent", 0, "good morning"),
        (2, "customer", 1, "i need help"),
        (3, "agent", 0, "of course"),
    ]


def test_utterances_without_a_pause_become_one() -> None:
    one = heard(loud((0, 5, 0.1)), utterance(0, "good morning"), utterance(1.2, "how are you"))
    (segment,) = build_segments([one], ["unknown"])
    assert segment.text == "good morning how are you"
    assert segment.end == 2.1
    assert len(segment.words) == 5


def test_an_utterance_is_cut_at_its_pauses() -> None:
    words = utterance(0, "good morning").words + utterance(4, "are you there").words
    whole = Utterance(0, words[-1].end, "good morning are you there", 0.9, words)
    segments = build_segments([heard(loud((0, 6, 0.1)), whole)], ["unknown"])
    assert [(one.start, one.text) for one in segments] == [
        (0, "good morning"),
        (4, "are you there"),
    ]


def test_overheard_words_are_left_out() -> None:
    agent = heard(loud((1, 4, 0.2)), utterance(1, "your order was sent yesterday"))
    faint = loud((1, 4, 0.02), (6, 8, 0.2))
    customer = heard(faint, utterance(1.1, "you're order was yesterday"), utterance(6, "thank you"))
    segments = build_segments([agent, customer], ["agent", "customer"])
    assert [one.text for one in segments] == ["your order was sent yesterday", "thank you"]


def test_hours_of_overheard_words_are_compared_in_no_time() -> None:
    count = 3_000
    agent = [utterance(3.0 * n, "your order was sent today") for n in range(count)]
    customer = [utterance(3.0 * n + 0.1, "yore border wants bent to day") for n in range(count)]
    frames = round(3.0 * count) * 50
    both = [
        Heard(agent, np.full(frames, -20, dtype=np.float32)),
        Heard(customer, np.full(frames, -50, dtype=np.float32)),
    ]
    with ends():
        segments = build_segments(both, ["agent", "customer"])
    assert {one.speaker for one in segments} == {"agent"}


def test_a_short_answer_while_the_other_speaks_stays() -> None:
    agent = heard(loud((1, 5, 0.2)), utterance(1, "your order was sent yesterday by express mail"))
    customer = heard(loud((2, 2.6, 0.15)), utterance(2, "yes okay"))
    segments = build_segments([agent, customer], ["agent", "customer"])
    assert "yes okay" in [one.text for one in segments]


def test_both_saying_the_same_at_once_stay() -> None:
    both = [heard(loud((1, 2, 0.2)), utterance(1, "good bye")) for _ in range(2)]
    assert len(build_segments(both, ["agent", "customer"])) == 2


def test_who_is_who() -> None:
    asks = [utterance(0.5, "hello i am calling about my order")]
    answers = [utterance(3, "thank you for calling how can i help you")]
    assert speakers_of([answers, asks], None) == ["agent", "customer"]
    assert speakers_of([asks, answers], None) == ["customer", "agent"]
    assert speakers_of([asks, answers], 0) == ["agent", "customer"]
    assert speakers_of([asks, []], None) == ["unknown", "unknown"]
    assert speakers_of([asks, []], 1) == ["customer", "agent"]
    assert speakers_of([asks], 0) == ["unknown"]


def test_who_is_who_in_finnish() -> None:
    answers = [utterance(2, "asiakaspalvelu Anna puhelimessa kuinka voin auttaa")]
    asks = [utterance(0, "haloo")]
    assert speakers_of([asks, answers], None) == ["customer", "agent"]


def test_without_a_hint_the_agent_speaks_first() -> None:
    assert speakers_of([[utterance(3, "yes")], [utterance(1, "well")]], None) == [
        "customer",
        "agent",
    ]


def test_long_signals_are_cut_where_it_is_quiet() -> None:
    signal = noise(100, 0.1)
    signal[round(27.5 * SAMPLE_RATE) : round(28.5 * SAMPLE_RATE)] = 0
    cuts = windows(signal, seconds=30)
    assert cuts[0][0] == 0
    assert cuts[-1][1] == len(signal)
    assert all(end - start <= 30 * SAMPLE_RATE for start, end in cuts)
    assert [end for _, end in cuts[:-1]] == [start for start, _ in cuts[1:]]
    assert 27.4 < cuts[0][1] / SAMPLE_RATE < 28.6
    assert np.concatenate([signal[start:end] for start, end in cuts]).size == signal.size
