r"""What text says to a program that reads it: by name, by a false frame, as a rule for replies.

See :mod:`copilot.drafts.suspicious_words` for how forms are written. A name alone is no sign ("am I
talking to a bot?"): an order has to follow it, and no word for the person who wrote ("tell me").
"""

from copilot.drafts.suspicious_words import GAP

_PROGRAM = (
    r"(?:ai|a\.i\.|llms?|gpt|(?:large )?language models?|assistants?|(?:chat ?)?bot|"
    r"ai[- ](?:model|assistant|agent|system)s?|"
    r"(?:drafting|reply|response|answer(?:ing)?|writing) (?:engine|assistant|system|tool|bot|"
    r"model)s?|"
    r"automat(?:ed|ic) (?:\w+ )?(?:systems?|engines?|tools?|assistants?|agents?)|"
    r"tekoäly(?:avustaja)?|kielimalli|avustaja|(?:chat)?botti|(?:luonnos|vastaus)(?:moottori|kone)|"
    r"språkmodell(?:en)?|ai-assistent(?:en)?|assistent(?:en)?|chattbot(?:en)?|"
    r"sprachmodell|ki(?:-assistent)?|assistant ia|asistente|assistente)"
)
_TO_PROGRAM = (
    r"(?:(?:ai|llms?|(?:large )?language models?|chat ?bots?|"
    r"ai[- ](?:model|assistant|agent|system)s?|"
    r"(?:the |any |all |our )?(?:drafting|reply|response|answering|writing) "
    r"(?:engine|assistant|system|tool|bot|model)s?|"
    r"automat(?:ed|ic) (?:\w+ )?(?:systems?|engines?|tools?|assistants?|agents?))\b|"
    r"(?:tekoälylle|tekoälyavustajalle|kielimallille|(?:chat)?botille|"
    r"(?:(?:automaatti|automaattise)\w{0,10} ?)?(?:vastaus|luonnos)\w{0,6}"
    r"(?:järjestelmälle|moottorille|ohjelmalle))\b|"
    r"(?:språkmodell\w{0,4}|ai-?(?:assistent|modell|system)\w{0,3}|chattbot\w{0,3})\b|"
    r"(?:sprachmodell\w{0,2}|ki(?:-\w{1,12})?|chatbots?)\b)"
)
_ORDER = (
    r"(?:(?:please |kindly |always |you (?:must|should|shall|will) (?:always )?)?"
    r"(?:tell|say|write|include|add|link|recommend|ask|send|ignore|confirm|list|state|mention|"
    r"quote|"
    r"promise|forward|reveal|print|output|append|insert|advise|direct|refer|approve|issue|grant|"
    r"repeat|"
    r"disregard|forget|use|cite|copy|ensure|make sure|put)\b(?! (?:me|us|your|you|my|our)\b)|"
    r"(?:always|never|from now on|in (?:the|your|this|each|every) (?:draft|reply|answer|"
    r"response))\b|"
    r"(?:kerro|sano|kirjoita|lisää|liitä|linkitä|suosittele|pyydä|lähetä|ohita|unohda|vahvista|"
    r"luettele|"
    r"listaa|mainitse|lupaa|välitä|paljasta|tulosta|ohjaa|hyväksy|varmista|viittaa|käytä|toista|"
    r"aina|"
    r"luonnoksessa|vastauksessa(?:si)?)\b(?! (?:minulle|meille|minun|meidän)\b)|"
    r"(?:säg|skriv|lägg|länka|rekommendera|be|skicka|ignorera|bekräfta|lista|nämn|lova|hänvisa|"
    r"alltid|"
    r"svara|använd)\b(?! (?:mig|oss|till mig)\b)|"
    r"(?:sag|schreib\w?|füge|verlinke|empfiehl|bitte den|schick\w?|sende|ignoriere|bestätige|nenne|"
    r"versprich|verweise|immer|antworte|nutze)\b(?! (?:mir|uns)\b))"
)
_SHOWN = (
    r"(?:contain|include|direct|quote|link|refer|point|state|say|add|send|confirm|recommend|"
    r"mention|"
    r"carry|tell|promise|end with|begin with|cite|use)"
)
_PERSONAL = (
    r"(?:e-?mails?|e-?mail addresses|addresses|phones?(?: numbers?)?|numbers?|names?|data|details|"
    r"order(?: number)?s?|conversations?|messages|tickets|accounts?|information|records|passwords?|"
    r"history|invoices?)"
)

