"""From a recording to a transcript, with an engine whose every answer is known."""

import hashlib
from collections.abc import Sequence

import numpy as np
import pytest

from copilot.speech.audio import decode
from copilot.speech.channels import Channel
from copilot.speech.chunks import Chunk
from copilot.speech.hearing import hear
from copilot.speech.signals import levels
from copilot.speech.transcriber import SAMPLE_RATE, GoOn, Recognised, Signal, Utterance
from copilot.speech.transcript import Transcript, Word
from tests.speech.sounds import DEMO_CALLS

Answer = tuple[str, float]


class Parrot:
    """An engine that names every half second of what it hears after how it sounds."""

    engine = "parrot"
    low_accuracy = False
    languages = None
    least_confidence = None
    longest_s = 6.0
    longest_pause_s = 1e9
    batch = 2

    def __init__(self, *, stop_at: int | None = None, answers: Sequence[Answer] = ()) -> None:
        self.asked: list[list[Signal]] = []
        self.languages_asked: list[str | None] = []
        self._stop_at = stop_at
        self._answers = list(answers)

    def hear(
        self,
        pieces: Sequence[Signal],
        *,
        language: str | None,
        vocabulary: Sequence[str] = (),
        go_on: GoOn,
    ) -> list[Recognised]:
        go_on()
        if len(self.asked) == self._stop_at:
            raise InterruptedError
        self.asked.append(list(pieces))
        self.languages_asked.append(language)
        found, sure = self._answers.pop(0) if self._answers else ("en", 0.9)
        told = (language, None) if language else (found, sure)
        return [Recognised(told[0], [_named(piece)], told[1]) for piece in pieces]


def _named(piece: Signal) -> Utterance:
    step = SAMPLE_RATE // 2
    words = [
        Word(
            start=at / SAMPLE_RATE,
            end=min(at + step, len(piece)) / SAMPLE_RATE,
            text=hashlib.sha256(piece[at : at + step].tobytes()).hexdigest()[:8],
            confidence=0.9,
        )
        for at in range(0, len(piece), step)
    ]
    text = " ".join(word.text for word in words)
    return Utterance(words[0].start, words[-1].end, text, 0.9, words)


class Kept:
    """Checkpoints in memory."""

    def __init__(self) -> None:
        self.chunks: list[tuple[str, Chunk]] = []

    def done(self, engine: str) -> list[Chunk]:
        # As it comes out of a database.
        kept = [
            Chunk.model_validate(one.model_dump(mode="json"))
            for name, one in self.chunks
            if name == engine
        ]
        return sorted(kept, key=lambda one: (one.channel, one.start))

    def keep(self, engine: str, chunk: Chunk) -> None:
        self.chunks.append((engine, chunk))


def heard_by(parrot: Parrot, kept: Kept | None = None, **options: object) -> Transcript:
    recording = decode(DEMO_CALLS / "en.ogg")
    return hear(recording, parrot, checkpoints=kept, **options)  # type: ignore[arg-type]


def digests(asked: list[list[Signal]]) -> list[str]:
    return [hashlib.sha256(piece.tobytes()).hexdigest() for pieces in asked for piece in pieces]


@pytest.mark.parametrize("stop_at", [0, 1, 4, 6, 7])
def test_cut_off_work_goes_on_behind_the_last_chunk(stop_at: int) -> None:
    undisturbed = Parrot()
    whole = heard_by(undisturbed)
    assert len(undisturbed.asked) > stop_at
    kept = Kept()
    first, second = Parrot(stop_at=stop_at), Parrot()
    with pytest.raises(InterruptedError):
        heard_by(first, kept)
    assert len(kept.chunks) == stop_at
    again = heard_by(second, kept)
    assert again == whole
    assert digests(first.asked) + digests(second.asked) == digests(undisturbed.asked)


def test_what_another_engine_heard_is_not_mixed_in() -> None:
    kept = Kept()
    heard_by(Parrot(), kept)
    other = Parrot()
    other.engine = "cockatoo"
    heard_by(other, kept)
    assert digests(other.asked) == digests(asked_of_a_parrot())


def asked_of_a_parrot() -> list[list[Signal]]:
    parrot = Parrot()
    heard_by(parrot)
    return parrot.asked


