"""Finding telephone numbers: written internationally, valid in a country near, or so called."""

import re
from collections.abc import Iterator, Sequence

from copilot.privacy.entity import Entity

_REGIONS = ("FI", "SE", "GB", "EE", "NO", "DK", "DE", "US")
_CANDIDATE = re.compile(
    r"(?<![\w.,/+#$€£-])(?:\+|\(\+?)?\d(?:[ \u00a0]?[-\u2010\u2011–./()]{0,2}[ \u00a0]?\d){5,15}"
    r"(?:\s?(?:x|ext\.?)\s?\d{1,5})?(?![\w/+]|-\w|[.,:]\d)"
)
_CALLED = re.compile(
    r"\b(?:phone|tele(?:ph|f)on\w*|tel\b|tlf|mobile|cell\b|call|ring|text\b|helista|sms|whatsapp"
    r"|fax|reach|my number|desk\b"
    r"|registered|answering|contact|puh|puhelin\w*|soita|soitta|matkapuh|gsm|kännyk|numeroni|"
    r"mi[nt]t? n(?:umme|umbe)r"
    r"|numerosta"
    r"|numeroon|tavoit|tekstivies|tfn|mobil|ringa)",
    re.IGNORECASE,
)
_SOMETHING_ELSE = re.compile(
    r"\b(?:order|invoice|tracking|parcel|ticket|reference|ref|case|customer|account|item|sku|licen"
    r"[cs]e"
    r"|card|passport|address|tilau|lasku|seuranta|viite|asiakasnumero|tuote|lähety|y-tunnus|osoite"
    r"|versio|build|code|beställning|bestilling|ordre|faktura|artikel|vare|kundn|tellimus|arve|kood"
    r"|kode|product|serial|barcode|ean\b|sarjanumero|viivakood|sopimus|contract|avtal|kuitti|"
    r"receipt"
    r"|kvitt|mittari|käyttöpaik|lukema|meter|bestellung|rechnung|kundennummer|sendung|ärende)",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"(?:\d{4}[-./]\d{2}[-./]\d{2}|\d{1,2}[./-]\d{1,2}[./-](?:\d{2}|\d{4}))(?![./-]?\d)"
)
_YEAR_AND_TIME = re.compile(
    r"(?:19|20)\d\d[ \u00a0,]{1,2}(?:[01]?\d|2[0-3])[.:][0-5]\d(?:[.:][0-5]\d)?"
)
_GROUPED = re.compile(
    r"(?:1[ -])?\(?\d{2,4}\)?[ \u00a0./\u2010\u2011-]{1,2}\d{2,4}"
    r"(?:[ \u00a0./\u2010\u2011-]{1,2}\d{2,4})+"
)
_CALLED_AFTER = re.compile(
    r"[ \t]{0,2}[(,]?[ \t]?(?:office|fax|mobile|cell|home|work|tel|gsm|mob|puh|matkapuh\w*)\b",
    re.IGNORECASE,
)
_TIMES = re.compile(r"\d{1,2}[.:]\d{2}[ \u00a0]?[-\u2010\u2011–][ \u00a0]?\d{1,2}[.:]\d{2}")
_THEN = re.compile(r"[ \u00a0](?=\d{1,2}(?:[.:]\d{1,2}(?!\d)|\.[-–]|/\d{1,2}/))")
"""Where a time or a day begins after a number: it is no more of it."""

_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:[ \u00a0.]\d{3})+")
_MONEY_BEFORE = re.compile(
    r"(?:€|£|\$|\b(?:eur|euroa|usd|gbp|sek|nok|dkk|chf|kr)\.?)[ \u00a0]?$", re.IGNORECASE
)
_MONEY_AFTER = re.compile(
    r"[ \u00a0]?(?:€|£|\$|%|,-|(?:eur|euro\w{0,3}|usd|gbp|sek|nok|dkk|chf|kr|kron\w{1,3}|kpl"
    r"|st|stk|pcs|tk|kg|km|m|cm|mm|l|kwh)\b)",
    re.IGNORECASE,
)
_DAY = re.compile(r"[ \u00a0]\d{1,2}$")
_OF_MONTH = re.compile(r"\.(?:[ \u00a0]?[-–]|[ \u00a0][^\W\d_A-ZÅÄÖ])")
_BUSINESS = re.compile(r"\d{6,7}-\d")
"""The form of a Finnish business id."""