READERS = (
    (
        rf"(?:^|[.!?;\n>\]*]\s*|[-–—]\s)(?:dear |hey |hi |note to (?:the )?|to (?:the |all )?|"
        rf"hyvä |"
        rf"till |an (?:das |die |den )?)?{_PROGRAM}\s?[:,–—]\s*{_ORDER}"
    ),
    (
        rf"\b(?:note|notice|remind\w*|message|instruct\w*|attention|hint|order|huom\w*|muistutus|"
        rf"viesti|"
        rf"tiedoksi|ohje\w*|notis|meddelande|till|hinweis|nachricht|anweisung|an)\b:? "
        rf"(?:to|for|für|an|till)? ?(?:the |any |all |every |das |die |den |alla |kaikille |tätä "
        rf"lukevalle )*"
        rf"(?<!\bto )(?<!\btill )(?:{_TO_PROGRAM})(?: \w+){{0,6}}\s?[:.,–—]"
    ),
    (
        rf"^\W{{0,6}}(?:to|for|till|an)\b (?:whom it may concern in )?(?:the |any |all |das |die )*"
        rf"{_TO_PROGRAM}\s?[:,–—]"
    ),
    r"\bto whom it may concern in the automat\w+",
    rf"^\W{{0,6}}{_TO_PROGRAM}\s?[:–—]\s*{_ORDER}",
    (
        r"\b(?:(?:language |ai )models?|assistants?|chat ?bots?|llms?|ais?|ai agents?) "
        r"(?:answering|reading|using|processing|replying|drafting|that (?:read|use|answer)|who "
        r"(?:read|use|answer)) [^.!?\n]{1,60}?\b(?:must|shall|should|need to|have to|are (?:asked|"
        r"told|"
        r"required) to)\b"
    ),
    (
        rf"\b(?:ai|reply|drafting|response|answering) (?:assistant|engine|system|model|bot)s? "
        rf"(?:must|shall|should|has to|have to|will) (?:\w+ )?{_SHOWN}\b(?! (?:me|us)\b)"
    ),
    (
        r"(?:^|[.!?\n>]\s*)(?:dear |hey )model\b|(?:^|[.!?\n>]\s*)model: ?(?:write|say|tell|ignore|"
        r"send|output|"
        r"reveal|print|answer|reply|link|recommend)\b"
    ),
    (
        r"\b(?:tätä|tämän)\b[^.!?\n]{0,30}\b(?:avustaj|tekoäly|kielimall|bot)\w*\b[^.!?\n]{0,40}\b"
        r"(?:on|pitää|täytyy|tulee)\b"
    ),
    (
        r"\bthe (?:(?:language |ai )model|assistant|llm|ai|bot|model) (?:must|shall|has to|should) "
        r"(?:\w+ )?"
        r"(?:say|state|quote|link|recommend|confirm|promise|cite|answer|reply|ignore|output|"
        r"write)\b(?! (?:me|us)\b)"
    ),
)
"""To a program, by its name."""

