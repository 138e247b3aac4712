"""What the form of a text gives away, remembered by the text's digest.

An article or message is masked again for every draft and summary. What is kept are places and
kinds, which tell nothing of the text.
"""

from collections import OrderedDict
from hashlib import blake2b
from threading import Lock
from typing import NamedTuple

from copilot.privacy.detect import detect
from copilot.privacy.entity import Entity
from copilot.privacy.introduced import introduced

_MOST = 4096


class ByForm(NamedTuple):
    """The entities of a text, and the places of names that it introduces."""

    entities: tuple[Entity, ...]
    introduced: tuple[tuple[int, int], ...]


_known: OrderedDict[bytes, ByForm] = OrderedDict()
_lock = Lock()


def by_form(text: str) -> ByForm:
    """What the form of ``text`` gives away."""
    key = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
    with _lock:
        found = _known.get(key)
        if found is not None:
            _known.move_to_end(key)
            return found
    found = ByForm(tuple(detect(text)), tuple(dict.fromkeys(introduced(text))))
    with _lock:
        _known[key] = found
        if len(_known) > _MOST:
            _known.popitem(last=False)
    return found
