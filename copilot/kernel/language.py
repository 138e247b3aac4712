"""Which language a text is in, offline (lingua, restricted to the languages support teams meet)."""

import math
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from copilot.kernel.language_words import small_words

if TYPE_CHECKING:
    from lingua import LanguageDetector

_CODES = (
    *("FI", "EN", "SV", "DA", "NB", "DE", "NL", "FR", "ES", "IT", "PT", "PL", "RU", "ET"),
    *("LV", "LT", "UK", "CS", "HU", "RO", "TR", "AR", "HE", "ZH", "JA", "KO", "EL", "BG"),
)
_MIN_LETTERS = 4
_SHORT_TEXT = 300
_LIKELY = frozenset({"fi", "en", "sv"})
"""The languages that most who write to us use; a text of a few words is read as one of them when
it is about as good as another."""

_LIKELIER = math.log(1.5)
_PER_SMALL_WORD = 3.0
_LEAST_CONFIDENCE = 0.01


@lru_cache(maxsize=1)
def _detector() -> "LanguageDetector":
    # Loading takes a moment and memory, so it waits for the first text. The accurate mode takes
    # 500 MB and seconds; with the small words beside it the other one is as good.
    from lingua import IsoCode639_1, LanguageDetectorBuilder

    codes = [getattr(IsoCode639_1, code) for code in _CODES]
    return LanguageDetectorBuilder.from_iso_codes_639_1(*codes).with_low_accuracy_mode().build()


def detect_language(text: str) -> str | None:
    """The BCP 47 code of the language ``text`` is most likely in.

    Returns:
        A two-letter code such as ``fi``, or None when there is too little text to tell.
    """
    text = unicodedata.normalize("NFC", text[:4000])
    if sum(character.isalpha() for character in text) < _MIN_LETTERS:
        return None
    confidence = {
        _code(one.language.iso_code_639_1.name): one.value
        for one in _detector().compute_language_confidence_values(text)
    }
    best = max(confidence, key=confidence.__getitem__)
    if len(text) > _SHORT_TEXT:
        return best if confidence[best] else None
    words = small_words(text)
    if not confidence[best] and not words:
        return None

    def score(code: str) -> float:
        spelling = math.log(confidence[code] + _LEAST_CONFIDENCE)
        return spelling + _PER_SMALL_WORD * words[code] + _LIKELIER * (code in _LIKELY)

    return max(confidence, key=score)


def detectable(language: str) -> bool:
    """Whether :func:`detect_language` can tell that a text is in ``language`` (BCP 47)."""
    code = primary_subtag(language)
    return code == "nn" or code.upper() in _CODES or code == "no"


def primary_subtag(language: str) -> str:
    """The language itself: ``en`` of ``en-US`` (BCP 47) and of ``en_us``."""
    return language.replace("_", "-").split("-")[0].lower()


def _code(name: str) -> str:
    code = name.lower()
    return "no" if code == "nb" else code
