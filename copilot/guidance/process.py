"""What a process is: Markdown that says how a kind of case is handled, and its reading.

Front matter (YAML) between two lines of ``---`` says when the process applies, which facts it
needs, when somebody else takes over and by when it is done; the numbered list after it are the
steps. A step may end in ``(done when: …)``: words of which an agent's message has one by then.
"""

import re
from decimal import Decimal
from hashlib import sha256
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from copilot.guidance.errors import ProcessUnreadableError
from copilot.kernel.clock import UtcTime
from copilot.kernel.text import StorableText

_FRONT = re.compile(r"\A\ufeff?---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)
_STEP = re.compile(r"^\s{0,3}(\d{1,3})[.)]\s+(.*)$")
_DONE = re.compile(r"\s*\(done when:\s*([^()]+)\)\s*$", re.IGNORECASE)
LONGEST = 100_000

FactKind = Literal[
    "order", "order_date", "name", "date", "amount", "email", "phone", "attachment", "words"
]
Name = Annotated[StorableText, Field(min_length=1, max_length=64, pattern=r"^[a-z0-9][a-z0-9_-]*$")]
Phrase = Annotated[StorableText, Field(min_length=1, max_length=300)]


class RequiredFact(BaseModel):
    """A fact that the process needs before it goes on.

    Attributes:
        name: What it is called, e.g. ``order number``.
        kind: How it is known: the one order that this is about or a number of one (``order``), the
            day it was placed or a date (``order_date``), the customer's name, email address or
            phone number on their record or in a message, a figure of this kind in a customer's
            message, an attachment, or any of ``words``.
        words: For ``words``: one of them in a customer's message.
        ask: How to ask for it, by language.
    """

    model_config = ConfigDict(extra="forbid")

    name: Phrase
    kind: FactKind = "words"
    words: list[Phrase] = Field(default_factory=list, max_length=50)
    ask: dict[str, Phrase] = Field(default_factory=dict, max_length=20)


class Escalation(BaseModel):
    """When somebody else should take over: any of its conditions.

    Attributes:
        say: Why, in words for the agent.
        words: One of them in a customer's message.
        amount_over: An order's total, or an amount the customer names, above it.
        contacts_over: More messages of the customer than that in this conversation.
        days_since_order: The order named was placed longer ago.
        tags: One of the conversation's tags.
        mood: ``angry``: a message that nobody has answered is; see ``mood.py``.
    """

    model_config = ConfigDict(extra="forbid")

    say: Phrase
    words: list[Phrase] = Field(default_factory=list, max_length=50)
    amount_over: Decimal | None = Field(default=None, gt=0)
    contacts_over: int | None = Field(default=None, ge=0)
    days_since_order: int | None = Field(default=None, ge=0)
    tags: list[Phrase] = Field(default_factory=list, max_length=50)
    mood: Literal["angry"] | None = None


class Front(BaseModel):
    """The front matter of a process."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    title: Phrase
    applies_when: list[Phrase] = Field(min_length=1, max_length=50)
    channels: list[Phrase] = Field(default_factory=list, max_length=20)
    tags: list[Phrase] = Field(default_factory=list, max_length=50)
    required_facts: list[RequiredFact] = Field(default_factory=list, max_length=20)
    escalate_if: list[Escalation] = Field(default_factory=list, max_length=20)
    deadline: Phrase | None = None


class Step(BaseModel):
    """One step.

    Attributes:
        text: What to do.
        done_when: Words of which an agent's message has one when it is done.
    """

    text: str
    done_when: list[str] = Field(default_factory=list)


class Process(BaseModel):
    """A process of a tenant."""

    front: Front
    steps: list[Step]
    body: str = Field(description="The whole file.")
    version: str = Field(description="SHA-256 of the file, the first 16 characters.")
    updated_at: UtcTime | None = None


def read_process(text: str, *, where: str = "the process") -> Process:
    """The process that a Markdown file describes.

    Args:
        text: The file.
        where: What to call it in errors.

    Raises:
        ProcessUnreadableError: Its front matter is missing or wrong, or it has no steps.
    """
    if len(text) > LONGEST:
        raise ProcessUnreadableError(f"{where} is longer than {LONGEST:,} characters.")
    matched = _FRONT.match(text.replace("\r\n", "\n"))
    if matched is None:
        raise ProcessUnreadableError(
            f"{where} does not begin with front matter between two lines of ---: say there its"
            " name, title and applies_when."
        )
    front = _front(matched.group(1), where)
    steps = _steps(text.replace("\r\n", "\n")[matched.end() :])
    if not steps:
        raise ProcessUnreadableError(
            f"{where} has no steps: write them as a numbered list (1. …) after the front matter."
        )
    return Process(front=front, steps=steps, body=text, version=version_of(text))


def version_of(text: str) -> str:
    """What tells one text of a process or saved reply from another: 16 hexadecimal digits."""
    return sha256(text.encode()).hexdigest()[:16]


def _front(written: str, where: str) -> Front:
    try:
        read: Any = yaml.safe_load(written)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 2}" if mark is not None else ""
        raise ProcessUnreadableError(f"The front matter of {where} is not YAML{line}.") from error
    if not isinstance(read, dict):
        raise ProcessUnreadableError(f"The front matter of {where} has no fields.")
    try:
        return Front.model_validate(read)
    except ValidationError as error:
        fault = error.errors()[0]
        place = ".".join(str(one) for one in fault["loc"])
        raise ProcessUnreadableError(f"{where}: {place}: {fault['msg']}.") from error


def _steps(body: str) -> list[Step]:
    steps: list[list[str]] = []
    for line in body.splitlines():
        matched = _STEP.match(line)
        if matched:
            steps.append([matched.group(2).strip()])
        elif steps and line.startswith((" ", "\t")) and line.strip():
            steps[-1].append(line.strip())
    return [_step(" ".join(lines)) for lines in steps]


def _step(text: str) -> Step:
    done = _DONE.search(text)
    if done is None:
        return Step(text=text)
    words = [one.strip() for one in re.split(r"[,|]", done.group(1)) if one.strip()]
    return Step(text=text[: done.start()].strip(), done_when=words)
