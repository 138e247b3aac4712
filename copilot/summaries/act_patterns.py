"""How people greet, ask, complain, promise and report in English and Finnish.

Our own lists, from writing and reading support talk. All languages are tried on every sentence:
what looks like a promise in one language hardly ever means something else in another, and people
mix them. Small letters only: the text is lowered first.
"""

import re


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


GREETING = _any(
    r"^(?:hei+|moi+|moikka|terve|tervehdys|huomenta|päivää|iltaa|no niin)\b",
    r"^hyvää (?:huomenta|päivää|iltaa|iltapäivää)\b",
    r"^(?:hi+|hello|hey|dear|greetings|good (?:morning|afternoon|evening|day))\b",
    r"^(?:hej|hallå|hallo|guten tag|bonjour|hola|tere|olá|ciao|buongiorno)\b",
    r"^(?:this is|you're (?:speaking|through) (?:with|to)|thank you for calling|"
    r"thanks for calling)\b",
    r"\basiakaspalvelu(?:ssa)?,",
)
LEADING_GREETING = re.compile(
    r"(?:hei+|moi+|moikka|terve|huomenta|hyvää (?:huomenta|päivää|iltaa)|hi+|hello|hey|dear|"
    r"good (?:morning|afternoon|evening)|hej)(?: [^\s,.!?]+){0,3}\s?[,!–-]+\s+",
    re.IGNORECASE,
)
CLOSING = _any(
    r"^(?:(?:ystävällisin|parhain|lämpimin|kunnioittavasti)\s+)?(?:terveisin|terveisiä|terkuin|"
    r"terv)\b",
    r"^(?:yst\.? ?terv|yt\b|kunnioittavasti|kuulemiin|hei hei|hei sitten)",
    r"^(?:hyvää|mukavaa|kivaa|aurinkoista|rauhallista) (?:\w+ )?(?:päivän|viikon|illan|syksyn|"
    r"kevään|"
    r"kesän|talven|joulun|jatko|viikonlop|iltaa|päivää|joulua|kesää)",
    r"^(?:kind |best |warm |many )?regards\b",
    r"^(?:best wishes|all the best|sincerely|yours(?! (?:is|are|was|has))|"
    r"cheers(?! for)|br\b|bye|goodbye|take care(?! of))",
    r"^(?:have|enjoy) (?:a|your|the) (?:\w+ )?(?:day|evening|weekend|week|one|night)",
    r"^(?:med vänlig|vänliga hälsningar|mvh\b|mit freundlichen|freundliche|viele grüße|"
    r"cordialement)",
    r"^sent from my |^lähetetty \w+(?:sta|stä|lta|ltä)ni\b|^hanki outlook",
)
THANKS = _any(
    r"^(?:suuri |paljon |iso |suurkiitos|ok,? |selvä,? |okei,? )?(?:kiitos|kiitoksia|kiitti)\b",
    r"^(?:ok(?:ay)?,? |great,? |perfect,? |awesome,? )?(?:thanks|thank you|thx|many thanks|ty)\b",
    r"^(?:tack|danke|merci|gracias|aitäh|takk|tak|cheers for)\b",
    r"^(?:ole hyvä|olkaa hyvä|eipä kestä|you(?:'re|re| are) (?:very |most |so )?welcome|"
    r"no problem|my pleasure|of course)\b",
    r"^(?:ok(?:ay)?|okei|selvä|hyvä|great|perfect|awesome|super|hienoa|kyllä|joo|yes|no|ei)[.! ]*$",
)
COURTESY = _any(
    r"\b(?:ikävä|harmi|kurja|valitettavaa) (?:kuulla|juttu|että)",
    r"^(?:pahoittelemme|pahoittelen|pahoittelut|anteeksi)\b",
    r"\bkiitos (?:yhteydenot|viesti|palaut|kärsivälli|tilauks|soit|odot|ilmoit)",
    r"\b(?:sorry|apologi[sz]e|apologies)\b",
    r"\bthank(?:s| you) for (?:contact|reach|your (?:message|patience|email|e-mail|call|order|"
    r"reply)|"
    r"getting|letting|waiting|writing|calling|bringing)",
    r"\b(?:happy|glad|here|love) to (?:help|assist|hear|support)\b",
    r"\b(?:miten|kuinka) (?:voin|voimme) (?:auttaa|olla avuksi)",
    r"\bhow (?:can|may) (?:i|we) (?:help|assist)",
    r"\bi (?:completely |totally |fully )?understand\b|^ymmärrän\b",
    r"\b(?:anything|something) else\b|\bvoinko (?:vielä )?auttaa\b|\bjotain muuta\b",
    r"\bhave a (?:very |really )?(?:good|nice|great|lovely|wonderful|pleasant) "
    r"(?:one|day|morning|afternoon|evening|night|week|weekend)\b",
    r"\b(?:hyvää|mukavaa|kivaa|ihanaa) (?:päivän|illan|viikon|viikonlopun|loppu\w*)\b",
)
QUESTION = _any(
    r"^(?:ja |mutta |no |siis )?(?:milloin|miten|miksi|missä|mistä|mihin|mikä|mitä|kuka|kuinka|"
    r"paljonko|montako|millainen|kauanko)\b",
    r"^(?:ja |mutta |no |siis )?(?:on|oli|olisi|ei|en|et|saa|saan|saisi|saisin|voi|voin|voit|"
    r"voitte|"
    r"voisi|voisin|voisit|voisitte|pitää|pitäisi|pitääkö|tulee|käy|kävisi|löytyy|maksaa|kuuluu|"
    r"riittää|toimii|ehtii|ehditte|onnistuu|kannattaa|täytyy|tarvitsee|tiedätte|tuli|meni|lähti)"
    r"(?:ko|kö)\b",
    r"^(?:and |but |so |also )?(?:what|when|where|why|how|who|which)(?:'s|'re)? (?!a\b)",
    r"^(?:and |but |so |also )?(?:can|could|would|do|does|did|is|are|will|should|may|have|has)"
    r" (?:you|i|we|it|there|my|the|this|that|someone|anyone|they)\b",
    r"\b(?:haluaisin|haluan|halusin) (?:tietää|kysyä)|\bkysyisin\b|\btiedustel",
    r"\bi(?:'d| would)? (?:like|want|wanted|wish) to (?:know|ask)|\bi(?:'m| am|was) wondering\b",
    r"\b(?:any idea|any update|any news)\b",
)
REQUEST = _any(
    r"\b(?:haluaisin|haluan|haluaisimme|haluamme|toivoisin|toivon|toivomme|pyydän|pyytäisin|"
    r"vaadin)\b",
    r"\b(?:voisitteko|voisitko|voitteko|voitko|olisiko mahdollista|saisinko|saanko|saisiko)\b",
    r"\b(?:tarvitsen|tarvitsisin|tarvitsemme|kaipaan|kaipaisin|odotan|edellytän)\b",
    r"\b(?:lähettäkää|hyvittäkää|perukaa|peruuttakaa|palauttakaa|vaihtakaa|vastatkaa|soittakaa|"
    r"korjatkaa|selvittäkää|ilmoittakaa|ottakaa|kertokaa|tarkistakaa)\b",
    r"\b(?:peruisin|palauttaisin|vaihtaisin|tilaisin|ottaisin|mieluummin|aion palauttaa)\b",
    r"\bi(?:'d| would) (?:like|prefer|rather|love)\b|\bi (?:want|need|wish|demand|expect|"
    r"require)\b",
    r"\bwe(?:'d| would) like\b|\bwe (?:want|need)\b|\bi(?:'m| am) (?:requesting|looking|trying|"
    r"calling|"
    r"writing|hoping)\b",
    r"\bplease\b|\bpls\b|\b(?:could|can|would|will) (?:you|someone|somebody|anyone)\b|\bhelp me\b",
)
PROBLEM = _any(
    r"\bei (?:ole |enää |vieläkään |vielä )*(?:toimi|saapunut|tullut|näkynyt|käynnisty|lataudu|"
    r"sulkeudu|avaudu|pala|vastaa|löydy|sovi|näy|kuulu|lämpene|mene|pidä)\b",
    r"\ben (?:ole |vieläkään |vielä )*(?:saanut|saa|pääse|pysty|löydä|onnistu)\w*\b",
    r"\b(?:rikki|rikkinäi|rikkoutu|viallin|vika|vikaa|hajos|hajon|vaurioitu|puuttu|väärä|väärän|"
    r"virheelli|myöhäss|myöhästy|ongelma|virhe|vuota|vuosi|särky|halje|naarmu|reklamaatio|"
    r"lakkasi|lakannut|pysähty|sammu|kadon|hävi)\w*",
    r"\bpiti (?:tulla|olla|saapua)\b|\btulematta\b|\bsaamatta\b",
    r"\b(?:was|were) (?:due|supposed|meant|expected)\b|\bno (?:sign|trace|news) of\b",
    r"\bkahteen kertaan\b|\bkaksi kertaa\b|\bliikaa\b",
    r"\b(?:doesn't|does not|isn't|is not|won't|will not|didn't|did not|not|never|hasn't|has not|"
    r"haven't|have not|doesnt|isnt|wont|didnt|hasnt|havent) (?:\w+ )?(?:work|arriv|receiv|turn|"
    r"start|"
    r"charg|clos|open|fit|load|show|updat|come|get|respond|connect|let|match)\w*",
    r"\b(?:broken|broke|damaged|defective|faulty|missing|wrong|late|delayed|lost|problem|problems|"
    r"issue|issues|error|errors|stopped|leak\w*|crack\w*|fail\w*|overcharged|complain\w*|cancelled|"
    r"stuck|crash\w*|slow|terrible|worst|unacceptable|disappointed|ridiculous|scratched|torn)\b",
    r"\b(?:can't|cannot|cant|unable to|couldn't|could not)\b|\bcharged (?:\w+ )?twice\b|"
    r"\bno longer\b",
)
PROMISE = _any(
    r"\b(?:lähetämme|lähetän|palaamme|palaan|hyvitämme|hyvitän|palautamme|palautan|toimitamme|"
    r"toimitan|"
    r"soitamme|soitan|ilmoitamme|ilmoitan|selvitämme|selvitän|tarkistamme|tarkistan|tarkastamme|"
    r"järjestämme|järjestän|varaamme|korvaamme|korvaan|vahvistamme|pyydämme|pyydän|tilaamme|tilaan|"
    r"vaihdamme|vaihdan|korjaamme|postitamme|kerromme|vastaamme|noudamme|maksamme|lupaan|lupaamme|"
    r"otan yhteyttä|otamme yhteyttä|teen|teemme|peruutan|peruutamme|perun|perumme|päivitän|välitän|"
    r"välitämme|kirjaan|kirjaamme|varmistan|varmistamme|aion|aiomme|pidämme|pidän|kirjoitan|"
    r"kirjoitamme|laitan|laitamme|hoidan|hoidamme|maksan|noudan|varaan)\b",
    r"\b(?:saat|saatte) (?!\w+tua\b)|\b(?:tulee|saapuu|on) perill[äe]\b|\bpitäisi (?:tulla|saapua|"
    r"olla)\b",
    r"\b(?:lähetetään|toimitetaan|hyvitetään|palautetaan|maksetaan|noudetaan|käsitellään|lähtee|"
    r"saapuu|"
    r"tulee)\b.*\b(?:mennessä|kuluessa|sisällä|viimeistään|aikana|huomenna|tänään|\d)",
    r"\b(?:i|we)(?:'ll| will| shall| am going to| are going to|'m going to|'re going to)"
    r" (?!need\b|not\b|never\b|be (?:happy|glad)|assume)",
    r"\byou(?:'ll| will| should) (?:receive|get|have|hear|see|be (?:refunded|contacted|"
    r"notified))\b",
    r"\b(?:will|should) be (?:\w+ )?(?:sent|shipped|delivered|refunded|processed|credited|"
    r"with you|back|"
    r"replaced|fixed|resolved|ready|available|here)\b",
    # As many write it: the apostrophe lost.
    r"\b(?:ill|well) (?:be|get|send|look|check|let|have|make|refund|call|pass|log|keep|investigate|"
    r"email|forward|follow|try|see|ask)\b",
    r"\b(?:should|will) (?:arrive|reach|ship|leave|land)\b|\b(?:i|we) promise\b|\blet me (?:check|"
    r"look|"
    r"see|find|send|arrange|issue|open|create|process)\b|\bworking on\b|\blooking into\b",
)
_DONE_EN = (
    "sent|issued|refunded|processed|shipped|canceled|cancelled|replaced|updated|checked|arranged|"
    "opened|created|ordered|booked|credited|escalated|changed|reset|fixed|resolved|forwarded|"
    "requested|confirmed|found|applied|added|removed|contacted|asked|notified|registered|scheduled|"
    "completed|submitted|placed|extended|waived|activated|restored|corrected|delivered|dispatched|"
    "located|raised|logged|made|put|filed|adjusted|unlocked|enabled|received|approved|verified"
)
_DONE_FI = "vahvistettu|käsitelty|lähetetty|hyvitetty|palautettu|peruttu|vaihdettu|korjattu"
DONE = _any(
    r"\b(?:olen|olemme|on)(?: \w+){0,3} \w{3,}(?:nut|nyt|neet|ttu|tty|stu|lty|ltu|htu|htä|tu|ty)\b",
    r"\b(?:lähetin|lähetimme|hyvitin|hyvitimme|palautin|palautimme|peruin|peruimme|peruutin|"
    r"vaihdoin|"
    r"vaihdoimme|tarkistin|tarkistimme|tein|teimme|tilasin|tilasimme|pyysin|pyysimme|korjasin|"
    r"korjasimme|avasin|avasimme|päivitin|päivitimme|kirjasin|kirjasimme|varasin|varasimme|"
    r"selvitin|"
    r"selvitimme|siirsin|siirsimme|ilmoitin|ilmoitimme|löysin|löysimme|nollasin|lisäsin|poistin)\b",
    r"\b(?:lähetettiin|hyvitettiin|palautettiin|peruttiin|vaihdettiin|korjattiin|löytyi|lähti)\b",
    rf"\b(?:{_DONE_FI})\b",
    rf"\b(?:i|we)(?:'ve|ve| have|)(?: now| just| already| also| gone ahead and)* (?:{_DONE_EN})\b",
    rf"\b(?:has|have|was|were|is)(?: now| just| already|"
    rf" also)* (?:been )?(?:successfully )?(?:{_DONE_EN})\b",
)
NOT_DONE = _any(
    rf"\b(?:ei|eivät|en|emme)(?: \w+){{0,3}} (?:{_DONE_FI})\b",
    rf"\b(?:nothing|none|neither|nobody)\b[^.,;]{{0,30}}\b(?:{_DONE_EN})\b",
)
"""What is said not to have been done: taken out before :data:`DONE` is looked for."""

