"""Words that hold sentences together and say little of what a text is about."""

from copilot.kernel.listed import listed

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
_FILLERS = frozenset(
    listed("""
    ah eh er erm hello hey hi hm hmm hmmm huh oh ok okay uh uhm um umm uhh well yeah yep yup
    hei heippa hehe jaa joo juu kiitos moi moikka no noh okei terve tota tuota öö ööö
""")
)

FUNCTION_WORDS = _ENGLISH | _FINNISH | _SWEDISH | _GERMAN
"""Articles, pronouns, auxiliaries and the like, in small letters."""

SPOKEN_LITTLE = frozenset(
    piece for word in FUNCTION_WORDS | _FILLERS for piece in (word, *word.split("'"))
)
"""The same with greetings and hesitations, and contractions also in pieces (``don``, ``t``)."""
