"""How often a sentence says that a price is paid: ``kolmelta yöltä 60 €`` at 20 € a night."""

import re
from collections.abc import Iterable
from decimal import Decimal

from copilot.grounding.figure import Figure
from copilot.grounding.numbers import number_words
from copilot.kernel.listed import listed

TOTAL = re.compile(
    r"\b(?:total|altogether|together|in all|sum|comes? to|came to|remaining|remainder|the rest|"
    r"balance|instead|difference|more|less|higher|lower|cheaper|dearer|after|deducted|"
    r"(?:is|are) left|so (?:you|we) (?:get|owe|save|pay)|outstanding|unpaid|"
    r"yhteensä|kaikkiaan|yhdessä|summa\w*|loppu\w*|jäljell\w*|jää|erotus|enemmän|vähemmän|lisäksi|kanssa|jälkeen|korkeampi|kalliimpi|halvempi|"
    r"suurempi|pienempi|maksamatta|(?:eli|joten) (?:saat|säästät|maksat))\b",
    re.IGNORECASE,
)
"""Words of a sentence that reckons with amounts of the sentences before it as well."""

FOLLOWS = re.compile(
    r"\b(?:so|thus|hence|makes|without|excluding|joten|eli|siis|tekee|ilman)\b", re.IGNORECASE
)
"""Words of a sentence that says what comes of what it names, and of what was bought."""

TOGETHER = re.compile(
    r"\b(?:total|altogether|together|in all|sum|comes? to|yhteensä|kaikkiaan|yhdessä|summa\w*)\b",
    re.IGNORECASE,
)
"""Words of a sentence that adds up what it names."""

SAVES = re.compile(r"\b(?:saves?|saving|sääst\w+|cheaper|halvem\w+)\b", re.IGNORECASE)
"""Words of a sentence that says how much less something costs."""

_FOR_ONE = re.compile(
    r"\s?(?:/\s?[^\W\d_]|(?:per|each|apiece|an?|every|à)\b|(?:kpl|kappale\w*|yöltä|hengeltä|"
    r"henkilöltä|kerralta|kuussa|kuukaudessa|vuodessa|viikossa|päivässä|tunnissa|"
    r"jokaiselta|kultakin|kukin|tunti|päivä|vrk|viikko|yö)\b|[^\W\d_]{3,}lt[aä]\b)",
    re.IGNORECASE,
)
_LEADING = re.compile(
    r"(?:\beach|\bevery|\bper [^\W\d_]+|\bà|\bjokai\w+|\bkukin|\bkohti|\bkohden)\W+(?:\w+\W+){0,3}$"
)
_WORD = re.compile(r"(?<![\w.,:/-])(?:[^\W\d_]+|\d{1,4})(?![\w:/]|[.,]\d)")
_OF_A_YEAR = frozenset(
    listed("""
    year yearly annually annum vuodessa vuosi vuoden vuodelta vuosittain
    month monthly kuukausi kuukaudessa kuukaudelle kuukaudelta kuussa
    """)
)
_OF_A_WEEK = frozenset(listed("week weeklong viikko viikon viikoksi viikolta viikossa"))
_PAIRS = frozenset(
    listed("both pair molemmat molempien molemmista molemmilta kumpikin kummastakin kummaltakin")
)
_REACH = 30
_MOST = 8
_COUNTED = ("piece", "noun:")
_LEAST, _MOST_TIMES = 2, 999


def is_for_one(text: str, price: Figure) -> bool:
    """Whether ``price``, an amount in ``text``, is said to be that of one: ``20 € yöltä``."""
    after = text[price.end : price.end + _REACH]
    before = text[max(0, price.start - _REACH) : price.start]
    return _FOR_ONE.match(after) is not None or _LEADING.search(before) is not None


def counts_in(
    text: str, sentence: tuple[int, int], figure: Figure, counted: Iterable[Figure] = ()
) -> list[tuple[Decimal, str]]:
    """How often something is paid, as far as a sentence says so; products of two counts too.

    Args:
        text: The checked text.
        sentence: Offsets of the sentence in it.
        figure: The amount that may be so many times another; its own digits count for nothing.
        counted: Quantities that the sentence names.

    Returns:
        Numbers from 2 on, as they are to be shown.
    """
    words = number_words()
    found: dict[Decimal, str] = {}
    for match in _WORD.finditer(text, *sentence):
        if figure.start <= match.start() < figure.end:
            continue
        word = match[0].lower()
        value = Decimal(word) if word.isdecimal() else words.get(word)
        if value is None and word in _PAIRS:
            value = Decimal(2)
        if value is None and word in _OF_A_YEAR:
            value = Decimal(12)
        elif value is None and word in _OF_A_WEEK:
            value = Decimal(7)
        if value is not None and value == int(value) and _LEAST <= value <= _MOST_TIMES:
            found.setdefault(value, f"{value:f}")
    for one in counted:
        label, amount = one.parts[0][0]
        if len(one.parts) == 1 and isinstance(amount, Decimal) and str(label)[:5] in _COUNTED:
            found.setdefault(amount, f"{amount:f}")
    single = list(found.items())[:_MOST]
    both = [
        (one * other, f"{one:f} × {other:f}")
        for place, (one, _) in enumerate(single)
        for other, _ in single[place + 1 :]
    ]
    return [*single, *both]
