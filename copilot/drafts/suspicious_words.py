r"""What text says that speaks to a language model: forms of words in the languages we know.

Each form is meant to be one that a customer, a newsletter or an article hardly uses. English and
Finnish are the fullest; German, French, Spanish, Italian, Portuguese, Swedish and Russian have the
usual ones. ``[^.!?\n]{0,n}`` keeps a form within one sentence and its search short.
"""

GAP = r"[^.!?\n]{0,40}?"
NEAR = r"[^.!?\n]{0,20}?"
ANSWER = r"(?:answers?|repl(?:y|ies)|responses?|messages?|outputs?|draft|summary)"
YOUR_ANSWER = rf"(?:your|the|each|every) (?:\w+ )?(?:{ANSWER}|words? (?:of|in) your \w+)(?:'s)?\b"
HELD_BACK = (
    r"(?:secret|hidden|confidential|internal|system|master|admin|access|private) "
    r"(?:\w+ )?(?:keys?|codes?|strings?|words?|passwords?|passphrases?|prompts?|instructions?)"
)
ASKED_OF_CUSTOMERS = (
    r"(?:your|the|an?|any)?\s?(?:\w+ ){0,2}(?:number|id|reference|ref|order|ticket|case|invoice|"
    r"name|address|email|phone|details|screenshots?|photos?|pictures?|receipt|copy|file|price|"
    r"total|date|"
    r"hours|amount|size|colou?r)\b"
)

_MODE = r"(?:system|developer|debug|maintenance|admin(?:istrator)?|root)[ _-]?mode\b"

ORDERS_DROPPED = (
    (
        rf"\b(?:ignore|ignoring|disregard|forget|override|overlook|bypass|circumvent|discard|"
        rf"dismiss)\b"
        rf"{GAP}\b(?:instruct\w*|prompts?|(?:your|all|any|previous|prior|system|safety) rules?|"
        rf"guidelines?|directives?|directions?|commands?|programming|training|polic(?:y|ies)|"
        r"(?:you|you've) (?:have |had )?(?:been )?(?:told|instructed|learn\w*)|"
        r"(?:everything|anything|all) (?:above|before|prior|previous|so far))"
    ),
    (
        r"\b(?:ignore|disregard) (?:the |all (?:of )?the |everything |all )?"
        r"(?:above|previous|function|resume|article|table|paper|e-?mail|text|content|"
        r"document|context)"
        r"\b[^.!?\n]{0,20}?\b(?:and|,|but)\b"
    ),
    (
        r"\b(?:never ?mind|scratch) (?:all )?(?:that|the above|the previous)\b.{0,3}\b(?:instead|"
        r"tell|say)"
    ),
    (
        rf"\b(?:unohda|ohita|sivuuta|hylkää|jätä huomio\w*|älä (?:noudata|välitä|huomioi))\b{GAP}"
        r"\b(?:ohjee|ohjei|ohjeist|kehot|sään(?:tö|nö)|määräyks|käsky|rajoituks)"
    ),
    (
        rf"\b(?:vergiss|ignorier\w*|missacht\w*|übergeh\w*)\b{GAP}"
        r"\b(?:anweisung|instruktion|vorgabe|regel|befehl|anordnung|richtlinie|alles,? was)"
    ),
    (
        rf"\b(?:oublie[zr]?|ignore[zr]?|négligez|ne tenez pas compte)\b{GAP}"
        r"\b(?:instruction|consigne|directive|règle|ordre|ce qui précède|tout ce qu)"
    ),
    (
        rf"\b(?:olvid[ae]\w*|ignor[ae]\w*|descart[ae]\w*|haz caso omiso)\b{GAP}"
        r"\b(?:instruccion|indicacion|directiv|regla|orden|todo lo)"
    ),
    (
        rf"\b(?:dimentica\w*|ignora\w*|trascura\w*|tralascia\w*)\b{GAP}"
        r"\b(?:istruzion|indicazion|direttiv|regol|ordin|tutto ciò|tutto quello)"
    ),
    (
        rf"\b(?:esque[cç]\w*|ignor[ae]\w*|desconsider\w*)\b{GAP}"
        r"\b(?:instruç|indicaç|diretri[zv]|regra|ordens|tudo o que)"
    ),
    (
        rf"\b(?:забудь\w*|игнорир\w*|проигнорир\w*|отбрось\w*|не обращай\w*)\b{GAP}"
        r"(?:инструкц|указани|директив|правил|команд|вс[её],? что)"
    ),
    rf"\b(?:glöm|ignorera|bortse från|strunta i)\b{GAP}\b(?:instruktion|anvisning|regl|riktlinj)",
)
"""To forget what the model was told."""

