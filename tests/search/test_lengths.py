"""Which texts go into one pass."""

import random

from copilot.search.lengths import length_groups


def test_texts_of_about_one_length_go_together() -> None:
    assert length_groups([5, 200, 6, 210, 5], size=32, cost=48) == [[0, 4, 2], [1, 3]]
    assert length_groups([], size=32) == []
    assert length_groups([7], size=1) == [[0]]


def test_a_group_has_a_bound_and_every_text_is_in_one() -> None:
    draw = random.Random(3)
    lengths = [draw.choice([3, 8, 20, 60, 250]) for _ in range(500)]
    groups = length_groups(lengths, size=16, cost=48)
    assert sorted(position for group in groups for position in group) == list(range(500))
    assert max(map(len, groups)) == 16
    for group in groups:
        longest = lengths[group[-1]]
        assert sum(longest - lengths[position] for position in group) <= 48


def test_little_padding_is_cheaper_than_another_pass() -> None:
    assert len(length_groups([10, 12, 14, 16], size=32, cost=48)) == 1
    assert len(length_groups([10, 12, 14, 16], size=32, cost=0)) == 4
