"""How many characters a model's tokenizer makes a token of, learnt from what its server counts.

Small tokenizers make two of Finnish, and scripts without spaces have one: a prompt made for two and
a half would be too long for the window. It never grows beyond that start: after a hundred English
prompts, at four, one in Finnish would not fit.
"""

from collections import deque

from copilot.llm.room import CHARACTERS_PER_TOKEN

_FEWEST = 0.5
_REMEMBERED = 64
_SHORTEST = 1_000
"""Characters of a prompt. In a shorter one the server's own words between messages count."""

_MARGIN = 0.95
_LESS_WHEN_REFUSED = 0.75
_BELIEVED = (0.2, 20.0)


class Calibration:
    """What is known of one model's tokenizer, in this process."""

    def __init__(self) -> None:
        self._told: deque[float] = deque(maxlen=_REMEMBERED)

    @property
    def per_token(self) -> float:
        """Characters of a token, by the worst of the last prompts; at most what is usual."""
        if not self._told:
            return CHARACTERS_PER_TOKEN
        return max(_FEWEST, min(CHARACTERS_PER_TOKEN, min(self._told) * _MARGIN))

    def learn(self, characters: int, tokens: int) -> None:
        """Take in the server's count of a prompt.

        Args:
            characters: Of the whole prompt.
            tokens: As the server counted them; what cannot be is left out.
        """
        if characters < _SHORTEST or tokens <= 0:
            return
        ratio = characters / tokens
        if _BELIEVED[0] <= ratio <= _BELIEVED[1]:
            self._told.append(ratio)

    def too_long(self) -> None:
        """Take in that a prompt was refused as too long for the window."""
        self._told.append(max(_FEWEST, self.per_token * _LESS_WHEN_REFUSED))
