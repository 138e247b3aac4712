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
_CODE = re.compile(r"[A-Za-z]{2,3}")
_KNOWN = {one.language: one for one in (FINNISH, ENGLISH)}
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