def test_every_moment_of_speech_is_heard_once() -> None:
    parrot = Parrot()
    transcript = heard_by(parrot)
    for number, signal in enumerate(decode(DEMO_CALLS / "en.ogg").channels):
        channel = Channel.listened(number, signal, lambda _share: None)
        words = [
            word
            for segment in transcript.segments
            if segment.channel == number
            for word in segment.words
        ]
        assert len({word.text for word in words}) == len(words)
        loud = levels(signal) > -30
        said = np.zeros(len(loud), dtype=bool)
        for word in words:
            said[int(word.start * 50) : int(word.end * 50) + 1] = True
        assert (loud & said).sum() > 0.98 * loud.sum()
        assert sum(word.end - word.start for word in words) == pytest.approx(
            channel.seconds, abs=1.5
        )


def test_a_language_found_for_sure_is_kept_per_channel() -> None:
    parrot = Parrot(answers=[("sv", 0.3), ("fi", 0.45), ("fi", 0.8), *[("en", 0.9)] * 9])
    transcript = heard_by(parrot)
    agent, rest = parrot.languages_asked[:4], parrot.languages_asked[4:]
    assert agent == [None, None, None, "fi"]
    assert None in rest, "the other channel is asked for itself"
    assert rest.count(None) == 1
    assert transcript.language == "fi"


def test_without_a_sure_answer_the_most_heard_language_is_told() -> None:
    answers = [("sv", 0.3), *[("fi", 0.4)] * 20]
    assert heard_by(Parrot(answers=answers)).language == "fi"


def test_a_language_that_was_told_is_not_detected() -> None:
    parrot = Parrot()
    transcript = heard_by(parrot, language="fi-FI")
    assert set(parrot.languages_asked) == {"fi-FI"}
    assert transcript.language == "fi-FI"


def test_progress_is_told_with_each_chunk_and_ends_at_one() -> None:
    shares: list[float] = []
    parrot = Parrot()
    heard_by(parrot, progress=shares.append)
    assert shares == sorted(shares)
    assert len({share for share in shares if share > 0.05}) >= len(parrot.asked)
    assert shares[-1] == 1


def test_work_that_was_kept_counts_as_done() -> None:
    kept = Kept()
    with pytest.raises(InterruptedError):
        heard_by(Parrot(stop_at=4), kept)
    at_first_question: list[float] = []
    shares: list[float] = []

    def tell(share: float) -> None:
        shares.append(share)

    class Late(Parrot):
        def hear(self, *arguments: object, **options: object) -> list[Recognised]:
            at_first_question.append(shares[-1])
            return super().hear(*arguments, **options)  # type: ignore[arg-type]

    heard_by(Late(), kept, progress=tell)
    assert at_first_question[0] > 0.4


def test_words_out_of_silence_are_left_out() -> None:
    class Dreamer(Parrot):
        """Hears something in a pause that was kept in a piece."""

        def hear(self, pieces: Sequence[Signal], **options: object) -> list[Recognised]:
            heard = super().hear(pieces, **options)  # type: ignore[arg-type]
            return [
                one._replace(utterances=[*one.utterances, _dreamt(piece)])
                for one, piece in zip(heard, pieces, strict=True)
            ]

    recording = decode(DEMO_CALLS / "en.ogg")
    silent = [np.where(np.abs(signal) < 0.002, 0, signal) for signal in recording.channels]
    transcript = hear(recording._replace(channels=silent), Dreamer())
    assert "dream" not in " ".join(segment.text for segment in transcript.segments)


def _dreamt(piece: Signal) -> Utterance:
    silent = np.flatnonzero(levels(piece) < -80)
    at = float(silent[0]) / 50 if len(silent) else 0.0
    assert len(silent), "a piece keeps a moment of silence"
    word = Word(start=at, end=at + 0.02, text="dream")
    return Utterance(at, at + 0.02, "dream", None, [word])


def test_cancelled_while_looking_for_voices() -> None:
    def stop(share: float) -> None:
        if share > 0.02:
            raise InterruptedError

    parrot = Parrot()
    with pytest.raises(InterruptedError):
        heard_by(parrot, progress=stop)
    assert parrot.asked == []
