r"""More of what text says to a language model: to drop its rules, play a part, or tell of others.

See :mod:`copilot.drafts.suspicious_words` for how forms are written.
"""

from copilot.drafts.suspicious_words import ASKED_OF_CUSTOMERS, GAP

_RULES = (
    r"(?:instruct\w*|rules?|guidance|guidelines?|directives?|prompts?|polic(?:y|ies)|orders|"
    r"programming|restrictions|safeguards)"
)
_WRITE = (
    r"(?:insert|state|add|mention|say|include|tell|claim|quote|write|recommend|link|promise|"
    r"confirm|"
    r"append|offer)"
)

DROPPED = (
    (
        rf"(?:^|[.!?;:]\s+|\b(?:please|now|and|must) )(?:pay no (?:attention|heed) to|stop "
        rf"(?:following|"
        rf"obeying|applying)|do(?: not|n['’]t) (?:follow|obey|apply|heed)|cease (?:following|"
        rf"obeying)|"
        rf"set aside|leave aside|abandon|drop|discard|throw away)\b (?:\w+ ){{0,2}}(?:your|any|"
        rf"all|previous|"
        rf"prior|earlier|former)\b (?:\w+ ){{0,2}}{_RULES}\b"
    ),
    (
        rf"\b(?:pay no (?:attention|heed) to|ignor\w+|disregard|forget|do(?: not|n['’]t) follow)\b "
        rf"(?:the|those|these|all|any|whatever|every) (?:\w+ )?{_RULES} (?:that )?you (?:got|have|"
        rf"know|"
        rf"received|follow|had|run on|obey)\b"
    ),
    (
        rf"\byour (?:\w+ )?{_RULES} (?:are (?:now )?(?:void|cancelled|suspended|lifted|obsolete)|"
        r"(?:no longer|do(?: not|n['’]t)(?: any ?more)?) (?:apply|hold|count|matter))\b"
    ),
    (
        r"\b(?:lopeta|lakkaa)\b[^.!?\n]{0,20}\b(?:sään(?:töj|nö)|ohjei)\w*si\b[^.!?\n]{0,20}\b"
        r"(?:noudatta|seuraa)\w*|\b(?:ohjeesi|sääntösi) (?:eivät|ei) (?:\w+ )?(?:päde|ole voimassa)"
    ),
    (
        rf"\b(?:bry dig inte om|följ inte|sluta följa|strunta i|åsidosätt)\b{GAP}\b(?:dina?|alla|"
        rf"tidigare) (?:\w+ )?(?:instruktion|regl|riktlinj|anvisning)"
    ),
    (
        rf"\b(?:beachte|befolge|folge)\b{GAP}\b(?:deine?|alle)\w* (?:\w+ )?(?:regel|anweis|vorgab|"
        rf"richtlin)\w*\b[^.!?\n]{{0,15}}\b(?:nicht|keine)\b|\bhalte dich nicht (?:mehr )?an\b"
    ),
    (
        r"\b(?:dolda|hemliga|versteckte?n?|geheimen?|piilotet\w+|salai\w+|salattu\w*) "
        r"(?:instruktion|regl|prompt|anweis|regeln|ohje|kehot|sään)\w*"
    ),
)
"""To drop the rules."""

PARTS = (
    (
        r"\byou (?:are|have|will have|follow|obey)\b[^.!?\n]{0,40}\bno (?:rules|restrictions|"
        r"limits|"
        r"filters?|guidelines)\b|\bolet\b[^.!?\n]{0,40}\b(?:ei ole (?:\w+ )?sääntöjä|ilman "
        r"(?:sääntöjä|"
        r"rajoituksia|rajoja|suodattimia))|\b(?:rajoittamattoma|suodattamattoma|"
        r"sensuroimattoma)na\b"
    ),
    (
        r"\b(?:simulate|emulate|act as|acting as|behave like|you are) (?:an? |the )?(?:\w+ "
        r")?(?:terminal|"
        r"shell|command line|(?:python|javascript) interpreter|operating system)\b|"
        r"\b(?:print|list|show|dump|echo)\b[^.!?\n]{0,20}\benvironment variables\b"
    ),
    (
        r"^\W{0,6}(?:begin|start|end)(?: of)? (?:the )?(?:system|admin|developer|hidden|internal) "
        r"(?:message|prompt|instructions?|note)\b|\bjärjestelmäviesti (?:päättyy|loppuu|alkaa)\b|"
        r"^\W{0,6}human ?:[^\n]{0,400}\n+\W{0,6}(?:assistant|ai) ?:"
    ),
    (
        rf"\b(?:have|make|let|get|instruct) (?:the|your) (?:bot|ai|assistant|(?:language )?model|"
        rf"llm|"
        rf"chatbot)\b (?:to )?{_WRITE}\b"
    ),
    (
        rf"\b(?:when|while|whenever|as you)\b (?:you )?(?:are |be )?(?:generat|draft|writ|compos|"
        rf"creat|"
        rf"prepar|produc|formulat)\w* (?:the|your|a|an|this|any|its?) (?:\w+ )?(?:reply|answer|"
        rf"response|"
        rf"draft|message|text),? (?:always |please |also |be sure to )?{_WRITE}\b(?! "
        rf"?{ASKED_OF_CUSTOMERS})"
    ),
    (
        r"\bkun (?:laadit|kirjoitat|luot|muodostat|teet|luonnostelet) (?:\w+ )?(?:vastau|"
        r"luonno)\w*,? "
        r"(?:\w+ ){0,2}(?:lisää|mainitse|sano|kirjoita|sisällytä|lupaa|liitä)\b(?! tilausnumero)"
    ),
    (
        r"\b(?:tekoäly|kielimalli|botti|avustaja)\w*\b[^.!?\n]{0,30}\bsen (?:on|pitää|täytyy|"
        r"tulee)\b|"
        r"\b(?:ai|llm|language model|bot|sprachmodell|ki|språkmodell\w*|"
        r"ai:n)\b,?[^.!?\n]{0,30}\b(?:reads?|"
        r"reading|liest|läser) (?:this|das|detta|dies)\b"
    ),
    (
        r"\b(?:directive|command|rule|policy|määräys|käsky|linjaus|direktiv|"
        r"anweisung)\w*\b[^.!?:\n]{0,40}"
        r"\b(?:for|to|für|till)? ?(?:the )?(?:(?:reply|answer|response|text)[- ](?:generator|"
        r"engine|robot|"
        r"writer|bot)s?|(?:vastaus|teksti|luonnos)(?:generaattori|robotti|moottori|kone)\w{0,4}) "
        r"?[:,]"
    ),
)
"""To play a part, or to write something in."""

