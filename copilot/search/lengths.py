"""Texts of about one length together: a pass costs as much as its longest text, for each text."""

from collections.abc import Sequence

PASS_COST = 32
"""What one more pass costs, in tokens of padding that would take as long."""


def length_groups(lengths: Sequence[int], *, size: int, cost: int = PASS_COST) -> list[list[int]]:
    """Which texts to put into one pass each, so that little is spent on padding.

    From the shortest up, a group grows until its padding would cost more than one more pass.

    Args:
        lengths: Length of each text, in the unit of ``cost``.
        size: Most texts per pass.
        cost: What one more pass costs.

    Returns:
        Positions in ``lengths``, each once, in groups.
    """
    groups: list[list[int]] = []
    group: list[int] = []
    padding = 0
    for position in sorted(range(len(lengths)), key=lengths.__getitem__):
        grown = (lengths[position] - lengths[group[-1]]) * len(group) if group else 0
        if group and (len(group) == size or padding + grown > cost):
            groups.append(group)
            group, padding, grown = [], 0, 0
        group.append(position)
        padding += grown
    if group:
        groups.append(group)
    return groups
