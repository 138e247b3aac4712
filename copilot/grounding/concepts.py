"""Words of support talk that mean the same in English and Finnish.

A customer asks for their money, the article speaks of refunds: without a language model only a
list can tell that these are one. Words are compared by their beginnings.
"""

from functools import lru_cache

from copilot.grounding.words import content_words, word_key

_GROUPS = (
    "refund money reimburs payback credited compens|hyvity rahat rahan rahoj palautussum korva",
    "return sendback|palaut",
    "broken broke damage faulty defect crack|rikki rikko vial vioit vaurio halk hajo särk sirpa",
    "deliver arrive shipping shipment|toimit saapu perill tulee tulossa",
    "ship dispatch sent send|lähet lähte posti",
    "track parcel package whereabout|seuran paket lähetys",
    "cancel|peruu perun peruta",
    "exchange swap replace replacement|vaihto vaihta vaihda",
    "warranty guarantee|takuu",
    "invoice bill receipt|lasku kuit",
    "price cost charge fee pay paid|hinta hinnan maksa maksu makso kustan hinto",
    "address|osoit",
    "pickup pick collect|nouto nouta nouda hakea hakee haken haett haeta haen haki",
    "locker|automaat",
    "open hours opening close closed closing|aukio auki kiinni sulje sulke",
    "password login account signin|salasa tili tunnus kirjau",
    "discount code voucher coupon|alennu koodi tarjou",
    "giftcard gift|lahja",
    "late delay overdue|myöhä viiväs viive",
    "missing lost|kadon kadot hävin puutt hukas",
    "repair fix spare part|korja huolto huoll varaos",
    "clean wash care|puhdis pesu pestä hoito hoida",
    "assemble assembly|kokoa kokoam",
    "size measure dimension|koko mitat mitta",
    "stock available|varast saata",
    "data privacy delete|tieto tietoj tietos poist",
    "installment instalment|erä osamak eräpäi",
)
_FACTS = (
    "deliver expected arrive arrival eta|saapu saavu toimit perill tulee",
    "placed ordered order bought purchase|tilaus tilasi tilatt tilau ostit ostos",
    "total sum altogether|summa yhteens loppus kokonaiss",
    "lasts lasting takes duration|kesto kestä",
    "until latest deadline ends|mennes viimei päätt saakka",
    "sisäänk tulopäi",
    "notice terminat|irtisa",
)
"""What the facts of an order are called, where figures are compared."""

_COMPOUND = 10
_WITH_CASE = 5
_CASES = ("n", "t", "aa", "ää", "oa", "öä", "ua", "yä")


@lru_cache(maxsize=1)
def _beginnings() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for group in _GROUPS:
        words = group.replace("|", " ").split()
        for word in words:
            found.setdefault(word[:5], set()).add(words[0])
    return {start: frozenset(concepts) for start, concepts in found.items()}


def meaning_keys(text: str) -> set[str]:
    """The keys of the content words of ``text``, and a key for each concept they name."""
    known = _beginnings()
    keys: set[str] = set()
    for word in content_words(text):
        keys.add(word_key(word))
        # The shortest beginnings ("erä", "fix") begin too many other words.
        for length in (5, 4, 3):
            if word[:length] in known and (length > 3 or len(word) < 7):
                keys |= {f"={concept}" for concept in known[word[:length]]}
                break
        keys |= _inside(word)
    return keys


def matter_keys(text: str) -> set[str]:
    """One key for each content word of ``text``: its concepts where it has any, else its own."""
    known = _fact_beginnings()
    keys: set[str] = set()
    for word in content_words(text.replace("-", " ")):
        start = next((word[:n] for n in (5, 4) if word[:n] in known), None)
        concepts = known[start] if start is not None else _inside(word)
        keys |= {f"={concept}" for concept in concepts}
        # A compound is about more than the concept in it: a reminder's fee, not any fee.
        if not concepts or len(word) >= _COMPOUND:
            keys.add(_short_key(word))
    return keys


def _short_key(word: str) -> str:
    """The word's key; of a short Finnish noun without its case: ``pipon`` is about ``pipo``."""
    key = word_key(word)
    return key[:-1] if len(key) == len(word) == _WITH_CASE and key.endswith(_CASES) else key


@lru_cache(maxsize=1)
def _fact_beginnings() -> dict[str, frozenset[str]]:
    found = dict(_beginnings())
    for group in _FACTS:
        words = group.replace("|", " ").split()
        for word in words:
            found[word[:5]] = found.get(word[:5], frozenset()) | {words[0]}
    return found


def _inside(word: str) -> set[str]:
    """Concepts that a Finnish compound ends in, such as the fee of ``muistutusmaksu``."""
    if len(word) < _COMPOUND:
        return set()
    known = _beginnings()
    ends = (word[at : at + 5] for at in range(4, len(word) - 3))
    return {f"={concept}" for end in ends for concept in known.get(end, ())}
