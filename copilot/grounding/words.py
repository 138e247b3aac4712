"""The words of a text that carry its content, brought to a form that compares."""

import re

from copilot.grounding.listed import listed

_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_MAX_WORDS = 20_000
_KEY_LENGTH = 5

_ENGLISH = frozenset(
    listed("""
    a about after again all also am an and any are as at be because been before being both
    but by can can't could did didn't do does doesn't doing don't down each few for from
    further get got had has hasn't have haven't having he her here him his how i i'd i'll
    i'm i've if in into is isn't it it's its just let me more most my no nor not now of off
    on once only or other our out over own please really same she should so some still such
    than thank thanks that that's the their them then there these they they're this those
    through to too under until up us very was wasn't we we'd we'll we're we've were what
    when where which while who why will with would yes you you'd you'll you're you've your
""")
)
_FINNISH = frozenset(
    listed("""
    ja on ei en et emme ette eivät ole olen olet olemme olette ovat oli olin olit olimme
    olivat ollut olleet olisi olisin se sen sitä siitä siinä siihen sillä sille ne niitä
    niiden tämä tämän tätä tässä tästä nämä näitä tuo tuon joka jonka jota jossa josta jotka
    että jos kun kuin mutta tai vai eli sekä myös vain jo vielä nyt sitten niin näin kyllä
    minä minun minua minulla minulle minulta sinä sinun sinulle hän me meidän meille meillä
    meiltä te teidän teille teillä teiltä he mikä mitä missä mistä milloin miten miksi
    kuinka kuka mukaan kanssa jälkeen ennen asti noin hyvin sama muu muut kaikki ihan aivan
    vaan koska joten kuitenkin voi voin voitte voimme voisi voisitte voisitko voisiko saa
    saan saada tulee tulisi pitää pitäisi mukana teitä meitä tällä tälle siis
""")
)
_SWEDISH = frozenset(
    listed("""
    och att det som en på är av för med till den har de inte om ett han men var jag sig från
    vi kan när år också efter eller nu sin där vid mot ska skulle kommer får finns vara hade
    alla andra mycket än här då min mitt hej tack ni er inga
""")
)
_GERMAN = frozenset(
    listed("""
    der die und den von zu das mit sich des auf für ist im dem nicht ein eine als auch es
    werden aus er hat dass sie nach wird bei einer um sind noch wie einem über einen zum
    haben nur oder aber vor zur bis mehr durch man sein wurde ich mein bitte danke
""")
)
_LITTLE = _ENGLISH | _FINNISH | _SWEDISH | _GERMAN


def words_of(text: str) -> list[str]:
    """The words and numbers of ``text`` in small letters; a very long text is cut."""
    found = _WORD.findall(text, 0, 1_000_000)
    return [word.lower() for word in found[:_MAX_WORDS]]


def word_key(word: str) -> str:
    """The beginning that a word keeps through its inflections.

    Five letters: English endings and Finnish cases with their consonant changes ("tilaus",
    "tilauksen") come after them, in any language without a stemmer of its own as well.
    Numbers stay whole.
    """
    if not word.isalpha():
        return word
    return (word[:-1] if len(word) > 3 and word.endswith("s") else word)[:_KEY_LENGTH]


def content_words(text: str) -> list[str]:
    """The words of ``text`` that carry meaning, in order and in small letters, repeats kept."""
    return [word for word in words_of(text) if word not in _LITTLE and _carries(word)]


def content_keys(text: str) -> list[str]:
    """The keys of the content words of ``text``, in order, repeats kept."""
    return [word_key(word) for word in content_words(text)]


def _carries(word: str) -> bool:
    return len(word) > 1 or word.isdigit()
