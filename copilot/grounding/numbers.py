"""Numbers as people write them: ``1 234,50``, ``1,234.50``, ``39``, ``kaksi``, ``twenty-one``."""

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

from copilot.kernel.listed import listed

SPACES = " \u00a0\u202f\u2009"
NUMBER = (
    # A few groups of thousands only: endless ones make a long row of numbers take for ever.
    rf"\d{{1,3}}(?:[{SPACES}'’.,]\d{{3}}){{1,5}}(?:[.,]\d{{1,2}})?(?![\d])"
    r"|\d+(?:[.,]\d+)?"
)
"""A written number, for use inside a larger pattern."""

_MONTH = r"(?!20\d\d-(?:0[1-9]|1[0-2])(?!\d))(?<!\b20\d\d-)"
NOT_INSIDE = rf"(?<![\w.,#])(?<![^\W\d_]-)(?<!\d/){_MONTH}"
"""What must hold before a number so that it is not the tail of something longer.

Nor a month of a year, which facts put before their figure: ``Reading 2026-10 980 kWh``.
"""

DASH = r"\s?(?:[-–—−]|\bto\b|\bor\b|\btai\b|…|\.\.\.?)\s?"
"""What stands between the two ends of a range."""

_SEPARATORS = re.compile(rf"[{SPACES}'’]")


def parse_number(written: str) -> tuple[Decimal, ...]:
    """The readings of ``written``, the likelier first.

    ``1.234`` can be a thousand or a little more than one; both come back.
    """
    if written.isdecimal():
        return (Decimal(written),)
    plain = _SEPARATORS.sub("", written)
    last = max(plain.rfind("."), plain.rfind(","))
    if last < 0:
        return (Decimal(plain),)
    mark, decimals = plain[last], plain[last + 1 :]
    whole = re.sub(r"[.,]", "", plain[:last])
    as_decimal = Decimal(f"{whole}.{decimals}")
    if plain.count(mark) > 1:
        return (Decimal(whole + decimals),)
    mixed = "." in plain and "," in plain
    if not mixed and len(decimals) == 3 and len(whole) <= 3 and not whole.startswith("0"):
        return (Decimal(whole + decimals), as_decimal)
    return (as_decimal,)


_EN = listed("""
    one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
    sixteen seventeen eighteen nineteen
""")
_EN_TENS = listed("twenty thirty forty fifty sixty seventy eighty ninety")
_FI = listed("""
    yksi kaksi kolme neljä viisi kuusi seitsemän kahdeksan yhdeksän kymmenen
""")
_FI_GENITIVE = "yhden kahden kolmen neljän viiden kuuden seitsemän kahdeksan yhdeksän kymmenen"
_FI_STEMS = listed("yhde kahde kolme neljä viide kuude seitsemä kahdeksa yhdeksä kymmene")
_FI_ENDINGS = ("ssa", "ssä", "sta", "stä", "lla", "llä", "lta", "ltä", "lle", "ksi", "na", "nä")
_FI_ILLATIVE = listed("""
    yhteen kahteen kolmeen neljään viiteen kuuteen seitsemään kahdeksaan yhdeksään kymmeneen
""")
_FI_PARTITIVE = "yhtä kahta kolmea neljää viittä kuutta seitsemää kahdeksaa yhdeksää kymmentä"


@lru_cache(maxsize=1)
def number_words() -> dict[str, Decimal]:
    """English and Finnish words for numbers to a few thousand, inflected, in small letters."""
    words = {word: Decimal(n) for n, word in enumerate(_EN, 1)}
    for tens, word in enumerate(_EN_TENS, 2):
        words[word] = Decimal(10 * tens)
        words |= {f"{word}-{unit}": Decimal(10 * tens + n) for n, unit in enumerate(_EN[:9], 1)}
    words |= {"hundred": Decimal(100), "thousand": Decimal(1000), "tuhat": Decimal(1000)}
    words |= {"tuhannen": Decimal(1000)}
    for thousands in range(2, 11):
        words[f"{_FI[thousands - 1]}tuhatta"] = Decimal(1000 * thousands)
        words[f"{_FI_GENITIVE.split()[thousands - 1]}tuhannen"] = Decimal(1000 * thousands)
    words |= dict.fromkeys(("puolitoista", "puolentoista"), Decimal("1.5"))
    words |= dict.fromkeys(("puoli", "puolen", "puolessa"), Decimal("0.5"))
    for n in range(1, 400):
        words[_finnish(n, _FI, "toista", "kymmentä", "sata", "sataa")] = Decimal(n)
        genitive = _FI_GENITIVE.split()
        words[_finnish(n, genitive, "toista", "kymmenen", "sadan", "sadan")] = Decimal(n)
    for forms in (_FI_PARTITIVE.split(), _FI_ILLATIVE, *_inflected()):
        words |= {word: Decimal(n) for n, word in enumerate(forms, 1)}
    return words


def _inflected() -> list[list[str]]:
    return [[stem + ending for stem in _FI_STEMS] for ending in _FI_ENDINGS]


def _finnish(
    n: int, ones: Sequence[str], teen: str, tens: str, one_hundred: str, hundreds: str
) -> str:
    """``n`` as one Finnish word, from the forms of one case."""
    if n >= 100:
        head = one_hundred if n < 200 else ones[n // 100 - 1] + hundreds
        rest = n % 100
        return head + (_finnish(rest, ones, teen, tens, one_hundred, hundreds) if rest else "")
    if n <= 10:
        return ones[n - 1]
    if n < 20:
        return ones[n - 11] + teen
    return ones[n // 10 - 1] + tens + (ones[n % 10 - 1] if n % 10 else "")
