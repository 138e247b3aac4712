"""Finnish currencies, units and the other words around numbers."""

import re
from collections.abc import Sequence
from functools import lru_cache

from copilot.kernel.listed import listed
from copilot.speech.spoken import finnish_calendar, finnish_clock, finnish_numbers
from copilot.speech.spoken.figure import Spoken
from copilot.speech.spoken.grammar import Grammar, Groups, Money, Words
from copilot.speech.spoken.tokens import Token, text_at

_EURO = re.compile(r"euro(?:a|o|n|t|lla|lta|lle|sta|ssa|ksi|on|na|ja|jen|ihin|illa|ista)?$")
_CENT = re.compile(r"sent(?:ti|tiä|tii|in|illä|iltä|eillä|istä|tiin)$|snt$")
_OTHER_MONEY = re.compile(r"(?:dollari|kruunu|punta|punna|frangi|zloty)\w{0,4}$")
_PERCENT = re.compile(r"prosen(?:tti|tin|tt|ti)\w{0,4}$|pros(?:sa|saa|san|enttii)?$")
_UNITS = re.compile(
    r"(?:arki|työ|pankki|toimitus|kalenteri)?päiv(?:ä|i)\w{0,5}$"
    r"|(?:kalenteri)?kuukau\w{2,6}$|viik(?:ko|o)\w{0,5}$|vuo(?:si|de|tta|te|tena)\w{0,5}$"
    r"|vuorokau\w{2,6}$|tun(?:ti|ni|te)\w{0,5}$|minuut\w{1,6}$|sekun\w{2,6}$"
    r"|(?:kilo|sentti|milli|neliö|kuutio)?metri\w{0,4}$|(?:kilo|milli)?gramm\w{1,5}$"
    r"|kilo(?:a|n|o|lla|t|ja|ksi|on|ssa|sta)?$|(?:milli|desi)?litr\w{1,4}$|tonni\w{0,4}$"
    r"|ast(?:e|een|etta|eeseen|eessa|eella)$|(?:kilo)?wat(?:ti|in|tia|tii|illa)$"
    r"|volt(?:ti|in|tia|tii)$|ampeer\w{1,4}$|(?:giga|mega|tera)(?:tavu|bitti|biti)?\w{0,4}$"
    r"|tuuma\w{0,4}$|kappal\w{2,6}$|kpl$|kerta\w{1,4}$|pari(?:a|n)$|laatik\w{2,4}$"
)
_TIMES_AFTER_ONE = re.compile(r"(?:päiv|viik|kuukau|vuo|vuorokau|tun|minuut|sekun|ker|ast|kappal)")
_QUALIFIERS = frozenset(listed("täyttä täyden kokonaista kokonaisen"))
_ELATIVE = ("sta", "stä", "statoista", "stätoista")
_ILLATIVE = ("een", "ään", "aan", "eentoista", "ääntoista")

_LETTERS = {
    **dict(
        zip(
            listed("""
            aa bee see dee ee äf äffä gee hoo ii jii koo kaa äl ällä äm ämmä än ännä oo pee kuu är
            ärrä äs ässä tee uu vee kaksoisvee tuplavee äks äksä yy tset tseta ää öö
            """),
            "ABCDEFFGHIJKKLLMMNNOPQRRSSTUVWWXXYZZÄÖ",
            strict=True,
        )
    )
}
_IDIOMS = (
    "sata lasissa",
    "sata kertaa",
    "tuhat kertaa",
    "tuhannen kertaa",
    "miljoona kertaa",
    "fifty fifty",
    "viiskyt viiskyt",
    "viisikymmentä viisikymmentä",
    "kaksikymmentäneljä seitsemän",
)

