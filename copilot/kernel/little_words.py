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
# What a Finnish ending makes of them is a word of its own: the rest of the cases and persons.
_FINNISH_FORMS = frozenset(
    listed("""
    minut minussa minusta minuun minuna sinut sinua sinussa sinusta sinuun sinulla sinulta
    hänen hänet häntä hänessä hänestä häneen hänellä häneltä hänelle meidät meissä meistä
    meihin teidät teissä teistä teihin heidän heidät heitä heissä heistä heihin heillä
    heiltä heille tähän tältä tänä täksi näiden näissä näistä näihin näillä näiltä näille
    näinä näiksi tuossa tuosta tuohon tuolla tuolta tuolle tuona tuoksi nuo noiden noita
    noissa noista noihin noilla noilta noille siltä siksi niissä niistä niihin niillä niiltä
    niille niinä niiksi johon jolla jolta jolle jona joksi joiden joita joissa joista joihin
    joilla joilta joille joina joiksi minkä mihin millä miltä mitkä minkälainen
    millainen kenen kenet ketä kenessä kenestä keneen kenellä keneltä kenelle ketkä kumpi
    kumman kumpaa kumpikin molemmat molempien molempia joku jonkun jotakuta jollakulla jokin
    jonkin jotakin jotain jossakin jossain jostakin jostain johonkin jollakin jollain
    joltakin jollekin jotkut joitakin joidenkin eräs erään eräät eräiden eräitä kukaan
    kenenkään ketään kenelläkään mikään minkään mitään missään mistään mihinkään millään
    jokainen jokaisen jokaista jokaisella jokaiselle kukin kunkin kaiken kaikkea kaikkien
    kaikkia kaikissa kaikista kaikkiin kaikilla kaikille muun muuta muussa muusta muuhun
    muulla muiden muita muissa muista muihin muilla muilta muille itse itsensä itseään
    itselle itsellään saman samaa samassa samasta samaan samalla samat samojen samoja toinen
    toisen toista toisessa toisesta toiseen toisella toiset toisten toisia toisiaan
    toistensa sellainen sellaisen sellaista sellaiset sellaisten sellaisia tällainen
    tällaisen tällaista tällaisessa tällaiset tällaisten tällaisia millaisia kyseinen
    kyseisen kyseistä kyseisessä kyseiset kyseisten kyseisiä monen monta monet monien monia
    useat useiden useita usean useassa useilla olitte olla ollaan oltiin oltu oltava olisit
    olisimme olisivat oleva olevan olevat olevien olevia olevaa lienee olkoon eikä enkä etkä
    emmekä eivätkä älä älkää ettei etteivät etten ellei elleivät voit voivat voisin voisit
    voisimme voisivat voida voidaan voitaisiin voitu voineet voinut voitiin voitava saat
    saamme saatte saavat saisi saanut saatu saatiin pitänyt pitävät tulevat tullut täytyy
    täytyi tarvitsee aikoo jotta vaikka kunnes ikään kuten niinkuin joko taikka sikäli
    mikäli jollei joskin saakka kohti vastaan varten lisäksi takia vuoksi ansiosta kautta
    aikana puolesta sijaan sijasta perusteella osalta kannalta suhteen nähden myötä avulla
    johdosta mukaisesti yhteydessä alle ympäri välillä ohi enää aina usein joskus koskaan
    ikinä heti juuri vasta taas jälleen myöskään ainoastaan edes jopa kovin melko varsin
    erittäin liian enemmän eniten vähän vähemmän paljon lähes melkein ehkä kai varmaan
    varmasti tosin kuitenkaan silti toki tosiaan todella toisaalta siten täten tällöin
    silloin siellä täällä tänne sinne tuonne sieltä täältä esim muassa esimerkiksi lähinnä
    yleensä yhä edelleen erityisesti etenkin varsinkin edellä sinänsä vaikkakin muutoin
    muuten
""")
)

FUNCTION_WORDS = _ENGLISH | _FINNISH | _SWEDISH | _GERMAN
"""Articles, pronouns, auxiliaries and the like, in small letters."""

SPOKEN_LITTLE = frozenset(
    piece
    for word in FUNCTION_WORDS | _FINNISH_FORMS | _FILLERS
    for piece in (word, *word.split("'"))
)
"""The same with more Finnish forms, greetings and hesitations; contractions also in pieces
(``don``, ``t``)."""
