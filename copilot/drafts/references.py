"""Noticing sentences that need something beside them: a table, a list, a picture, a step.

"The times in the table are then added" says nothing in a reply that has no table.
"""

import re

_ENGLISH = (
    # A table is also furniture: "the table weighs 40 kg" is no reference, "in the table" is.
    (
        r"\b(?:in|from|see|per|to) (?:the |this |our )?(?:\w+ )?(?:table|chart|diagram|picture"
        r"|image|figure|drawing|illustration)\b(?! (?:top|leg|legs|lamp|cloth))"
    ),
    r"\b(?:on|in|from|see) (?:the|this) list\b",
    r"\b(?:table|list|chart|picture|image|figure|instructions?|steps?) (?:above|below)\b",
    r"\b(?:see|as|shown|listed|given|described|mentioned|stated|the|found) (?:above|below)\b",
    r"\babove-?mentioned\b",
    r"\b(?:above|below)\s*(?:[.,;:!)]|$)",
    r"^\W*(?:above|below)\b(?! \W?\d)",
    r"\b(?:as follows|the following (?:table|list|steps?|ways?|options?|instructions?|cases?))\b",
    r"\b(?:before|after|in|repeat|see|from|until) steps? \d",
)
_FINNISH = (
    r"\btaulu(?:kko|kon|kos|koi|kot)\w*",
    r"\b(?:kuvassa|kuviossa|piirroksessa|luettelossa|listassa|listalla|listalta)\b",
    # "Hanan alla" is a place and "pitää yllä" a verb: only what follows or comes before tells.
    (
        r"\b(?:yllä|alla|edellä|ohessa) (?:ole\w+|ova\w+|on\b|mainit\w+|luetel\w+|kuva\w+|näky\w+"
        r"|esitet\w+|annet\w+|löyty\w+)"
    ),
    r"^\W*(?:yllä|alla|edellä|ohessa)\b",
    r"\b(?:katso|ks\.?|kuten|näet|löydät) (?:yllä|alla|edellä|ohessa)\b",
    r"\boheis\w+",
    (
        r"\bseuraavassa (?:taulukossa|listassa|luettelossa|kuvassa|kohdassa|on\b|ovat\b|kerro\w+"
        r"|esitet\w+|luetel\w+|näet|ohje\w*)"
    ),
    (
        r"\b(?:ennen (?:vaihetta|kohtaa)|toista (?:vaihe|kohta)|(?:vaiheen|vaiheessa|vaiheesta"
        r"|kohdan|kohdassa|kohdasta)) \d"
    ),
)
_REFERS = re.compile("|".join((*_ENGLISH, *_FINNISH)), re.IGNORECASE)


def needs_company(sentence: str) -> bool:
    """Whether ``sentence`` speaks of a table, list, picture or step that is not in it."""
    return _REFERS.search(sentence) is not None
