"""Units after a number, in English and Finnish: to a dimension and a factor."""

from decimal import Decimal
from typing import NamedTuple

from copilot.kernel.listed import listed


class Unit(NamedTuple):
    """What is counted. Values of one dimension compare after multiplying with ``factor``."""

    dimension: str
    factor: Decimal


def _unit(dimension: str, factor: str | int = 1) -> Unit:
    return Unit(dimension, Decimal(factor))


_SECOND, _MINUTE, _HOUR = _unit("s"), _unit("s", 60), _unit("s", 3600)
_DAY, _WEEK = _unit("s", 86_400), _unit("s", 604_800)
_MONTH, _YEAR, _BUSINESS_DAY = _unit("month"), _unit("month", 12), _unit("business day")
_NIGHT, _PAGE = _unit("noun:night"), _unit("noun:page")
_PIECE, _VOLT = _unit("piece"), _unit("volt")

_EXACT: dict[str, Unit] = {
    **dict.fromkeys(listed("s sec secs second seconds sek sekunti"), _SECOND),
    **dict.fromkeys(listed("min mins minute minutes minuutti"), _MINUTE),
    **dict.fromkeys(listed("h hr hrs hour hours t tunti"), _HOUR),
    **dict.fromkeys(listed("d day days pv pvä vrk"), _DAY),
    **dict.fromkeys(listed("wk wks week weeks vk vko viikko"), _WEEK),
    **dict.fromkeys(listed("month months mo kk"), _MONTH),
    **dict.fromkeys(listed("yr yrs year years v vuosi"), _YEAR),
    **dict.fromkeys(listed("arkipv arkipvä"), _BUSINESS_DAY),
    **dict.fromkeys(listed("pc pcs piece pieces item items unit units kpl"), _PIECE),
    "mg": _unit("g", "0.001"),
    "g": _unit("g"),
    **dict.fromkeys(["kg", "kgs", "kilo", "kilos"], _unit("g", 1000)),
    **dict.fromkeys(listed("lb lbs"), _unit("lb")),
    "mm": _unit("mm"),
    "cm": _unit("mm", 10),
    "m": _unit("mm", 1000),
    "km": _unit("mm", 1_000_000),
    **dict.fromkeys(listed("inch inches tuumaa"), _unit("inch")),
    "ml": _unit("ml"),
    "cl": _unit("ml", 10),
    "dl": _unit("ml", 100),
    **dict.fromkeys(listed("l liter liters litre litres"), _unit("ml", 1000)),
    "w": _unit("w"),
    "kw": _unit("w", 1000),
    "kwh": _unit("wh", 1000),
    "wh": _unit("wh"),
    "mah": _unit("mah"),
    **dict.fromkeys(listed("mb mt"), _unit("mb")),
    **dict.fromkeys(listed("gb gt"), _unit("mb", 1024)),
    **dict.fromkeys(listed("tb tt"), _unit("mb", 1024 * 1024)),
    **dict.fromkeys(listed("night nights yö yötä yön yöksi yöltä yöstä"), _NIGHT),
    **dict.fromkeys(listed("page pages sivu sivua sivun sivuun sivulle"), _PAGE),
    "mbps": _unit("mbps"),
    "hz": _unit("hz"),
    "khz": _unit("hz", 1000),
    "°c": _unit("celsius"),
    "°": _unit("degree"),
    **dict.fromkeys(listed("m2 m² neliö neliötä neliöitä neliömetriä"), _unit("m2")),
    **dict.fromkeys(listed("m3 m³ kuutio kuutiota kuutiometriä"), _unit("m3")),
    **dict.fromkeys(listed("bar bars baaria"), _unit("bar")),
    "dpi": _unit("dpi"),
    "db": _unit("db"),
    "x": _unit("times"),
    **dict.fromkeys(listed("times kertaa kerran"), _unit("times")),
}

