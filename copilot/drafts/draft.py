"""What a draft is: a proposed reply with its sources. A human edits and sends it."""

from typing import Annotated, Literal, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from copilot.grounding.figure_check import FigureCheck
from copilot.kernel.clock import UtcTime
from copilot.kernel.text import StorableText
from copilot.kernel.visibility import Visibility
from copilot.knowledge.passage import Passage

Tone = Literal["neutral", "friendly", "formal", "apologetic"]
Length = Literal["short", "medium", "long"]
RefineAction = Literal[
    "shorten", "expand", "friendlier", "more_formal", "simplify", "fix_grammar", "translate"
]
Fact = Annotated[StorableText, Field(min_length=1, max_length=2000)]
LanguageTag = Annotated[
    StorableText, Field(max_length=35, pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")
]


class DraftOptions(BaseModel):
    """The body of ``POST /v1/conversations/{id}/drafts``."""

    model_config = ConfigDict(extra="forbid")

    instruction: StorableText | None = Field(
        default=None, max_length=4000, description="What the reply should do; needs a model."
    )
    facts: list[Fact] = Field(
        default_factory=list, max_length=50, description="True for this one draft."
    )
    tone: Tone = "neutral"
    length: Length = "medium"
    language: LanguageTag | None = Field(
        default=None, description="Of the reply; null: the conversation's.", examples=["fi"]
    )
    use_internal: bool = Field(
        default=False,
        description="Whether internal articles and the conversation's internal notes may enter "
        "the text. The draft then warns with `internal_source`. Needs the scopes `knowledge:read` "
        "and `conversations:read` too.",
    )


class DraftSentence(BaseModel):
    """One sentence and the numbers of the citations it carries."""

    text: str
    citations: list[int] = Field(default_factory=list)


class Citation(BaseModel):
    """A source: exactly one of ``passage``, ``message_id`` and ``order_id`` is set."""

    n: int
    visibility: Visibility = Field(
        default="public", description="`internal`: the customer may not know what it says."
    )
    passage: Passage | None = None
    message_id: str | None = None
    order_id: str | None = None
    order_number: str | None = Field(
        default=None, description="With ``order_id``: what the customer calls it."
    )


class DraftWarning(BaseModel):
    """Something the agent should look at before sending."""

    code: str = Field(
        examples=["figure_unsupported", "citation_dropped", "thread_moved", "source_changed"]
    )
    detail: str
    citations: list[int] = Field(
        default_factory=list, description="Numbers of the citations that it is about, if any."
    )


class Draft(BaseModel):
    """A proposed reply."""

    id: str
    conversation_id: str | None
    conversation_version: int
    parent_id: str | None = None
    stale: bool = Field(
        default=False,
        description="Messages came, or a cited article changed, since it was made: a warning "
        "`thread_moved`, `source_changed`, `source_gone` or `source_now_internal` tells which.",
    )
    language: str | None
    text: str
    sentences: list[DraftSentence]
    citations: list[Citation]
    figures: list[FigureCheck]
    warnings: list[DraftWarning]
    answerable: bool
    engine: str
    degraded: bool = False
    prompt_hash: str | None = None
    timings_ms: dict[str, float]
    created_at: UtcTime


class DraftEvent(NamedTuple):
    """One step of a draft being made.

    Attributes:
        kind: ``meta`` (``engine``, ``degraded``, ``language``, ``restart``), ``delta`` (``text``),
            ``citations``, ``figures``, ``done`` (the whole draft) or ``error`` (``code``,
            ``detail``). A ``meta`` with ``restart`` true takes back all text so far: the model
            broke off, and what follows is the whole reply of another engine.
        data: JSON for the event.
        draft: The draft, for ``done``.
    """

    kind: Literal["meta", "delta", "citations", "figures", "done", "error"]
    data: dict[str, object]
    draft: Draft | None = None


class RefineIn(BaseModel):
    """The body of ``POST /v1/drafts/{id}/refine``: exactly one of instruction and action."""

    model_config = ConfigDict(extra="forbid")

    instruction: StorableText | None = Field(default=None, min_length=1, max_length=4000)
    action: RefineAction | None = None
    language: LanguageTag | None = Field(default=None, description="For ``translate``.")

    @model_validator(mode="after")
    def _one_wish(self) -> Self:
        if (self.instruction is None) == (self.action is None):
            raise ValueError("give either an instruction or an action")
        if self.action == "translate" and self.language is None:
            raise ValueError("translate needs a language")
        return self


class ReviewIn(BaseModel):
    """The body of ``POST /v1/drafts/{id}/review``."""

    model_config = ConfigDict(extra="forbid")

    action: Literal["accepted", "edited", "rejected"]
    final_text: StorableText | None = Field(
        default=None, max_length=100_000, description="What was sent; needed for ``edited``."
    )
    reason: StorableText | None = Field(default=None, max_length=200)
    comment: StorableText | None = Field(default=None, max_length=4000)

    @model_validator(mode="after")
    def _has_text(self) -> Self:
        if self.action == "edited" and self.final_text is None:
            raise ValueError("an edited draft needs its final_text")
        return self


class Review(BaseModel):
    """What the human did with a draft, and how far it was from what they sent."""

    id: str
    draft_id: str
    action: Literal["accepted", "edited", "rejected"]
    edit_distance: int = Field(description="Levenshtein distance in characters")
    similarity: float = Field(ge=0, le=1)
    kept_sentences: list[str]
    removed_sentences: list[str]
    added_sentences: list[str]
    stale: bool = Field(default=False, description="Whether the draft was stale by then.")
    marks: list[str] = Field(
        default_factory=list,
        description="What the draft warned of its sources by then: `internal_source`, "
        "`internal_wording`, `thread_moved`, `source_changed`, `source_gone` or "
        "`source_now_internal`. Kept with the review.",
    )
    created_at: UtcTime
