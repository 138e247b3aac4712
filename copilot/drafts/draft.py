"""What a draft is: a proposed reply with its sources. A human edits and sends it."""

from collections.abc import Sequence
from typing import Annotated, Literal, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, computed_field, model_validator

from copilot.drafts.parts import (
    DraftChange,
    DraftProcess,
    DraftQuestion,
    DraftSavedReply,
    DraftUsage,
)
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
ConfirmedText = Annotated[StorableText, Field(min_length=1, max_length=10_000)]
PartChange = Literal["kept", "changed", "removed", "added"]
LanguageTag = Annotated[
    StorableText, Field(max_length=35, pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")
]


LONGEST_SIGNATURE = 500
"""Characters of what stands below the closing line."""


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
    signature: StorableText | None = Field(
        default=None,
        max_length=LONGEST_SIGNATURE,
        description="What stands below the closing line where the channel has one. Null: the name "
        "of the agent who is signed in; with an API key, or when empty, nothing.",
    )
    past_edits: bool = Field(
        default=True,
        description="Whether replies that this tenant's agents reviewed earlier may guide the "
        "style; personal data and figures in them are masked.",
    )


class DraftSentence(BaseModel):
    """One sentence and the numbers of the citations it carries."""

    text: str
    citations: list[int] = Field(default_factory=list)


class Citation(BaseModel):
    """A source: one of ``passage``, ``message_id`` and ``order_id``, or a whole conversation."""

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
    conversation_id: str | None = Field(
        default=None,
        description="With ``message_id``: whose message it is, where that may be another "
        "conversation of the customer; alone: that conversation as a whole.",
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
    start: int | None = Field(
        default=None, description="With ``end``: the characters of the text that it is about."
    )
    end: int | None = None


FLAGGED_CODES = frozenset(("link_not_in_sources", "bank_details_not_in_sources", "foreign_data"))
"""Warnings of links, contact details, accounts and names that come from nothing of ours."""


def doubtful(
    text: str, figures: Sequence[FigureCheck], warnings: Sequence[DraftWarning]
) -> list[str]:
    """What of ``text`` nobody but a person can vouch for, once each, in its order.

    What lies within another such stretch is not told again.
    """
    spans = [(one.start, one.end) for one in figures if one.verdict != "supported"]
    untold: list[str] = []
    for one in warnings:
        if one.code not in FLAGGED_CODES:
            continue
        if one.start is not None and one.end is not None:
            spans.append((one.start, one.end))
        else:  # from before warnings told their place
            untold.append(one.detail.partition(": ")[2])
    found: list[str] = []
    reached = -1
    for start, end in sorted(set(spans), key=lambda span: (span[0], -span[1])):
        if end > reached:
            found.append(text[start:end])
            reached = end
    return [one for one in dict.fromkeys([*found, *untold]) if one.strip()]


class Draft(BaseModel):
    """A proposed reply."""

    id: str
    conversation_id: str | None
    conversation_version: int
    parent_id: str | None = None
    stale: bool = Field(
        default=False,
        description="Messages came, or a cited article or order, the process or the saved reply "
        "changed, since it was made: a warning `thread_moved`, `source_changed`, `source_gone`, "
        "`source_now_internal`, `order_changed`, `order_gone`, `process_changed`, `process_gone`, "
        "`saved_reply_changed` or `saved_reply_gone` tells which.",
    )
    language: str | None
    text: str
    sentences: list[DraftSentence]
    inserted: list[DraftSentence] = Field(
        default_factory=list,
        description="What the agent took from the context card since, each with its source. It "
        "stands in what the agent makes of ``text``, not in ``text``.",
    )
    citations: list[Citation]
    figures: list[FigureCheck]
    warnings: list[DraftWarning]
    answerable: bool
    questions: list[DraftQuestion] = Field(
        default_factory=list, description="What the customer waits for."
    )
    process: DraftProcess | None = None
    saved_reply: DraftSavedReply | None = None
    style_reviews: list[str] = Field(
        default_factory=list, description="Reviews of this tenant whose style guided it."
    )
    changes: list[DraftChange] = Field(
        default_factory=list, description="Against ``parent_id``, in the order of the text."
    )
    wishes: list[str] = Field(
        default_factory=list,
        description="Of a refined draft: what was wished, from the first draft on.",
    )
    usage: DraftUsage | None = None
    engine: str
    degraded: bool = False
    prompt_hash: str | None = None
    timings_ms: dict[str, float]
    created_at: UtcTime

    @computed_field(  # type: ignore[prop-decorator]
        description="Figures, links and the like that no source supports, as they stand in the "
        "text: a person has to vouch for each before the draft can be `accepted`."
    )
    @property
    def to_confirm(self) -> list[str]:
        """The texts to name in a review's ``confirmed``, in the order of the text."""
        return doubtful(self.text, self.figures, self.warnings)


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


class CheckIn(BaseModel):
    """The body of ``POST /v1/drafts/{id}/check``."""

    model_config = ConfigDict(extra="forbid")

    text: StorableText = Field(max_length=100_000, description="What a person made of the draft.")


class DraftCheck(BaseModel):
    """The figures of an edited draft."""

    figures: list[FigureCheck]
    to_confirm: list[str] = Field(
        description="Those without a source, as they stand in the text, once each."
    )


class ReviewIn(BaseModel):
    """The body of ``POST /v1/drafts/{id}/review``."""

    model_config = ConfigDict(extra="forbid")

    action: Literal["accepted", "edited", "rejected"]
    final_text: StorableText | None = Field(
        default=None, max_length=100_000, description="What was sent; needed for ``edited``."
    )
    reason: StorableText | None = Field(default=None, max_length=200)
    comment: StorableText | None = Field(default=None, max_length=4000)
    seen_stale: bool = Field(
        default=False,
        description="The agent has seen what changed since the draft was made. Without it a stale "
        "draft cannot be `accepted`.",
    )
    seen_version: int | None = Field(
        default=None,
        ge=0,
        le=2_000_000_000,
        description="The version of the conversation that the agent has read; decides instead of "
        "`seen_stale` whether new messages were seen.",
    )
    confirmed: list[ConfirmedText] = Field(
        default_factory=list,
        max_length=500,
        description="Figures, links and contact details without a source that the agent vouches "
        "for, each as it stands in the draft. Without all of them it cannot be `accepted`.",
    )

    @model_validator(mode="after")
    def _has_text(self) -> Self:
        if self.action == "edited" and self.final_text is None:
            raise ValueError("an edited draft needs its final_text")
        return self


class ChangedSentence(BaseModel):
    """A sentence of a draft, and what it became."""

    before: str
    after: str


class SourceUse(BaseModel):
    """What became of a draft's sentences that rest on one source."""

    kind: Literal[
        "article", "order", "message", "conversation", "process", "saved_reply", "none"
    ] = Field(description="`none`: sentences that cite nothing, greeting and closing left out.")
    id: str = Field(description="Of the article, order and so on; of a process its name.")
    passage_id: str | None = Field(default=None, description="With an article: which part of it.")
    sentences: int
    kept: int
    changed: int


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
    moved_sentences: list[str] = Field(
        default_factory=list, description="Those kept that stand in another order."
    )
    changed_sentences: list[ChangedSentence] = Field(
        default_factory=list,
        description="Those removed that an added one seems to say in other words, with that one.",
    )
    greeting: PartChange | None = Field(default=None, description="Null: neither text has one.")
    closing: PartChange | None = Field(
        default=None, description="With the names below it; null: neither text has one."
    )
    sources: list[SourceUse] = Field(default_factory=list)
    confirmed: list[str] = Field(
        default_factory=list, description="Figures without a source that the agent vouched for."
    )
    unsupported_figures: list[FigureCheck] = Field(
        default_factory=list,
        description="Figures of what was sent that no source supports; their offsets are in it.",
    )
    stale: bool = Field(default=False, description="Whether the draft was stale by then.")
    marks: list[str] = Field(
        default_factory=list,
        description="What the draft warned of its sources by then: `internal_source`, "
        "`internal_wording`, `thread_moved`, `source_changed`, `source_gone`, "
        "`source_now_internal`, `order_changed`, `order_gone`, `process_changed`, `process_gone`, "
        "`saved_reply_changed` or `saved_reply_gone`. Kept with the review.",
    )
    created_at: UtcTime


class StoredReview(Review):
    """A review with what the person wrote."""

    final_text: str | None
    reason: str | None
    comment: str | None
    reviewer_id: str | None
