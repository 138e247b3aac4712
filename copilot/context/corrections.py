"""Facts that the customer took back: what was corrected must not be told to the agent as true.

Only what is sure is dropped: a value that is named as wrong ("not 27 but 72"), the last code of
the same kind before "I meant KK-20419", and streets before a new address.
"""

import re
from collections.abc import Iterator, Sequence

from copilot.context.facts import Fact
from copilot.context.values import shape

_VALUE = r"[^\s,;:!?]*\d[^\s,;:!?]*"
_NAMED_WRONG = (
    re.compile(
        rf"\b(?:not|isn't|wasn't|ei(?: ole)?|eikä)\s+(?:\w+\s+)?({_VALUE}),?\s+(?:but|vaan)\b"
    ),
    re.compile(rf"\d[^.;!?]{{0,20}}?,?\s(?:and not|not|eikä|ei)\s(?:\w+\s)?({_VALUE})"),
    re.compile(rf"\binstead of\s(?:\w+\s)?({_VALUE})"),
)
_MEANT = re.compile(
    r"\b(?:i meant|i mean|meant to (?:say|write)|correction|typo|wrong (?:number|order|code)|"
    r"should (?:be|have been)|actually|tarkoitin|korjaan|korjaus|kirjoitusvirhe|piti olla|"
    r"oikea (?:numero|tilausnumero)|oikeasti)\b"
)
_MOVED = re.compile(
    r"\b(?:new address|moved|moving|now live|address is now|uusi osoite\w*|muutin|muutimme|"
    r"muutan|muutamme|muuttanut|asun nykyään|asun nyt|osoite on nyt|osoite on nykyään)\b"
)
_MAY_CORRECT = re.compile(
    r"not|n't|instead|meant|mean|correct|typo|wrong|should|actually|address|mov|live|"
    r"\bei|tarkoit|korja|kirjoitusv|piti|oikea|osoite|muut|asun"
)


def standing(facts: Sequence[Fact]) -> list[Fact]:
    """Those of ``facts``, given oldest first, that no later one takes back."""
    gone: set[int] = set()
    for place, fact in enumerate(facts):
        gone.update(_taken_back(fact, facts[:place], gone))
    return [fact for place, fact in enumerate(facts) if place not in gone]


def _taken_back(fact: Fact, earlier: Sequence[Fact], gone: set[int]) -> Iterator[int]:
    small = fact.said.text.lower().replace("’", "'")
    if _MAY_CORRECT.search(small) is None:
        return
    wrong = {
        value.strip(".'\")(").lower()
        for pattern in _NAMED_WRONG
        for value in pattern.findall(small)
    }
    moved = fact.street and _MOVED.search(small) is not None
    meant = bool(fact.codes) and _MEANT.search(small) is not None
    if not wrong and not moved and not meant:
        return
    shapes = {shape(code) for code in fact.codes}
    for place in range(len(earlier) - 1, -1, -1):
        old = earlier[place]
        if place in gone:
            continue
        if any(_says(old, value) for value in wrong) or (moved and old.street):
            yield place
        elif meant and _same_talk(fact, old) and _other_code(fact, old, shapes):
            meant = False  # the last one before it was meant, not every order they ever named
            yield place


def _says(fact: Fact, value: str) -> bool:
    return value in fact.vocabulary.words


def _same_talk(fact: Fact, old: Fact) -> bool:
    return fact.said.message.conversation_id == old.said.message.conversation_id


def _other_code(fact: Fact, old: Fact, shapes: set[str]) -> bool:
    return any(shape(code) in shapes for code in old.codes) and not old.codes & fact.codes
