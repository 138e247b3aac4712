"""Call notes as the internal message that a helpdesk shows."""

from datetime import date
from typing import NamedTuple

from copilot.calls.note import CallNotes, NoteSection, NoteSentence
from copilot.summaries.extractive import ENGINE as EXTRACTIVE
from copilot.summaries.summary import SectionKind
from copilot.summaries.wording import speaker


class _Words(NamedTuple):
    title: str
    headings: dict[SectionKind, str]
    by: str
    unsupported: str
    chosen: str
    made: str
    unedited: str
    edited: str
    edited_by_another: str
    low_accuracy: str


_ENGLISH = _Words(
    title="Call notes",
    headings={
        "request": "Reason for the call",
        "done": "What was done",
        "promised": "Promised",
        "open": "Open questions",
        "next_step": "Next steps",
    },
    by="by {day}",
    unsupported="not found in the call",
    chosen="sentences chosen automatically (extractive)",
    made="Made by {engine}",
    unedited="not edited, approved by {approver}",
    edited="edited and approved by {approver}",
    edited_by_another="edited by {editor}, approved by {approver}",
    low_accuracy="The transcript is by a fallback recogniser: expect wrong words.",
)
_FINNISH = _Words(
    title="Puhelumuistio",
    headings={
        "request": "Soiton syy",
        "done": "Mitä tehtiin",
        "promised": "Luvattiin",
        "open": "Avoimet kysymykset",
        "next_step": "Seuraavaksi",
    },
    by="viimeistään {day}",
    unsupported="ei löydy puhelusta",
    chosen="automaattisesti poimitut lauseet (extractive)",
    made="Laatija: {engine}",
    unedited="ei muokattu, hyväksyjä: {approver}",
    edited="muokkaaja ja hyväksyjä: {approver}",
    edited_by_another="muokkaaja: {editor}, hyväksyjä: {approver}",
    low_accuracy="Litterointi on varatunnistimen tekemä: sanoissa voi olla virheitä.",
)


def note_text(notes: CallNotes, *, approver: str, editor: str | None) -> str:
    """The note: what was said under headings, each with its time in the call, and who made it.

    Args:
        notes: The notes; their language is that of the headings, English where it has none here.
        approver: Who approved them.
        editor: Who changed the text last; None where nobody did.
    """
    words = _words(notes.language)
    finnish = words is _FINNISH
    lines = [_title(notes, words)]
    for section in notes.sections:
        lines += ["", words.headings[section.kind]]
        lines += [f"- {_sentence(one, notes, words, finnish=finnish)}" for one in section.sentences]
    lines += ["", _ending(notes, words, approver, editor)]
    if notes.low_accuracy:
        lines.append(words.low_accuracy)
    return "\n".join(lines)


def clock(seconds: float) -> str:
    """``83.4`` as ``1:23``, an hour and more as ``1:01:23``."""
    minutes, rest = divmod(max(0, int(seconds)), 60)
    if minutes < 60:
        return f"{minutes}:{rest:02d}"
    return f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}"


def _words(language: str | None) -> _Words:
    return _FINNISH if (language or "").split("-")[0].lower() == "fi" else _ENGLISH


def _title(notes: CallNotes, words: _Words) -> str:
    bare = _folded(notes.headline)
    if not bare or any(_folded(one.text).startswith(bare) for one in _sentences(notes.sections)):
        return words.title
    return f"{words.title}: {' '.join(notes.headline.split())}"


def _sentences(sections: list[NoteSection]) -> list[NoteSentence]:
    return [one for section in sections for one in section.sentences]


def _sentence(one: NoteSentence, notes: CallNotes, words: _Words, *, finnish: bool) -> str:
    name = speaker(one.author_role, notes.language)
    # In other languages a sign stands for who it was; beside a dash that would only confuse.
    said = f"{name}: {one.text}" if name.isalpha() else one.text
    told = []
    if one.due is not None:
        told.append(words.by.format(day=_day(one.due, finnish=finnish)))
    if one.start is not None:
        told.append(clock(one.start))
    if not one.supported:
        told.append(words.unsupported)
    return f"{said} ({', '.join(told)})" if told else said


def _day(day: date, *, finnish: bool) -> str:
    return f"{day.day}.{day.month}.{day.year}" if finnish else day.isoformat()


def _ending(notes: CallNotes, words: _Words, approver: str, editor: str | None) -> str:
    engine = words.chosen if notes.engine == EXTRACTIVE else notes.engine
    how = words.unedited
    if editor is not None:
        how = words.edited if editor == approver else words.edited_by_another
    made = words.made.format(engine=engine)
    return f"{made}; {how.format(approver=approver, editor=editor)}."


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
