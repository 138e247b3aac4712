"""Codes and street addresses in a sentence, found fast: a card looks at many sentences."""

import re

_CODE = re.compile(r"(?<![\w.,])#?[^\W_]+(?:[-_/][^\W_]+)*(?![\w])")
_LONGEST = 64
_MIN_DIGITS, _MIN_BARE = 3, 5
_STREET = re.compile(
    r"\b[A-ZÅÄÖ][\w-]*(?:katu|tie|kuja|polku|kaari|väylä|ranta|raitti|rinne|tori|gatan|vägen|"
    r"straße|strasse)\s\d{1,4}\b"
    r"|\b\d{1,4}[a-zA-Z]?,?\s(?:[A-Z][\w'’-]+\s){1,3}(?:Street|St|Road|Rd|Lane|Ln|Avenue|Ave|Close|"
    r"Drive|Way|Court|Place|Terrace|Gardens|Square|Crescent|Hill|Row|Grove|Brae|Mews|Boulevard|"
    r"Blvd)\b"
)


def codes_in(text: str) -> frozenset[str]:
    """Order numbers, parcel numbers, serial numbers and the like, as they compare."""
    if not any(map(str.isdigit, text)):
        return frozenset()
    return frozenset(
        match[0].replace("-", "").replace("_", "").replace("/", "").lstrip("#").upper()
        for match in _CODE.finditer(text)
        if len(match[0]) <= _LONGEST and _is_code(match[0])
    )


def _is_code(token: str) -> bool:
    digits = sum(map(str.isdigit, token))
    letters = sum(map(str.isalpha, token))
    if not letters:
        return digits >= _MIN_BARE or (token.startswith("#") and digits >= _MIN_DIGITS)
    # "KK-20418" and "E14" are codes, "20-kiloinen" and "3-year-old" are not.
    if digits < 2 or not token.lstrip("#")[0].isalpha():
        return digits > letters and digits >= _MIN_BARE
    return token.lstrip("#")[0].isupper() or digits >= _MIN_DIGITS


def shape(code: str) -> str:
    """What kind of code it is by its look: ``KK20418`` and ``KK999`` are of one kind."""
    return re.sub(r"\d+", "9", code)


def has_street(text: str) -> bool:
    """Whether a street address stands in ``text``."""
    return _STREET.search(text) is not None


def streets_in(text: str) -> list[tuple[int, int]]:
    """Where street addresses stand in ``text``."""
    return [match.span() for match in _STREET.finditer(text)]
