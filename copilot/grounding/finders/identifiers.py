"""Order, tracking and invoice numbers, account numbers, serial numbers, codes."""

import re
from collections.abc import Iterator

from copilot.grounding.figure import Figure
from copilot.grounding.finders.marking_words import Mark
from copilot.grounding.finders.scan import TAKEN, Anchors, matches, merged

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
_COUNTRY = re.compile(r"[A-Z]{2}\d\d")
_CAPITAL_BEFORE = re.compile(r"[A-Z][ \u00a0]\d{4}")
_WORD_END = re.compile(r"[\w/-]+")
_PART = re.compile(r"[^\W_]+")
_MIN_LENGTH = 4
_LONG = 5
_MOST_CAPITALS = 6
_MAX_LENGTH = 64


def find_accounts(text: str, anchors: Anchors) -> Iterator[Figure]:
    """Account and card numbers written in groups."""
    lettered = (match.start() for match in _COUNTRY.finditer(text))
    for pattern, starts in ((_ACCOUNT, lettered), (_CARD, anchors.before(" ", "-"))):
        for match in matches(pattern, text, starts):
            yield _figure(match[0], match.start())


def find_codes(text: str, anchors: Anchors) -> Iterator[Figure]:
    """Numbers of letters and digits, such as ``KK-20418`` and ``JJFI62010004455``."""
    for match in matches(_SPACED, text, _capitals_before(text)):
        yield _figure(match[0], match.start())
    for match in matches(_MIXED, text, _mixed_words(text, anchors)):
        if _is_code(match[0]):
            yield _figure(match[0], match.start())


def _capitals_before(text: str) -> Iterator[int]:
    """Where capital letters start that a space parts from a run of digits."""
    for match in _CAPITAL_BEFORE.finditer(text):
        start = match.start()
        low = max(0, start - _MOST_CAPITALS)
        while start > low and text[start - 1].isupper():
            start -= 1
        yield start


def _mixed_words(text: str, anchors: Anchors) -> Iterator[int]:
    """Where the words start that hold digits and anything else, and each part of them."""
    done = 0
    for first in anchors.beside(_in_word):
        if first < done or text[first] == TAKEN:
            continue
        start = first
        while start > done and _in_word(text[start - 1]):
            start -= 1
        end = _WORD_END.match(text, first)
        done = end.end() if end is not None else first + 1
        for part in _PART.finditer(text, start, done):
            place = part.start()
            if place and text[place - 1] == "#":
                yield place - 1
            yield place


def _in_word(character: str) -> bool:
    return character.isalnum() or (character != "" and character in "_-/")


def find_digit_runs(text: str, anchors: Anchors) -> Iterator[Figure]:
    """Long numbers, numbers after ``#``, and short ones after a word such as ``order``."""
    named = anchors.words(Mark.NUMBERED)
    hashed = [start - 1 for start in anchors.after("#")]
    long = [start for start, end in anchors.runs if end - start >= _LONG]
    for pattern, starts, group in (
        (_NAMED, named, 1),
        (_ENDING, named, 1),
        (_HASHED, hashed, 0),
        (_DIGITS, merged(hashed, long), 0),
    ):
        for match in matches(pattern, text, starts):
            yield _figure(match[group], match.start(group))
    for match in matches(_HYPHENED, text, anchors.before("-")):
        if sum(map(str.isdigit, match[0])) >= _LEAST_HYPHENED:
            yield _figure(match[0], match.start())


def _figure(written: str, start: int) -> Figure:
    return Figure(written, "identifier", start, start + len(written), (((code_key(written),),),))


def code_key(written: str) -> str:
    """An identifier as it compares: capital letters and digits only."""
    return re.sub(r"[\W_]", "", written).upper()


def _is_code(token: str) -> bool:
    bare = token.lstrip("#")
    if not _MIN_LENGTH <= len(bare) <= _MAX_LENGTH:
        return False
    digits = sum(map(str.isdigit, bare))
    letters = sum(map(str.isalpha, bare))
    if digits < 2 or not letters:
        return False
    if _ORDINAL.match(bare) or _COUNTED.match(bare) or _SLASHED_NUMBERS.match(bare):
        return False
    # A long word with a number in it is a word ("covid-19-rokotus"), not a code.
    return digits >= letters / 2 or any(c.isupper() for c in bare[1:])
