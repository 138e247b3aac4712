"""Cutting text into tokens for ROUGE, in Finnish as well as in English.

The tokenizer that rouge-score brings keeps only ``a`` to ``z`` and the ten digits: it cuts
``hyvää päivää`` into ``hyv``, ``p`` and ``iv``, and ``39,90`` into two numbers. This one keeps the
letters of every script and whole numbers.
"""

import re
import unicodedata
from functools import lru_cache

from copilot.evals.case import Case
from copilot.kernel.language import detect_language
from copilot.search.analysis import stems, words_of

_SPACES = " \u00a0\u202f\u2009"
_NUMBER = (
    rf"[1-9]\d{{0,2}}(?:[{_SPACES}]\d{{3}})+(?:[.,]\d+)?(?![^\W_])|\d++(?:[.,:/-]\d++)*+(?![^\W_])"
)
# Chinese and Japanese write no spaces: each character is a token, as is usual for ROUGE.
_UNSPACED = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_GAP = re.compile(rf"[{_SPACES}]")
_CODE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")


class Tokenizer:
    """Text to tokens, as ``rouge_score`` takes it.

    Unicode's composed form (NFC) in folded case; letters and digits of any script, with the marks
    on them; a number with
    its marks and the gaps between its thousands is one token (``1 234,50`` becomes ``1234,50``);
    words are stemmed with Snowball's stemmer of the language where it has one.

    Args:
        language: BCP 47 code of the text; None: words are not stemmed.
    """

    def __init__(self, language: str | None = None) -> None:
        self._language = language

    def tokenize(self, text: str) -> list[str]:
        """The tokens of ``text``, in order."""
        folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
        return [
            _GAP.sub("", match[0]) if match["number"] else _stem(match[0], self._language)
            for match in _pattern(_marks(folded)).finditer(folded)
        ]


def language_of(case: Case, text: str) -> str | None:
    """The language that the label of ``case`` names, else the one that ``text`` seems to be in."""
    for label in ("language", "lang"):
        stated = case.labels.get(label, "")
        if _CODE.fullmatch(stated):
            return stated
    return _detected(text)


def _marks(text: str) -> str:
    """The combining marks of ``text`` that no composed letter has taken in."""
    if text.isascii():
        return ""
    return "".join(sorted({one for one in text if unicodedata.category(one)[0] == "M"}))


@lru_cache(maxsize=1_000)
def _pattern(marks: str) -> re.Pattern[str]:
    # Vowels of Hindi or Thai and points of Arabic are marks: no letters to ``re``, but in a word.
    letters = rf"(?:[^\W_{_UNSPACED}][{marks}]*)+" if marks else rf"[^\W_{_UNSPACED}]+"
    return re.compile(rf"(?P<number>{_NUMBER})|[{_UNSPACED}]|{letters}")


@lru_cache(maxsize=10_000)
def _detected(text: str) -> str | None:
    return detect_language(text)


@lru_cache(maxsize=100_000)
def _stem(word: str, language: str | None) -> str:
    if _marks(word):
        # What stems words drops marks, and in Hindi all vowels with them.
        return word
    return "".join(stems(words_of(word), language)) or word
