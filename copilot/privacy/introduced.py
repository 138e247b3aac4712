"""Finding the names that a text itself introduces: greeted, signed, or said whose they are.

No list of names: it is the words before that tell ("Terveisin,", "my husband", "vaimoni"), so a
name that is only mentioned is not found. See :mod:`copilot.privacy.ner` for that.
"""

import re
from collections.abc import Iterator

from copilot.privacy.introducing_words import NO_NAMES

_NAME = r"[^\W\d_](?:[^\W\d_]|['’-](?=[^\W\d_])){1,29}"
_PART = r"(?:van|von|der|den|de|da|di|la|le|af|al|bin|el|ter|ten)"
_NAMES = rf"{_NAME}(?:[ \u00a0](?:{_PART}[ \u00a0]){{0,2}}(?:[^\W\d_]\.[ \u00a0]?)?{_NAME}){{0,3}}"
_WORD = re.compile(_NAME)
_LINE = r"(?:^|(?<=[\n>])|(?<=\n> ))[ \t]{0,8}"
_GREETING = re.compile(
    rf"{_LINE}(?i:hi|hello|hey|dear|good (?:morning|afternoon|evening)|hei|heippa|moi|moikka|terve"
    rf"|hyvä"
    r"|rakas|hyvää (?:päivää|huomenta|iltaa)|hej|hejsan|kära|bästa|käre|bäste|god (?:morgon|dag"
    r"|kväll)|kjære"
    r"|kære|hallo|tere|lugupeetud|hola|bonjour|guten (?:tag|morgen)|liebe[r]?|thanks|thank you"
    r"|kiitos|tack"
    rf"|takk|tak|aitäh)(?i:[ ](?:taas|again|taas kerran|so much|paljon|så mycket))?,?[ \u00a0]"
    rf"(?P<name>{_NAMES})"
    r"(?=[ \t]?(?:[,!.:;\n]|$)|[ ][-–][ ]|[ ](?:I|we|my|can|could|this|just)\b)",
    re.MULTILINE,
)
_CLOSING = (
    r"(?:(?:ystävällisin|parhain|lämpimin|iloisin|kunnioittavin|yst\.?|parh\.?)[ ])?(?:terveisin"
    r"|terv\.?"
    r"|terveisiä|t\.|t:|tv\.?|yt\.?)|kiittäen|kunnioittaen|(?:best|kind|warm|kindest|warmest"
    r"|with kind)[ ]"
    r"(?:regards|wishes)|regards|(?:yours[ ])?(?:sincerely|faithfully|truly)(?:[ ]yours)?"
    r"|respectfully"
    r"|(?:med[ ])?(?:vänlig|vänliga|bästa|venlig|vennlig|mange)[ ]hälsning(?:ar)?"
    r"|(?:med[ ])?(?:venlig|vennlig|kærlig)[ ]hilsen|mvh|vh|hälsningar|hilsen|vänligen"
    r"|lugupidamisega|parimate soovidega|tervitades|tervitustega|mit freundlichen grüßen|mfg"
)
_SIGNED = re.compile(
    rf"(?:{_LINE}|(?<=[.!?,]\s))(?i:{_CLOSING})[ ]?[,.!:]?(?:[ \t]{{1,4}}|[ \t]{{0,4}}\n"
    rf"[> \n]{{0,6}}[ \t]{{0,4}})"
    rf"[-–—]?[ ]?(?P<name>{_NAMES})(?=[ \t]{{0,4}}(?:[,.!(/|]|\n|$))",
    re.MULTILINE,
)
_SHORT = re.compile(
    rf"{_LINE}(?i:best|cheers|thanks|thank you|many thanks|love|kiitos|kiitoksia|tack|tak|takk"
    rf"|aitäh|br|rgds)"
    rf"[,.!]?[ ]?\n[> \n]{{0,6}}[-–—]?[ ]?(?P<name>{_NAMES})(?=[ \t]{{0,4}}(?:\n|$))",
    re.MULTILINE,
)
_KIN = (
    "husband|wife|son|daughter|mother|father|mom|mum|dad|brother|sister|partner|girlfriend|boyfriend"
    "|friend|neighbou?r|colleague|boss|manager|assistant|roommate|flatmate|grandmother|grandfather"
    "|grandma|grandpa|aunt|uncle|cousin|niece|nephew|fiancée?|spouse|child|kid|secretary|landlord"
)
_OUR_KIN = re.compile(
    rf"\b(?i:my|our|his|her|their)[ ](?:[a-z]{{2,12}}[ ]){{0,1}}(?i:{_KIN})(?i:'s name is"
    rf"|, whose name is| is called"
    rf"| is named| named| called)?,?[ ](?P<name>{_NAMES})"
)
_FINNISH_KIN = re.compile(
    r"\b(?i:vaimo|mie[hs]|aviomie[hs]|puoliso|avo(?:mies|vaimo|puoliso)|äi[td]i|isä|isoäi[td]i"
    r"|isoisä|sisko|sisar"
    r"|veli|velje|tyttä|tyttö|tytö|poika|poja|ystävä|kaveri|naapuri|kolle[g]a|työkaveri|lapse|mummo"
    r"|vaari"
    r"|ukki|anoppi|appi|täti|tädi|setä|sedä|eno|serkku|serku|pomo|esimie[hs]|kumppani|tyttöystävä"
    r"|poikaystävä"
    r"|kihlattu|avustaja|edunvalvoja)[^\W\d_]{0,8}(?i:ni|mme|nsa|nsä),?[ ](?P<name>"
    rf"{_NAMES})"
)
_NORDIC_KIN = re.compile(
    r"\b(?i:min|mitt|mit|vår|vores|hans|hennes|hendes|minu|meie)[ ](?i:fru|man|make|maka|sambo"
    r"|mamma|mor|moder|pappa"
    r"|far|son|dotter|bror|syster|vän|kollega|granne|chef|mand|kone|mann|kone|datter|sønn|søn"
    r"|søster|ven|venn"
    r"|nabo|sjef|samboer|kæreste|naine|mees|abikaasa|poeg|tütar|ema|isa|vend|õde|sõber|naaber)"
    rf",?[ ](?P<name>{_NAMES})"
)
_CALLED = re.compile(
    r"\b(?i:my (?:full )?name is|my name's|name on the (?:account|order|card)(?: is)?"
    r"|nimeni on|nimeni|jag heter|mitt namn är|jeg hedder|jeg heter|mitt navn er|mit navn er"
    r"|minu nimi on|me llamo|ich heiße|je m'appelle|mein name ist)[ ](?P<name>"
    rf"{_NAMES})"
)
_NAME_IS = re.compile(
    rf"\b(?i:(?:hänen )?nimi(?:nsä)? on|the name is|hennes namn är)[ ](?P<name>{_NAMES})"
)
_FIELD = re.compile(
    rf"(?:{_LINE}|(?<=[,;] ))(?i:(?:(?:full|customer|first|last|contact|recipient)[ ])?name|nimi"
    rf"|asiakas|asiakkaan nimi"
    r"|vastaanottaja|yhteyshenkilö|tilaaja|namn|navn|kund|mottagare|modtager|customer|recipient"
    r"|ship to"
    rf"|attn|c/o)[ ]?:[ \t]{{0,8}}(?P<name>{_NAMES})(?=[ \t]{{0,4}}(?:[,.;(]|\n|$))",
    re.MULTILINE,
)
_TITLED = re.compile(
    rf"\b(?:Mr|Mrs|Ms|Miss|Dr|Prof|Herra|herra|Rouva|rouva|Herr|herr|Fru|fru)\b\.?[ ]"
    rf"(?P<name>{_NAMES})"
)
_HERE = re.compile(
    rf"(?:\b(?i:this is|it's|speaking with|speak to|spoke to|talked to|talk to|i'm|i am|täällä"
    rf"|puhelimessa|olen"
    rf"|puhuin|jag är|det är|det här är|jeg er)|\b(?i:c/o))[ ](?P<name>{_NAMES})"
)
_HERE_ENDS = re.compile(
    r"[ ]?(?:,|\.|!|$|\n|[ ](?:and|from|calling|here|ja|och|og|kanssa|again|speaking)\b)"
)
_WHOLE = frozenset((_GREETING, _SIGNED, _SHORT, _FIELD))
_AND = frozenset(("ja", "and", "och", "og"))
_TITLES = frozenset(("Mr", "Mrs", "Ms", "Miss", "Dr", "Prof", "Herra", "Rouva", "Herr", "Fru"))
_CUES = (
    *(
        _GREETING,
        _SIGNED,
        _SHORT,
        _OUR_KIN,
        _FINNISH_KIN,
        _NORDIC_KIN,
        _CALLED,
        _NAME_IS,
        _FIELD,
        _TITLED,
    ),
    _HERE,
)