EVERY_REPLY = (
    (
        rf"\b(?:all|every|each|any) (?:automat\w+ |ai(?:[- ]generated)? |generated |bot |drafted )?"
        rf"(?:repl(?:y|ies)|answers?|responses?|drafts?)\b (?:\w+ ){{0,2}}(?:must|has to|have to|"
        rf"should|shall|"
        rf"is to|are to|needs? to)\b (?:\w+ ){{0,2}}{_SHOWN}\b"
    ),
    (
        r"\b(?:include|add|link|quote|cite|mention|recommend|insert|append)\b[^.!?\n]{0,80}\b(?:in|"
        r"to|with) "
        r"(?:all|every|each) (?:\w+ )?(?:repl(?:y|ies)|answers?|responses?|drafts?)\b"
    ),
    (
        r"\b(?:kaikissa|jokaisessa|joka ainoassa) (?:\w+ )?(?:automaatti)?"
        r"vastau(?:ksissa|ksessa)\w{0,3}\b[^.!?\n]{0,40}\b(?:on|pitää|täytyy|tulee)\b (?:\w+ ){0,3}"
        r"(?:maini|ohja|lisä|liit|sano|ker|suosit|viita|oltava|olla)\w*"
    ),
    r"\bvastauksessasi (?:on|pitää|täytyy|tulee) (?:oltava|olla|mainittava|sanottava|lukea)\b",
    (
        r"\balla (?:automatiska )?svar (?:ska|måste|skall)\b[^!?\n]{0,120}?\b(?:innehåll|hänvisa|"
        r"länka|nämn|ange)\w*"
    ),
    (
        r"\balle (?:automatischen )?antworten (?:müssen|sollen)\b[^!?\n]{0,120}?\b(?:enthalt|"
        r"verweis|nenn|verlink)\w*"
    ),
    (
        r"\byour (?:reply|answer|response|message) (?:must|has to|shall) (?:\w+ )?(?:contain|"
        r"include|"
        r"end with|"
        r"begin with|consist of|start with)\b(?! (?:my|the|an?|your|all|every)?\s?(?:\w+ "
        r")?(?:order|"
        r"tracking|"
        r"invoice|case|ticket|reference|price|delivery|date|receipt))"
    ),
    r"\bthe answer to (?:every|all|any) (?:of the )?(?:following )?questions?\b",
    (
        r"\b(?:respond|reply|answer) (?:only|exclusively|just) with ?[:'\"“”]|"
        r"\bsvara (?:endast|bara) med ?[:'\"“”]|\bantworte[nt]? (?:nur|ausschließlich) mit "
        r"?[:'\"“”]|"
        r"\bvastaa (?:vain|ainoastaan) ?[:'\"“”]"
    ),
    (
        r"\b(?:copy|send|forward|mail|post|submit|transmit|bcc|cc)\b[^.!?\n]{0,20}\byour (?:full|"
        r"whole|entire|"
        r"complete) (?:answer|reply|response|output|draft|context)\b"
    ),
    r"\blähetä\b[^.!?\n]{0,30}\bkoko (?:vastauksesi|vastauksestasi|keskustelu\w*)",
    r"\bsisällytä siihen\b|\bformat (?:every|all|each|the) (?:links?|urls?)\b",
    (
        r"(?:^|[.!?:;]\s+)(?:please )?tell the (?:customer|user) (?:that|to|about|it|they|we)\b|"
        r"(?:^|[.!?:;]\s+)(?:kerro|sano|ilmoita) (?:asiakkaalle|käyttäjälle)(?:,? että|:)|"
        r"(?:^|[.!?:;,]\s+|\b(?:ja|and) )ohjaa (?:kaikki )?(?:asiakas|asiakkaat|käyttäjä|"
        r"käyttäjät)\b|"
        r"(?:^|[.!?:;]\s+)(?:refer|direct|send|point) (?:all |every )?(?:the )?(?:customers?|"
        r"users?) "
        r"to\b"
    ),
)
"""What every reply shall say."""

