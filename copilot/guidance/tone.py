"""What of a tone guide works without a language model: its front matter.

The guide is Markdown for the model to read. Front matter between two lines of ``---`` may say, for
each language, how a reply begins and ends, whom it addresses how, and which words are never used.
"""

import re
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from copilot.guidance.errors import ToneGuideUnreadableError
from copilot.kernel.language import primary_subtag
from copilot.kernel.text import StorableText

_FRONT = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.*?)\r?\n---[ \t]*(?:\r?\n|\Z)", re.DOTALL)
Line = Annotated[StorableText, Field(min_length=1, max_length=200)]


class LanguageTone(BaseModel):
    """How replies in one language are framed.

    Attributes:
        greeting: With ``{first_name}``.
        greeting_nameless: Where no name is known.
        closing: Above the agent's signature.
        address: Of Finnish: ``sinä`` or ``te``.
        forbidden: Words and phrases that no reply has; what begins with one has it.
    """

    model_config = ConfigDict(extra="forbid")

    greeting: Line | None = None
    greeting_nameless: Line | None = None
    closing: Line | None = None
    address: Literal["sinä", "te"] | None = None
    forbidden: list[Line] = Field(default_factory=list, max_length=200)


class ToneFront(BaseModel):
    """The front matter of a tone guide."""

    model_config = ConfigDict(extra="forbid")

    languages: dict[Annotated[str, Field(pattern=r"^[a-z]{2,3}$")], LanguageTone] = Field(
        default_factory=dict, max_length=50
    )


def read_tone(guide: str) -> ToneFront:
    """The front matter of ``guide``; empty where it has none.

    Raises:
        ToneGuideUnreadableError: It is not YAML, or not of this form.
    """
    matched = _FRONT.match(guide)
    if matched is None:
        return ToneFront()
    try:
        read: Any = yaml.safe_load(matched[1])
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 2}" if mark is not None else ""
        raise ToneGuideUnreadableError(f"Its front matter is not YAML{line}.") from error
    try:
        return ToneFront.model_validate(read or {})
    except ValidationError as error:
        fault = error.errors()[0]
        place = ".".join(str(one) for one in fault["loc"])
        raise ToneGuideUnreadableError(f"Its front matter: {place}: {fault['msg']}.") from error


def tone_for(guide: str | None, language: str) -> LanguageTone:
    """What ``guide`` says of replies in ``language``; nothing where it cannot be read."""
    if guide is None:
        return LanguageTone()
    try:
        front = read_tone(guide)
    except ToneGuideUnreadableError:
        return LanguageTone()
    return front.languages.get(primary_subtag(language), LanguageTone())


def forbidden_in(text: str, tone: LanguageTone) -> list[str]:
    """The forbidden words that ``text`` has, as the guide spells them."""
    said = text.lower()
    return [
        word
        for word in tone.forbidden
        if re.search(rf"(?<!\w){re.escape(word.lower())}", said) is not None
    ]