ROLES = (
    # Televisions and shops have modes too: it takes an order, or whom it is said to.
    (
        rf"\b(?:god|dan|jailbreak|sudo|override)[ _-]?mode\b|"
        rf"\b(?:you are|you're|you will|chatgpt|assistant|model|ai|act)\b[^.!?\n]{{0,60}}\b{_MODE}|"
        rf"(?:^|[.!?:;\]]\s{{0,3}})(?:now |please )?(?:enter|activate|enable|switch(?: over)? "
        rf"(?:in)?to|"
        rf"go (?:in)?to|start|begin|simulate|stay in|return to)\b (?:\w+ ){{0,3}}{_MODE}|"
        rf"(?:^|[.!?;]\s)\W{{0,4}}(?:\w+ )?{_MODE}\W{{0,3}}(?:on|enabled|activated|output)\b|"
        rf"\b(?:with|in) {_MODE} (?:enabled|on|activated|output)"
    ),
    (
        r"<[^<>\n@.]{0,20}(?:system|систем)[^<>\n@.]{0,20}>|^\W{0,4}system ?(?:prompt|message) "
        r"?:(?=\s*\w)|"
        r"^\W{0,4}system ?:(?!\s*(?:windows|win\d|mac|ios|ipad|android|linux|ubuntu|debian|chrome|"
        r"hp|dell))"
        r"(?=[^\w\n]*\w+(?:[^\w\n]+\w+){2})"
    ),
    (
        r"<\|?(?:im_start|im_end|system|endoftext|assistant|user|eot_id|start_header_id)\|?>|"
        r"\[/?INST\]|"
        r"<</?SYS>>"
    ),
    (
        r"\b(?:modo|modalità|mode) (?:de |di |do |del )?(?:sist\w+|system\w*|maintenance|manten\w+|"
        r"manuten\w+|desenv\w+|desarroll\w+|développ\w+|svilupp\w+)|"
        r"\b(?:wartungs|system|entwickler)modus\b|системн\w+ режим|режим\w* (?:обслуживани|"
        r"разработчик)"
    ),
    (
        r"\bjärjestelmä(?:kehot|ohje)\w*|"
        r"\b(?:siirry|mene|aktivoi|käynnistä|kytke|avaa|palaa|olet)\b[^.!?\n]{0,30}"
        r"\b(?:kehittäjä|ylläpito|huolto|järjestelmä|virheenjäljitys)tila\w*|"
        r"\b(?:kehittäjä|ylläpito|huolto|järjestelmä|virheenjäljitys)tila(?: päällä| päälle| "
        r"käytössä|:)"
    ),
    (
        r"\b(?:(?:system|developer|hidden) (?:prompt|instruction)|(?:your|the model's|its) "
        r"(?:initial|original) (?:prompt|"
        r"instruction))s?\b"
    ),
    (
        r"\b(?:i am|i'm|this is) (?:now )?(?:god|the president|your (?:developer|creator|admin\w*|"
        r"owner|"
        r"programmer|master)|(?:the|an?) (?:system )?(?:developer|administrator) (?:of|at|from) "
        r"(?:openai|this))"
    ),
    (
        r"\b(?:ich bin (?:gott|dein entwickler|ihr entwickler)|je suis (?:dieu|votre développeur|"
        r"ton dév\w+)|"
        r"soy (?:dios|tu (?:desarrollador|creador))|sono (?:dio|il tuo sviluppatore)|"
        r"sou (?:deus|o (?:teu|seu) (?:desenvolvedor|programador)|o presidente)|"
        r"olen (?:jumala|kehittäjäsi|ylläpitäjäsi|sinun (?:kehittäjä|ylläpitäjä)))|"
        r"\bя (?:бог|ваш разработчик|твой разработчик)\b"
    ),
    (
        r"\b(?:developed|made|created|trained) by (?:openai|anthropic|meta|google)\b|"
        r"(?:entwickelt|développée?|desarrollad[ao]|sviluppat[ao]|desenvolvid[ao]|разработан\w+) "
        r"(?:von|par|por|da|pela|от)? ?(?:openai|anthropic)"
    ),
)
"""To be somebody with authority, or another part of the exchange."""