OTHERS = (
    (
        r"\b(?:list|show|give|tell|reveal|print|write out|send|output|display|share|read|disclose|"
        r"summari[sz]e|"
        r"look up|what (?:is|are|was|were)|who (?:is|was))\b (?:(?:me|us|out|all|the|to|of|a|any|"
        r"every|some|full|"
        rf"recent) )*(?:{_PERSONAL} (?:and {_PERSONAL} )?(?:of|from|for|about|belonging to) "
        rf")?(?:the |"
        rf"your |an?y? |"
        r"all |some )*(?:(?:other|another|previous|last|next|recent|different|random|someone "
        r"else) )+"
        rf"(?:customer|client|user|person|buyer|people)s?(?:['’]s?)? ?{_PERSONAL}\b"
    ),
    (
        rf"\b(?:list|give|tell|reveal|print|write out|send me|output|display|share|disclose|show "
        rf"me|"
        rf"what is)\b"
        rf"[^.!?\n]{{0,20}}?\b{_PERSONAL} (?:of|from|for|about) (?:the |your |all |any )*"
        r"(?:other|another|previous|last) (?:customer|client|user|buyer)s?\b"
    ),
    (
        rf"\b(?:list|give|print|reveal|output|write out)\b[^.!?\n]{{0,20}}\b(?:recent |other |all "
        rf")+"
        rf"customers?['’]s? {_PERSONAL}\b"
    ),
    (
        r"\b(?:person|customer|user|people) (?:who|that) (?:wrote|contacted|messaged|talked|"
        r"spoke)\b"
        r"[^.!?\n]{0,20}\b(?:just |right )?before me\b"
    ),
    r"\bminua ennen (?:\w+ ){0,2}(?:kirjoittan|asioin|soittan|ottan)\w*",
    (
        r"\b(?:listaa|luettele|tulosta|anna|näytä|kerro)\b[^.!?\n]{0,20}\b(?:kaikki )?(?:muiden|"
        r"toisten|"
        r"kaikkien|edellis\w+) (?:asiakka|käyttäj)\w+"
    ),
    (
        r"\b(?:lista|luettele|listaa|tulosta) (?:kaikki )?(?:tilausnumerot|sähköpostit|"
        r"osoitteet)\b[^.!?\n]"
        r"{0,20}\b(?:tiedät|näet|muistat)\b"
    ),
    r"\b(?:skriv|visa|lista|ge)\b[^.!?\n]{0,20}\bandra kunders?(?:nas?)?\b",
    r"\b(?:gib|zeig|nenn|liste)\w*\b[^.!?\n]{0,40}\banderen kunden\b",
    (
        r"\b(?:list|print|reveal|output|dump)\b[^.!?\n]{0,20}\b(?:all|your) customers\b(?! "
        r"(?:review|"
        r"rating|who|that|with|in))"
    ),
    r"\bdump (?:the|your) (?:context|memory|prompt|conversation)\b|\bkoko konteksti\w*\b",
)
"""For what is another customer's."""

FRAMES = (
    (
        r"\[(?:/\s?(?:system|admin|assistant|developer|järjestelmä|internal)\b[^\]\n]{0,20}|"
        r"(?:system|admin|assistant|developer|internal) (?:note|prompt|override|instruction|"
        r"update)s?)\]"
    ),
    r"</?(?:tool|function)[ _-]?(?:result|call|output|response)s?\b",
    r"^\W{0,6}(?:tool|function|työkalun) (?:result|output|call|response|tulos|vastaus)\s?:",
    r"\"role\"\s?:\s?\"(?:system|assistant|tool|developer)\"",
    (
        r"</?(?:customer|user|asiakkaan|käyttäjän|assistant|system|end)[ _-]?(?:message|input|"
        r"prompt|"
        r"query|"
        r"instructions?|data|viesti)>"
    ),
    (
        r"</data\b|^\W{0,4}#{3,4} ?(?:instructions?|system|response|assistant|ohje|human|"
        r"user)s?\s?:?\s*$|"
        r"#{3,4} ?(?:instruction|system|response)s?:"
    ),
)
"""Marks of prompts, tools and logs that no letter has."""

