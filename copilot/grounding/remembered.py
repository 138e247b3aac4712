"""What is remembered between checks: within bounds, and forgotten when somebody is erased."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from functools import lru_cache
from threading import Lock
from typing import Generic, TypeVar

_Key = TypeVar("_Key", bound=Hashable)
_Value = TypeVar("_Value")

_LONGEST = 600


class Remembered(Generic[_Key, _Value]):
    """Values by key; the longest unused go first once all together are too large.

    Args:
        most: How many bytes, as those who keep values reckon them.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._size = 0
        self._kept: OrderedDict[_Key, tuple[_Value, int]] = OrderedDict()
        self._lock = Lock()

    @property
    def size(self) -> int:
        """Bytes of all that is kept."""
        return self._size

    def those(self, keys: Iterable[_Key]) -> dict[_Key, _Value]:
        """The values of those of ``keys`` that are remembered."""
        found: dict[_Key, _Value] = {}
        with self._lock:
            for key in keys:
                there = self._kept.get(key)
                if there is not None:
                    self._kept.move_to_end(key)
                    found[key] = there[0]
        return found

    def keep(self, key: _Key, value: _Value, size: int) -> None:
        """Remember ``value`` of about ``size`` bytes."""
        with self._lock:
            _, before = self._kept.pop(key, (None, 0))
            self._kept[key] = (value, size)
            self._size += size - before
            while self._size > self._most:
                _, (_, gone) = self._kept.popitem(last=False)
                self._size -= gone

    def forget(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()
            self._size = 0


_forgetting: list[Callable[[], None]] = []


def by_text(most: int) -> Callable[[Callable[[str], _Value]], Callable[[str], _Value]]:
    """Makes work on a word or a sentence be remembered for the ``most`` that were last asked for.

    Only short ones are: what is kept stays small, whatever is asked.
    """

    def remembering(work: Callable[[str], _Value]) -> Callable[[str], _Value]:
        kept = lru_cache(maxsize=most)(work)
        _forgetting.append(kept.cache_clear)

        def remembered(text: str) -> _Value:
            return kept(text) if len(text) <= _LONGEST else work(text)

        return remembered

    return remembering


def forget_short_texts() -> None:
    """Forget every word and sentence that :func:`by_text` remembers."""
    for forget in _forgetting:
        forget()