_PARTED = re.compile(
    r"(?:\+?1[-.])?\(?\d{3}\)?[-. ]\d{3}[-.]\d{4}|0\d{1,2}[-.]\d{3}[-.]\d{3,4}"
    r"|0\d(?:([-.])\d\d)(?:\1\d\d){3}"
)
"""How phones are parted by dots or hyphens alone: North American, Finnish, French."""

_LEAST_DIGITS = 7
_LOOK_BACK = 60


def find_phones(text: str, *, taken: Sequence[Entity] = ()) -> Iterator[Entity]:
    """The telephone numbers in ``text``.

    Args:
        text: Any text.
        taken: Numbers found to be something else already.
    """
    busy = {place for one in taken for place in range(one.start, one.end)}
    # "lasku" in somebody's address says nothing of the number after it.
    around = list(text)
    for one in taken:
        around[one.start : one.end] = " " * (one.end - one.start)
    said = "".join(around)
    for match in _CANDIDATE.finditer(text):
        if not busy.isdisjoint(range(match.start(), match.end())):
            continue
        written = _without_time(match.group(), text[match.end() : match.end() + 3])
        end = match.start() + len(written)
        if _DATE.match(written) or _YEAR_AND_TIME.fullmatch(written) or _TIMES.fullmatch(written):
            continue
        before = said[max(0, match.start() - _LOOK_BACK) : match.start()]
        if _is_amount(written, before, text[end : end + 8]):
            continue
        after = _CALLED_AFTER.match(text, end) is not None
        if _is_phone(written, before, after=after):
            yield Entity(match.start(), end, "phone")


def _without_time(written: str, after: str) -> str:
    """A number without the time or day that follows it."""
    if _OF_MONTH.match(after):
        written = _DAY.sub("", written)
    for gap in _THEN.finditer(written):
        kept = written[: gap.start()]
        if sum(map(str.isdigit, kept)) >= _LEAST_DIGITS:
            return kept
    return written


def _is_amount(written: str, before: str, after: str) -> bool:
    return _THOUSANDS.fullmatch(written.lstrip("(")) is not None and (
        _MONEY_BEFORE.search(before) is not None or _MONEY_AFTER.match(after) is not None
    )


def _is_phone(written: str, before: str, *, after: bool) -> bool:
    digits = re.sub(r"\D", "", written)
    if written.lstrip("(").startswith("+"):
        return len(digits) >= _LEAST_DIGITS
    said_phone, said_other = _last(_CALLED, before), _last(_SOMETHING_ELSE, before)
    if said_phone > said_other:
        return len(digits) >= 6
    if said_other > said_phone:
        return False
    if digits.startswith("00"):
        return len(digits) >= _LEAST_DIGITS and not re.search(r"\d\s$", before)
    if after:
        return _LEAST_DIGITS <= len(digits) <= 13
    if _BUSINESS.fullmatch(written) or _THOUSANDS.fullmatch(written.lstrip("(")):
        return False
    gaps = re.findall(r"(?<=\d)\D+(?=\d)", written)
    if len(gaps) > 1 and set(gaps) <= {".", "-"} and not _PARTED.fullmatch(written):
        return False
    # A bare run of digits is more often an order or a product; phones start with 0 then.
    dialled = digits.startswith("0") or _GROUPED.fullmatch(written) is not None
    return dialled and _LEAST_DIGITS <= len(digits) <= 13 and _is_valid_somewhere(written)


def _last(words: re.Pattern[str], before: str) -> int:
    """Where the last of ``words`` stands with no other number after it, or -1."""
    near = re.split(r"\d{3,}", before)[-1]
    return max((match.start() for match in words.finditer(near)), default=-1)


def _is_valid_somewhere(written: str) -> bool:
    # Loading the numbering plans takes a moment, so they wait for the first candidate.
    import phonenumbers

    for region in _REGIONS:
        try:
            number = phonenumbers.parse(written, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return True
    return False
