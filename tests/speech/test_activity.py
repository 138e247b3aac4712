"""Where somebody speaks, however long they go on."""

import numpy as np

from copilot.speech.activity import find_speech
from copilot.speech.signals import FRAME
from copilot.speech.transcriber import SAMPLE_RATE


def test_hours_without_a_pause_are_cut_where_it_is_least_loud() -> None:
    levels_db = np.full(3 * 3600 * SAMPLE_RATE // FRAME, -20.0, dtype=np.float32)
    dips = np.arange(600, len(levels_db), 600)
    for around in range(-4, 5):
        levels_db[dips + around] = -30.0
    stretches = find_speech(levels_db, [True] * (3 * 3600 * 20), voiced_frame_s=0.05)
    assert [start for start, _ in stretches[1:]] == [end for _, end in stretches[:-1]]
    assert (stretches[0][0], stretches[-1][1]) == (0, len(levels_db) * FRAME)
    assert max(end - start for start, end in stretches) <= 15 * SAMPLE_RATE
    assert {end // FRAME for _, end in stretches[:-1]} <= set(dips.tolist())


def test_two_words_with_a_pause_are_two_stretches() -> None:
    levels_db = np.full(300, -70.0, dtype=np.float32)
    levels_db[50:80] = levels_db[200:230] = -20.0
    stretches = find_speech(levels_db, [True] * 100, voiced_frame_s=0.06)
    assert [(start // FRAME, end // FRAME) for start, end in stretches] == [(38, 92), (188, 242)]


def test_nothing_is_heard_in_no_sound() -> None:
    assert find_speech(np.zeros(0, dtype=np.float32), [], voiced_frame_s=0.03) == []
