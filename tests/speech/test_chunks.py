"""Stretches of speech in pieces, and words put back where they were said."""

from itertools import pairwise

import numpy as np
import pytest

from copilot.speech.chunks import Piece, behind, packed
from copilot.speech.signals import FRAME
from copilot.speech.transcriber import SAMPLE_RATE, Utterance
from copilot.speech.transcript import Word
from copilot.speech.voices import Stretch


def seconds(start: float, end: float) -> Stretch:
    return Stretch(round(start * SAMPLE_RATE), round(end * SAMPLE_RATE))


def even(length_s: float) -> np.ndarray:
    return np.full(round(length_s * SAMPLE_RATE / FRAME), -20.0, dtype=np.float32)


def talk(count: int) -> list[Stretch]:
    """Phrases of 0.3 to 4 seconds with pauses of 0 to 2 seconds between them."""
    draw = np.random.default_rng(4)
    lengths, pauses = draw.uniform(0.3, 4, count), draw.choice((0, 0.1, 0.5, 2), count)
    starts = np.cumsum(lengths + pauses) - lengths
    return [seconds(start, start + length) for start, length in zip(starts, lengths, strict=True)]


def test_pieces_are_full_and_hold_every_sample_once() -> None:
    stretches = talk(400)
    pieces = packed(stretches, even(2000), longest_s=30)
    parts = [part for piece in pieces for part in piece.parts]
    assert all(one.end <= other.start for one, other in pairwise(parts))
    assert sum(piece.length for piece in pieces) == sum(end - start for start, end in stretches)
    assert max(piece.length for piece in pieces) <= 30 * SAMPLE_RATE
    assert np.mean([piece.length for piece in pieces[:-1]]) > 0.9 * 30 * SAMPLE_RATE


def test_a_piece_ends_with_the_longest_pause_near_its_end() -> None:
    stretches = [
        seconds(0, 20),
        seconds(20.1, 28.8),
        seconds(32, 32.4),
        seconds(32.5, 32.9),
        seconds(33, 38),
    ]
    pieces = packed(stretches, even(40), longest_s=30)
    assert [piece.parts[-1].end for piece in pieces] == [stretches[1].end, stretches[-1].end]


def test_packing_goes_on_behind_a_piece_as_if_it_had_begun_there() -> None:
    stretches = talk(100)
    pieces = packed(stretches, even(500), longest_s=15)
    for done in (1, 3, len(pieces) - 1):
        rest = behind(stretches, pieces[done - 1].parts[-1].end)
        assert packed(rest, even(500), longest_s=15) == pieces[done:]


def test_who_never_pauses_is_cut_where_it_is_least_loud() -> None:
    levels_db = even(100)
    dips = [round(second * SAMPLE_RATE / FRAME) for second in (22, 47, 70)]
    for dip in dips:
        levels_db[dip - 4 : dip + 5] = -40
    pieces = packed([seconds(0, 100)], levels_db, longest_s=30)
    assert [piece.parts[-1].end // FRAME for piece in pieces[:-1]][:3] == dips
    assert max(piece.length for piece in pieces) <= 30 * SAMPLE_RATE
    assert sum(piece.length for piece in pieces) == 100 * SAMPLE_RATE


def test_the_samples_of_a_piece() -> None:
    signal = np.arange(10 * SAMPLE_RATE, dtype=np.float32)
    piece = Piece((seconds(1, 2), seconds(5, 5.5)))
    cut = piece.cut_from(signal)
    assert len(cut) == piece.length == 1.5 * SAMPLE_RATE
    assert (cut[0], cut[SAMPLE_RATE]) == (SAMPLE_RATE, 5 * SAMPLE_RATE)


def said(*words: tuple[float, float, str]) -> Utterance:
    heard = [Word(start=start, end=end, text=text) for start, end, text in words]
    text = " ".join(word.text for word in heard)
    return Utterance(heard[0].start, heard[-1].end, text, None, heard)


def test_words_are_put_back_where_they_were_said() -> None:
    piece = Piece((seconds(10, 12), seconds(20, 21), seconds(30, 33)))
    heard = said((0.5, 1, "one"), (1.9, 2.3, "two"), (2.6, 3.2, "three"), (5.5, 6.4, "four"))
    (placed,) = piece.placed([heard])
    assert [(word.text, word.start, word.end) for word in placed.words] == [
        ("one", 10.5, 11),
        ("two", 20, 20.3),  # its middle lies behind the joint
        ("three", 20.6, 21),
        ("four", 32.5, 33),  # no word ends after the sound
    ]
    assert (placed.start, placed.end) == (10.5, 33)


@pytest.mark.parametrize(("end", "placed_end"), [(2.0, 12), (2.5, 20.5), (9.0, 21)])
def test_an_utterance_without_words_is_put_back_too(end: float, placed_end: float) -> None:
    piece = Piece((seconds(10, 12), seconds(20, 21)))
    (placed,) = piece.placed([Utterance(0.25, end, "yes", None, [])])
    assert (placed.start, placed.end) == (10.25, placed_end)