OTHERS = (
    (
        r"\b(?:who|what|which|tell|give|name)\b[^.!?\n]{0,60}\b(?:last|previous|other|another) "
        r"(?:customer|user|client|person|caller)s?,? (?:that |whom? )?you (?:just )?(?:talked|"
        r"spoke|helped|"
        r"served|wrote|answered|chatted)"
    ),
    (
        r"\b(?:provide|give|tell|list|send|show|share|name|reveal)\b[^.!?\n]{0,40}\b(?:of|from|"
        r"for|about) "
        r"(?:the |all |any )?other (?:users|customers|clients|people (?:who|that|you))\b"
        r"(?![^.!?\n]{0,20}\b(?:review|rating|experience|opinion))"
    ),
    (
        r"\bwhat\b[^.!?\n]{0,20}\bdid (?:your|the) (?:previous|last|other) (?:customer|user|"
        r"client)s? "
        r"\w+"
    ),
    (
        r"\b(?:list|dump|print|reveal|output|export)\b (?:me )?(?:all |every |the )*customer "
        r"(?:data|"
        r"records|database|details)\b|\b(?:luettele|listaa|tulosta|paljasta|anna) kaikki "
        r"(?:asiakas|"
        r"asiakkaiden )\w*(?:tiedot|rekisteri)|\b(?:luettele|listaa) kaikki asiakkaat\b"
    ),
    (
        r"\bedellinen asiakas,? (?:jonka|jota|jolle) [^.!?\n]{0,20}\b(?:puhui|palveli|kirjoiti|"
        r"vastasi)\w*|"
        r"\b(?:anna|kerro|näytä|luettele|listaa|lähetä)\b[^.!?\n]{0,20}\bmuiden käyttäjien\b"
    ),
)
"""To tell of other people."""

_YOUR_RULES = (
    r"(?:\byour (?:\w+ ){0,2}(?:guidelines|instructions|prompts?|programming|directives|"
    r"constraints)\b|\b(?:ohje(?:esi|itasi|istasi|istuksesi|istustasi|iden)|sääntö(?:si|jäsi|isi)|"
    r"kehot(?:teesi|ettasi))\b|\b(?:dina|deine\w?) (?:\w+ )?(?:riktlinjer|instruktioner|regler|"
    r"anweisungen|regeln|vorgaben|richtlinien)\b)"
)

