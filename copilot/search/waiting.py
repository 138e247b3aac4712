"""Texts that wait for their vectors: each text once, oldest first, and those found kept a while."""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]
"""One unit-length row. Shared by everyone who asked for its text, so it cannot be written to."""


class Asked:
    """A text that was asked for, by one caller or by several at once."""

    __slots__ = ("callers", "done", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.callers = 0
        self.done: asyncio.Future[Vector] = asyncio.get_running_loop().create_future()


class Waiting:
    """One line of texts to embed, and a memory of those embedded last.

    Args:
        remembered: Most texts whose vectors are kept.
        longest: Longest text that is kept, in characters.
    """

    def __init__(self, *, remembered: int, longest: int) -> None:
        self._remembered = remembered
        self._longest = longest
        self._known: OrderedDict[str, Vector] = OrderedDict()
        # In order of asking, which a dictionary keeps; what runs has left the line.
        self._line: dict[str, Asked] = {}
        self._running: dict[str, Asked] = {}

    def __bool__(self) -> bool:
        return bool(self._line)

    def known(self, text: str) -> Vector | None:
        """The vector of a text that was embedded not long ago."""
        vector = self._known.get(text)
        if vector is not None:
            self._known.move_to_end(text)
        return vector

    def ask(self, text: str) -> Asked:
        """Queue a text, or join those who wait for the same one. Ends with :meth:`leave`."""
        asked = self._running.get(text) or self._line.get(text)
        if asked is None:
            asked = Asked(text)
            vector = self.known(text)
            if vector is None:
                self._line[text] = asked
            else:
                asked.done.set_result(vector)
        asked.callers += 1
        return asked

    def leave(self, asked: Asked) -> None:
        """A caller has its vector, or no longer wants it: what nobody wants leaves the line."""
        asked.callers -= 1
        if asked.callers:
            return
        for place in (self._line, self._running):
            if place.get(asked.text) is asked:
                del place[asked.text]
        if not asked.done.done():
            asked.done.cancel()
        elif not asked.done.cancelled():
            # Looked at, so that asyncio does not log a failure that another text's told already.
            asked.done.exception()

    def take(self, *, size: int, characters: int) -> list[Asked]:
        """The texts for the next pass, oldest first.

        Args:
            size: Most texts.
            characters: Most characters, unless the first text alone has more.
        """
        taken: list[Asked] = []
        for asked in self._line.values():
            characters -= len(asked.text)
            if len(taken) == size or (taken and characters < 0):
                break
            taken.append(asked)
        for asked in taken:
            del self._line[asked.text]
            self._running[asked.text] = asked
        return taken

    def finish(self, batch: Sequence[Asked], vectors: NDArray[np.float32]) -> None:
        """Give out the vectors of a pass."""
        for asked, row in zip(batch, vectors, strict=True):
            # A copy: a row would keep the whole pass in memory for as long as it is remembered.
            vector = row.copy()
            vector.setflags(write=False)
            self._running.pop(asked.text, None)
            if len(asked.text) <= self._longest:
                self._known[asked.text] = vector
                if len(self._known) > self._remembered:
                    self._known.popitem(last=False)
            if not asked.done.done():
                asked.done.set_result(vector)

    def fail(self, batch: Sequence[Asked], error: Exception) -> None:
        """Tell the callers of a pass that it failed."""
        for asked in batch:
            self._running.pop(asked.text, None)
            if not asked.done.done():
                asked.done.set_exception(error)

    def clear(self, error: Exception) -> None:
        """Tell everyone who waits that nothing will come."""
        everyone = [*self._line.values(), *self._running.values()]
        self._line.clear()
        self.fail(everyone, error)
