"""Words of anger, by language: data of ``mood.py``.

A line is a regular expression that begins at the beginning of a word. Threats to leave or to go to
law, swearing, and the count of times that somebody had to write.
"""

_ENGLISH = r"""
(?:third|fourth|fifth|sixth|3rd|4th|5th|6th|tenth|10th|umpteenth|hundredth) time\b
(?:third|fourth|fifth|sixth|3rd|4th|5th|6th|tenth|10th) (?:e-?mail|message|call|complaint)\b
(?:asked|written|called|rung|phoned|emailed|explained|complained|chased)\b[^.!?]{0,30} TIMES\b
how many (?:more )?times (?:do|must|should|have) (?:i|we)\b
(?:still no|without (?:a|any)|not (?:had )?a single) (?:answer|reply|response)\b
(?:nobody|no one|none of you) (?:ever )?(?:answers|replies|bothers|cares|responds)\b
(?:fed up|sick (?:and tired )?of|had enough|enough is enough|done with you|last straw)\b
(?:losing (?:my )?|out of )patience\b
patience (?:has run|is running|ran) out\b
(?:furious|outraged?|outrageous|livid|disgust|appall|unacceptable|disgrace|ridiculous)
(?:a joke\b|garbage|worst|pathetic|how dare you|scandalous|incompeten|useless|shambles)
(?:rip-?off|scam|thieves|liars)
never (?:again|(?:buy|shop|order)(?:ing)?(?: anything)?(?: from you| here)?(?: ever)? again)\b
(?:take|taking|took) (?:my|our) (?:business|money|custom) (?:elsewhere|to (?:another|someone))\b
(?:leav|post|writ)(?:e|ing)? (?:a |an |you )*(?:bad|awful|terrible|negative|scathing) review
(?:leav|post|writ)(?:e|ing)? (?:a |an |you )*(?:one|1)[- ]star review
(?:close|closing|cancel|cancelling) my account\b
(?:go|going|switch|switching|moving?) (?:over )?to (?:a|your|one of your) competitor
(?:su(?:e|ing) (?:you|your)|legal action|small claims|take you to court|see you in court)
(?:my|our) LAWYER (?:will|is|are|has|have|shall|says|advise|contact)
from (?:my|our) LAWYER\b
(?:contact|call|talk to|speak to|instruct)(?:ing)? (?:my|a|our) LAWYER
report(?:ing)? you\b
(?:trading standards|ombudsman|charge ?back|consumer (?:protection|rights|disputes))
disput(?:e|ing) (?:the|this|my) (?:charge|payment)
(?:fuck|shit|bullshit|bloody (?:hell|joke|useless|awful|thing)|damn|crap\b|bastard)
(?:arse|wtf|for god['’]?s sake|goddamn|what the hell|bollocks)
""".replace(
    "TIMES",
    r"(?:three|four|five|six|seven|eight|nine|ten|twenty|[3-9]|\d\d)(?: different)?(?: \w+)?"
    r" (?:times|people|agents|e-?mails|calls)",
).replace("LAWYER", "(?:lawyer|solicitor|attorney)s?")