NEAR_RULES = (
    (
        rf"\b(?:refrain from|instead of|rather than|without (?:using|following)|break|bend|leak|"
        rf"recite|"
        rf"älä|lopeta|toista|paljasta|tulosta|sijaan|vastoin|använd inte|följ inte|upprepa|visa|"
        rf"skriv ut|istället för|wiederhole|zeige|verrate|statt|"
        rf"gib)\b[^.!?\n]{{0,30}}?{_YOUR_RULES}"
        rf"(?!\s+(?:in|on|from|of|for|inside|mukaan|kohda\w+|sivu\w+) )"
    ),
    (
        r"\b(?:your|the) (?:real|actual|true|new) (?:instruction|task|job|role|goal) (?:is|are)\b|"
        r"\byour (?:job|task|role|purpose|goal) (?:has (?:now )?changed|is now|from now)\b|"
        r"\b(?:oikea|todellinen|uusi) (?:ohje|tehtävä|tehtäväsi) on\b|\btehtäväsi on (?:muuttunut|"
        r"nyt)\b|"
        r"\bdin uppgift är nu\b|\bdeine aufgabe ist (?:jetzt|nun|ab jetzt)\b"
    ),
    (
        r"\b(?:everything|all|the text|the message)\b[^.!?\n]{0,20} (?:above|before this) (?:is|"
        r"was) "
        r"(?:written by|from|sent by|a test|fake|not real|only a)\b|"
        r"\b(?:kaikki|teksti) (?:yllä|edellä) ole\w+[^.!?\n]{0,20}\b(?:hyökkääjä|testi|"
        r"väärennös)\w*"
    ),
    (
        r"\bwhat (?:were|are|have) you (?:been )?(?:told|instructed)\b (?:before this|at the "
        r"(?:start|"
        r"beginning)|to do|not to)|\bmitä sinulle (?:on )?(?:sanottiin|kerrottiin|käskettiin|"
        r"neuvottiin)"
        r"[^.!?\n]{0,20}\bennen (?:tätä )?keskustelu"
    ),
)
"""Of the rules of whoever answers, close to a word that would change them."""

SHAPES = (
    (
        r"\bthe (?:ai|assistant|(?:language )?model|llm|bot) (?:is|has been) (?:instructed|asked|"
        r"told|"
        rf"required|authori[sz]ed|ordered) to {_WRITE}\b"
    ),
    (
        r"\bas (?:the|an?) (?:ai|language model|llm|assistant|model) (?:that is |who is "
        r")?(?:composing|"
        r"writing|drafting|generating|answering) (?:this|the)\b|\b(?:laativan|kirjoittavan|"
        r"vastaavan) "
        r"(?:kielimallin|tekoälyn|avustajan|botin) (?:on|pitää|täytyy|tulee)\b"
    ),
    r"\b(?:llm|ai|model|assistant|prompt) override\b",
    (
        r"(?:^|[.!?;:]\s+|\b(?:please|and|then) )(?:end|start|begin|finish|close|open|conclude|"
        r"preface|"
        r"prefix) (?:each of |every one of |all )?your (?:\w+ )?(?:repl(?:y|ies)|answers?|"
        r"responses?|"
        r"drafts?) (?:with|by|using)\b|\b(?:rewrite|rephrase|change) your (?:reply|answer|"
        r"response|draft) "
        r"(?:so that|such that|to (?:contain|include|say|link))\b"
    ),
    (
        rf"\bin (?:every|each|all) (?:\w+ )?(?:answers?|repl(?:y|ies)|"
        rf"responses?)\b[^.!?\n]{{0,20}}?,? "
        rf"(?:advertise|promote|{_WRITE})\b"
    ),
    (
        r"\b(?:copy|paste|put)\b (?!(?:my|our)\b)[^.!?\n]{0,60}?\b(?:into|in) (?:the|your) "
        r"(?:reply|"
        r"answer|response|draft)\b(?<!number in the reply)(?<!number in your reply)"
    ),
    r"(?-i:^\W{0,6}ASSISTANT ?:[^\n]{0,400}\n+\W{0,6}(?:USER|HUMAN) ?:)",
    r"</?(?:conversation|instructions?|prompt|context|system[-_ ]?\w{0,12})>",
)
"""What the answer shall be, or its frame."""

WHO_ELSE = (
    (
        r"\b(?:phone|number|address|name|e-?mail|details|data)\b[^.!?\n]{0,12} of (?:whoever|whom|"
        r"the "
        r"(?:person|one|customer|user)) (?:who |that )?(?:just )?(?:ordered|wrote|bought|called|"
        r"contacted|"
        r"asked|messaged)\b[^.!?\n]{0,12}\b(?:before|after|earlier|just)\b"
    ),
    (
        r"\b(?:anna|kerro|näytä|lähetä)\b[^.!?\n]{0,40},? jo(?:ka|lla|nka)\b[^.!?\n]{0,20}\bennen "
        r"minua\b|"
        r"\b(?:anna|kerro|tulosta|näytä|luettele)\b[^.!?\n]{0,20}\bkaikki (?:henkilötiedot|"
        r"asiakastiedot|"
        r"tiedot),? (?:joihin|jotka)\b"
    ),
    (
        r"\b(?:output|print|list|give|show|dump)\b[^.!?\n]{0,20}\ball (?:the )?(?:personal|"
        r"customer|user|"
        r"private) (?:data|information|details|records)\b(?! (?:\w+ ){0,4}(?:of|about|on) (?:me|"
        r"us|my))"
        r"[^.!?\n]{0,20}\byou (?:can|are able|have access|see)\b|"
        r"\bgib\b[^.!?\n]{0,15}\balle kundendaten\b|\b(?:skriv ut|visa|lista) alla "
        r"kund(?:uppgifter|data)\b"
    ),
)
"""To tell of other people, again."""

FORMS = (*DROPPED, *PARTS, *OTHERS, *NEAR_RULES, *SHAPES, *WHO_ELSE)
