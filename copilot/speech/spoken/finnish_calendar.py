"""Finnish ordinal numbers and dates: ``kolmas toukokuuta``, ``viidestoista kymmenettä``."""

from collections.abc import Sequence
from functools import lru_cache

from copilot.kernel.listed import listed
from copilot.speech.spoken.atoms import Sum
from copilot.speech.spoken.figure import Spoken
from copilot.speech.spoken.finnish_numbers import finnish_groups
from copilot.speech.spoken.grammar import Grammar
from copilot.speech.spoken.tokens import Pause, Token, text_at
from copilot.speech.spoken.years import year_at

_MONTHS = listed("tammi helmi maalis huhti touko kesä heinä elo syys loka marras joulu")
_STEMS = listed("""
    yhde kahde kolma neljä viide kuude seitsemä kahdeksa yhdeksä kymmene
""")
_SPOKEN_STEMS = {7: "seittemä", 8: "kaheksa", 9: "yheksä"}
# The stem's consonant changes with the case: kolmas, kolmannen, kolmatta, kolmantena, kolmanteen.
_CASES = (
    ("s",),
    ("nnen",),
    ("tta", "ttä"),
    ("ntena", "ntenä"),
    ("nteen",),
    *((f"nne{ending}", f"nne{other}") for ending, other in (("lla", "llä"), ("lta", "ltä"))),
    ("nnelle",),
    *((f"nne{ending}", f"nne{other}") for ending, other in (("ssa", "ssä"), ("sta", "stä"))),
    ("nneksi",),
)
_PARTITIVE = _CASES[2]
_FIRST = ("ensimmäi", "nen sen stä senä seen sellä seltä selle sessä sestä seksi")
_SECOND = ("toi", "nen sen sta sena seen sella selta selle sessa sesta seksi")
_TENS_STEMS = {20: "kahde", 30: "kolma"}
_ALONE = 13
_DAY_WORDS = frozenset(listed("päivä päivän päivää päivänä päivään päivälle päivästä pvä"))


@lru_cache(maxsize=1)
def _ordinals() -> dict[str, int]:
    """Every form of the ordinal numbers from 1 to 39."""
    found: dict[str, int] = {"eka": 1, "toka": 2}
    for case, endings in enumerate(_CASES):
        small: dict[str, int] = {}
        for ending in endings:
            ones = _ones(case, ending).items()
            small |= {form: value for value, forms in ones if value < 10 for form in forms}
        for ending in endings:
            ones = _ones(case, ending).items()
            found |= {form: value for value, forms in ones for form in forms}
            for value, stem in enumerate(_STEMS[:9], 1):
                found |= {stem + ending + "toista": 10 + value}
            for value, stem in _SPOKEN_STEMS.items():
                found |= {stem + ending + "toista": 10 + value}
            for tens, stem in _TENS_STEMS.items():
                for harmony in endings:
                    head = stem + ending + "kymmene" + harmony
                    found[head] = tens
                    found |= {head + form: tens + value for form, value in small.items()}
    return found


def _ones(case: int, ending: str) -> dict[int, list[str]]:
    """The forms of 1 to 10 in one case; in compounds the first two have two forms."""
    ones = {value: [stem + ending] for value, stem in enumerate(_STEMS, 1) if value > 2}
    for value, stem in _SPOKEN_STEMS.items():
        ones[value].append(stem + ending)
    ones[1] = [_FIRST[0] + listed(_FIRST[1])[case], "yhde" + ending]
    ones[2] = [_SECOND[0] + listed(_SECOND[1])[case], "kahde" + ending]
    return ones


@lru_cache(maxsize=4096)
def ordinal_value(word: str) -> int | None:
    """The value of an ordinal number in one word, or None.

    The tens may be as in a plain number: ``kakskytkolmas``.
    """
    known = _ordinals()
    if word in known:
        return known[word]
    for tens in ("kyt", "kymmentä"):
        head, found, tail = word.partition(tens)
        if found and 1 <= known.get(tail, 0) < 10:
            value = _plain(head + tens)
            return value + known[tail] if value in (20, 30) else None
    return None


def _plain(word: str) -> int:
    groups = finnish_groups(word)
    total = Sum()
    return total.value if len(groups) == 1 and total.add_all(groups[0]) else 0


def ordinal(tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
    """The value of the ordinal number at ``at`` and the token after it."""
    word, following = text_at(tokens, at), text_at(tokens, at + 1)
    value = ordinal_value(word)
    small = ordinal_value(following) or 0
    tens = value if value in (20, 30) else _plain(word)
    # "kahdeskymmenes toinen", but "kolmaskymmenes kolmatta" is the 30th of March.
    of_a_month = value is not None and following.endswith(_PARTITIVE)
    if tens in (20, 30) and 1 <= small < 10 and not tokens[at].pause and not of_a_month:
        return tens + small, at + 2
    return (value, at + 1) if value else None


def ordinal_at(tokens: Sequence[Token], at: int) -> Spoken | None:
    """An ordinal number without a month; small ones are mostly no figures."""
    found = ordinal(tokens, at)
    if found is None or found[0] < _ALONE:
        return None
    return Spoken(at, found[1], "number", f"{found[0]}.")


def dated(grammar: Grammar, tokens: Sequence[Token], at: int) -> Spoken | None:
    """The date that begins at ``at``, in tokens."""
    month = _month_name(text_at(tokens, at), ("kuun", "kuu"))
    if month:
        day = ordinal(tokens, at + 1)
        if day is None or day[0] > 31 or tokens[at].pause:
            return None
        place = day[1] + (text_at(tokens, day[1]) in _DAY_WORDS)
    else:
        day = ordinal(tokens, at)
        if day is None or day[0] > 31 or tokens[day[1] - 1].pause:
            return None
        place = day[1] + (text_at(tokens, day[1]) in _DAY_WORDS)
        word = text_at(tokens, place)
        month = _month_name(word, ("kuuta", "kuun")) or _month_number(day[0], word)
        if not month:
            return None
        place += 1
    year, end = _year(grammar, tokens, place)
    return Spoken(at, end, "date", f"{day[0]}.{month}.{year}")


def _month_name(word: str, endings: tuple[str, ...]) -> int:
    for ending in endings:
        stem = word.removesuffix(ending)
        if stem != word and stem in _MONTHS:
            return _MONTHS.index(stem) + 1
    return 0


def _month_number(day: int, word: str) -> int:
    """The month of ``kolmas viidettä``; 0 where ``word`` is none."""
    partitive = word.removesuffix("toista").endswith(_PARTITIVE)
    if not partitive and word not in ("ensimmäistä", "toista"):
        return 0
    value = ordinal_value(word) or 0
    # "toinen toista" is "each other".
    return 0 if value > 12 or day == value == 2 else value


def _year(grammar: Grammar, tokens: Sequence[Token], at: int) -> tuple[str, int]:
    if at >= len(tokens) or tokens[at - 1].pause == Pause.STOP:
        return "", at
    found = year_at(grammar, tokens, at + (tokens[at].text == "vuonna"))
    return (str(found[0]), found[1]) if found else ("", at)
