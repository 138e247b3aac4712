"""Finding national ids: a form, a date and check digits; where a law dropped those, a word before.

Denmark gives numbers without a right check digit since 2007 (CPR-kontoret), so such a number is
one only where it is called so.
"""

import re
from collections.abc import Iterator

from copilot.privacy import checksums
from copilot.privacy.entity import Entity

_DASH = r"[-\u2010\u2011–]"
_FINNISH = re.compile(
    r"(?<!\w)\d{6}[-+\u2010\u2011–A-FYXWVU]\d{3}[0-9A-FHJ-NPR-Y](?!\w)", re.IGNORECASE
)
_TEN = re.compile(rf"(?<![\w-])(?:18|19|20)?\d{{6}}(?:{_DASH}|\+|[ \u00a0]?)\d{{4}}(?![\w-])")
_ELEVEN = re.compile(r"(?<!\w)\d{6}[ \u00a0]?\d{5}(?!\w)")
_SSN = re.compile(r"(?<![\w-])(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])")
_SSN_CALLED = re.compile(r"(?<![\w-])(?!000|666|9\d\d)\d{3} ?(?!00)\d{2} ?(?!0000)\d{4}(?![\w-])")
_NINO = re.compile(
    r"(?<!\w)(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]"
    r"(?: ?\d{2} ?\d{2} ?\d{2} ?)[A-D](?!\w)",
    re.IGNORECASE,
)
_CALLED = re.compile(
    r"\b(?:cpr|personnummer\w*|personnr|p(?:ers)?\.?nr|fødselsnummer\w*|samordningsnummer\w*"
    r"|national id|personal (?:id|identity)\w*|isikukood\w*|henkilötunnu\w*|hetu\w*)\b",
    re.IGNORECASE,
)
_SOCIAL = re.compile(r"\b(?:ssn|social security|social sec)\b", re.IGNORECASE)
_INSURANCE = re.compile(r"\b(?:nino|national insurance|ni (?:number|no))\b", re.IGNORECASE)
_LOOK_BACK = 40
_RECENT = 2015


def find_national_ids(text: str) -> Iterator[Entity]:
    """The national ids in ``text``, whose digits are 0 to 9."""
    for match in _FINNISH.finditer(text):
        if checksums.is_finnish_id(match.group()):
            yield _entity(match)
    for match in _TEN.finditer(text):
        if _is_of_ten(text, match):
            yield _entity(match)
    for match in _ELEVEN.finditer(text):
        digits = re.sub(r"\D", "", match.group())
        if checksums.is_norwegian_id(digits) or checksums.is_estonian_id(digits):
            yield _entity(match)
    for match in _SSN.finditer(text):
        yield _entity(match)
    for match in _SSN_CALLED.finditer(text):
        if _called(_SOCIAL, text, match):
            yield _entity(match)
    for match in _NINO.finditer(text):
        written = match.group()
        if written.count(" ") > 2 or _called(_INSURANCE, text, match):
            yield _entity(match)


def _is_of_ten(text: str, match: re.Match[str]) -> bool:
    """Whether ten digits, or twelve with the century, are a Swedish or Danish number."""
    written = match.group()
    digits = re.sub(r"\D", "", written)
    number = digits[-10:]
    blank = not written.isdigit() and any(map(str.isspace, written))
    divided = not written.isdigit() and not (blank and _in_a_row(text, match))
    if _called(_CALLED, text, match):
        return checksums.is_swedish_id(number) or checksums.is_danish_day(number)
    if len(digits) == 12:
        # Twelve digits of these years are more often the minute of an order.
        return checksums.is_swedish_id(number) and (divided or int(digits[:4]) < _RECENT)
    return divided and (checksums.is_swedish_id(number) or checksums.is_danish_id(number))


def _in_a_row(text: str, match: re.Match[str]) -> bool:
    """Whether other numbers stand beside: then groups of digits make one longer number."""
    before, after = text[: match.start()][-2:], text[match.end() :][:2]
    return bool(re.search(r"\d\s$", before) or re.match(r"\s\d", after))


def _called(words: re.Pattern[str], text: str, match: re.Match[str]) -> bool:
    """Whether one of ``words`` stands before, with no other number between."""
    before = text[max(0, match.start() - _LOOK_BACK) : match.start()]
    return words.search(re.split(r"\d{3,}", before)[-1]) is not None


def _entity(match: re.Match[str]) -> Entity:
    return Entity(match.start(), match.end(), "national_id")
