"""What a summary is: sections of sentences, each with the messages it rests on."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, computed_field

from copilot.conversations.conversation import Role
from copilot.grounding.figure_check import FigureCheck
from copilot.kernel.clock import UtcTime
from copilot.summaries.wording import Line, worded

SectionKind = Literal["request", "done", "promised", "open", "next_step"]


class SummaryOptions(BaseModel):
    """The body of ``POST /v1/conversations/{id}/summary``."""

    model_config = ConfigDict(extra="forbid")

    include_internal: bool = False
    max_sentences: int = Field(default=4, ge=1, le=20)
    language: str | None = Field(
        default=None,
        max_length=35,
        pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$",
        description="Only a language model can write in another language than the thread's.",
    )
    refresh: bool = Field(default=False, description="Make it again even if nothing is new")


class SummarySentence(BaseModel):
    """One sentence and what it stands on; a call's sentences carry seconds of the recording."""

    text: str
    message_ids: list[str]
    figures: list[FigureCheck] = Field(default_factory=list)
    supported: bool = True
    start: float | None = None
    end: float | None = None
    author_role: Role | None = Field(
        default=None, description="Whose messages it rests on; null when they are several people's"
    )


class SummarySection(BaseModel):
    """Sentences of one kind."""

    kind: SectionKind
    sentences: list[SummarySentence]


class Summary(BaseModel):
    """A conversation in a few sentences."""

    id: str
    conversation_id: str | None
    version: int
    stale: bool = False
    language: str | None
    headline: str
    sections: list[SummarySection]
    engine: str = Field(examples=["extractive", "openai:gpt-4.1-mini"])
    degraded: bool = False
    prompt_hash: str | None = None
    left_out: int = Field(
        default=0,
        ge=0,
        description="Messages that the model was not shown, or not whole: too long, or no time",
    )
    created_at: UtcTime

    @computed_field(description="The summary as plain lines that name who said what")  # type: ignore[prop-decorator]
    @property
    def text(self) -> str:
        """For a helpdesk's note or a terminal: headline first, then a line per sentence."""
        lines = [
            Line(one.author_role, one.text, supported=one.supported)
            for section in self.sections
            for one in section.sentences
        ]
        return worded(self.headline, lines, self.language)
