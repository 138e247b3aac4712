"""Which language a text is in, offline (lingua, restricted to the languages support teams meet)."""

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lingua import LanguageDetector

_CODES = (
    ["FI", "EN", "SV", "DA", "NB", "DE", "NL", "FR", "ES", "IT", "PT", "PL", "RU", "ET", "LV", "LT", "UK", "CS", "HU", "RO", "TR", "AR", "HE", "ZH", "JA", "KO", "EL", "BG"]
)
_MIN_LETTERS = 4


@lru_cache(maxsize=1)
def _detector() -> "LanguageDetector":
    # Loading takes a moment and 100 MB, so it waits for the first text.
    from lingua import IsoCode639_1, LanguageDetectorBuilder

    codes = [getattr(IsoCode639_1, code) for code in _CODES]
    return LanguageDetectorBuilder.from_iso_codes_639_1(*codes).with_low_accuracy_mode().build()


def detect_language(text: str) -> str | None:
    """The BCP 47 code of the language ``text`` is most likely in.

    Returns:
        A two-letter code such as ``fi``, or None when there is too little text to tell.
    """
    if sum(character.isalpha() for character in text) < _MIN_LETTERS:
        return None
    language = _detector().detect_language_of(text[:4000])
    if language is None:
        return None
    code = str(language.iso_code_639_1.name).lower()
    return "no" if code == "nb" else code
