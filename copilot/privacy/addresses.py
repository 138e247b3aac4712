"""Finding postal addresses: a street with its number, and the code and town that follow it.

Finnish, Swedish, Danish, Norwegian, Estonian and German streets are told by how their names end,
English ones by the word after the name. Without a number there is no address.
"""

import re
from collections.abc import Iterator

from copilot.privacy.entity import Entity

_UPPER = "A-ZÅÄÖÆØÜÕŠŽÉÁÓÍÚÞÐ"
_LOWER = "a-zåäöæøüõšžéèáóíúþðß"
_LETTER = _UPPER + _LOWER
_SUFFIX = (
    "katu|tie|kuja|polku|kaari|tori|väylä|rinne|raitti|aukio|bulevardi|esplanadi|penger|portti"
    "|puistikko|puistotie|silta|gatan|vägen|gränden|gränd|torget|stigen|backen|allén|leden"
    "|esplanaden|vej|vejen|gade|gaden|gate|gaten|gata|veien|vegen|vei|stræde|svingen|bakken|plads|straße|strasse"
    "|weg|platz|allee|gasse|tänav|maantee|puiestee"
)
_WORD_AFTER = (
    "katu|tie|kuja|polku|gata|väg|vej|gade|gate|vei|allé|plads|torv|plan|tn|tänav|mnt"
    "|maantee|pst|puiestee|str|straße|strasse"
)
_WHICH = (
    "Iso|Pieni|Vanha|Uusi|Pohjoinen|Eteläinen|Itäinen|Läntinen|Ylinen|Alinen|Stora|Lilla|Gamla|Nya"
    "|Norra|Södra|Östra|Västra|Övre|Nedre|Store|Lille|Gamle|Nørre|Sønder|Øster|Vester"
)
_ROADS = "valta|kanta|seutu|yhdys|moottori|ohitus|rauta"
_HOUSE = (
    rf"(?!(?:19|20)\d\d\b)\d{{1,4}}(?:[-–/]\d{{1,4}})?[ \u00a0]?(?:[{_LETTER}](?![{_LETTER}]))?"
    r"(?:[ \u00a0-]?\d{1,4}(?!\d|[.,:]\d|[ \u00a0]?(?:€|%|eur|kpl|kg|x)))?"
    r"(?:,?[ \u00a0](?:as|bst|lh|lgh|asunto|krs|kerros|leil|tr|kt)\b\.?[ \u00a0]?\d{1,5})?"
    r"(?:,?[ \u00a0]\d{1,2}\.? ?(?:tv|th|mf|krs|etg|sal)\b\.?)?"
)
_TOWN = (
    rf"(?:,[ \u00a0]?|[ \u00a0]?\n[> ]{{0,4}}|[ \u00a0])"
    rf"(?:(?:FI|SE|S|DK|NO|N|EE|DE|D)-)?(?:\d{{5}}|\d{{4}}|\d{{3}}[ \u00a0]\d{{2}})[ \u00a0]"
    rf"[{_UPPER}][{_LETTER}-]{{1,30}}(?:[ \u00a0](?:[A-ZÅÄÖ](?!\w)|[A-ZÅÄÖ]{{2,20}}(?!\w)))?"
)
_NAMED_STREET = re.compile(
    rf"(?<![\w@])(?:(?:{_WHICH})[ \u00a0])?(?!(?i:{_ROADS})(?:tie|katu)\b)[{_UPPER}]"
    rf"[{_LETTER}]{{1,30}}(?:{_SUFFIX})"
    rf"[ \u00a0]{_HOUSE}(?!\w)(?:{_TOWN})?"
)
_SMALL_STREET = re.compile(
    rf"(?<![\w@-])(?!(?i:{_ROADS})tie)[{_LOWER}]{{3,24}}(?:katu|tie|kuja|polku|kaari|raitti|gatan"
    rf"|vägen)"
    rf"[ \u00a0]{_HOUSE}(?!\w)(?:(?:,[ ]?|[ ])\d{{5}}[ ][{_LETTER}]{{2,24}})?"
)
_STREET_WORD = re.compile(
    rf"(?<![\w@])(?:[{_UPPER}][{_LETTER}.]{{1,20}}[ \u00a0]){{1,3}}(?:{_WORD_AFTER})\.?"
    rf"[ \u00a0]{_HOUSE}(?!\w)(?:{_TOWN})?"
)
_FLAT = r"(?:apt|apartment|flat|suite|unit|room|floor)\b\.?[ \u00a0]?#?\w{1,5}|#\w{1,5}"
_KIND = (
    "street|str|st|avenue|ave|road|rd|lane|ln|drive|dr|court|ct|close|crescent|cres|place|pl"
    "|square|sq|terrace|boulevard|blvd|gardens|grove|mews|parkway|pkwy|highway|hwy|row|walk|way"
    "|hill|trail|circle|cir"
)
_ENGLISH = re.compile(
    rf"(?<![\w.,#-])(?:(?i:flat|apartment|unit)[ ]\w{{1,4}},?[ ])?\d{{1,5}}[a-zA-Z]?(?:-\d{{1,5}})?"
    rf"[ \u00a0]"
    rf"(?:[{_UPPER}][{_LETTER}'’.-]{{0,24}}[ \u00a0]){{1,4}}(?:(?i:{_KIND}))\b\.?"
    rf"(?:(?:,[ ]?|[ ]|[ ]?\n[> ]{{0,4}})(?i:{_FLAT}))?"
    rf"(?:(?:,[ ]?|[ ]|[ ]?\n[> ]{{0,4}})"
    rf"(?:[{_UPPER}][{_LETTER}.'’-]{{1,24}}(?:[ ]|,[ ]?|\n[> ]{{0,4}})){{0,3}}"
    r"(?:[A-Z]{2}[ ]\d{5}(?:-\d{4})?|[A-Z]{1,2}\d[A-Z\d]?[ ]?\d[A-Z]{2})(?!\w))?"
)
_SMALL_ENGLISH = re.compile(
    r"(?<![\w.,#-])\d{1,5}[a-z]?[ ](?!this|that|your|side|main|next|each|same)[a-z]{3,20}[ ]"
    r"(?:street|road|avenue|lane|drive)\b(?:,?[ ](?i:" + _FLAT + r"))?",
)
_BOX = re.compile(
    rf"(?<!\w)(?:(?i:p\.?[ ]?o\.?[ ]?box|postbo(?:ks|x)|postfach|postilokero)[ ]\d{{1,6}}|PL"
    rf"[ ]\d{{1,5}}(?={_TOWN}))"
    rf"(?!\w)(?:{_TOWN})?"
)
_CODE = re.compile(
    r"\b(?i:post ?code|zip(?: code)?|postinumero(?:ni)?|postnummer)(?i: is| on| är| er)?:?[ ]"
    r"(?P<code>\d{5}(?:-\d{4})?|\d{3} \d{2}|[A-Z]{1,2}\d[A-Z\d]?[ ]?\d[A-Z]{2})(?!\w)"
)


def find_addresses(text: str) -> Iterator[Entity]:
    """The postal addresses in ``text``, which has a digit."""
    for pattern in (
        *(_NAMED_STREET, _STREET_WORD, _ENGLISH, _BOX),
        *(_SMALL_STREET, _SMALL_ENGLISH),
    ):
        for match in pattern.finditer(text):
            yield Entity(
                match.start(), match.start() + len(match.group().rstrip(" \u00a0.")), "address"
            )
    for match in _CODE.finditer(text):
        yield Entity(*match.span("code"), "address")