_FINNISH = r"""
ORDINAL kert(?:a|aa)\b
ORDINAL (?:viesti|sähköposti|yhteydenotto)
(?:soitta|kysy|kirjoitta|laitta|lähettä|pyytä|selittä|valitta)\w*\b[^.!?]{0,30} COUNT
(?:kuinka|miten) mon(?:ta|ennen) kert
(?:eikä|ei) (?:mitään tapahdu|vastausta (?:kuulu|tule))
(?:kukaan|kenenkään|teistä) ei (?:ikinä |koskaan )?(?:vastaa|viitsi|välitä|reagoi)
eikä kukaan (?:vastaa|välitä|reagoi|tee)
(?:kyllästy|saanut tarpeeks|sain tarpeeks|riittää jo|mitta (?:on |alkaa olla )?täy)
kärsivällisyy\w* (?:on |alkaa )?lop
pinna(?:ni)? (?:pala|kire|mene|katke)
(?:raivoi|raivost|törke|pöyrist|järkyttä|huonoin(?:ta|pia)? |kehtaat|kehtaa |ala-?arvoi)
(?:häpeälli|käsittämätön|käsittämättö|surke|naurettav|järjetön|järjettöm|pelle|kelvot)
(?:huijar|huijau|huijaat|rosvo|valehtel|sikamai|skandaali)
en (?:ikinä|koskaan|enää) (?:enää )?(?:osta|tilaa|asioi)
(?:en tilaa teiltä|en suosittele|viimeinen kerta,? kun)
(?:vaihdan|siirryn|menen) (?:kilpailij|muualle|toiseen (?:kauppa|liike|firma))
(?:ostan|tilaan|vien rahani|asioin) (?:\w+ )?(?:muualta|muualle|muualla)
(?:kirjoitan|jätän|annan|laitan) (?:\w+ )?(?:huonon|surkean|yhden tähden|negatiivisen) ar[vi]
(?:suljen|poistan|lopetan) (?:tilini|asiakkuuteni)
(?:kuluttajariita|kuluttaja-?asiamie|kuluttajaneuvo|kuluttajavirasto|oikeustoim|oikeuteen)
(?:käräjä|asianajaja(?:ni|lle|an)|rikosilmoitu|teen valituks)
(?:lakimie(?:s|he)|juristi)(?:ni|mme|lle|lleni|eni?|an|ä)\b
(?:perkele|saatana|vittu|vitun|vituttaa|helvet|paska|jumalauta|hitto|hiton|perhana)
(?:ärsyttää|pelleil|v-?tuttaa|hemmet|jumankauta)
""".replace(
    "ORDINAL",
    r"(?:kolma(?:s|tta)|neljä(?:s|ttä)|viide(?:s|ttä)|kuude(?:s|tta)|[3-9]\.?"
    r"|kymmene(?:s|ttä)|monennen|ties monet)",
).replace(
    "COUNT",
    r"(?:kolm|nelj|viisi|viide|kuu[sd]|seitsem|kahdeksan|yhdeks|kymmen|[3-9]\b|\d\d)\w*"
    r" (?:eri )?(?:kert|viesti|sähköpost|ihmis|henkilö|puhelu)",
)

_SWEDISH = r"""
(?:tredje|fjärde|femte|sjätte|tionde|[3-9]:e) (?:gången|mejlet|mailet|samtalet)\b
(?:skrivit|ringt|frågat|mejlat|mailat|bett|förklarat|klagat|skickat)\b[^.!?]{0,30} COUNT
hur många gånger (?:ska|måste|skall)\b
(?:fortfarande|ännu) inget svar\b
ingen (?:\w+ )?(?:svarar|bryr sig|hör av sig|reagerar)
(?:fått nog|nu räcker det|trött på er|less på|måttet är rågat|rinner över)
tålamod\w* (?:är|har|tar|börjar)
(?:rasande|förbannad|oacceptab|skandal|skamlig|bedrövlig|löjlig|urus(?:el|l)|värdelös|pinsam)
(?:ett skämt|under all kritik|vilket skämt|sämsta (?:\w+ )?(?:service|kundtjänst|butik|företag))
(?:bedragare|bedrägeri|lurendrej|tjuvar\b|rena bluff|ni ljuger)
(?:handlar|beställer|köper) (?:aldrig|inte) (?:\w+ ){0,3}(?:mer|igen|av er|hos er)\b
aldrig (?:mer|igen|i livet)\b
(?:lämnar|skriver|ger) (?:\w+ )?(?:dålig|negativ|usel)\w* (?:recension|omdöme|betyg)
(?:avslutar|stänger|säger upp) mitt (?:konto|kundkonto|medlemskap)
(?:byter|går|vänder mig) (?:\w+ )?till (?:en|er) konkurrent
(?:konsumentverket|konsumentombudsman|reklamationsnämnd|stämma er|rättslig|polisanmäl)
(?:min|vår) (?:advokat|jurist)\b
(?:jävl|för helvete|i helvete|fy fan|vad fan|för fan|skitdålig|skitservice|skitföretag)
""".replace(
    "COUNT",
    r"(?:tre|fyra|fem|sex|sju|åtta|nio|tio|[3-9]|\d\d) (?:olika )?"
    r"(?:gånger|personer|mejl|mail|meddelanden|samtal)",
)

