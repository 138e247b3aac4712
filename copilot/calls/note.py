"""What call notes are: sentences that play their second, edited by people, then approved."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

from copilot.kernel.clock import UtcTime
from copilot.kernel.text import StorableText
from copilot.summaries.summary import SectionKind, Summary, SummarySection, SummarySentence

MOST_SENTENCES = 60
"""Of all sections together; notes are to be read at a glance."""


class NoteSentence(SummarySentence):
    """A sentence of call notes; ``start`` and ``end`` are where its best segment says it."""

    due: date | None = Field(
        default=None, description="The day by which something promised will be, where one was said"
    )


class NoteSection(SummarySection):
    """Sentences of one kind."""

    sentences: list[NoteSentence]  # type: ignore[assignment]  # a list of more exact sentences


class CallNotes(Summary):
    """The summary of a call, or what people made of it.

    Attributes:
        stale: The transcript was corrected, or something was added, since they were made.
        edited_at: When a person last changed the text; null where nobody did.
        approved_at: When this text was approved; null once it was changed again.
        message_id: The note in the conversation, as last approved.
    """

    sections: list[NoteSection]  # type: ignore[assignment]
    call_id: str
    low_accuracy: bool = Field(
        description="The transcript is by a fallback recogniser: expect wrong words"
    )
    edited_at: UtcTime | None = None
    approved_at: UtcTime | None = None
    approved_by: str | None = None
    message_id: str | None = None


class NoteSentenceIn(BaseModel):
    """A sentence as a person wants it; without ``message_ids`` what it rests on is looked for."""

    model_config = ConfigDict(extra="forbid")

    text: Annotated[StorableText, Field(min_length=1, max_length=1000)]
    message_ids: list[Annotated[StorableText, Field(max_length=64)]] = Field(
        default_factory=list, max_length=20
    )

    @field_validator("text")
    @classmethod
    def _one_line(cls, text: str) -> str:
        line = " ".join(text.split())
        if not line:
            raise ValueError("the sentence is blank: write it or leave it out")
        return line


class NoteSectionIn(BaseModel):
    """Sentences of one kind, in the order they are to be read."""

    model_config = ConfigDict(extra="forbid")

    kind: SectionKind
    sentences: list[NoteSentenceIn] = Field(max_length=MOST_SENTENCES)


def _within_bounds(sections: list[NoteSectionIn] | None) -> list[NoteSectionIn] | None:
    if sections is not None:
        many = sum(len(one.sentences) for one in sections)
        if many == 0:
            raise ValueError("there is no sentence: notes have at least one")
        if many > MOST_SENTENCES:
            raise ValueError(f"there are {many} sentences: at most {MOST_SENTENCES} are kept")
    return sections


class NotesIn(BaseModel):
    """The body of ``PUT /v1/calls/{id}/notes``: all sections, also those that did not change."""

    model_config = ConfigDict(extra="forbid")

    sections: list[NoteSectionIn] = Field(max_length=20)

    _bounded = field_validator("sections")(_within_bounds)


class ApprovalIn(BaseModel):
    """The body of ``POST /v1/calls/{id}/notes/approve``: nothing, or the text to approve."""

    model_config = ConfigDict(extra="forbid")

    sections: list[NoteSectionIn] | None = Field(default=None, max_length=20)

    _bounded = field_validator("sections")(_within_bounds)
