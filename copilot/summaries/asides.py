"""Sentences that keep a conversation going and say nothing of the case, in English and Finnish.

Small letters only, as in ``act_patterns``; which of them are asides is settled in ``acts``.
"""

import re

ASIDE = re.compile(
    "|".join(
        (
            r"^(?:how (?:are|r) (?:you|u)|how(?:'s| is) (?:it going|your day|everything))\b",
            r"^(?:so |and |please |just )?let (?:us|me) know (?:if|how|when|should|whether)\b",
            r"^(?:please |just )?(?:feel free|don't hesitate|do not hesitate|dont hesitate)\b",
            (
                r"^(?:ok(?:ay)?,? |sure,? |alright,? |please )?let me (?:just |quickly )?"
                r"(?:check|look|see|verify|take a look|have a look)\b"
                r"(?!.*\b(?:and|back|with|then)\b)"
            ),
            r"\b(?:keep|kept) (?:us|me|you) (?:posted|updated|in the loop)\b",
            (
                r"^(?:we|i)(?:'re|re| are|'m|m| am) (?:always |all |still )?(?:here|ears|happy|"
                r"glad|standing by|listening)\b"
            ),
            r"^(?:i |we |please )?(?:really |truly |do )?hope (?:th[aei]\w+|it|you|your|all)\b",
            (
                r"^(?:we|i) (?:can |do |really |truly |certainly |definitely |totally |fully )*"
                r"(?:appreciate|value|understand) (?:you|your|the|how|that|it|where|this)\b"
            ),
            r"^(?:please )?(?:rest|be) (?:re)?assured\b",
            (
                r"^(?:please )?(?:bear with|hold on|hang on|hang tight|one (?:moment|sec)|"
                r"just a (?:moment|sec|minute)|give (?:me|us) (?:a|one|two|just) "
                r"(?:moment|sec|minute|few)|allow me (?:a|one))"
            ),
            (
                r"^(?:that's|thats|this is|that is) (?:definitely |certainly |really )?not (?:what|"
                r"the (?:kind|type|experience|impression)|good|something|how)\b"
            ),
            (
                r"^(?:we|i) (?:never |don't |dont |do not |would |'d |d )*(?:want|like|love|hate) "
                r"(?:you to (?:feel|have|be)|to (?:hear|help|see|make|turn|ensure))\b"
            ),
            (
                r"^(?:thanks|thank you|cheers) for (?:following|the (?:info|heads|update|feedback|"
                r"details)|flagging|sharing|your (?:feedback|time|understanding))\b"
            ),
            r"^(?:looking forward|talk (?:to you )?soon|speak soon|see you|stay tuned|good luck)\b",
            (
                r"^(?:ota (?:tarvittaessa |rohkeasti |toki |vain )*yhteyttä|ole(?:than)? "
                r"(?:rohkeasti |tarvittaessa )?yhteydessä)\b"
            ),
            r"^(?:kerro|kerrothan|ilmoita|ilmoitathan|laita viestiä|vastaa)(?: \w+){0,2},? jos\b",
            r"^(?:autamme|autan|vastaamme|palvelemme) (?:mielellämme|mielelläni|mielellään)\b",
            (
                r"^(?:hetki(?:nen)?(?: pieni)?\b|odot(?:a|ahan|atko) (?:hetki|pieni|vielä hetki)|"
                r"pieni hetki|katsotaan(?:pa)?\b)"
            ),
            (
                r"^(?:ymmärrän|ymmärrämme) (?:hyvin |täysin |kyllä )?(?:harmi|turhautu|huole|tilan|"
                r"tunte|että tämä)"
            ),
            r"^toivottavasti (?:tämä|tästä|tuosta|vastaus|nämä|asia|kaikki|saat)\b",
            r"^(?:mitä kuuluu|miten menee|jäämme kuulolle|jään kuulolle|kuullaan)\b",
        )
    )
)
"""How such a sentence begins, or what it is made of."""

OFFER = re.compile(
    # What follows from it may be a promise: "if anything else breaks, call us and we will …".
    r"^(?!.*\b(?:we|i)(?:'ll| will| can) (?!help|assist|be (?:happy|glad)))"
    r"(?:(?:and |but |so |also )?(?:if|should) (?:you|there)\b[^.!?]{0,60}"
    r"\b(?:any|more|further|other|another|else|questions?)\b[^.!?]{0,90}"
    r"\b(?:hesitate|feel free|reach out|(?:call|contact|phone|ring|write to) (?:us|me|back|again)|"
    r"get in touch)\b"
    r"|.*\b(?:don't|do not|dont) hesitate to (?:reach|call|contact|get in touch|ask|write)\b)"
    r"|^(?:ja |mutta )?jos (?:teillä|sinulla|teille|sinulle|tulee|on|ilmenee)\b[^.!?]{0,40}"
    r"\b(?:kysyttävää|kysymyksiä|muuta|ongelmia|epäselvää)\b[^.!?]{0,40}"
    r"\b(?:ota|ottakaa|soita|soittakaa|olkaa|ole) (?:\w+ ){0,3}"
    r"(?:yhteyttä|yhteydessä|uudelleen|uudestaan|meille|takaisin)\b"
)
"""The offer to come back with whatever else there may be, which closes calls and chats."""

ANYTHING_ELSE = re.compile(
    r"^(?:and |so |ok(?:ay)?,? |great,? |now,? )?(?:(?:is|was) there )?(?:anything|something) else"
    r" (?:that )?(?:i|we) (?:can|could|may)\b"
    r"|^(?:no |ja )?(?:voinko|voimmeko|voisinko) (?:vielä |muuten |jotenkin )*"
    r"(?:auttaa|olla avuksi)\b"
)
"""The question that closes a call, however long it is."""
