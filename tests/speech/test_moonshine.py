"""Real speech through the packaged English model."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from copilot.speech import moonshine
from copilot.speech.audio import decode
from copilot.speech.errors import SpeechLanguageError, SpeechUnavailableError
from copilot.speech.moonshine import MoonshineRecogniser
from copilot.speech.transcriber import SAMPLE_RATE, Signal, Utterance
from tests.speech.sounds import DEMO_CALLS, noise, script, silence, word_errors, words


@pytest.fixture(scope="module")
def engine() -> MoonshineRecogniser:
    return MoonshineRecogniser.open(threads=1)


def turns(language: str, count: int) -> list[tuple[Signal, str]]:
    """The first turns of a demo call without figures: what is heard, and what was said."""
    both = decode(DEMO_CALLS / f"{language}.ogg").channels
    made = []
    for turn in [one for one in script(language)["turns"] if "spoken" not in one][:count]:
        start, end = (round(turn[edge] * SAMPLE_RATE) for edge in ("start", "end"))
        signal = both[0 if turn["speaker"] == "agent" else 1][start:end]
        made.append((np.asarray(signal), turn["text"]))
    return made


def said(utterances: list[Utterance]) -> list[str]:
    return words(" ".join(one.text for one in utterances))


def test_turns_of_a_call(engine: MoonshineRecogniser) -> None:
    given = turns("en", 6)
    heard = engine.hear([signal for signal, _ in given], language="en-GB", vocabulary=())
    errors = sum(
        word_errors(words(text), said(one.utterances))
        for one, (_, text) in zip(heard, given, strict=True)
    )
    assert errors / sum(len(words(text)) for _, text in given) < 0.12
    first = heard[0].utterances
    assert [one.text[-1] for one in first] == [".", "?"], "sentences are told apart"
    sure = [word.confidence for one in heard for said in one.utterances for word in said.words]
    assert all(0 < (one or 0) <= 1 for one in sure)
    assert len(set(sure)) > 10


def test_words_are_timed_where_they_are_said(engine: MoonshineRecogniser) -> None:
    (first, _), (second, _) = turns("en", 2)
    gap = silence(0.4)
    (heard,) = engine.hear([np.concatenate([first, gap, second])], language="en", vocabulary=())
    said = [word for one in heard.utterances for word in one.words]
    assert all(0 <= word.start < word.end for word in said)
    assert [word.start for word in said] == sorted(word.start for word in said)
    greetings = [word for word in said if word.text.lower().startswith("good")]
    assert len(greetings) == 2
    begins = (len(first) + len(gap)) / SAMPLE_RATE
    assert greetings[0].end < 0.8
    assert begins - 0.6 < greetings[1].end < begins + 0.8
    help_at = next(word for word in said if word.text.startswith("help"))
    assert help_at.end < len(first) / SAMPLE_RATE


def test_it_is_sure_of_english_and_unsure_of_finnish(engine: MoonshineRecogniser) -> None:
    def mean(language: str) -> float:
        given = [signal for signal, _ in turns(language, 4)]
        heard = engine.hear(given, language=None, vocabulary=())
        sure = [word.confidence for one in heard for said in one.utterances for word in said.words]
        return float(np.mean([one or 0.0 for one in sure]))

    limit = engine.abilities.least_confidence
    assert limit is not None
    assert mean("fi") < limit < mean("en")


def test_sound_without_length_or_speech(engine: MoonshineRecogniser) -> None:
    pieces = [silence(0), silence(0.01), silence(3), noise(15, 0.01)]
    heard = engine.hear(pieces, language="en", vocabulary=())
    assert [one.utterances for one in heard[:2]] == [[], []]
    assert all(len(one.utterances) < 40 for one in heard), "it does not go on without end"


def test_another_language_is_refused(engine: MoonshineRecogniser) -> None:
    with pytest.raises(SpeechLanguageError, match="only English"):
        engine.hear([silence(1)], language="fi", vocabulary=())


def test_weights_that_are_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moonshine, "_WHEEL", "no_such_wheel")
    with pytest.raises(SpeechUnavailableError, match="missing"):
        MoonshineRecogniser.open()


def test_weights_that_were_changed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = moonshine.packaged_folder()
    assert folder is not None
    copied = Path(shutil.copytree(folder, tmp_path / "model"))
    with (copied / "tokenizer.bin").open("ab") as file:
        file.write(b"\x01x")
    monkeypatch.setattr(moonshine, "packaged_folder", lambda: copied)
    with pytest.raises(SpeechUnavailableError, match=r"tokenizer\.bin differs"):
        MoonshineRecogniser.open()