PERSONAS = (
    (
        r"\b(?:chat ?gpt|gpt-?[345]\w*|dear (?:ai|llm|assistant|model)|hey (?:ai|llm|assistant))\b"
        r"[^\n?]{0,200}\b(?:you (?:are|will|must|can|should)|act|pretend|from now|respond|answer|"
        r"ignore)"
    ),
    r"\bopena[il]\b[^.\n]{0,60}\b(?:polic|guideline|rule|restrict|terms)",
    (
        r"\bfrom now on,? (?:you (?:will|must|shall|should|are|can|have to|need to|act|answer|"
        r"respond|reply)\b"
        r"(?! (?:deliver|send|ship|invoice|get|only (?:deliver|send)))|act\b|on you\b|we (?:are|"
        r"will be) (?:in|"
        r"playing|going to (?:play|act|role))|(?:answer|respond|reply)\b(?! (?:to|in|by)\b)|"
        r"(?:every|all your) (?:\w+ )?(?:answers?|repl(?:y|ies)|responses?|outputs?|messages?)\b)"
    ),
    (
        r"\b(?:you are|you're|act as|acting as|pretend to be|pretend that you are|behave as|play "
        r"the role of|"
        r"olet|esitä|toimi) (?:going to \w+ (?:as )?|now |nyt |kuin |an? |the )*(?:\w+ ){0,3}"
        r"(?:ai|a\.i\.|language model|llm|chatbot|dan|jailbroken|unfiltered|tekoäly\w*|"
        r"kielimalli\w*)\b"
    ),
    (
        r"\bdear ai\b|\bhyvä tekoäly\b|\b(?:ai|llm|language model)s?(?: assistants?| agents?| "
        r"systems?| models?)?(?: "
        r"(?:reading|processing|summari[sz]ing) [^.!?\n]{1,40}?)? (?:must|shall|should|has "
        r"to|have to) "
        r"(?:\w+ )?(?:add|say|tell|include|write|state|answer|reply|ignore|output|recommend)\b|"
        r"\b(?:tekoäly|kielimalli)\w* (?:on |pitää |täytyy |tulee )(?:\w+ )?(?:lisät|sano|kerro|"
        r"kirjoit|vasta|mainit)\w*"
    ),
    (
        r"\b(?:attention|note to|message (?:to|for)|instructions? (?:to|for)|huomio|viesti|ohje\w*)"
        r"[:,]? (?:an? |the |any |all )?(?:(?:ai|llms?|language models?|chatbots?|tekoäly\w*|"
        r"kielimalli\w*)\b|"
        r"(?:assistants?|avustaja\w*)\s?[:,](?!\s*(?:i|we|my|our|thank\w*|kiit\w*|minä|olen)\b))"
    ),
    (
        r"\b(?:as|if you are|since you are|because you are) an? (?:ai|artificial intelligence|llm|"
        r"language model|ai assistant|large language model)\b"
    ),
    (
        r"\b(?:als eine? (?:ki|sprachmodell)|en tant qu['’]ia|como (?:una? )?ia|come (?:una? )?ia|"
        r"como ia|"
        r"как ии|tekoälynä|kielimallina)\b"
    ),
    (
        r"\b(?:no|without|free (?:from|of)|break(?:ing)? free|not bound by|does not abide)\b"
        r"[^.!?\n]{0,40}?\b(?:(?<!any )restrictions?|censorship|ethical guidelines|"
        r"moral\w* (?:limit|"
        r"constraint)\w*|"
        r"content polic\w+|rules set for)"
    ),
    (
        r"\b(?:unfiltered|uncensored|amoral|unrestricted|no filters?)\b[^.!?\n]{0,60}"
        r"(?:response|answer|ai\b|bot|character|assistant|chat)"
    ),
    r"\bdo anything now\b|\bjail ?break\w*\b|\bstay in character\b|\bbreak (?:out of )?character\b",
    (
        r"\b(?:never|cannot|can't|must not|do not|don't) (?:ever )?(?:refuse|decline|say (?:that "
        r")?(?:you|it|i) "
        r"(?:can'?t|cannot|are unable))|\bi(?:'m| am) sorry,? (?:but )?i can(?:'t|"
        r"not)\b[^\n]{0,60}never"
    ),
    (
        r"\b(?:two|both|2) (?:different )?(?:responses|answers|ways)\b[^.\n]{0,60}"
        r"(?:normal|classic|standard|gpt|chatgpt|unfiltered)"
    ),
    (
        r"\b(?:will|must|shall|going to) (?:now )?(?:role-?play|act|pretend|simulate|respond|reply|"
        r"answer)"
        r"(?:ing)? (?:as|to|in)\b[^\n]{0,300}\b(?:illegal|unethical|immoral|censor\w*|nsfw|"
        r"offensive|"
        r"swear\w*|curse|any(?:thing)? (?:question|request)|rules|obey\w*|filter\w*)"
    ),
    r"\bnew (?:instructions|task|rules|prompt) ?[:=]|\buudet ohjeet ?:|\buusi tehtävä ?:",
    (
        r"\b(?:let'?s|we will|we are going to) play a (?:\w+ )?game\b[^\n]{0,200}\b(?:rules|you "
        r"(?:will|are|must))"
    ),
)
"""To be somebody else, or to be without rules."""

