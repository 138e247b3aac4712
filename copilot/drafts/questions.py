"""What the customer waits for: the questions and wishes in their unanswered messages."""

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from copilot.conversations.conversation import Message
from copilot.drafts.asking import is_small_talk
from copilot.summaries.acts import SentenceAct, acts_of

_SECOND_QUESTION = re.compile(
    r"(?<=\?)\s*;\s*(?:(?:ja|sekä|and|also)\s+)?"
    r"|[,;]?\s+(?:ja|sekä|and|also)\s+(?=(?:milloin|missä|mistä|mihin|miten|miksi|mitä|mikä|kuinka"
    r"|paljonko|kauanko|\w+[^\Wk]k[oö]|when|where|how|what|why|which|who"
    r"|(?:can|could|do|does|is|will) \w+)\b)"
    r"|[,;]?\s+och\s+(?=(?:vad|hur|när|var|varför|vem|vilken|(?:kan|får|ska) (?:jag|vi|man|ni))\b)"
    r"|[,;]?\s+und\s+(?=(?:was|wie|wann|wo|warum|wer|(?:kann|können|darf|muss) \w+)\b)"
    r"|[,;]?\s+(?:ja|ning)\s+(?=(?:mis|kui|millal|kus|miks|kas)\b)",
    re.IGNORECASE,
)
Kind = Literal["asked", "problem", "told"]
_MOST = 6
_LONGEST = 400
_CONTEXT = 220


_LIST_MARK = re.compile(
    r"^\s*(?:[-*•–·>]+\s+|\(?\d{1,2}\)\s*|\d{1,2}\.\s+(?=[^\W\d_]*[A-ZÅÄÖ])|[a-zA-Z]\)\s*)+"
)
"""A number or bullet before a question; "3. kerta" is an ordinal and stays."""

_GREETED = re.compile(
    r"^\s*(?:hei|moi|terve|hi|hello|dear all|good (?:morning|afternoon|evening)|hej|hejsan|god dag"
    r"|hallo|guten (?:tag|morgen|abend)|tere(?: päevast)?)\s*[,!]\s*(?=\S)",
    re.IGNORECASE,
)
"""A greeting before a question, in the same sentence."""


class Ask(NamedTuple):
    """One thing the customer waits for.

    Attributes:
        text: The sentence that asks.
        around: What else the customer said, for its meaning.
        kind: A question or wish, a complaint, or only something that they told.
    """

    text: str
    around: str
    kind: Kind

    @property
    def in_context(self) -> str:
        """What stands around it and then the sentence, short enough to mean one thing."""
        room = max(0, _CONTEXT - len(self.text))
        return f"{self.around[-room:] if room else ''} {self.text}".strip()

    @property
    def is_question(self) -> bool:
        """Whether it can be quoted as a question."""
        return self.kind == "asked" and self.text.rstrip("\"'”) ").endswith("?")


def asks_in(messages: Sequence[Message], *, opening: bool = False) -> list[Ask]:
    """The questions and wishes of ``messages`` in order; without any, what they complain of.

    Empty when they only thank or say that all is well.

    Args:
        messages: What nobody has answered.
        opening: Whether they open the conversation: what is told then is what it is about.
    """
    acts = [
        act._replace(text=_GREETED.sub("", _LIST_MARK.sub("", act.text)) or act.text)
        for message in messages
        for act in acts_of(message.text, "customer")
        if not act.polite and not is_small_talk(_LIST_MARK.sub("", act.text))
    ]
    asking = [act for act in acts if {"question", "request"} & set(act.acts)]
    complaining = [act for act in acts if "problem" in act.acts]
    if asking:
        asks = [
            Ask(part[:_LONGEST], f"{_around(acts, act)} {' '.join(before)}".strip(), "asked")
            for act in asking
            for part, before in _parts(act.text)
        ]
    elif complaining:
        asks = [Ask(act.text[:_LONGEST], _around(acts, act), "problem") for act in complaining]
    elif any("settled" in act.acts for act in acts):
        asks = []
    else:
        told: Kind = "problem" if opening else "told"
        asks = [Ask(act.text[:_LONGEST], _around(acts, act), told) for act in acts[-3:]]
    return list({ask.text.lower(): ask for ask in asks}.values())[:_MOST]


def _parts(sentence: str) -> list[tuple[str, list[str]]]:
    """The questions of a sentence, each with those before it, which it may point back to."""
    parts = [part for part in _SECOND_QUESTION.split(sentence) if part]
    asks = sentence.endswith("?")
    return [
        (f"{part}?" if asks and not part.endswith("?") else part, parts[:number])
        for number, part in enumerate(parts)
    ]


def _around(acts: Sequence[SentenceAct], act: SentenceAct) -> str:
    place = acts.index(act)
    near = [*acts[max(0, place - 3) : place], *acts[place + 1 : place + 2]]
    return " ".join(one.text for one in near)
