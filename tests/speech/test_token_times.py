"""When tokens were said, from how likely each becomes as more of the sound is heard."""

import numpy as np
from numpy.typing import NDArray

from copilot.speech.token_times import Likelihoods, TokenTime, token_times

FRAMES = 100
SECONDS = 4.8


def known_from(*frames: int, certain: float = 0.9) -> Likelihoods:
    """A decoder that says token ``i`` once it has heard up to ``frames[i]``."""

    def likelihoods(heard: NDArray[np.bool_]) -> NDArray[np.float32]:
        length = heard.sum(axis=1)[:, None]
        return np.where(length >= np.array(frames)[None, :], certain, 0.01).astype(np.float32)

    return likelihoods


def ends(times: list[TokenTime]) -> list[float]:
    return [round(one.end, 2) for one in times]


def test_a_token_ends_where_it_becomes_likely() -> None:
    times = token_times(known_from(25, 50, 100), frames=FRAMES, tokens=3, seconds=SECONDS)
    assert ends(times) == [1.2, 2.4, 4.8]
    assert [one.start for one in times] == [0.0, 1.2, 2.4]


def test_tokens_that_are_expected_anyway_share_the_time_between_their_neighbours() -> None:
    times = token_times(known_from(25, 0, 75), frames=FRAMES, tokens=3, seconds=SECONDS)
    first, expected, last = times
    assert first.start == 0.0
    assert first.end == expected.start < expected.end == last.start < last.end
    assert expected.told < 0.1 < min(first.told, last.told)
    assert ends(times)[-1] == 3.6


def test_times_never_go_back_where_likelihoods_do() -> None:
    times = token_times(known_from(75, 25, 100), frames=FRAMES, tokens=3, seconds=SECONDS)
    flat = [edge for one in times for edge in (one.start, one.end)]
    assert flat == sorted(flat)
    assert flat[-1] <= SECONDS


def test_an_unsure_decoder_is_compared_with_itself() -> None:
    unsure = known_from(25, 50, certain=0.3)
    times = token_times(unsure, frames=FRAMES, tokens=2, seconds=SECONDS)
    assert ends(times) == [1.2, 2.4]


def test_sound_of_a_moment() -> None:
    (only,) = token_times(known_from(0), frames=3, tokens=1, seconds=0.1)
    assert (only.start, round(only.end, 2)) == (0.0, 0.1)


def test_what_the_sound_tells_nothing_of_goes_to_its_end() -> None:
    times = token_times(known_from(25, 0, 0), frames=FRAMES, tokens=3, seconds=SECONDS)
    assert ends(times) == [1.2, 3.0, 4.8]
    assert [one.told < 0.1 for one in times] == [False, True, True]
