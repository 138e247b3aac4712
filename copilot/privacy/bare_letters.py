"""Letters without their marks: how a name is typed where a keyboard has no others."""

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import product

_NO_MARK = str.maketrans("øØłŁđĐðÐıħĦ", "oOlLdDdDihH")
_PAIRS = {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "æ": "ae", "ß": "ss", "þ": "th"}
_MOST_PAIRS = 3
_OWN = frozenset("åäöÅÄÖ")


@lru_cache(maxsize=8)
def bare(text: str, *, keep_own: bool = False) -> str:
    """``text`` of the same length with every letter that has a mark as the one without it.

    Args:
        text: Any text in normalisation form C.
        keep_own: Leave å, ä and ö, which are letters of their own in Finnish and Swedish.
    """
    if text.isascii():
        return text
    marked = {one for one in set(text) if not one.isascii()} - (_OWN if keep_own else frozenset())
    return text.translate({ord(one): _bare(one) for one in marked})


def respelled(small: str) -> Iterator[str]:
    """``small`` with its marked letters as pairs of letters, as German and the Nordic spell them.

    Args:
        small: A word in small letters.
    """
    if sum(one in _PAIRS for one in small) > _MOST_PAIRS:
        return
    choices = [(bare(one), _PAIRS[one]) if one in _PAIRS else (bare(one),) for one in small]
    yield from ("".join(letters) for letters in product(*choices))


def _bare(letter: str) -> str:
    first = unicodedata.normalize("NFD", letter.translate(_NO_MARK))[0]
    return first if first.isalpha() else letter
