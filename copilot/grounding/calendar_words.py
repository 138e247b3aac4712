"""Months and weekdays as they are written and inflected."""

import re

from copilot.kernel.listed import listed

_EN_MONTHS = listed("""
    january february march april may june july august september october november december
""")
_FI_MONTHS = listed("tammi helmi maalis huhti touko kesä heinä elo syys loka marras joulu")
_OTHER_MONTHS = listed("""
    januari|januar februari|februar mars|märz april maj|mai juni juli augusti|august
    september oktober november december|dezember
""")

_FI_WEEKDAY_STEMS = listed("maanantai tiistai keskivii torstai perjantai lauantai sunnuntai")
_EN_WEEKDAYS = listed("monday tuesday wednesday thursday friday saturday sunday")
_SHORT_WEEKDAYS = (
    "ma mon",
    "ti tue tues",
    "ke wed",
    "to thu thur thurs",
    "pe fri",
    "la sat",
    "su sun",
)

MONTH = (
    r"(?:[Jj]an(?:uar[yi]?)?|[Ff]eb(?:ruar[yi]?)?|[Mm]ar(?:ch|s)|Mar|[Mm]ärz|[Aa]pr(?:il)?|May|Mai|maj|"
    r"[Jj]un[ei]?|[Jj]ul[yi]?|[Aa]ug(?:ust(?:i)?)?|[Ss]ept?(?:ember)?|[Oo][ck]t(?:ober)?|"
    r"[Nn]ov(?:ember)?|[Dd]e[cz](?:ember)?|"
    r"(?:[Tt]ammi|[Hh]elmi|[Mm]aalis|[Hh]uhti|[Tt]ouko|[Kk]esä|[Hh]einä|[Ee]lo|[Ss]yys|[Ll]oka|"
    r"[Mm]arras|[Jj]oulu)k(?:uu[^\W\d_]{0,4})?)(?![^\W\d_])"
)
"""A month's name, for use inside a larger pattern."""

WEEKDAY = (
    r"(?:(?:[Mm]aanantai|[Tt]iistai|[Kk]eskivii(?:kk?o)|[Tt]orstai|[Pp]erjantai|[Ll]auantai|"
    r"[Ss]unnuntai)[^\W\d_]{0,4}|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun|mon|tues|wednes|thurs|fri|"
    r"satur|sun)days?)(?![^\W\d_])"
)
"""A weekday's full name."""

SHORT_WEEKDAY = (
    r"(?:[Mm]a|[Tt]i|[Kk]e|[Tt]o|[Pp]e|[Ll]a|[Ss]u|Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat|Sun)\b\.?"
)
"""A shortened weekday, to be believed only before a date."""


def month_number(written: str) -> int:
    """1 to 12 for what :data:`MONTH` matched."""
    small = written.lower().rstrip(".")
    for number, start in enumerate(_FI_MONTHS, 1):
        if small.startswith(start + "k"):
            return number
    for number, (english, others) in enumerate(zip(_EN_MONTHS, _OTHER_MONTHS, strict=True), 1):
        if english.startswith(small[:3]) or any(
            other.startswith(small[:4]) for other in others.split("|")
        ):
            return number
    raise ValueError(f"{written!r} is no month")


def weekday_number(written: str) -> int:
    """0 (Monday) to 6 for what :data:`WEEKDAY` or :data:`SHORT_WEEKDAY` matched."""
    small = re.sub(r"\W", "", written.lower())
    for number in range(7):
        if small.startswith((_FI_WEEKDAY_STEMS[number], _EN_WEEKDAYS[number])):
            return number
        if small in _SHORT_WEEKDAYS[number].split():
            return number
    raise ValueError(f"{written!r} is no weekday")


_MONTH_STARTS = tuple(
    listed("""
    jan feb mar mär apr may maj mai jun jul aug sep oct okt nov dec dez tammik helmik
    maalisk huhtik toukok kesäk heinäk elok syysk lokak marrask jouluk
""")
)
_WEEKDAY_STARTS = ("antai", "iistai", "orstai", "eskivi", "auantai", "unnuntai", "day")


def names_a_month(text: str) -> bool:
    """Whether looking for months in ``text`` can find any: cheap, and true too often."""
    small = text.lower()
    return any(start in small for start in _MONTH_STARTS)


def names_a_weekday(text: str) -> bool:
    """Whether looking for weekdays in ``text`` can find any: cheap, and true too often."""
    return any(part in text for part in _WEEKDAY_STARTS)
