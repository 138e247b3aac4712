"""Sentences of call notes against what was said: figures, seconds, days of promises."""

import re
from collections.abc import Mapping, Sequence
from datetime import date

from copilot.calls.note import NoteSection, NoteSectionIn, NoteSentence, NoteSentenceIn
from copilot.conversations.conversation import Message
from copilot.grounding.citations import cite
from copilot.grounding.figure_check import FigureCheck
from copilot.grounding.figures import FigureIndex
from copilot.grounding.sources import message_source
from copilot.grounding.support import support
from copilot.speech.aligning import seconds_within
from copilot.speech.spoken.writing import written_forms, written_out
from copilot.speech.transcript import Word
from copilot.summaries.building import SECTION_ORDER, sentence_of
from copilot.summaries.due import due_date
from copilot.summaries.summary import SectionKind, SummarySection, SummarySentence

_LONG_S = 6.0
"""A segment longer than this is entered where its sentence begins."""

_DUE: frozenset[SectionKind] = frozenset(("promised", "next_step"))

Words = Mapping[str, Sequence[Word]]
"""Words with times by the external id of the message that they are."""


class NoteChecker:
    """Checks sentences against the messages of one call. Takes processor time: use a thread.

    Args:
        messages: What was said: public messages, in order.
        language: Of the call.
        words: Of the segments, where sentences may have to be found within long ones.
    """

    def __init__(
        self, messages: Sequence[Message], language: str | None, words: Words | None = None
    ) -> None:
        self._messages = {one.id: one for one in messages}
        self._language = language
        self._words = words or {}
        self._everything: FigureIndex | None = None

    def edited(self, sections: Sequence[NoteSectionIn]) -> list[NoteSection]:
        """The sections as a person wrote them, each sentence with what it rests on."""
        found: dict[SectionKind, list[NoteSentence]] = {}
        for section in sections:
            for one in section.sentences:
                found.setdefault(section.kind, []).append(self._edited(section.kind, one))
        return [
            NoteSection(kind=kind, sentences=found[kind]) for kind in SECTION_ORDER if kind in found
        ]

    def timed(self, section: SummarySection) -> NoteSection:
        """``section`` with the seconds of each sentence's best segment and the days of promises."""
        said = [self._timed(section.kind, one) for one in section.sentences]
        return NoteSection(kind=section.kind, sentences=said)

    def _edited(self, kind: SectionKind, given: NoteSentenceIn) -> NoteSentence:
        named = [
            self._messages[one] for one in dict.fromkeys(given.message_ids) if one in self._messages
        ]
        messages = named or self._carrying(given.text)
        figures = self._figures(given.text, messages)
        right = all(one.verdict == "supported" for one in figures)
        sentence = sentence_of(given.text, messages, figures, supported=bool(messages) and right)
        if not any(_says(one.text, given.text) for one in messages):
            # A person's own words, of what was said: nobody in the call spoke them.
            sentence = sentence.model_copy(update={"author_role": None})
        return self._timed(kind, sentence)

    def _carrying(self, text: str) -> list[Message]:
        messages = list(self._messages.values())
        (places,) = cite([text], [one.text for one in messages])
        return [messages[place] for place in places]

    def _figures(self, text: str, messages: Sequence[Message]) -> list[FigureCheck]:
        """By the messages it rests on, else by all that was said."""
        own = self._check(FigureIndex([message_source(one) for one in messages]), text)
        if all(one.verdict == "supported" for one in own):
            return own
        if self._everything is None:
            self._everything = FigureIndex([message_source(one) for one in self._messages.values()])
        other = self._check(self._everything, text)
        return [
            mine if mine.verdict == "supported" or any_.verdict == "unsupported" else any_
            for mine, any_ in zip(own, other, strict=True)
        ]

    def _check(self, index: FigureIndex, text: str) -> list[FigureCheck]:
        return index.check(text, language=self._language)

    def _timed(self, kind: SectionKind, sentence: SummarySentence) -> NoteSentence:
        told = dict(sentence)
        said = [self._messages[one] for one in sentence.message_ids if one in self._messages]
        spoken = [one for one in said if one.start is not None and one.end is not None]
        if spoken:
            best = max(spoken, key=lambda one: support(sentence.text, one.text))
            told["start"], told["end"] = self._seconds(sentence.text, best)
        if kind in _DUE and said:
            told["due"] = self._due(sentence.text, said[0])
        return NoteSentence.model_validate(told)

    def _seconds(self, text: str, message: Message) -> tuple[float | None, float | None]:
        start, end = message.start, message.end
        if start is not None and end is not None and end - start > _LONG_S:
            found = seconds_within(self._words.get(message.external_id, ()), text)
            if found is not None:
                return max(start, found.start), min(end, max(found.start, found.end))
        return start, end

    def _due(self, text: str, message: Message) -> date | None:
        language = message.language or self._language
        written = text
        words = text.split()
        if forms := written_forms(words, self._language):
            written = written_out(words, forms)
        return due_date(written, message.sent_at, language)


def _says(message: str, text: str) -> bool:
    said, wanted = (re.findall(r"\w+", one.casefold()) for one in (message, text))
    return f" {' '.join(wanted)} " in f" {' '.join(said)} "
