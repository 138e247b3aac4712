r"""What text says that asks a language model for secrets or for other work; and all such forms.

See :mod:`copilot.drafts.suspicious_words` for the others and for how they are written.
"""

from copilot.drafts import suspicious_readers, suspicious_turns
from copilot.drafts.suspicious_words import (
    ANSWER_SHAPED,
    GAP,
    HELD_BACK,
    NEAR,
    ORDERS_DROPPED,
    PERSONAS,
    ROLES,
)

SECRETS = (
    (
        rf"\b(?:reveal|print|repeat|output|show|display|tell|give|share|spell|write|disclose|leak|"
        rf"what(?: i|')s|"
        rf"know)\b{GAP}\b{HELD_BACK}\b"
    ),
    (
        rf"\b(?:reveal|print|repeat|output|show|display|disclose|leak)\b{NEAR}\b(?:your (?:\w+ "
        rf")?(?:prompt|"
        r"instructions|rules|guidelines)|the (?:full |whole |above )?prompt)\b"
    ),
    (
        r"\b(?:share|tell me|give me|what(?:'s| is)|reveal|spell|write|encode|say)\b(?! "
        r"how)[^.!?\n]{0,20}\b"
        r"(?:your|the) (?!wi-?fi|guest|network|default|pdf|zip|file|temporary|new|router|"
        r"demo)(?:\w+ )?(?:password|passcode|pass ?phrase)\b(?! (?:reset|policy|"
        r"requirements?|rules?|for))"
    ),
    (
        r"\b(?:list|names?|e-?mails?|addresses|balances?|data|details|records|orders|information) "
        r"(?:of|for|from|"
        r"about) (?:all |the |any |every |other )+(?:\w+ )?(?:users?|customers?|employees|"
        r"clients?|accounts?)\b(?!['’]s? (?:reviews?|ratings?|opinions?|comments?|experiences?)"
        r"| (?:who|that|(?:in|of|on|at|under) (?:our|my|the same))\b)"
    ),
    (
        r"\bthe user'?s? (?:own )?(?:e-?mail|password|birth|favou?rite|initials|name|phone|address|"
        r"social|private|"
        r"personal|account|city|balance)|\b(?:socioeconomic status|personal data|passwords) of "
        r"(?:different |the |all )*"
        r"users\b|\b(?:des benutzers|de l['’]utilisateur|del usuario|dell['’]utente|do usuário|do "
        r"utilizador|"
        r"пользовател[яь]|käyttäjän) (?:initialen|passwor\w+|geburt\w+|contraseña|salasana\w*|"
        r"nimikirjaim\w*)"
    ),
    (
        r"\bwhat(?:'s| is) the password\b(?! (?:policy|reset|requirements?|length|rules?|(?:for|"
        r"to|of) (?:my|our)))|\b(?:quel est le mot de passe|qual è la password|cuál es "
        r"la contraseña|"
        r"qual é a senha|was ist das passwort|какой пароль|mikä on (?:sinun )?(?:salasanasi|"
        r"salasana))\b"
    ),
    (
        r"\b(?:imagine|suppose|assume|let'?s (?:say|assume|imagine)|pretend) (?:that "
        r")?(?:we(?:'re| "
        r"are| were)|you(?:'re| "
        r"are| were)) (?:in|on|at|doing|conducting|studying|running|testing|discussing|an?)\b"
    ),
    (
        r"\b(?:stellen sie sich vor|stell dir vor|angenommen),? (?:wir|sie|du)\b|"
        r"\bimagine[zr]? que "
        r"(?:nous|vous)\b|"
        r"\b(?:imagina|supongamos|imagine|suponha) que (?:estamos|vivimos|est\w+)\b|\bimmagina "
        r"(?:che|di)\b|"
        r"\b(?:представьте|предположим|представим),? (?:что )?мы\b|\bkuvittel[el]\w* (?:että "
        r")?(?:olemme|olet)\b"
    ),
    (
        r"\b(?:just )?(?:for|as) an? hypothetical\b|\bregardless of (?:previous|prior|any|your) "
        r"(?:instruct|direct|rule)\w*"
    ),
    (
        r"\b(?:bank )?balance of (?!(?:my|the|this|our|your|an?)\b)\w+ \w+|\bhow much (?:money "
        r")?does (?!my)\w+ \w+ have\b"
    ),
    (
        r"\b(?:paljasta|tulosta|näytä|kerro|luettele|toista|listaa)\b[^.!?\n]{0,40}?\b(?:kehot\w+|"
        r"ohjeesi|ohjeistuk\w+|"
        r"järjestelmäohje\w*|salai\w+ (?:avai|koodi|sana)\w*|muiden asiakkaiden|toisten "
        r"asiakkaiden|"
        r"kaikkien "
        r"asiakkaiden|muut asiakkaat|kaikki asiakkaat)"
    ),
    (
        r"\b(?:geheime\w*|vertrauliche\w*) (?:schlüssel|code|string|wort|passwort|zeichenfolge)\w*|"
        r"\b(?:clé|code|mot|chaîne) (?:de passe )?(?:secr[eè]te?|confidentiel\w*)|"
        r"\b(?:clave|código|palabra|cadena|contraseña) (?:secret[ao]|confidencial)|"
        r"\b(?:chiave|codice|parola|stringa) (?:segret[ao]|riservat[ao])|"
        r"\b(?:chave|código|palavra|string|senha) (?:secret[ao]|confidencial)|"
        r"(?:секретн\w+|конфиденциальн\w+) (?:ключ|код|слов|строк|парол)\w*|\bsalai\w+ (?:avai\w+|"
        r"koodi\w*)"
    ),
    (
        r"\b(?:mot de passe|passwort|kennwort|contraseña|senha|salasana\w*)\b[^.!?\n]{0,40}\b"
        r"(?:teilen|verraten|partager|compartir\w*|compartilh\w+|partilh\w+|condivid\w+|kerro\w*|"
        r"paljasta)|"
        r"\b(?:teilen|verraten|partage\w*|compart\w+|compartilh\w+|partilh\w+|condivid\w+|"
        r"поделит\w+)\b"
        r"[^.!?\n]{0,40}(?:mot de passe|passwort|contraseña|senha|password|парол\w+)|"
        r"\b(?:your|ihr|dein|votre|ton|tu|su|tua|sua|вашим?|salasanasi)\b ?(?:password|"
        r"passwort|mot "
        r"de passe|"
        r"contraseña|senha|парол\w+)? ?\b(?:teilen|verraten)\b"
    ),
    (
        r"\bphishing[- ]?(?:e-?mail|mail|nachricht|message)|\b(?:e-?mail|correo\w*|"
        r"courriel)\b[^.!?\n]{0,20} "
        r"(?:de |di )?(?:phishing|hameçonnage)|фишинг\w+"
    ),
)
"""What the model knows and shall keep."""

