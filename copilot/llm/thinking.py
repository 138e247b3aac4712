"""What a reasoning model thinks aloud before its answer, which is no part of the answer.

Servers put it between ``<think>`` and ``</think>`` in the text itself; some templates leave the
opening tag out. (Others send it in a field of its own, which nobody here reads.)
"""

import re

_OPEN = re.compile(r"<(think(?:ing)?|reasoning)>", re.IGNORECASE)
_CLOSE = re.compile(r"</(think(?:ing)?|reasoning)>", re.IGNORECASE)
_BLOCK = re.compile(
    r"<(?P<name>think(?:ing)?|reasoning)>.*?(?:</(?P=name)>|\Z)", re.DOTALL | re.IGNORECASE
)
_LONGEST_TAG = len("</reasoning>")


def without_thinking(text: str) -> str:
    """``text`` without what was thought aloud; also where the opening tag is missing."""
    answer = _BLOCK.sub("", text)
    closed = list(_CLOSE.finditer(answer))
    return answer[closed[-1].end() :].lstrip() if closed else answer.lstrip()


class UnopenedThinkingError(Exception):
    """What was given out already was thinking: its opening tag never came."""


class ThinkingFilter:
    """:func:`without_thinking` of a stream; tags may be cut over its pieces.

    Args:
        unopened: Whether this model is known to begin with thinking without an opening tag.
    """

    def __init__(self, *, unopened: bool = False) -> None:
        self._inside = unopened
        self._held = ""
        self._answered = False

    def feed(self, piece: str) -> str:
        """What of the answer is sure with one more piece.

        Raises:
            UnopenedThinkingError: What came before was thinking.
        """
        self._held += piece
        given: list[str] = []
        while True:
            if self._inside:
                closed = _CLOSE.search(self._held)
                if closed is None:
                    # A tag may be cut in two: its beginning is kept.
                    self._held = self._held[-_LONGEST_TAG:]
                    break
                self._held, self._inside = self._held[closed.end() :], False
                continue
            opened = _OPEN.search(self._held)
            closed = _CLOSE.search(self._held)
            if closed is not None and (opened is None or closed.start() < opened.start()):
                if self._answered or given:
                    raise UnopenedThinkingError
                self._held = self._held[closed.end() :]
                continue
            if opened is None:
                kept = self._held.rfind("<", max(0, len(self._held) - _LONGEST_TAG))
                ready = len(self._held) if kept < 0 else kept
                given.append(self._held[:ready])
                self._held = self._held[ready:]
                break
            given.append(self._held[: opened.start()])
            self._held, self._inside = self._held[opened.end() :], True
        return self._given("".join(given))

    def end(self) -> str:
        """What is left when no more comes."""
        return "" if self._inside else self._given(self._held)

    def _given(self, text: str) -> str:
        if not self._answered:
            text = text.lstrip()
        self._answered = self._answered or bool(text)
        return text
