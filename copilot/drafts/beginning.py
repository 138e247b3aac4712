"""The beginning of a streamed reply, held back while it may be words that go before a reply.

"Sure, here is the reply:" is taken out of a whole reply by ``tidying.py``; without this it would
stand on the agent's screen until then. What begins like a reply is shown at once.
"""

import re

from copilot.drafts.tidying import PREAMBLE, SUBJECT

_YES = re.compile(r"(?:sure|certainly|of course|okay|ok)(?:[,.!:]\s*|\s+)", re.IGNORECASE)
_POINTING = re.compile(
    r"(?:here(?:'s| is|’s)|below is|tässä(?: on)?|ohessa(?: on)?)\s", re.IGNORECASE
)
_REPLY = re.compile(
    r"\b(?:reply|draft|response|message|email|answer|version|vastau|luonno|viesti)", re.IGNORECASE
)
_SENTENCE_ENDS = re.compile(r"[.!?](?=\s)")
_YES_WORDS = ("sure", "certainly", "of course", "okay", "ok")
_OTHER_WORDS = (
    *("here is ", "here's ", "here’s ", "below is ", "tässä ", "ohessa "),
    *("reply:\n", "draft:\n", "response:\n", "vastaus:\n", "luonnos:\n"),
    *("subject:", "aihe:", "otsikko:"),
)
_UNTIL_REPLY = 60
_AFTER_REPLY = 40
_LONGEST_SUBJECT = 120


class BeginningHeld:
    """Takes what goes before a reply out of a stream of pieces.

    It holds back about a line at most, and nothing once anything was shown.
    """

    def __init__(self) -> None:
        self._held = ""
        self._dropped = ""
        self._done = False

    def feed(self, piece: str) -> str:
        """What of the text so far can be shown after ``piece`` has come."""
        if self._done:
            return piece
        self._held += piece
        for form in (PREAMBLE, SUBJECT):
            found = form.match(self._held)
            if found is not None:
                self._dropped += found.group()
                self._held = self._held[found.end() :]
        if _may_go_before(self._held.lstrip()):
            return ""
        self._done = True
        return self._held

    def end(self) -> str:
        """What is left when no more pieces come: all of it, where nothing followed."""
        if self._done:
            return ""
        self._done = True
        return self._held if self._held.strip() else self._dropped + self._held


def _may_go_before(text: str) -> bool:
    """Whether ``text``, which lacks its end, may yet be what goes before a reply."""
    if _begins_one_of(text, _YES_WORDS):
        return True
    yes = _YES.match(text)
    rest = text[yes.end() :] if yes else text
    pointing = _POINTING.match(rest)
    if pointing is not None:
        told = rest[pointing.end() :]
        if "\n" in told or _SENTENCE_ENDS.search(told):
            return False
        reply = _REPLY.search(told[: _UNTIL_REPLY + 1])
        return len(told) <= (_UNTIL_REPLY if reply is None else reply.end() + _AFTER_REPLY)
    if re.match(r"(?:subject|aihe|otsikko):", rest, re.IGNORECASE):
        return "\n" not in rest and len(rest) <= _LONGEST_SUBJECT
    return _begins_one_of(rest, _OTHER_WORDS)


def _begins_one_of(text: str, words: tuple[str, ...]) -> bool:
    """Whether one of ``words`` begins with the whole of ``text``."""
    return any(one.startswith(text.lower()) for one in words)
