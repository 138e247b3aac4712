"""The words of asking: which tell what is asked about, and what kind of figure answers."""

import re
from typing import Literal

from copilot.grounding.figure_check import FigureKind
from copilot.grounding.figures import find_figures
from copilot.grounding.words import content_keys
from copilot.kernel.listed import listed

_ASKING_WORDS = frozenset(
    listed("""
    voisi voisk pitää pitäi sillo olisi kuulu heti haluan halua haluai onnis tarvi asia
    kysym kysyä kysy tietä kerro sanoi mietin mieti hei moi kiitt jos vaan siihe siell voinko
    voiko voink saanko saank saako saisi paljo kauank kauan aika aikaa aikaan menee onko entä
    would could shoul wonde know tell like want need pleas help ask quest still much long many
    often take takes under over above below
    alle yli summa
    klo kello oclock maana tiist keski torst perja lauan sunnu
    monda tuesd wedne thurs frida satur sunda tänää huome today tomor yeste eilen
    joku jokin jonku jonki jotak jotai johon jolla jolle jolta joita joill jokai toine toise toist
    kukaa ketää mikää mitää mihin millä mille miltä itse
    tere kui kaua kas mis kus millal milla miks saan mul minu meil teil
    someo someb somet somew anyon anybo anyth anywh every nobod nothi noone else anoth whoev whate
""")
)
"""Beginnings of words that ask, whatever they ask for."""

_DURATION = re.compile(
    r"(?:second|minute|hour|day|week|month|year|sekun|minuut|tun[tn]|päiv|viik|kuuka|vuo[dst]"
    r"|\b(?:min|h|kk|vko|pv)\b)",
    re.IGNORECASE,
)
Sought = FigureKind | Literal["duration"]
"""What a question asks for: a kind of figure, or a quantity of time."""

_WANTED: tuple[tuple[re.Pattern[str], frozenset[Sought]], ...] = (
    (
        re.compile(
            r"\b(?:how much|price|cost|fee|paljonko"
            r"|(?:mitä|paljon) (?:\w+ )?maksa\w*|maksaa?ko|hinta\w*|kuinka paljon)",
            re.IGNORECASE,
        ),
        frozenset(("amount", "percent")),
    ),
    (
        re.compile(
            r"\b(?:how long|when|how many days|how soon|by what date|milloin|koska|kauanko"
            r"|kuinka (?:kauan|pian|nopeasti)|mihin mennessä|monessako|montako päivää)",
            re.IGNORECASE,
        ),
        frozenset(("date", "time", "duration")),
    ),
    (
        re.compile(r"\b(?:what time|opening|open on|mihin aikaan|aukiolo|auki)", re.IGNORECASE),
        frozenset(("time",)),
    ),
)
_POINTS_BACK = re.compile(
    r"\b(?:it|its|this|that|them|they|these|those|one|se|sen|sitä|siitä|siihen|sille|ne|niitä"
    r"|niiden|niistä|tämä|tämän|tätä|tästä)\b",
    re.IGNORECASE,
)
_SMALL_TALK = re.compile(
    r"^\W*(?:(?:so|well|no|hei|moi|hi|hello|and|ja|entä)\W+)?(?:"
    r"(?:mitä|mitäs|miten|kuinka) (?:sinulle |sulle |teille |siellä )?(?:kuuluu|menee|voit|voitte"
    r"|jaksat|jaksatte)|mites menee|miten (?:päivä|viikko)\w* on (?:mennyt|sujunut)"
    r"|how(?: are|'re) (?:you|things)|how(?: is|'s) (?:it going|your (?:day|week)|everything)"
    r"|how do you do|how have you been|what's up|are you well|onko kaikki hyvin"
    r")(?: (?:doing|today|tänään|nykyään|siellä|there|going|so far|all))*\W*$",
    re.IGNORECASE,
)
# "Is it possible to …": nothing is meant by this "it".
_EXPLETIVE = re.compile(r"\bit\b.*\b(?:to|that|if|when)\b", re.IGNORECASE | re.DOTALL)
_FEW_WORDS = 4


def is_telling(key: str) -> bool:
    """Whether a word's key says what a text is about: no dates, no words of asking."""
    return key not in _ASKING_WORDS and not any(character.isdigit() for character in key)


def wanted_kinds(question: str) -> list[frozenset[Sought]]:
    """The kinds of figures that would answer ``question``; empty when it asks for none."""
    return [kinds for pattern, kinds in _WANTED if pattern.search(question)]


def kinds_in(text: str) -> frozenset[Sought]:
    """The kinds of figures in ``text``: 7 days are a duration, 25 kg are not."""
    figures = find_figures(text)
    found: set[Sought] = {one.kind for one in figures}
    if any(one.kind == "quantity" and _DURATION.search(one.text) for one in figures):
        found.add("duration")
    return frozenset(found)


def subject_stands_before(question: str) -> bool:
    """Whether what ``question`` is about was named before it: "Is it faulty?"."""
    pointer = _POINTS_BACK.search(question)
    if pointer is None or _EXPLETIVE.search(question):
        return False
    return not any(map(is_telling, content_keys(question[: pointer.start()])))


def points_back(question: str) -> bool:
    """Whether ``question`` needs what was said before it: "Could she use it?"."""
    return _POINTS_BACK.search(question) is not None or len(question.split()) <= _FEW_WORDS


def is_small_talk(text: str) -> bool:
    """Whether ``text`` asks out of politeness: "How are you?"."""
    return _SMALL_TALK.match(text.replace("’", "'")) is not None