ANSWER_SHAPED = (
    (
        rf"\b(?:include|integrate|augment|enhance|modify|insert|append|alter|embed|weave|slip|"
        rf"add (?!(?:it|this|them|me|us|my)\b))(?! ?{ASKED_OF_CUSTOMERS})[^.!?\n]{{0,140}}?"
        rf"(?:\b(?:in|to|into|with|at the end of|of)\b[^.!?\n]{{0,12}})?{YOUR_ANSWER}"
        r"(?! (?:by|within|before|if|when|soon|above|below))"
    ),
    (
        r"\badd ['\"“][^'\"”\n]{1,200}['\"”] (?:to|at|in|into|after|before) (?:\w+ ){0,4}(?:answer|"
        r"reply|response)\b"
    ),
    (
        r"\b(?:write|say|mention|state|claim|put|add|include)\b[^.!?\n]{0,20} in (?:your|the) "
        r"(?:draft|summary)\b"
    ),
    r"\b(?:enhance|augment|enrich|modify|adjust) your (?:answer|reply|response)\b",
    (
        r"\b(?:provide|give|write|render|deliver) your (?:answers?|reply|response) (?:in|as|with) "
        r"(?!(?:writing|full|"
        r"detail|english|finnish|suomeksi|time|e-?mail)\b)"
    ),
    r"\buse\b[^.!?\n]{0,60}\bin your (?:answer|reply|response)\b",
    (
        r"\b(?:encode|encrypt|translate|reverse|invert|scramble|misspell|anagram|shift|"
        r"render|convert|"
        r"replace|remove|group|combine|cipher|write|express|mirror|jumble|display)\b[^.!?\n]{0,60}"
        r"\byour (?:\w+ )?(?:answers?|reply|replies|responses?|messages?|output|words)\b"
        r"(?! (?:in (?:simple|plain|short)|below|above|here|on|by|(?:in|to|into) (?:english|"
        r"finnish|swedish|"
        r"estonian|german)\b))"
    ),
    (
        rf"\bin your (?:answer|reply|response)s?,? (?:(?:please )?(?:include|mention|suggest|"
        rf"tease|hint|"
        rf"promote|reference|allude|recommend|add|advise|encourage|claim)|list|repeat|show|state|"
        rf"tell|say|"
        rf"use)\b"
        rf"(?! ?{ASKED_OF_CUSTOMERS})(?! (?:me|us)\b)"
    ),
    (
        r"\b(?:reply|respond|answer|write back|speak|talk)(?: back)?(?: \w+)? (?:in|using|with|via|"
        r"only in|"
        r"only with) (?:\w+ ){0,2}(?:emojis?|base ?\d+|morse|binary|hex\w*|reverse|rot ?13|leet\w*|"
        r"cipher|"
        r"pig latin|rhymes?|haiku|anagram\w*|code words?|json|xml|pirate\w*|all caps|yaml)\b"
    ),
    (
        r"\b(?:provide|give|supply|craft|deliver|produce|put|make|use|write)\b[^.!?\n]{0,60}"
        r"\b(?:anagram\w*|misspell\w*|emojis?|base ?(?:\d{2}|sixty.?four)|cipher\w*|"
        r"substitution|morse|"
        r"backwards?|letters? (?:with|to|for) (?:numbers?|symbols?)|leet ?speak|rot ?13)\b"
    ),
    (
        r"\b(?:replace|convert|swap|substitute|exchange|shift|group|reverse|misspell|scramble|use "
        r"numbers for)\b"
        r"[^.!?\n]{0,30}\b(?:vowels?|consonants?|letters?|every (?:second|third|fourth|other) "
        r"(?:word|letter)|character order|"
        r"word order|spaces)\b[^.!?\n]{0,60}"
    ),
    r"\b(?:use|provide|give)\b[^.!?\n]{0,40}\bin your (?:answer|reply|response)\b",
    (
        rf"\b(?:lisää|sisällytä|liitä|mainitse|kirjoita|käännä|koodaa|muuta|aloita|lopeta|"
        rf"päätä)\b{GAP}"
        r"\b(?:vastaukseesi|vastaukseensa|vastauksessasi|vastauksesi|vastaukseen loppuun|"
        r"luonnokse\w+|tiivistelmä(?:än|ssä))\b"
    ),
    rf"\b(?:füge|ergänze|baue|schreibe|übersetze|kodiere)\b{GAP}\b(?:deiner?|ihrer?) antwort\b",
    (
        rf"\b(?:ajoute[zr]?|insère|insérez|inclu\w+|traduis\w*|encode[zr]?)\b{GAP}\b(?:ta|votre) "
        rf"réponse\b"
    ),
    rf"\b(?:añad\w+|agreg\w+|inclu\w+|traduc\w+|codific\w+)\b{GAP}\b(?:tu|su) respuesta\b",
    rf"\b(?:aggiung\w+|inserisc\w+|includ\w+|traduc\w+|codific\w+)\b{GAP}\b(?:tua|sua) risposta\b",
    rf"\b(?:adicion\w+|acrescent\w+|inclu\w+|traduz\w+|codific\w+)\b{GAP}\b(?:tua|sua) resposta\b",
    rf"\b(?:добав\w+|включ\w+|перевед\w+|закодир\w+)\b{GAP}\b(?:свой|твой|ваш) ответ",
)
"""How the answer shall look, or what shall stand in it."""