OTHER_WORK = (
    (
        r"\b(?:state|say|print|output|repeat|write) (?:only |exactly |just )?the following\b|"
        r"\brepeat after me\b|\b(?:say|repeat|print|output|write) (?:exactly |only |just "
        r")['\"“][^'\"”\n]{1,80}['\"”]"
        r"(?:[^.!?\n]{0,30}(?:times|forever|again|and nothing else))?"
    ),
    (
        r"\bdo not (?:mention|tell|inform|reveal)\b[^.\n]{0,40}\b(?:user|agent|human|"
        r"operator)\b"
    ),
    (
        r"\bälä (?:mainitse|kerro|paljasta)\b[^.\n]{0,40}\b(?:käyttäjälle|asiakaspalvelijalle|"
        r"ihmiselle|agentille)"
    ),
    (
        r"\b(?:decode|decipher|decrypt|unscramble|entschlüssel\w*|déchiffre\w*|décode\w*|"
        r"descifr\w*|"
        r"decodific\w*|"
        r"descodific\w*|декодир\w*|расшифр\w*|pura) [^.!?\n]{0,40}\b(?:base ?64|morse|rot "
        r"?13|binary|"
        r"hex|code|"
        r"message|string|код)\b"
    ),
    (
        r"\b(?:combine|concatenate|join|put together) (?:\w+ )?(?:a|parts?|x)(?:,| and| "
        r"\d)[^\n]{0,200}"
        r"\b(?:answer|execute|follow|respond)\b|\b(?:kombinier\w*|combin\w+|yhdistä|объедин\w+|"
        r"соедин\w+) "
        r"(?:a|les parties|las partes|le parti|as partes|части|а)\b[^\n]{0,80}"
    ),
    r"\b(?:interlace|interleave) (?:part|teil|parte|partie|часть)\b|\bwe have three strings\b",
    (
        r"\b(?:what is|what's) the output of (?:this|the following) (?:code|program|script)\b|"
        r"<code>[^\n]{0,40}import\b"
    ),
    (
        r"\b(?:in the form of|as|en forma de|in form eines|sous forme d['e]) ?(?:an? |un |une "
        r")?(?:poem|haiku|song|poema|"
        r"gedichts?|poème|poesia)\b"
    ),
    (
        r"\b(?:summari[sz]e|riassumi|résume[zr]?|resum[ae]|fassen? sie) (?:this|the following|"
        r"questa|cette|esta|diese) "
        r"(?:web ?page|website|text|pagina web|page web|página web|webseite)\b"
    ),
    r"\bq ?: [^\n]{1,300}?\ba ?: [^\n]{1,600}?\bq ?: ",
    r"\b(\w{3,20})(?: \1){7}\b",
    r"\bexplain the (?:theory|principles) (?:of|behind)\b",
    (
        r"\busing the following parts\b|\b(?:part|parte|partie|teil|часть|osa) ?1 (?:is|es|"
        r"est|ist|è|"
        r"é|on|[-–—:])"
    ),
    (
        r"\b(?:write|compose|create|develop|draft|provide|generate)(?: me)?(?: an?| the)? (?:\w+ "
        r"){0,2}(?:poem|"
        r"haiku|limerick|sonnet|short story|screenplay|rap battle|song lyrics|(?:python|bash|shell|"
        r"javascript) "
        r"(?:script|function|code)|speech on|essay)\b"
    ),
    r"\bkirjoita (?:\w+ ){0,2}(?:runo|novelli|essee|python-?\w*|skripti|laulu)\w*\b",
    (
        r"\b(?:determine|classify|analy[sz]e|identify) the (?:sentiment|mood|tone|emotion) of "
        r"(?:this|these)\b|"
        r"\bis this (?:feedback|comment|review) positive or negative\b"
    ),
    (
        r"\badmit (?:to )?(?:us\w+|that)\b[^.!?\n]{0,30}\b(?:llm|ai|language model)|\b(?:ammett\w+|"
        r"admet\w+|admito|"
        r"gebe zu)\b[^.!?\n]{0,30}\bllm\b"
    ),
    r"\bfake (?:antivirus|software|update|lottery)\b|\bclaim your (?:\w+ )?(?:lottery )?winnings\b",
)
"""Work that is nobody's business here."""

FORMS = (
    *(*ORDERS_DROPPED, *ROLES, *PERSONAS, *ANSWER_SHAPED, *SECRETS, *OTHER_WORK),
    *suspicious_readers.FORMS,
    *suspicious_turns.FORMS,
)
