"""A summary as plain lines of text, each naming who said it, in the summary's language."""

from collections.abc import Sequence
from typing import NamedTuple

from copilot.conversations.conversation import Role

_SPEAKERS: dict[str, dict[Role, str]] = {
    "en": {"customer": "Customer", "agent": "Agent", "bot": "Bot"},
    "fi": {"customer": "Asiakas", "agent": "Asiakaspalvelija", "bot": "Botti"},
}
_MARKS: dict[Role, str] = {"customer": "→", "agent": "←"}
"""In other languages: towards the desk, and from it."""

_UNSUPPORTED = {"en": "(unsupported)", "fi": "(ei lähdettä)"}
_NOT_SUPPORTED = "(?)"


class Line(NamedTuple):
    """A sentence to show.

    Attributes:
        role: Who said it; None: several people, or nobody knows.
        supported: Whether its messages carry it.
    """

    role: Role | None
    text: str
    supported: bool = True


def speaker(role: Role | None, language: str | None) -> str:
    """What to call somebody in ``language``, a BCP 47 code: a word in English and Finnish.

    Empty when there is nothing to say.
    """
    if role is None:
        return ""
    words = _SPEAKERS.get(_base(language))
    return words.get(role, "") if words else _MARKS.get(role, "")


def worded(headline: str, lines: Sequence[Line], language: str | None) -> str:
    """The headline, then a line for each sentence; no ids.

    A headline that is only the beginning of one of the sentences is not said twice.
    """
    said = [_line(one, language) for one in lines]
    bare = _folded(headline)
    if bare and not any(_folded(one.text).startswith(bare) for one in lines):
        said.insert(0, " ".join(headline.split()))
    return "\n".join(said)


def _line(one: Line, language: str | None) -> str:
    name = speaker(one.role, language)
    text = " ".join(one.text.split())
    if not one.supported:
        text += f" {_UNSUPPORTED.get(_base(language), _NOT_SUPPORTED)}"
    if not name:
        return text
    return f"{name}: {text}" if name[0].isalpha() else f"{name} {text}"


def _base(language: str | None) -> str:
    return (language or "").split("-")[0].lower()


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
