"""English number words, currencies and units."""

from collections.abc import Sequence
from functools import lru_cache

from copilot.kernel.listed import listed
from copilot.speech.spoken import english_clock
from copilot.speech.spoken.atoms import Atom
from copilot.speech.spoken.english_calendar import dated, ordinal_at
from copilot.speech.spoken.figure import Spoken
from copilot.speech.spoken.grammar import Grammar, Groups, Money, Words
from copilot.speech.spoken.tokens import Token, text_at

_DIGITS = listed("one two three four five six seven eight nine")
_TEENS = listed("""
    ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen
""")
_TENS = listed("twenty thirty forty fifty sixty seventy eighty ninety")
_ATOMS: dict[str, Atom] = {
    "zero": Atom("zero", 0),
    "nought": Atom("zero", 0),
    **{word: Atom("digit", n) for n, word in enumerate(_DIGITS, 1)},
    **{word: Atom("teen", n) for n, word in enumerate(_TEENS, 10)},
    **{word: Atom("tens", 10 * n, short=True) for n, word in enumerate(_TENS, 2)},
    "fourty": Atom("tens", 40, short=True),
    "hundred": Atom("hundred", 100, times=True),
    "thousand": Atom("thousand", 1000, times=True),
    "million": Atom("million", 1_000_000, times=True),
}
_MONEY = {
    **dict.fromkeys(("euros",), Money("€")),
    **dict.fromkeys(listed("dollars bucks"), Money("$")),
    **dict.fromkeys(listed("pounds quid"), Money("£")),
    "euro": Money("€", counted=False),
    **dict.fromkeys(listed("dollar buck"), Money("$", counted=False)),
    "pound": Money("£", counted=False),
    **dict.fromkeys(listed("cent cents pence penny"), Money(None, cents=True)),
    **dict.fromkeys(listed("krona kronor kroner crowns francs zloty"), Money(None)),
}
_UNITS = frozenset(
    listed("""
    days day weeks week months month years year hours hour minutes minute seconds nights night
    kilo kilos kilogram kilograms gram grams milligrams ton tons tonnes
    meter meters metre metres centimeter centimeters centimetre centimetres millimeter
    millimeters millimetre millimetres kilometer kilometers kilometre kilometres mile miles
    inch inches foot feet yards liter liters litre litres milliliters millilitres ounces
    watt watts kilowatts volt volts amps degrees gigabyte gigabytes gigs megabyte megabytes
    terabyte terabytes gigabits megabits gigahertz hertz
    piece pieces items units pairs boxes times
""")
)
_TIMES_AFTER_ONE = frozenset(
    listed("day week month year hour minute night piece foot mile ton unit degree")
)
_QUALIFIERS = frozenset(listed("business working calendar full square cubic"))
_IDIOMS = (
    "whole nine yards",
    "twenty four seven",
    "twenty four hours a day",
    "catch twenty two",
    "nine to five",
    "fifty fifty",
    "forty winks",
    "two cents",
    "a hundred times",
    "a thousand times",
    "a million times",
    "hundred times",
    "thousand times",
    "million dollar question",
    "nine times out of ten",
    "six of one",
)

WORDS = Words(
    ohs=frozenset(("oh", "o")),
    point=frozenset(("point",)),
    ands=frozenset(("and",)),
    halves=(("a", "half"),),
    range_words=frozenset(("to", "or")),
    repeats={"double": 2, "triple": 3, "treble": 3},
    marks={"dash": "-", "hyphen": "-", "minus": "-", "slash": "/"},
    mail_marks={
        "dot": ".",
        "underscore": "_",
        "dash": "-",
        "hyphen": "-",
        "minus": "-",
        "plus": "+",
        "slash": "/",
    },
    at_signs={"at": False, "@": True},
    letters={"zed": "Z", "zee": "Z"},
    alphabet={
        word: word[0].upper()
        for word in listed("""
        alpha alfa bravo charlie delta echo foxtrot golf hotel india juliet juliett kilo lima mike
        november oscar papa quebec romeo sierra tango uniform victor whiskey whisky xray yankee zulu
        """)
    },
    minuses=frozenset(("minus",)),
    spelled_like=(("for",), ("as", "in"), ("like",), ("like", "in")),
    no_lone_letters=frozenset("aioul"),
    code_cues=listed("""
        order reference ref invoice ticket case code serial tracking booking confirmation account
        customer card pin rma iban zip postcode postal digits ends end parcel shipment voucher
        coupon contract policy license member receipt id says reads
    """),
    phone_cues=listed("""
        phone telephone mobile cell callback fax call calling reach ring text dial whatsapp
    """),
    links=frozenset(
        listed("number numbers no id code is was it's its um uh er eh reference are ending in")
    ),
    price_ends=frozenset(
        listed("for and but plus on in per all altogether total each with at a i which so")
    ),
    role_names=frozenset(
        listed("info support sales contact hello help office orders billing service admin mail")
    ),
    year_cues=frozenset(listed("in since of year from until during before after by")),
    price_cues=listed("""
        bought sold for paid pay paying cost costs costing price priced charge charged charges
        shipping total billed bill fee refund refunded worth postage
    """),
    mail_cues=frozenset(
        listed("""
        email mail e-mail address write send contact reach is it's use to username
    """)
    ),
    not_names=frozenset(
        listed("""
        a an the is it's it its that that's this my your our his her their address email mail to on
        at in of and or me us him them you i we use write send contact reach was were are be from
        for with by please called here there look looked looking ordered order bought shop site
        page website visit saw found go went up over so um uh er okay ok yes yeah also just
        not but then no
    """)
    ),
    idioms=tuple(listed(idiom) for idiom in _IDIOMS),
)


class English(Grammar):
    """See :class:`~copilot.speech.spoken.grammar.Grammar`."""

    words = WORDS
    decimal_mark = "."
    thousands_mark = ","
    indefinite = "a"
    joins = "and"

    def groups(self, word: str) -> Groups:
        """See Grammar."""
        return _groups(word)

    def money(self, word: str) -> Money | None:
        """See Grammar."""
        return _MONEY.get(word)

    def percent(self, tokens: Sequence[Token], at: int) -> int:
        """See Grammar."""
        if text_at(tokens, at) == "percent":
            return 1
        return 2 if text_at(tokens, at) == "per" and text_at(tokens, at + 1) == "cent" else 0

    def unit(self, tokens: Sequence[Token], at: int, *, one: bool) -> int:
        """See Grammar. ``One day`` and ``one minute`` are mostly no measures."""
        skip = int(text_at(tokens, at) in _QUALIFIERS)
        word = text_at(tokens, at + skip)
        if word not in _UNITS or (one and word in _TIMES_AFTER_ONE):
            return 0
        return skip + 1

    def dated(self, tokens: Sequence[Token], at: int) -> Spoken | None:
        """See Grammar."""
        return dated(self, tokens, at)

    def timed(self, tokens: Sequence[Token], at: int) -> Spoken | None:
        """See Grammar."""
        return english_clock.timed(self, tokens, at)

    def ordinal(self, tokens: Sequence[Token], at: int) -> Spoken | None:
        """See Grammar."""
        return ordinal_at(tokens, at)

    def amount(self, number: str, sign: str) -> str:
        """See Grammar."""
        return sign + number

    def percentage(self, number: str) -> str:
        """See Grammar."""
        return f"{number}%"


@lru_cache(maxsize=1)
def english() -> English:
    """The English grammar."""
    return English()


def _groups(word: str) -> Groups:
    atom = _ATOMS.get(word)
    return ((atom,),) if atom else ()