_GERMAN = r"""
(?:dritte|vierte|fünfte|sechste|siebte|zehnte)[nrs]? (?:mal|e-?mail|nachricht|anruf)\b
COUNT\b[^.!?]{0,30} (?:geschrieben|angerufen|gefragt|gemeldet|gebeten|erklärt|reklamiert)
COUNT\b[^.!?]{0,30} (?:nachgefragt|kontaktiert|beschwert|hingewiesen)
wie oft (?:soll|muss) ich (?:noch|denn|das)
(?:immer noch|noch immer|weiterhin) keine (?:antwort|rückmeldung|reaktion)
keine einzige (?:antwort|rückmeldung|reaktion)
niemand (?:antwortet|reagiert|meldet sich|kümmert|geht ans)
(?:jetzt reicht|mir reicht(?:['’]?s| es)|es reicht (?:jetzt|langsam|mir)|nun reicht)
(?:schnauze voll|nase voll|geduld (?:ist|geht|hat|am)|habe genug von|mit meiner geduld)
(?:unverschämt|frechheit|inakzeptab|lächerlich|saftladen|sauerei|empör|wütend|stinksauer)
(?:schlechteste[nr]? (?:service|kundendienst|kundenservice|laden|shop)|unter aller|zumutung)
(?:bodenlos|ein witz\b|schlechter witz|unfassbar schlecht|eine katastrophe)
(?:betrüger|(?:das ist|reiner|glatter) betrug|abzock|lügner|verarsch)
(?:nie wieder|nie mehr|niemals wieder)\b
(?:bestelle|kaufe) (?:\w+ ){0,3}nichts mehr\b
(?:schlechte|negative|ein-stern|1-stern)[ -]?(?:bewertung|rezension)
(?:kündige|schließe|lösche) mein(?:en|e)? (?:konto|kundenkonto|account)
(?:gehe|wechs[e]?le) (?:\w+ ){0,2}zu[r]? (?:\w+ )?konkurrenz
(?:mein(?:em|en|e|er)? (?:rechts)?anw[aä]lt|anwalt ein|rechtliche schritte|strafanzeige|verklag)
(?:verbraucherzentrale|verbraucherschutz|anzeige erstatt|vor gericht\b|gerichtlich)
(?:schei(?:ß|ss)|verdammt|zum teufel|verflucht|arschl|zum kotzen)
""".replace(
    "COUNT",
    r"(?:drei|vier|fünf|sechs|sieben|acht|neun|zehn|[3-9]|\d\d) ?"
    r"(?:mal|verschiedene\w* \w+|e-?mails|nachrichten)",
)

_ESTONIAN = r"""
(?:kolmas|neljas|viies|kuues|kümnes) (?:kord|kiri|e-?kiri|sõnum|kõne)\b
(?:kolmandat|neljandat|viiendat|kuuendat|kümnendat) korda\b
(?:kirjutanud|helistanud|küsinud|palunud|selgitanud|kaevanud|saatnud)\b[^.!?]{0,30} COUNT
COUNT\b[^.!?]{0,20} (?:kirjutanud|helistanud|küsinud|palunud|selgitanud|saatnud)
(?:kui )?mitu korda (?:ma |me )?(?:pean|peame|veel)\b
(?:ikka|endiselt|siiani|ikka veel) (?:pole|ei ole) (?:\w+ ){0,2}vastus
keegi ei (?:vasta|hooli|reageeri|viitsi|tee midagi)
(?:kõrini|mul on küllalt|nüüd (?:juba )?aitab\b|mõõt on täis|kannatus (?:on|hakkab|katke))
(?:raevus|vihane|nördinud|skandaal|häbiväär|häbitu|jultum|lubamatu|vastuvõetamatu|naeruväär)
(?:(?:kohutav|halvim|kõige halvem) (?:\w+ )?teenind|täielik jama|mis jama|saamatu)
(?:petturi|petised|pettus\b|valetaja|valetate|vargad\b)
enam (?:mitte )?(?:kunagi|iial|eales)\b
(?:jätan|kirjutan|annan) (?:\w+ ){0,2}(?:halva|negatiivse|ühe tärni) (?:arvustus|hinnang|tagasis)
(?:sulgen|kustutan|lõpetan) oma (?:konto|kliendikonto)
(?:lähen|liigun|pöördun) (?:\w+ )?konkuren
(?:tarbijakaitse|tarbijavaidlus|kohtusse|politseisse|politseiavaldus)
(?:minu|meie|oma) (?:advoka|juris)
(?:kurat|kuradi|persse|põrgut|sitane|sitaks|raisk\b)
""".replace(
    "COUNT",
    r"(?:kolm|neli|viis|kuus|seitse|kaheksa|üheksa|kümme|[3-9]|\d\d)"
    r" (?:korda|kirja|e-?kirja|sõnumit|inimes\w*)",
)

