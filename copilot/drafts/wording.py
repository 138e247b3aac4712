"""The fixed words of an assembled reply, in the languages that have them."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from babel import Locale, UnknownLocaleError

from copilot.conversations.conversation import Channel
from copilot.drafts.draft import Tone
from copilot.kernel.language import primary_subtag


class Wording(NamedTuple):
    """The frame of a reply in one language."""

    language: str
    locale: str
    greeting: dict[Tone, str]
    greeting_nameless: dict[Tone, str]
    opening: dict[Tone, str]
    unanswered: str
    unanswered_order: str
    unanswered_several: str
    quoted: str
    nothing_found: str
    thanks: str
    closing: dict[Tone, str]

    def left_open(self, questions: Sequence[str], *, of_order: bool = False) -> str:
        """One sentence for all the questions that have no answer.

        Args:
            questions: At least one.
            of_order: Whether one of them is about an order, which no guide tells of.
        """
        if len(questions) == 1:
            template = self.unanswered_order if of_order else self.unanswered
            return template.format(question=questions[0])
        quoted = ", ".join(self.quoted.format(question=one) for one in questions)
        return self.unanswered_several.format(questions=quoted)


FINNISH = Wording(
    language="fi",
    locale="fi_FI",
    greeting={
        "neutral": "Hei {name},",
        "friendly": "Hei {name}!",
        "formal": "Hyvä {name},",
        "apologetic": "Hei {name},",
    },
    greeting_nameless={
        "neutral": "Hei,",
        "friendly": "Hei!",
        "formal": "Hyvä asiakas,",
        "apologetic": "Hei,",
    },
    opening={
        "neutral": "",
        "friendly": "Kiitos viestistäsi!",
        "formal": "Kiitämme yhteydenotostanne.",
        "apologetic": "Pahoittelut tästä.",
    },
    unanswered="Tätä en löytänyt ohjeistamme, joten selvitän sen erikseen: ”{question}”",
    unanswered_order="Selvitän tämän erikseen: ”{question}”",
    unanswered_several="Selvitän nämä erikseen: {questions}",
    quoted="”{question}”",
    thanks="Kiitos viestistäsi.",
    nothing_found="Selvitän asiaasi, sillä en löytänyt siihen vastausta ohjeistamme.",
    closing={
        "neutral": "Ystävällisin terveisin",
        "friendly": "Terveisin",
        "formal": "Kunnioittavasti",
        "apologetic": "Ystävällisin terveisin",
    },
)
ENGLISH = Wording(
    language="en",
    locale="en_GB",
    greeting={
        "neutral": "Hi {name},",
        "friendly": "Hi {name}!",
        "formal": "Dear {name},",
        "apologetic": "Hi {name},",
    },
    greeting_nameless={
        "neutral": "Hello,",
        "friendly": "Hello!",
        "formal": "Dear customer,",
        "apologetic": "Hello,",
    },
    opening={
        "neutral": "",
        "friendly": "Thanks for your message!",
        "formal": "Thank you for contacting us.",
        "apologetic": "I am sorry about this.",
    },
    unanswered="I could not find this in our guides, so I will look into it: “{question}”",
    unanswered_order="I will look into this separately: “{question}”",
    unanswered_several="I will look into these separately: {questions}",
    quoted="“{question}”",
    thanks="Thank you for your message.",
    nothing_found="I am looking into this, as I could not find the answer in our guides.",
    closing={
        "neutral": "Kind regards",
        "friendly": "Best wishes",
        "formal": "Yours sincerely",
        "apologetic": "Kind regards",
    },
)
SWEDISH = Wording(
    language="sv",
    locale="sv_SE",
    greeting={
        "neutral": "Hej {name},",
        "friendly": "Hej {name}!",
        "formal": "Bästa {name},",
        "apologetic": "Hej {name},",
    },
    greeting_nameless={
        "neutral": "Hej,",
        "friendly": "Hej!",
        "formal": "Bästa kund,",
        "apologetic": "Hej,",
    },
    opening={
        "neutral": "",
        "friendly": "Tack för ditt meddelande!",
        "formal": "Tack för att du kontaktade oss.",
        "apologetic": "Jag beklagar detta.",
    },
    unanswered="Jag hittade inte detta i våra anvisningar, så jag tar reda på det: ”{question}”",
    unanswered_order="Jag tar reda på detta separat: ”{question}”",
    unanswered_several="Jag tar reda på dessa separat: {questions}",
    quoted="”{question}”",
    thanks="Tack för ditt meddelande.",
    nothing_found="Jag tar reda på detta, eftersom jag inte hittade svaret i våra anvisningar.",
    closing={
        "neutral": "Med vänliga hälsningar",
        "friendly": "Vänliga hälsningar",
        "formal": "Med vänlig hälsning",
        "apologetic": "Med vänliga hälsningar",
    },
)
GERMAN = Wording(
    language="de",
    locale="de_DE",
    greeting={
        "neutral": "Guten Tag {name},",
        "friendly": "Hallo {name}!",
        "formal": "Guten Tag {name},",
        "apologetic": "Guten Tag {name},",
    },
    greeting_nameless={
        "neutral": "Guten Tag,",
        "friendly": "Hallo!",
        "formal": "Sehr geehrte Damen und Herren,",
        "apologetic": "Guten Tag,",
    },
    opening={
        "neutral": "",
        "friendly": "Vielen Dank für Ihre Nachricht!",
        "formal": "Vielen Dank für Ihre Anfrage.",
        "apologetic": "Das tut mir leid.",
    },
    unanswered="Das habe ich in unseren Anleitungen nicht gefunden, daher kläre ich es: "
    "„{question}“",
    unanswered_order="Das kläre ich gesondert: „{question}“",
    unanswered_several="Folgendes kläre ich gesondert: {questions}",
    quoted="„{question}“",
    thanks="Vielen Dank für Ihre Nachricht.",
    nothing_found="Ich kläre Ihr Anliegen, da ich in unseren Anleitungen keine Antwort gefunden "
    "habe.",
    closing={
        "neutral": "Mit freundlichen Grüßen",
        "friendly": "Viele Grüße",
        "formal": "Mit freundlichen Grüßen",
        "apologetic": "Mit freundlichen Grüßen",
    },
)
ESTONIAN = Wording(
    language="et",
    locale="et_EE",
    greeting={
        "neutral": "Tere, {name}!",
        "friendly": "Tere, {name}!",
        "formal": "Lugupeetud {name}!",
        "apologetic": "Tere, {name}!",
    },
    greeting_nameless={
        "neutral": "Tere!",
        "friendly": "Tere!",
        "formal": "Lugupeetud klient!",
        "apologetic": "Tere!",
    },
    opening={
        "neutral": "",
        "friendly": "Aitäh kirja eest!",
        "formal": "Täname Teid pöördumise eest.",
        "apologetic": "Mul on kahju, et nii läks.",
    },
    unanswered="Ma ei leidnud seda meie juhenditest, seega uurin selle välja: „{question}“",
    unanswered_order="Uurin selle eraldi välja: „{question}“",
    unanswered_several="Uurin need eraldi välja: {questions}",
    quoted="„{question}“",
    thanks="Aitäh kirja eest.",
    nothing_found="Uurin selle välja, sest ma ei leidnud meie juhenditest vastust.",
    closing={
        "neutral": "Lugupidamisega",
        "friendly": "Parimate soovidega",
        "formal": "Lugupidamisega",
        "apologetic": "Lugupidamisega",
    },
)
_CODE = re.compile(r"[A-Za-z]{2,3}")
_KNOWN = {one.language: one for one in (FINNISH, ENGLISH, SWEDISH, GERMAN, ESTONIAN)}
_WITH_CLOSING = frozenset[Channel](("email", "web", "phone", "note"))


def wording_for(language: str) -> tuple[Wording, bool]:
    """The frame for a BCP 47 code; English, and False, for languages without one."""
    found = _KNOWN.get(primary_subtag(language))
    return (found, True) if found else (ENGLISH, False)


def has_closing(channel: Channel) -> bool:
    """Whether replies on ``channel`` end with a closing line."""
    return channel in _WITH_CLOSING


def language_name(language: str) -> str:
    """What a language is called in English, for a prompt; the code when it is not known.

    Sources may state any text as the language: what is no code never reaches the prompt.
    """
    code = primary_subtag(language)
    try:
        name = Locale.parse(code).get_language_name("en")
    except (UnknownLocaleError, ValueError):
        name = None
    return name or (code if _CODE.fullmatch(code) else "the customer's language")
