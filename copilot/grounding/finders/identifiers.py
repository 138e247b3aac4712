"""Order, tracking and invoice numbers, account numbers, serial numbers, codes."""

import re
from collections.abc import Iterator, Sequence

from copilot.grounding.figure import Figure
from copilot.grounding.finders.scan import matches

_ACCOUNT = re.compile(
    r"\b[A-Z]{2}\d{2}(?:[ \u00a0]?[A-Z0-9]{4}){2,7}(?:[ \u00a0]?[A-Z0-9]{1,3})?\b"
)
_CARD = re.compile(r"(?<![\w-])\d{4}(?:[ -]\d{4}){2,4}(?![\w-])")
_MIXED = re.compile(r"(?<!\w)#?[^\W_]+(?:[-_/][^\W_]+)*(?!\w)")
_SPACED = re.compile(r"(?<![\w-])[A-Z]{2,4}[ \u00a0]\d{4,}(?:-\w+)?(?![\w])")
_DIGITS = re.compile(r"(?<![\w.,-])#?\d{5,}(?:-\d+)*(?!\w)")
_NAMED = re.compile(
    r"(?i:\b(?:order|orders|tilau\w*|invoice|lasku\w*|ticket|case|tapau\w*|viit\w*|reference|ref|"
    r"numero\w*|number|nro|no|code|koodi\w*|pin|rma|booking|varau\w*|asiakasnumero\w*)"
    r"[.:]?\s{0,2}(?:number|numero|nro|no|on|is)?[.:]?\s{0,2})(#?\d{3,12})(?![\w.,]\d)(?!\w|\s?[%€])"
)
_HASHED = re.compile(r"(?<![\w&])#\d{2,}(?!\w)")
_ENDING = re.compile(
    r"(?i:\b(?:ending|ends|last four(?: digits)?|päättyy|päättyv\w+|loppuu|loppuosa))"
    r"\s{0,2}(?:in|with|are|numeroihin)?:?\s{0,2}(\d{3,4})(?![\w.,]\d)(?!\w|\s?[%€.:]\d)"
)
_HYPHENED = re.compile(r"(?<![\w.,/+-])\d{2,8}(?:-\d{1,8}){1,4}(?![\w/-]|[.,]\d)")
_LEAST_HYPHENED = 7
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)$", re.IGNORECASE)
_COUNTED = re.compile(r"\d{1,4}[-–]?[^\W\d_]{1,14}(?:[-–][^\W\d_]+)?$")
_SLASHED_NUMBERS = re.compile(r"[\d/]+$")
_MIN_LENGTH = 4
_MAX_LENGTH = 64


def find_accounts(text: str, windows: Sequence[tuple[int, int]]) -> Iterator[Figure]:
    """Account and card numbers written in groups."""
    for pattern in (_ACCOUNT, _CARD):
        for match in matches(pattern, text, windows):
            yield _figure(match[0], match.start())


def find_codes(text: str, windows: Sequence[tuple[int, int]]) -> Iterator[Figure]:
    """Numbers of letters and digits, such as ``KK-20418`` and ``JJFI62010004455``."""
    for match in matches(_SPACED, text, windows):
        yield _figure(match[0], match.start())
    for match in matches(_MIXED, text, windows):
        if _is_code(match[0]):
            yield _figure(match[0], match.start())


def find_digit_runs(text: str, windows: Sequence[tuple[int, int]]) -> Iterator[Figure]:
    """Long numbers, numbers after ``#``, and short ones after a word such as ``order``."""
    for pattern, group in ((_NAMED, 1), (_ENDING, 1), (_HASHED, 0), (_DIGITS, 0)):
        for match in matches(pattern, text, windows):
            yield _figure(match[group], match.start(group))
    for match in matches(_HYPHENED, text, windows) if "-" in text else ():
        if sum(map(str.isdigit, match[0])) >= _LEAST_HYPHENED:
            yield _figure(match[0], match.start())


def _figure(written: str, start: int) -> Figure:
    return Figure(written, "identifier", start, start + len(written), (((code_key(written),),),))


def code_key(written: str) -> str:
    """An identifier as it compares: capital letters and digits only."""
    return re.sub(r"[\W_]", "", written).upper()


def _is_code(token: str) -> bool:
    bare = token.lstrip("#")
    digits = sum(character.isdigit() for character in bare)
    letters = sum(character.isalpha() for character in bare)
    if not (_MIN_LENGTH <= len(bare) <= _MAX_LENGTH) or digits < 2 or not letters:
        return False
    if _ORDINAL.match(bare) or _COUNTED.match(bare) or _SLASHED_NUMBERS.match(bare):
        return False
    # A long word with a number in it is a word ("covid-19-rokotus"), not a code.
    return digits >= letters / 2 or any(c.isupper() for c in bare[1:])
