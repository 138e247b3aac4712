"""What models put around and into a reply that no customer should see, taken out.

A preamble ("Here is the reply:"), Markdown where the channel shows it as signs, a second greeting.
What is left to fill in ("[Your name]") is told to the agent.
"""

import re
from typing import NamedTuple

from copilot.conversations.conversation import Channel
from copilot.drafts.comparing import is_greeting
from copilot.drafts.draft import DraftWarning

PREAMBLE = re.compile(
    r"\s*(?:(?:sure|certainly|of course|okay|ok)[,.!:]?\s*)?"
    r"(?:(?:here(?:'s| is|’s)|below is)\s[^\n]{0,60}\b(?:reply|draft|response|message|email|answer"
    r"|version)\b[^\n]{0,40}:"
    r"|(?:reply|draft|response|vastaus|luonnos):(?=\s*\n)"
    r"|(?:tässä|ohessa)(?: on)?\s[^\n]{0,60}\b(?:vastau|luonno|viesti)\w*[^\n]{0,40}:)\s*\n",
    re.IGNORECASE,
)
SUBJECT = re.compile(r"\s*(?:subject|aihe|otsikko):[^\n]*\n+", re.IGNORECASE)
_FENCE = re.compile(r"^\s*```\w*\s*\n(.*?)\n\s*```\s*$", re.DOTALL)
_HEADING = re.compile(r"^#{1,6}\s+", re.MULTILINE)
_BOLD = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1", re.DOTALL)
_ITALIC = re.compile(r"(?<![\w*])([*_])(?=[^\s*_])([^*_\n]+?)(?<=\S)\1(?![\w*])")
_CODE = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\[([^\]\n]+)\]\((https?://[^\s)]+)\)")
_STARS = re.compile(r"^(\s*)[*+]\s+", re.MULTILINE)
_RULE = re.compile(r"^\s*(?:-{3,}|\*{3,}|_{3,})\s*$\n?", re.MULTILINE)
_BLANK = re.compile(
    r"[\[<{](?:(?:insert|add|lisää|täytä)\s[^\]>}\n]{1,60}"
    r"|(?:your|agent|customer|company|my|oma|sinun|asiakkaan|yrityksen|asiakaspalvelijan)?\s?"
    r"(?:name|names|nimi|nimesi|first name|signature|allekirjoitus|title|phone number|date"
    r"|company|order number|tilausnumero|päivämäärä|puhelinnumero|etunimi))[\]>}]",
    re.IGNORECASE,
)
_SHOWS_MARKDOWN: frozenset[Channel] = frozenset(("note",))


class Tidied(NamedTuple):
    """A reply as a customer may read it, and what was done to it or is left to do."""

    text: str
    removed: list[str]


def tidied(text: str, channel: Channel) -> Tidied:
    """``text`` of a model without what belongs to no reply; source marks stay where they are.

    Args:
        text: As the model wrote it, with source marks such as ``[S1]``.
        channel: Where it will be sent.
    """
    removed: list[str] = []

    def step(name: str, changed: str) -> None:
        nonlocal text
        if changed.strip() and changed != text:
            removed.append(name)
            text = changed

    step("code fence", _FENCE.sub(r"\1", text))
    step("preamble", PREAMBLE.sub("", text, count=1) if PREAMBLE.match(text) else text)
    step("subject line", SUBJECT.sub("", text, count=1) if SUBJECT.match(text) else text)
    if channel not in _SHOWS_MARKDOWN:
        step("Markdown", _plain(text))
    step("second greeting", _greeted_once(text))
    return Tidied(text, removed)


def left_blank(text: str) -> list[DraftWarning]:
    """Places of ``text`` that wait to be filled in, such as ``[Your name]``."""
    return [
        DraftWarning(
            code="placeholder_left",
            detail=f"Fill this in or take it out: {one.group()}",
            start=one.start(),
            end=one.end(),
        )
        for one in _BLANK.finditer(text)
    ]


def _plain(text: str) -> str:
    text = _RULE.sub("", text)
    text = _HEADING.sub("", text)
    text = _LINK.sub(lambda one: _link(one.group(1), one.group(2)), text)
    text = _STARS.sub(r"\1- ", text)
    text = _BOLD.sub(r"\2", text)
    text = _ITALIC.sub(r"\2", text)
    return _CODE.sub(r"\1", text)


def _link(shown: str, address: str) -> str:
    return address if shown.strip() == address else f"{shown} ({address})"


def _greeted_once(text: str) -> str:
    lines = text.split("\n")
    told = [place for place, line in enumerate(lines) if line.strip()][:2]
    if len(told) == 2 and all(is_greeting(lines[place]) for place in told):
        del lines[told[0] + 1 : told[1] + 1]
    return "\n".join(lines)
