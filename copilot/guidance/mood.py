"""Whether a customer is angry, and where they say so: a person of more weight should see it.

Words say it (``mood_words.py``), or capital letters and exclamation marks that nothing kind goes
with. A complaint in calm words is no anger.
"""

import re
from functools import lru_cache
from itertools import groupby

from copilot.grounding.sentences import split_sentences
from copilot.guidance.mood_words import ANGRY, CALM, KIND, UPSET

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_SHOUT = re.compile(r"(?:!\s*\?|\?\s*!|!)[!?\s]*!|!\?|\?!")
_SHORTEST_CAPITALS = 2
_CAPITALS_IN_A_ROW = 4
_LONGEST = 20_000


def angry_words(text: str) -> str | None:
    """The sentence of ``text`` in which its writer is angry, or None where none is.

    Args:
        text: What a customer wrote, in any language; words are known for English,
            Finnish, Swedish, German and Estonian.
    """
    for sentence in split_sentences(text[:_LONGEST]):
        if _says(sentence) or _shouts(sentence):
            return sentence
    return None


def _says(sentence: str) -> bool:
    plain = _forms()[1].sub(" ", sentence)
    return _forms()[0].search(plain) is not None


def _shouts(sentence: str) -> bool:
    """Whether it is in capitals, or has exclamation marks and speaks of what is wrong."""
    if _forms()[2].search(sentence):
        return False
    words = _WORD.findall(sentence)
    runs = [len(list(run)) for capital, run in groupby(words, key=_is_capital) if capital]
    if runs and max(runs) >= _CAPITALS_IN_A_ROW:
        return True
    marked = _SHOUT.search(sentence) is not None
    return marked and (max(runs, default=0) > 1 or _forms()[3].search(sentence) is not None)


def _is_capital(word: str) -> bool:
    return len(word) >= _SHORTEST_CAPITALS and word.isupper()


@lru_cache(maxsize=1)
def _forms() -> tuple[re.Pattern[str], ...]:
    return tuple(
        re.compile(rf"(?<!\w)(?:{'|'.join(lines)})", re.IGNORECASE)
        for lines in (ANGRY, CALM, KIND, UPSET)
    )
