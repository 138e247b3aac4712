"""What each sentence of a message does: ask, complain, promise, report, or only be polite.

The patterns know English and Finnish. In other languages position and punctuation still tell
questions, greetings and signatures; everything else is ``other``.
"""

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from copilot.conversations.conversation import Role
from copilot.grounding.sentences import Span, folded, sentence_spans
from copilot.summaries import act_patterns as said
from copilot.summaries.asides import ANYTHING_ELSE, ASIDE, OFFER

Act = Literal[
    "greeting",
    "closing",
    "thanks",
    "signature",
    "aside",
    "question",
    "request",
    "problem",
    "promise",
    "done",
    "instruction",
    "fact",
    "settled",
    "other",
]
POLITE: frozenset[Act] = frozenset(("greeting", "closing", "thanks", "signature", "aside"))
"""What never belongs in a summary."""

_POLITE_WORDS = 9
_ASIDE_WORDS = 14
_SIGNATURE_LINES = 8
_NAME_WORDS = 3
_MAX_SENTENCES = 150
_LONGEST_LOOKED_AT = 2_000
_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"\w+")
_LINK = re.compile(r"<LINK>|https?://\S+|[-–^](?=[A-Z])", re.IGNORECASE)


class SentenceAct(NamedTuple):
    """A sentence and what it does.

    Attributes:
        text: As it stands in the message, on one line, without a greeting before it.
        acts: What it does, the most telling first; never empty.
    """

    text: str
    acts: tuple[Act, ...]

    @property
    def polite(self) -> bool:
        """Whether it carries nothing but courtesy."""
        return self.acts[0] in POLITE


class ActSpan(NamedTuple):
    """Where a sentence stands in its text, the end exclusive, and what it does."""

    start: int
    end: int
    acts: tuple[Act, ...]

    @property
    def polite(self) -> bool:
        """Whether it carries nothing but courtesy."""
        return self.acts[0] in POLITE


def acts_of(text: str, role: Role) -> list[SentenceAct]:
    """The sentences of a message and what they do.

    Args:
        text: A message without quotes.
        role: Who said it: a customer's "I have sent" is part of their story, an agent's is done.
    """
    return [
        SentenceAct(folded(text[one.start : one.end]), one.acts)
        for one in act_spans(text, role, sentence_spans(text))
    ]


def act_spans(text: str, role: Role, spans: Sequence[Span]) -> list[ActSpan]:
    """What the sentences of a message do, each without a greeting before it.

    Args:
        text: A message without quotes.
        role: Who said it.
        spans: Its sentences; of very many some are left out.
    """
    found: list[ActSpan] = []
    closing_at: int | None = None
    if len(spans) > _MAX_SENTENCES:
        spans = [*spans[: _MAX_SENTENCES - 30], *spans[-30:]]
    for number, span in enumerate(spans):
        sentence = text[span.start : span.end]
        if closing_at is not None and len(spans) - closing_at <= _SIGNATURE_LINES:
            found.append(ActSpan(*span, ("signature",)))
            continue
        greeting = _greeting(sentence)
        acts = _acts(folded(sentence[greeting:]), role)
        if acts[0] == "closing" and number:
            closing_at = number
        found.append(ActSpan(span.start + greeting, span.end, acts))
    if len(found) > 1 and _is_name(text[found[-1].start : found[-1].end]):
        found[-1] = found[-1]._replace(acts=("signature",))
    return found


def _is_name(sentence: str) -> bool:
    """Whether a message's last sentence is only the writer's name or initials, or an address."""
    words = _LINK.sub(" ", sentence).rstrip(".!").split()
    return len(words) <= _NAME_WORDS and all(
        word[0].isupper() and word.lstrip("^").replace("-", "").isalpha() for word in words
    )


def _greeting(sentence: str) -> int:
    """How long the greeting of ``Hei Anna, tilasin …`` is; a greeting alone stays."""
    matched = said.LEADING_GREETING.match(sentence)
    if matched is None or len(_WORD.findall(sentence, matched.end())) <= 2:
        return 0
    return matched.end()


def _acts(sentence: str, role: Role) -> tuple[Act, ...]:
    # A call or chat without full stops is one endless sentence: its beginning has to do.
    small = sentence[:_LONGEST_LOOKED_AT].lower().strip("\"'”*_>- ").replace("’", "'")
    words = len(_WORD.findall(small))
    polite = _politeness(small, words)
    if polite is not None:
        return (polite,)
    if role == "customer":
        return _customer_acts(sentence, small)
    return _agent_acts(sentence, small)


def _politeness(small: str, words: int) -> Act | None:
    if words == 0:
        return "greeting"
    if _DIGIT.search(small):
        return None
    asks = small.endswith("?")
    if ANYTHING_ELSE.search(small) or (not asks and OFFER.search(small)):
        return "aside"
    if words > _POLITE_WORDS and not (said.COURTESY.search(small) or ASIDE.search(small)):
        return None
    if said.CLOSING.search(small) and not asks:
        return "closing"
    if words <= _ASIDE_WORDS and ASIDE.search(small):
        return None if _reports(small) or said.PROBLEM.search(small) else "aside"
    if words <= _POLITE_WORDS and said.THANKS.search(small) and not _settles(small):
        return "thanks"
    if words <= 6 and said.GREETING.search(small) and not asks:
        return "greeting"
    if said.COURTESY.search(small) and (words <= 16 or small.startswith(("sorry", "pahoittel"))):
        return None if _reports(small) or said.PROBLEM.search(small) else "thanks"
    return None


def _customer_acts(sentence: str, small: str) -> tuple[Act, ...]:
    acts: list[Act] = []
    if _settles(small):
        acts.append("settled")
    if sentence.rstrip("\"'”) ").endswith(("?", "？", "؟")) or said.QUESTION.search(small):
        acts.append("question")
    if said.REQUEST.search(small):
        acts.append("request")
    if said.PROBLEM.search(small):
        acts.append("problem")
    if not acts and said.PROMISE.search(small):
        acts.append("promise")
    if _DIGIT.search(small) or said.OWN_STORY.search(small):
        acts.append("fact")
    return tuple(acts) or ("other",)


def _settles(small: str) -> bool:
    """Whether a customer says that all is well, not that it is not, nor asks whether it is."""
    if small.endswith("?"):
        return False
    return said.SETTLED.search(said.UNSETTLED.sub(" ", small)) is not None


def _reports(small: str) -> bool:
    """Whether something is said to have been done, not only that it has not."""
    return said.DONE.search(said.NOT_DONE.sub(" ", small)) is not None


def _agent_acts(sentence: str, small: str) -> tuple[Act, ...]:
    acts: list[Act] = []
    if _reports(small):
        acts.append("done")
    if said.PROMISE.search(small):
        acts.append("promise")
    if sentence.rstrip("\"'”) ").endswith(("?", "？", "؟")):
        acts.insert(0, "question")
    if said.INSTRUCTION.search(small):
        acts.append("instruction")
    return tuple(acts) or ("other",)
