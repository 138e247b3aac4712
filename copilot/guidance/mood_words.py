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
"""
_KIND = r"""
(?:thank|love|great|wonderful|amazing|brilliant|fantastic|happy|perfect|awesome|best)
(?:congratulations|tack\b|danke|aitäh)
(?:kiitos|kiitokset|kiitän|kiitti|ihan(?:a|ia|aa)\b|mahtav|loistav|upea|hieno|rakast|huippu)
(?:paras\b|onnea|täydelli|iloinen|jee\b)
"""
_UPSET = r"""
(?:not|never|still|again|nothing|nobody|no one|where|why|when|late|broken|wrong)\b
(?:terrible|awful|how long|waiting|enough|now|do you|don['’]t|can['’]t|isn['’]t|won['’]t)\b
(?:ei|en|eikö|ettekö|vieläkään|taas|koskaan|kukaan|mitään|missä|miksi|milloin|myöhässä)\b
(?:rikki|väärä|kamala|kauanko|odottanut|heti|nyt)\b
"""


def _lines(*texts: str) -> tuple[str, ...]:
    return tuple(line for text in texts for line in text.splitlines() if line)


ANGRY = _lines(_ENGLISH, _FINNISH)
"""Any of them is anger by itself."""

CALM = _lines(_NO_ANGER)
"""What reads like anger and is none; taken out before anger is looked for."""

KIND = _lines(_KIND)
"""With these, capitals and exclamation marks are joy."""

UPSET = _lines(_UPSET)
"""With these, exclamation marks are anger."""
