"""Believing a model's sentence only as far as the messages it names carry it."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import NamedTuple

from copilot.conversations.conversation import Message
from copilot.grounding.citations import cite
from copilot.grounding.figure_check import FigureCheck
from copilot.grounding.figures import FigureIndex, find_figures
from copilot.grounding.sources import message_source
from copilot.grounding.support import Vocabulary, support
from copilot.grounding.words import content_words
from copilot.summaries.building import Made, sentence_of
from copilot.summaries.summary import SectionKind
from copilot.summaries.thread import Thread
from copilot.summaries.written import same_language

_CARRIED = 0.3
_HELD = 0.1
_FOUND = 0.45
_CLEARLY = 0.15
_MOST_NAMED = 50
_SHORT_MESSAGE = 60
_MOST_WORDS = 8


class Claim(NamedTuple):
    """A sentence as the model wrote it, with the numbers of the messages it names."""

    kind: SectionKind
    text: str
    numbers: tuple[int, ...]


class Checked(NamedTuple):
    """A claim after the check.

    Attributes:
        made: The sentence with the messages and figures it really rests on.
        fault: What is wrong with it, in words for the model; None when it is supported.
    """

    claim: Claim
    made: Made
    fault: str | None


class Checker:
    """Checks claims against the messages themselves, never against what was noted about them.

    Args:
        thread: The thread.
        language: What the claims are written in. Wording is compared within one language only;
            across languages the named messages and the figures have to do.
        shown: Numbers of the messages the model was told of; it cannot rest on others.
    """

    def __init__(
        self, thread: Thread, language: str | None, shown: Iterable[int] | None = None
    ) -> None:
        self._thread = thread
        self._language = language
        self._shown = None if shown is None else frozenset(shown)

    def check(self, claims: Sequence[Claim]) -> list[Checked]:
        """The verdict on each of ``claims``, in order."""
        carried = [self._carrying(one) for one in claims]
        lost = [place for place, found in enumerate(carried) if not found]
        if lost and self._in_threads_language:
            for place, found in zip(
                lost, self._elsewhere([claims[one].text for one in lost]), strict=True
            ):
                carried[place] = found
        return [self._checked(claim, found) for claim, found in zip(claims, carried, strict=True)]

    def near(self, text: str, *, least: float = 0.2) -> list[Message]:
        """The messages that hold most of ``text``, at most two, often none."""
        (found,) = cite([text], self._texts, threshold=least)
        return [self._thread.messages[place] for place in found]

    def carries_figures(self, text: str) -> bool:
        """Whether each figure of ``text`` stands in some message."""
        if not find_figures(text, self._language):
            return True
        return all(one.verdict == "supported" for one in self._whole.check(text))

    @cached_property
    def _whole(self) -> FigureIndex:
        return FigureIndex([message_source(message) for message in self._thread.messages])

    @cached_property
    def _texts(self) -> list[str]:
        return [message.text for message in self._thread.messages]

    @cached_property
    def _in_threads_language(self) -> bool:
        told = self._thread.conversation.language
        return self._language is None or told is None or same_language(self._language, told)

    def _named(self, claim: Claim) -> list[Message]:
        """The messages a claim names, those that the model was told of."""
        numbers = (one for one in claim.numbers if self._shown is None or one in self._shown)
        return self._thread.numbered(numbers)[:_MOST_NAMED]

    def _comparable(self, message: Message) -> bool:
        """Whether the wording of a claim can be looked for in ``message``."""
        if self._language is None:
            return True
        # The language of a few words is a guess: the thread's is a better one.
        if message.language is None or len(message.text) < _SHORT_MESSAGE:
            return self._in_threads_language
        return same_language(self._language, message.language)

    def _carrying(self, claim: Claim) -> list[Message]:
        """The named messages that carry a claim."""
        named = self._named(claim)
        comparable = [one for one in named if self._comparable(one)]
        together = "\n".join(one.text for one in comparable)
        if not comparable or support(claim.text, together) < _CARRIED:
            return [one for one in named if one not in comparable]
        # Some models name every message: those that hold next to nothing of it are left out.
        telling = [one for one in comparable if support(claim.text, one.text) >= _HELD]
        return telling or comparable

    def _elsewhere(self, texts: Sequence[str]) -> list[list[Message]]:
        """Messages that carry these texts although they were not named."""
        found = cite(texts, self._texts, threshold=_FOUND)
        return [[self._thread.messages[place] for place in places] for places in found]

    def _checked(self, claim: Claim, messages: list[Message]) -> Checked:
        figures = self._figures(claim.text, messages or self._named(claim))
        if messages and (others := self._of_figures(figures, messages)):
            messages = self._better(claim.text, messages, others) or [*messages, *others]
        wrong = [one for one in figures if one.verdict != "supported"]
        supported = bool(messages) and not wrong
        sentence = sentence_of(claim.text, messages, figures, supported=supported)
        fault = None if supported else self._fault(claim, wrong, carried=bool(messages))
        return Checked(claim, Made(claim.kind, sentence), fault)

    def _figures(self, text: str, messages: Sequence[Message]) -> list[FigureCheck]:
        """The verdict on each figure: by the messages the sentence rests on, else by the others."""
        own = self._check(FigureIndex([message_source(one) for one in messages]), text)
        if all(one.verdict == "supported" for one in own):
            return own
        return [
            mine if mine.verdict == "supported" or any_.verdict == "unsupported" else any_
            for mine, any_ in zip(own, self._check(self._whole, text), strict=True)
        ]

    def _check(self, index: FigureIndex, text: str) -> list[FigureCheck]:
        language = self._language or self._thread.conversation.language
        return index.check(text, language=language)

    def _of_figures(
        self, figures: Sequence[FigureCheck], messages: Sequence[Message]
    ) -> list[Message]:
        """Messages that hold a figure of the sentence that none of ``messages`` holds."""
        known = {message.id for message in messages}
        wanted = {
            one.evidence.id
            for one in figures
            if one.evidence is not None and one.verdict == "supported"
        }
        return [one for one in self._thread.messages if one.id in wanted - known]

    def _better(
        self, text: str, messages: Sequence[Message], others: Sequence[Message]
    ) -> list[Message] | None:
        """The one of ``others`` that carries clearly more of a sentence than those it names.

        Threads repeat themselves: the named message may say the same of another order.
        """
        held = support(text, "\n".join(one.text for one in messages))
        best = max((one for one in others), key=lambda one: support(text, one.text))
        own = self._check(FigureIndex([message_source(best)]), text)
        whole = all(one.verdict == "supported" for one in own)
        return [best] if whole and support(text, best.text) > held + _CLEARLY else None

    def _fault(self, claim: Claim, wrong: Sequence[FigureCheck], *, carried: bool) -> str:
        """What the model is told to put right."""
        faults = []
        for one in wrong:
            told = f"The messages do not say {one.text}."
            if one.verdict == "contradicted" and one.evidence is not None:
                told = f"The messages say otherwise than {one.text}: {one.evidence.text}"
            faults.append(told)
        if not carried:
            vocabulary = Vocabulary.of("\n".join(one.text for one in self._named(claim)))
            missing = [one for one in content_words(claim.text) if not vocabulary.credit(one)]
            words = ", ".join(dict.fromkeys(missing[:_MOST_WORDS])) or "all of it"
            faults.append(f"The messages it names do not carry it. Not in them: {words}.")
        return " ".join(faults)