# Finnish nouns inflect: the beginning tells them apart. Longer beginnings come first.
_BEGINNINGS: tuple[tuple[str, Unit], ...] = (
    ("arkipäiv", _BUSINESS_DAY),
    ("työpäiv", _BUSINESS_DAY),
    ("pankkipäiv", _BUSINESS_DAY),
    ("toimituspäiv", _BUSINESS_DAY),
    ("kalenteripäiv", _DAY),
    ("vuorokau", _DAY),
    ("kalenterikuukau", _MONTH),
    ("kuukau", _MONTH),
    ("päivä", _DAY),
    ("päivi", _DAY),
    ("viikko", _WEEK),
    ("viiko", _WEEK),
    ("vuode", _YEAR),
    ("vuote", _YEAR),
    ("vuot", _YEAR),
    ("vuosi", _YEAR),
    ("tunni", _HOUR),
    ("tunti", _HOUR),
    ("tunte", _HOUR),
    ("minuut", _MINUTE),
    ("sekun", _SECOND),
    ("kappale", _PIECE),
    ("tuotetta", _PIECE),
    ("tuotteen", _PIECE),
    ("kilometri", _unit("mm", 1_000_000)),
    ("senttimetri", _unit("mm", 10)),
    ("millimetri", _unit("mm")),
    ("kilogramm", _unit("g", 1000)),
    ("kiloa", _unit("g", 1000)),
    ("kilon", _unit("g", 1000)),
    ("gramm", _unit("g")),
    ("metri", _unit("mm", 1000)),
    ("millilitr", _unit("ml")),
    ("desilitr", _unit("ml", 100)),
    ("litra", _unit("ml", 1000)),
    ("aste", _unit("degree")),
    ("degree", _unit("degree")),
    ("volt", _VOLT),
    ("watt", _unit("w")),
    ("gigata", _unit("mb", 1024)),
    ("megata", _unit("mb")),
)

BUSINESS_WORDS = frozenset(("business", "working", "banking", "bank"))
"""Before ``days``: they are business days."""

CURRENCIES: dict[str, tuple[str, Decimal]] = {
    "€": ("EUR", Decimal(1)),
    "$": ("USD", Decimal(1)),
    "£": ("GBP", Decimal(1)),
    **{code.lower(): (code, Decimal(1)) for code in listed("EUR USD GBP SEK NOK DKK CHF PLN")},
    **dict.fromkeys(
        listed("euro euros euroa euron eurolla eurosta euroon euroksi"), ("EUR", Decimal(1))
    ),
    **dict.fromkeys(
        listed("eurot eurojen euroina eurolle eurolta eurona euroista euroihin euroilla"),
        ("EUR", Decimal(1)),
    ),
    "e": ("EUR", Decimal(1)),
    **dict.fromkeys(listed("dollar dollars dollaria dollarin bucks"), ("USD", Decimal(1))),
    **dict.fromkeys(listed("pound pounds quid puntaa punnan"), ("GBP", Decimal(1))),
    **dict.fromkeys(listed("kr kruunua kruunun kronor"), ("SEK", Decimal(1))),
    **dict.fromkeys(listed("cent cents sentti senttiä sentin snt"), ("EUR", Decimal("0.01"))),
    **dict.fromkeys(listed("pence penny"), ("GBP", Decimal("0.01"))),
}
"""Currency signs, codes and words in small letters: to a code and a factor."""

_NOT_COUNTED_EN = frozenset(
    listed("""
    is was has does this as us its his yes always perhaps unless plus minus thus towards
    sales address business process status
    needs costs weighs takes comes goes lasts works includes starts ends holds fits
""")
)
_PLURALS = frozenset(listed("people children women"))
_NOT_COUNTED_FI = frozenset(
    listed("""
    ja joka jotka jota sekä että jossa josta kanssa alla vielä mutta siellä täällä sitä tätä
    niitä näitä ennen aina enää myymälä ilmaista jälkeen kohdalla osalta välillä tällä sillä
    teillä meillä minulla sinulla hyvä oikea tilattuna olla pitää saa voida ottaa antaa
    lähettää tehdä maksaa kestää palauttaa sisältää painaa vaatii alkaa päättyy
""")
)


def unit_of(word: str, *, qualifier: str | None = None) -> Unit | None:
    """The unit that ``word`` names, or None.

    Args:
        word: The word after the number, any case and inflection.
        qualifier: A word between number and unit, e.g. ``business``.
    """
    if word == "V":
        return _VOLT
    small = word.lower()
    unit = _EXACT.get(small)
    if unit is None:
        unit = next((unit for start, unit in _BEGINNINGS if small.startswith(start)), None)
    if unit is _DAY and qualifier is not None and qualifier.lower() in BUSINESS_WORDS:
        return _BUSINESS_DAY
    return unit


def counted_noun(word: str) -> Unit | None:
    """A unit made of any noun in the form that follows a number, or None.

    English counts in the plural (``12 colours``), Finnish in the partitive (``7 myymälää``).
    """
    small = word.lower()
    if len(small) < 4 or small in _NOT_COUNTED_EN or small in _NOT_COUNTED_FI:
        return None
    english = small in _PLURALS or (
        small.endswith("s") and not small.endswith(("ss", "ous", "us", "is"))
    )
    finnish = small.endswith(
        ("aa", "ää", "ia", "iä", "oa", "öä", "ua", "yä", "ea", "eä", "ta", "tä")
    )
    return Unit(f"noun:{small[:4]}", Decimal(1)) if english or finnish else None
