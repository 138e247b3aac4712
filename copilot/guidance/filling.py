"""Filling in a saved reply: only from what is known; the rest stays to be seen."""

import re
from collections.abc import Mapping
from typing import NamedTuple

_PLACE = re.compile(r"\{([a-z_]{1,40})\}")


class Filled(NamedTuple):
    """A saved reply for one customer.

    Attributes:
        text: With ``[order number]`` and the like where nothing is known.
        open: What could not be filled in.
    """

    text: str
    open: list[str]


def filled(body: str, known: Mapping[str, str | None]) -> Filled:
    """``body`` with its ``{places}`` filled in.

    Args:
        body: The saved reply.
        known: What is known, by the name of the place.
    """
    missing: list[str] = []

    def value(match: re.Match[str]) -> str:
        found = known.get(match[1])
        if found:
            return found
        name = match[1].replace("_", " ")
        if name not in missing:
            missing.append(name)
        return f"[{name}]"

    return Filled(_PLACE.sub(value, body), missing)
