"""The cases of ``figure_cases_hand.txt``, which are wholly written by hand."""

import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

HAND = Path(__file__).with_name("figure_cases_hand.txt")
VERDICTS = {"s": "supported", "c": "contradicted", "u": "unsupported"}


def by_hand() -> Iterator[dict[str, Any]]:
    """The cases of the file beside this one: ``[[figure|s]]`` is a figure with its verdict."""
    given: list[dict[str, str]] = []
    language = number = ""
    for line in HAND.read_text("utf-8").splitlines():
        tag, _, rest = line.partition(": ")
        if line.startswith("#"):
            given, language, number = [], line.split()[1], line.split()[2]
        elif tag != "T":
            kind = {"O": "order", "A": "article", "M": "message"}[tag[0]]
            text = rest.replace(" | ", "\n")
            source = {"kind": kind, "id": f"{kind}_{len(given) + 1}", "text": text}
            said_at = tag.partition("@")[2]
            given.append(source | ({"said_at": said_at} if said_at else {}))
        else:
            marked = re.findall(r"\[\[(.*?)\|(.)\]\]", rest)
            yield {
                "id": f"hand-{language}-{number}-{sha256(rest.encode()).hexdigest()[:6]}",
                "text": re.sub(r"\[\[(.*?)\|.\]\]", r"\1", rest),
                "language": language,
                "sources": list(given),
                "figures": [{"text": text, "verdict": VERDICTS[mark]} for text, mark in marked],
            }
