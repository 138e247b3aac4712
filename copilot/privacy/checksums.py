"""The check digits that tell a number of a kind from a number that only looks like it."""

from datetime import date

_HETU_MARKS = "0123456789ABCDEFHJKLMNPRSTUVWXY"
_IBAN_COUNTRIES = """
AE23 AT20 BE16 BG22 BR29 CH21 CY28 CZ24 DE22 DK18 EE20 ES24 FI18 FO18 FR27 GB22 GI23 GL18 GR27 HR21
HU28 IE22 IL23 IS26 IT27 LI21 LT20 LU20 LV21 MC27 MT31 NL18 NO15 PL28 PT25 RO24 SA24 SE24 SI19 SK24
SM27 TR26 UA29 AD24 AL28 AZ28 BA20 BH22 BI27 BY28 CR22 DJ27 DO28 EG29 FK18 GE22 GT28 HN28 IQ23 JO30
KW30 KZ20 LB28 LC32 LY25 MD24 ME22 MK19 MN20 MR27 MU30 NI28 OM23 PK24 PS29 QA29 RS22 RU33 SC31 SD18
SO23 ST25 SV28 TL23 TN24 VA22 VG24 XK20 YE30
"""
_IBAN_LENGTHS = {one[:2]: int(one[2:]) for one in _IBAN_COUNTRIES.split()}
_NORWEGIAN = ((3, 7, 6, 1, 8, 9, 4, 5, 2, 1, 0), (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1))
_DANISH = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
_ESTONIAN = ((1, 2, 3, 4, 5, 6, 7, 8, 9, 1), (3, 4, 5, 6, 7, 8, 9, 1, 2, 3))


def luhn(digits: str) -> bool:
    """Whether ``digits`` end in the right check digit (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, character in enumerate(reversed(digits)):
        value = int(character) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def is_product_code(digits: str) -> bool:
    """Whether 12 or 13 digits end as an UPC or EAN does (GS1 General Specifications, 7.9)."""
    return sum(int(one) * (3 if at % 2 else 1) for at, one in enumerate(digits[::-1])) % 10 == 0


def iban_length(country: str) -> int | None:
    """How many characters an IBAN of ``country`` has, where known."""
    return _IBAN_LENGTHS.get(country)


def is_iban(text: str) -> bool:
    """Whether ``text``, capital letters and digits, has the check digits of ISO 13616."""
    if len(text) != iban_length(text[:2]):
        return False
    return int("".join(str(int(one, 36)) for one in text[4:] + text[:4])) % 97 == 1


def is_finnish_id(text: str) -> bool:
    """Whether ``text`` is a henkilötunnus: a date, a century mark, a number, a check mark."""
    number = int(text[:6] + text[7:10])
    return _is_day(text[:2], text[2:4]) and _HETU_MARKS[number % 31] == text[10].upper()


def is_swedish_id(text: str) -> bool:
    """Whether ten digits are a personnummer or a samordningsnummer (its day is 60 higher)."""
    day = int(text[4:6])
    return _is_day(str(day - 60 if day > 60 else day), text[2:4]) and luhn(text)


def is_danish_day(text: str) -> bool:
    """Whether ten digits begin with a day, as a CPR number does."""
    return _is_day(text[:2], text[2:4])


def is_danish_id(text: str) -> bool:
    """Whether ten digits are a CPR number with the check digit that all had until 2007."""
    total = sum(weight * int(digit) for weight, digit in zip(_DANISH, text, strict=True))
    return is_danish_day(text) and total % 11 == 0


def is_norwegian_id(text: str) -> bool:
    """Whether eleven digits are a fødselsnummer or a D-nummer (its day is 40 higher).

    A date and two check digits, as Skatteetaten gives them until 2032.
    """
    digits = [int(one) for one in text]
    day = digits[0] * 10 + digits[1]
    if not _is_day(str(day - 40 if day > 40 else day), text[2:4]):
        return False
    return all(
        sum(weight * digit for weight, digit in zip(weights, digits, strict=True)) % 11 == 0
        for weights in _NORWEGIAN
    )


def is_estonian_id(text: str) -> bool:
    """Whether eleven digits are an isikukood: a century, a date and a check digit."""
    digits = [int(one) for one in text]
    if not (1 <= digits[0] <= 8 and _is_day(text[5:7], text[3:5])):
        return False
    for weights in _ESTONIAN:
        rest = sum(w * d for w, d in zip(weights, digits, strict=False)) % 11
        if rest < 10:
            return rest == digits[10]
    return digits[10] == 0


def _is_day(day: str, month: str) -> bool:
    try:
        # 2000 was a leap year, so 29 February is let through.
        date(2000, int(month), int(day))
    except ValueError:
        return False
    return True
