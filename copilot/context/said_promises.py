"""What agents undertook in a conversation, and by which day."""

import re
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from copilot.context.due import due_of
from copilot.summaries.said import Said

_LATEST = 30
_OFFER = re.compile(
    r"^(?:if|unless|jos|mikäli|ellei|joko|either|would you|voimme|voit|voitte|halutessa\w*|"
    r"we can|you can|you could)\b"
    r"|\b(?:what we promise|mitä lupaamme|saat valita|you (?:can )?choose|if you(?:'d| would| want|"
    r" wish| like| prefer)|jos halua\w+)\b"
    r"|\bjoko\b.*\btai\b|\beither\b.*\bor\b"
)


class SaidPromise(NamedTuple):
    """A sentence in which an agent undertakes something, and the day it names, if it does."""

    said: Said
    due: date | None


def promises_in(sentences: Sequence[Said]) -> list[SaidPromise]:
    """The latest of an agent's ``sentences`` that promise, without mere offers, in order."""
    promising = [one for one in sentences if one.acts[0] != "question" and "promise" in one.acts]
    return [
        SaidPromise(one, due_of(one))
        for one in promising[-_LATEST:]
        if not _OFFER.search(one.text.lower().replace("’", "'"))
    ]