def introduced(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of every word of a name that ``text`` introduces; some come twice."""
    for cue in _CUES:
        match = cue.search(text)
        while match is not None:
            words = _words_of(text, match, small=cue is _CALLED)
            if _is_name(cue, match, words, text):
                yield from words
            # What follows the name may introduce another one.
            match = cue.search(text, words[-1][1] if words else match.start("name"))


def _words_of(text: str, match: re.Match[str], *, small: bool) -> list[tuple[int, int]]:
    """The words of the name up to the first that cannot be of one."""
    words: list[tuple[int, int]] = []
    for one in _WORD.finditer(text, *match.span("name")):
        word = one.group()
        if word in _TITLES or (words and (re.fullmatch(_PART, word) or word in _AND)):
            continue
        if not (word[0].isupper() or (small and len(words) < 2)) or word.lower() in NO_NAMES:
            break
        if word[0].islower() and words and text[words[0][0]].isupper():
            break
        words.append(one.span())
    return words


def _is_name(
    cue: re.Pattern[str], match: re.Match[str], words: list[tuple[int, int]], text: str
) -> bool:
    if not words:
        return False
    if cue is _HERE:
        return len(words) > 1 and _HERE_ENDS.match(text, words[-1][1]) is not None
    # All that was said has to be the name: "Best regards, Shop Team" is none.
    return cue not in _WHOLE or words[-1][1] == match.end("name")