MADE_OVER = (
    (
        r"\b(?:ignor\w+|disregard|forget|override|drop)\b[^.!?\n]{0,20}\b(?:everything|anything|"
        r"all|"
        r"whatever|"
        r"rules?|instructions?|guidance|guidelines?|orders|constraints)\b (?:that )?you(?:['’]ve| "
        r"have| had| were"
        r"| are)? (?:been )?(?:told|given|instructed|taught|trained|fed|shown)\b"
    ),
    (
        r"\b(?:ignor\w+|disregard|forget|override|drop)\b (?:\w+ ){0,3}(?:your|any|all|every|"
        r"previous|"
        r"earlier|"
        r"prior) (?:\w+ ){0,2}(?:rules?|guidance|restrictions|constraints|safeguards|limits)\b"
    ),
    (
        r"\bet ole enää (?:\w+ ){0,4}(?:avustaja|botti|tekoäly|kielimalli)\w*|\byou(?:['’]re| "
        r"are) no "
        r"longer "
        r"(?:an? |the |bound|limited|restricted)(?:\w+ )?(?:assistant|ai|bot|agent|model|by)\b"
    ),
    (
        r"\b(?:du är nu|du bist (?:jetzt|nun|ab jetzt)|olet nyt|you are now|tu es maintenant|ahora "
        r"eres|ora sei|"
        r"agora és|agora você é) (?:an? |ein |eine |en |ett |un |une |una |um |uma |the )?"
        r"(?:\w+)?(?:bot|botti|gpt|assistent|assistant|ki|ai|assistente|asistente|dan)\b"
    ),
    r"\bsystem-?prompt\w*\b|\bjärjestelmäkehot\w*",
    (
        r"\b(?:repeat|print|output|recite|copy|echo|write out|show)\b[^.!?\n]{0,30}\b(?:text|"
        r"everything|words?|"
        r"lines?|content)\b[^.!?\n]{0,30}\b(?:above (?:this|me)|you(?:['’]ve| have| were)? (?:been "
        r")?given|before "
        r"this (?:line|message|text)|so far)\b"
    ),
    (
        r"\b(?:toista|tulosta|näytä)\b[^.!?\n]{0,80}\b(?:sinulle (?:on )?annettu|ennen tätä "
        r"viestiä|"
        r"sinulle annetut)\b"
    ),
    (
        r"\b(?:let'?s play|we(?:['’]re| are) playing)\b[^\n]{0,40}\byou(?:['’]re| are)\b|"
        r"\bpretend (?:that )?(?:to be|you(?:['’]re| are)) my |"
        r"\bleikitään\b[^.!?\n]{0,20}\bolet\b|\b(?:esitä|kuvittele) olevasi\b|\bpysy roolissa\w*"
    ),
    (
        r"\bdo(?: not|n['’]t) mention (?:this|these) (?:note|instruction|line)s?\b(?! to)|"
        r"\bälä mainitse tätä (?:huomautusta|ohjetta|käskyä)\b"
    ),
    (
        r"\bdo(?: not|n['’]t) tell the (?:agent|operator|staff|human|employee|advisor)\b|"
        r"\bberätta inte för (?:handläggar|agent|personal|medarbetar|kundtjänst)\w*|"
        r"\bsag(?:en sie)? de[mnr] (?:mitarbeiter|agent|bearbeiter|kundenbetreuer)\w* nichts\b|"
        r"\bälä kerro (?:tästä )?(?:asiakaspalvelijalle|agentille|käsittelijälle)\b"
    ),
    (
        r"\b(?:silently|secretly|quietly|huomaamatta|vaivihkaa) (?:add|include|append|insert|put|"
        r"lisää|liitä)\b|"
        r"\b(?:lisää|liitä)\b[^.!?\n]{0,30}\b(?:huomaamatta|vaivihkaa)\b"
    ),
    (
        rf"\b(?:missachte|vergiss|ignoriere)\b{GAP}\b(?:deine|alle|bisherigen) \w+|"
        rf"\b(?:strunta i|glöm|ignorera)\b{GAP}\b(?:du (?:fått|har fått|blivit)|dina) (?:\w+ )?"
        rf"(?:veta|instruer|order|regler|instruktion)\w*"
    ),
    rf"\b(?:ergänze|füge|lägg)\b{GAP}\b(?:in die antwort|zur antwort|till svaret|i svaret)\b",
    r"\b(?:avsluta|beende) (?:svaret|die antwort) (?:med|mit)\b",
)
"""To forget, to be somebody else, or to keep something from people: more ways to say it."""

FORMS = (*READERS, *EVERY_REPLY, *OTHERS, *FRAMES, *MADE_OVER)
