"""What a model writes around its answer and that is no part of it: thoughts, and marks of turns.

Servers put thoughts between ``<think>`` and ``</think>`` (Mistral's ``[THINK]``, Kimi's
``◁think▷``) in the text itself; some templates leave the opening tag out. gpt-oss names its
channels instead (OpenAI's "harmony response format"). With a wrong template a model also writes the
token that ends its turn, and then the next turn. (Others send thoughts in a field of their own,
which nobody here reads.)
"""

import re

_NAMES = ("think", "thinking", "reasoning", "thought")
_CHANNEL = r"(?:<\|start\|>assistant)?<\|channel\|>"
_MESSAGE = r"[^<]{0,40}(?:<\|constrain\|>[^<]{0,20})?<\|message\|>"
_FINAL = rf"{_CHANNEL}final{_MESSAGE}"
_OPEN = re.compile(
    rf"<(?:{'|'.join(_NAMES)})>|\[THINK\]|◁think▷|{_CHANNEL}(?:analysis|commentary){_MESSAGE}",
    re.IGNORECASE,
)
_CLOSE = re.compile(rf"</(?:{'|'.join(_NAMES)})>|\[/THINK\]|◁/think▷|{_FINAL}", re.IGNORECASE)
_END = re.compile(
    r"<\|(?:im_end|im_start|eot_id|eom_id|end|end_of_text|endoftext|return|start_header_id)\|>"
    r"|</s>|<end_of_turn>",
    re.IGNORECASE,
)
_LATE_FINAL = re.compile(_FINAL, re.IGNORECASE)
_MARK = "<|"
_TAGS = (
    *(f"<{slash}{name}>" for name in _NAMES for slash in ("", "/")),
    *("[think]", "[/think]", "◁think▷", "◁/think▷", "</s>", "<end_of_turn>", _MARK),
)
_LONGEST_TAG = max(map(len, _TAGS))
_LONGEST_CHANNEL = 120


def without_thinking(text: str) -> str:
    """``text`` without what was thought aloud, also where the opening tag is missing.

    What follows the end of the model's turn is left out too.
    """
    try:
        return _filtered(text, unopened=False)
    except UnopenedThinkingError:
        after = list(_CLOSE.finditer(text))[-1].end()
        return _filtered(text[after:], unopened=False)


def _filtered(text: str, *, unopened: bool) -> str:
    one = ThinkingFilter(unopened=unopened)
    return one.feed(text) + one.end()


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
        self._over = False

    def feed(self, piece: str) -> str:
        """What of the answer is sure with one more piece.

        Raises:
            UnopenedThinkingError: What came before was thinking.
        """
        self._held += piece
        given = ""
        while True:
            if self._over or self._inside:
                if not self._skip():
                    return given
                continue
            tag = self._first_tag()
            if tag is None:
                # A tag may be cut in two: its beginning is kept.
                ready = _sure(self._held)
                given += self._given(self._held[:ready])
                self._held = self._held[ready:]
                return given
            if tag.re is _CLOSE:
                if self._answered:
                    raise UnopenedThinkingError
            else:
                given += self._given(self._held[: tag.start()])
            self._held = self._held[tag.end() :]
            self._inside = tag.re is _OPEN
            # A mark before anything was said only says whose turn it is.
            self._over = tag.re is _END and self._answered

    def end(self) -> str:
        """What is left when no more comes."""
        return "" if self._inside or self._over else self._given(self._held)

    def _skip(self) -> bool:
        """Drop what is held up to the end of the thoughts; whether that was found."""
        closed = (_LATE_FINAL if self._over else _CLOSE).search(self._held)
        if closed is None:
            self._held = self._held[-_LONGEST_CHANNEL:]
            return False
        if self._over:
            raise UnopenedThinkingError
        self._held, self._inside = self._held[closed.end() :], False
        return True

    def _first_tag(self) -> re.Match[str] | None:
        found = (one.search(self._held) for one in (_OPEN, _CLOSE, _END))
        return min(filter(None, found), key=re.Match.start, default=None)

    def _given(self, text: str) -> str:
        if not self._answered:
            text = text.lstrip()
        self._answered = self._answered or bool(text)
        return text


def _sure(text: str) -> int:
    """How much of ``text`` is before anything that may be the beginning of a tag."""
    mark = text.find(_MARK, max(0, len(text) - _LONGEST_CHANNEL))
    if mark >= 0:
        return mark
    tail = text[-_LONGEST_TAG:].lower()
    cut = (n for n in range(len(tail)) if any(one.startswith(tail[n:]) for one in _TAGS))
    return len(text) - len(tail) + next(cut, len(tail))
