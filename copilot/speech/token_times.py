"""When each token was said, told by how much of the sound a decoder needs to say it.

A decoder that gives out no attention still shows where a word is: with the sound cut off before
the word it does not expect it, with the sound up to the word's end it does. Each token's likelihood
is looked at for the sound cut off at a row of places, and the tokens get the places, in order, at
which likelihood rises most clearly. Tokens that are expected anyway (``to`` after ``like``) have no
such place and share the time up to the next one that has. What the sound tells nothing of and the
decoder itself is not sure of was made up.
"""

from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Likelihoods = Callable[[NDArray[np.bool_]], NDArray[np.float32]]
"""Frames heard, shape ``(cases, frames)``, to each token's likelihood, ``(cases, tokens)``."""


class TokenTime(NamedTuple):
    """When a token was said.

    Attributes:
        start, end: Seconds from the start of the sound.
        told: How much the sound told of it: the rise of its likelihood, 0 to 1.
    """

    start: float
    end: float
    told: float


_STEP_S = 0.24
_AT_ONCE = 16
NOTHING_TOLD = 0.1
"""Below this a token's place says nothing: it was expected, or made up."""


def token_times(
    likelihoods: Likelihoods, *, frames: int, tokens: int, seconds: float
) -> list[TokenTime]:
    """When each token was said.

    Args:
        likelihoods: Of every token, had only the frames named been heard.
        frames: How many there are.
        tokens: How many there are, at least one.
        seconds: The length of the sound.
    """
    count = max(1, round(seconds / _STEP_S))
    cuts = np.linspace(0, frames, count + 1).round().astype(int)
    heard = np.arange(frames)[None, :] < cuts[:, None]
    likely = np.concatenate(
        [likelihoods(heard[at : at + _AT_ONCE]) for at in range(0, len(cuts), _AT_ONCE)]
    )
    least = likely.min(axis=0)
    told = np.maximum(likely[-1] - least, 0.0)
    share = (likely - least) / np.maximum(told, NOTHING_TOLD)
    places = _rises(share, told)
    return _spread(places, told, cuts / frames * seconds, tokens)


def _rises(share: NDArray[np.float32], told: NDArray[np.float32]) -> NDArray[np.int64]:
    """For each token the first cut at which it counts as heard; never before the one before it.

    Args:
        share: Of the rise of its likelihood, shape ``(cuts, tokens)``.
        told: How much each place matters, shape ``(tokens,)``.
    """
    for_it = np.clip(share, 0.0, 1.0) - 0.5
    # Heard from cut j on: what speaks for it from j on less what speaks for it before.
    after = np.cumsum(for_it[::-1], axis=0)[::-1]
    gain = (2 * after - after[0]) * told
    best, came_from = gain[:, 0], []
    for token in range(1, gain.shape[1]):
        leader = _leaders(best)
        came_from.append(leader)
        best = gain[:, token] + best[leader]
    places = [int(np.argmax(best))]
    for leader in reversed(came_from):
        places.append(int(leader[places[-1]]))
    return np.array(places[::-1])


def _leaders(values: NDArray[np.float32]) -> NDArray[np.int64]:
    """For each place the place of the highest value up to it."""
    highest = np.maximum.accumulate(values)
    new = np.concatenate(([True], values[1:] > highest[:-1]))
    return np.maximum.accumulate(np.where(new, np.arange(len(values)), 0))


def _spread(
    places: NDArray[np.int64], told: NDArray[np.float32], ends: NDArray[np.float64], tokens: int
) -> list[TokenTime]:
    """Tokens with a place end there; those between two such, and those of one place, share."""
    anchors = [at for at in range(tokens) if told[at] >= NOTHING_TOLD]
    last_there = {int(places[at]): at for at in anchors}
    until = {at: float(ends[place]) for place, at in last_there.items()}
    until.setdefault(tokens - 1, float(ends[-1]))
    times: list[TokenTime] = []
    since, first = 0.0, 0
    for last, end in sorted(until.items()):
        marks = np.linspace(since, end, last - first + 2).tolist()
        times += [
            TokenTime(start, stop, float(told[first + at]))
            for at, (start, stop) in enumerate(pairwise(marks))
        ]
        since, first = end, last + 1
    return times