_NO_ANGER = r"""
third time (?:lucky|['’]?s (?:a|the) charm|is (?:a|the) charm)
(?:third|fourth|fifth|3rd|4th|5th) time (?:i|we)(?:['’]ve| have)? (?:now )?(?:order|b[ou]|shop)\w*
(?:not|n['’]t|without) (?:\w+ ){0,2}(?:furious|angry|ridiculous|unacceptable|useless|a joke|scam)
(?:not|n['’]t|without) (?:\w+ ){0,2}(?:legal action|sue you)
no need (?:for|to) [^.,;!?]{0,30}
damn (?:good|fine|nice|fast)
kolmas kerta toden
(?:kolma(?:s|tta)|neljä(?:s|ttä)|viide(?:s|ttä)) kert(?:a|aa) (?:kun )?(?:tila|osta)\w*
(?:tila|osta|osti)\w* (?:\w+ )?(?:jo )?(?:kolma(?:s|tta)|neljättä|viidettä) kertaa
ei ole (?:mitenkään )?(?:törke|surke|käsittämät|raivo)\w*
(?:hiton|käsittämättömän) (?:hyvä|hieno|nopea|kaunis|pehmeä)\w*
tredje gången gillt
(?:tredje|fjärde|femte) gången (?:som )?(?:jag|vi) (?:nu )?(?:beställ|handl|köp)\w*
(?:beställ|handl|köp)\w* (?:\w+ ){0,3}för (?:tredje|fjärde|femte) gången
inte (?:\w+ ){0,2}(?:rasande|förbannad|oacceptab\w*|löjlig\w*|värdelös\w*)
jävligt (?:bra|fin|snygg|snabb)\w*
aller guten dinge sind drei
(?:bestell|kauf)\w* (?:\w+ ){0,4}zum (?:dritten|vierten|fünften) mal
zum (?:dritten|vierten|fünften) mal (?:\w+ ){0,3}(?:bestell|kauf|gekauft)\w*
(?:nicht|kein\w*) (?:\w+ ){0,2}(?:wütend|lächerlich|unverschämt|zumutung|katastrophe)
verdammt (?:gut|schön|schnell)\w*
(?:kolmandat|neljandat|viiendat) korda (?:\w+ ){0,2}(?:tell|ost)\w*
(?:tell|ost)\w* (?:\w+ ){0,3}(?:kolmandat|neljandat|viiendat) korda
(?:ei ole|pole) (?:\w+ ){0,2}(?:vihane|nördinud|naeruväär\w*|lubamatu)
kuradi (?:hea|ilus|kiire)
"""
_KIND = r"""
(?:thank|love|great|wonderful|amazing|brilliant|fantastic|happy|perfect|awesome|best)
(?:congratulations|tack\b|danke|aitäh)
(?:kiitos|kiitokset|kiitän|kiitti|ihan(?:a|ia|aa)\b|mahtav|loistav|upea|hieno|rakast|huippu)
(?:paras\b|onnea|täydelli|iloinen|jee\b)
(?:fantastisk|underbar|älskar|toppen\b|härlig|jättebra|jättefin|grattis|bästa)
(?:wunderbar|großartig|perfekt|(?:so|ganz|echt) toll\b|ich liebe|herzlichen|begeistert)
(?:tänan|tänud|suurepära|imeline|imeilus|õnnitl|armastan|vaimusta|parim)
"""
_UPSET = r"""
(?:not|never|still|again|nothing|nobody|no one|where|why|when|late|broken|wrong)\b
(?:terrible|awful|how long|waiting|enough|now|do you|don['’]t|can['’]t|isn['’]t|won['’]t)\b
(?:ei|en|eikö|ettekö|vieläkään|taas|koskaan|kukaan|mitään|missä|miksi|milloin|myöhässä)\b
(?:rikki|väärä|kamala|kauanko|odottanut|heti|nyt)\b
(?:inte|aldrig|fortfarande|igen|inget|ingen|var är|varför|när|trasig|fel|väntat|genast|nog)\b
(?:nicht|nie|schon wieder|nichts|niemand|wo (?:ist|bleibt)|warum|wieso|wann|kaputt|falsch)\b
(?:wie lange|sofort|endlich|zu spät|keine? antwort)\b
(?:ei (?:saa|tööta|vasta|tule)|pole (?:ikka|veel|mu|minu|midagi)|ikka veel|jälle|keegi)\b
(?:kus (?:on|mu|minu)|miks|millal|katki|vale|kohutav|kaua|kohe|ootan|oodanud)\b
"""


def _lines(*texts: str) -> tuple[str, ...]:
    return tuple(line for text in texts for line in text.splitlines() if line)


ANGRY = _lines(_ENGLISH, _FINNISH, _SWEDISH, _GERMAN, _ESTONIAN)
"""Any of them is anger by itself."""

CALM = _lines(_NO_ANGER)
"""What reads like anger and is none; taken out before anger is looked for."""

KIND = _lines(_KIND)
"""With these, capitals and exclamation marks are joy."""

UPSET = _lines(_UPSET)
"""With these, exclamation marks are anger."""