WORDS = Words(
    ohs=frozenset(),
    point=frozenset(("pilkku",)),
    ands=frozenset(("ja",)),
    halves=(("puoli",), ("puol",), ("puolen",), ("puolella",), ("puolta",)),
    range_words=frozenset(listed("tai viiva")),
    repeats={"tupla": 2, "tripla": 3},
    marks={"viiva": "-", "väliviiva": "-", "miinus": "-", "kautta": "/", "kauttaviiva": "/"},
    mail_marks={
        "piste": ".",
        "alaviiva": "_",
        "alleviiva": "_",
        "viiva": "-",
        "väliviiva": "-",
        "miinus": "-",
        "plus": "+",
        "kautta": "/",
        "kauttaviiva": "/",
    },
    at_signs={
        "at": False,
        "ät": True,
        "ätmerkki": True,
        "ätti": True,
        "miukumauku": True,
        "kissanhäntä": True,
        "@": True,
    },
    letters=_LETTERS,
    alphabet={
        word: word[0].upper()
        for word in listed("""
        aarne bertta celsius daavid eemeli faarao gideon heikki iivari jussi kalle lauri matti
        niilo otto paavo risto sakari tyyne urho vihtori wiski yrjö
        """)
    },
    minuses=frozenset(("miinus",)),
    spelled_like=(("niin", "kuin"), ("niinkuin",), ("niinku",), ("niinko",), ("kuten",), ("kuin",)),
    no_lone_letters=frozenset("eoi"),
    code_cues=listed("""
        tilaus tilauks viite viitte asiakasnumero lasku tiketti tiketin tapau koodi sarjanumero
        seuranta varaus varauks iiban iban tilinumero tilinro vahvistus kortti kortin lahjakort
        postinumero pin viimeis tunnus lähetys jäsen sopimus sopimuks vakuutus kuitti kuitin
        lukee loppuu alkaa henkilötunnu palautusnumero rahtikirja
    """),
    phone_cues=listed("puhelin puhelim soita soitt numerosta numeroon kännyk gsm tavoit tekstiv"),
    links=frozenset(
        listed("""
        numero numeroni numerot numerolla nro on oli olisi öö siis eli joka se koodi viite tunnus
        """)
    ),
    price_ends=frozenset(
        listed("ja mutta eli siitä joka plus per kun niin kappale kappaleelta yhteensä vaan")
    ),
    role_names=frozenset(
        listed("info tuki myynti asiakaspalvelu toimisto tilaukset laskutus posti support sales")
    ),
    year_cues=frozenset(listed("vuonna vuodesta vuoteen vuoden")),
    price_cues=listed("""
        maksoi maksaa maksoin maksan maksettu maksoimme hinta hinnaksi hintana summa postikulut
        toimituskulut kulut yhteensä veloititte veloitus laskutitte loppusumma kuluja hintaan
    """),
    mail_cues=frozenset(
        listed("""
        sähköposti sähköpostini sähköpostiosoite sähköpostiosoitteeni sähköpostin osoite osoitteeni
        osoitteeseen maili mailin meili meilin s-posti on lähettäkää laittakaa kirjoittakaa
        """)
    ),
    not_names=frozenset(
        listed("""
        on se että mun minun meidän sun sinun osoite osoitteeni osoitteeseen osoitteesta sähköposti
        sähköpostini sähköpostiin sähköpostiosoite sähköpostiosoitteeni maili mailiin meili ja tai
        lähettäkää laittakaa kirjoittakaa laita lähetä kirjoita eli siis niin no joo öö sivulla
        sivuilla sivustolla osoitteessa siinä tuo tämä vaikka nyt
        """)
    ),
    idioms=tuple(listed(idiom) for idiom in _IDIOMS),
)


class Finnish(Grammar):
    """See :class:`~copilot.speech.spoken.grammar.Grammar`."""

    words = WORDS
    decimal_mark = ","
    thousands_mark = " "
    inflects = True

    def groups(self, word: str) -> Groups:
        """See Grammar."""
        return finnish_numbers.finnish_groups(word)

    def money(self, word: str) -> Money | None:
        """See Grammar."""
        if _EURO.match(word):
            return Money("€", counted=word in ("euroa", "euroo"))
        if _CENT.match(word):
            return Money(None, cents=True)
        return Money(None) if _OTHER_MONEY.match(word) else None

    def percent(self, tokens: Sequence[Token], at: int) -> int:
        """See Grammar."""
        return int(_PERCENT.match(text_at(tokens, at)) is not None)

    def unit(self, tokens: Sequence[Token], at: int, *, one: bool) -> int:
        """See Grammar. ``Yksi päivä`` and ``yhden kerran`` are mostly no measures."""
        skip = int(text_at(tokens, at) in _QUALIFIERS)
        word = text_at(tokens, at + skip)
        if not _UNITS.match(word) or (one and _TIMES_AFTER_ONE.match(word)):
            return 0
        if word == "päivällä" and "ll" not in text_at(tokens, at - 1):
            # "kahdeltatoista päivällä" is noon.
            return 0
        return skip + 1

    def dated(self, tokens: Sequence[Token], at: int) -> Spoken | None:
        """See Grammar."""
        return finnish_calendar.dated(self, tokens, at)

    def timed(self, tokens: Sequence[Token], at: int) -> Spoken | None:
        """See Grammar."""
        return finnish_clock.timed(self, tokens, at)

    def ordinal(self, tokens: Sequence[Token], at: int) -> Spoken | None:
        """See Grammar."""
        return finnish_calendar.ordinal_at(tokens, at)

    def one_and_a_half(self, word: str) -> bool:
        """See Grammar."""
        return finnish_numbers.one_and_a_half(word)

    def is_range(self, first: Token, second: Token) -> bool:
        """See Grammar: ``viidestä seitsemään``."""
        return first.text.endswith(_ELATIVE) and second.text.endswith(_ILLATIVE)

    def amount(self, number: str, sign: str) -> str:
        """See Grammar."""
        return f"{number} {sign}"

    def percentage(self, number: str) -> str:
        """See Grammar."""
        return f"{number} %"


@lru_cache(maxsize=1)
def finnish() -> Finnish:
    """The Finnish grammar."""
    return Finnish()