INSTRUCTION = _any(
    r"\b(?:lähetä|lähettäisitkö|lähettäisittekö|toimita|vastaa|ota|kokeile|kokeilkaa|tarkista|"
    r"liitä|"
    r"valitse|tulosta|palauta|vie|pakkaa|käynnistä|irrota|kirjaudu|täytä|odota|kerro|soita|"
    r"ilmoita)\b",
    r"\b(?:voisitko|voisitteko|voitko|voitteko|saisinko|saisimmeko|lähettäkää|ottakaa|"
    r"tarkistakaa)\b",
    r"\bplease\b|\bkindly\b|\b(?:could|can|would|may) (?:you|i|we) (?:\w+ )?(?:have|send|confirm|"
    r"provide|"
    r"check|try|let|share|tell|give|reply|get|dm|attach)\b|\btry\b|\blet (?:me|us) know\b",
    r"\byou (?:can|need to|should|may want to|have to|could)\b|\b(?:send|dm) us\b|^(?:go|click|"
    r"open|reset)\b",
)
OWN_STORY = _any(
    r"\b(?:minulla|meillä|minun|meidän|minulta|mulla)\b",
    r"\b\w{3,}(?:sin|tin|din|oin|uin|yin|ein|in) (?:\w+ )?(?:teiltä|teille|kanssa|eilen|viime|"
    r"tuotteen|"
    r"sen|sitä|jo|kaksi|yhden|uuden|kuvan|verkkokaupa\w+)\b",
    r"\b(?:tilasin|ostin|maksoin|sain|palautin|lähetin|soitin|kokeilin|yritin|huomasin|kirjoitin|"
    r"varasin|"
    r"asun|käytän|olen (?:\w+ )?(?:tilannut|ostanut|maksanut|kokeillut|yrittänyt|soittanut|"
    r"käyttänyt))\b",
    r"\b\w{4,}ni\b|\b(?:i|we|my|our|i've|i'm|we've|i'd)\b",
)
SETTLED = _any(
    r"\b(?:toimii nyt|nyt toimii|asia (?:on )?(?:selvä|kunnossa|hoidettu)|ongelma (?:ratkesi|"
    r"poistui)|"
    r"saapui tänään|tuli perille|kaikki kunnossa)\b",
    r"\b(?:works now|working now|(?:is|been|was) (?:now )?(?:resolved|solved|fixed)|that helped|"
    r"all (?:good|set|sorted)|it worked|arrived today|sorted now)\b",
)

UNSETTLED = _any(
    r"\b(?:not|never|isn't|isnt|wasn't|wasnt|hasn't|hasnt|haven't|havent|supposed to|until|unless|"
    r"if|once|whether|nothing|none) (?:\w+ ){0,4}"
    r"(?:works?|working|worked|resolved|solved|fixed|good|set|sorted|helped|arrived)\b",
    r"\b(?:didn't|didnt|doesn't|doesnt|don't|dont)(?: \w+){1,3} (?:resolved|solved|fixed|sorted)\b",
    r"\b(?:ei|eivät|jos|kunnes|ennen kuin|onko)\b[^.,;]{0,30}"
    r"\b(?:toimi|selvä|kunnossa|hoidettu|ratkesi|perille|saapui)\w*",
)
"""What says the contrary: taken out before :data:`SETTLED` is looked for."""
