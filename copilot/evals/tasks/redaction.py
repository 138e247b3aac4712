"""Redaction: is all personal data of a text found, and nothing else?"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, ClassVar, Self

from pydantic import BaseModel, Field, StrictInt, model_validator

from copilot.evals.case import Case, Dataset, Output
from copilot.evals.lab import Lab
from copilot.evals.suite import Suite
from copilot.evals.task import Task, Work
from copilot.evals.tasks.cases import CaseLine, read_cases
from copilot.privacy.known import KnownFacts
from copilot.privacy.pseudonyms import Pseudonymiser


class _Entity(BaseModel):
    start: StrictInt = Field(ge=0)
    end: StrictInt
    # Data sets have names of their own; which of them we promise to find is for the metrics.
    type: str = Field(min_length=1, max_length=100)
    value: str | None = None


class _Line(CaseLine):
    needs: ClassVar[str] = "id, text and entities, each with start, end and type"

    text: str
    entities: list[_Entity]
    names: list[str] = Field(default_factory=list)

    @model_validator(mode="after")
    def _entities_are_in_the_text(self) -> Self:
        for number, one in enumerate(self.entities):
            if not one.start < one.end <= len(self.text):
                raise ValueError(
                    f"entities.{number}: {one.start} to {one.end} is no part of the text, which "
                    f"has {len(self.text)} characters"
                )
            there = self.text[one.start : one.end]
            if one.value is not None and one.value != there:
                # Offsets in bytes or UTF-16 units are right until the first emoji.
                raise ValueError(
                    f"entities.{number}: at {one.start} to {one.end} stands {there!r}, not its "
                    "value; offsets count characters (Unicode code points)"
                )
        return self


def load(suite: Suite) -> Dataset:
    """The cases of a redaction suite."""
    file = read_cases(suite, _Line)
    return file.dataset(suite, [_case(line) for _, line in file.lines])


def _case(line: _Line) -> Case:
    given: dict[str, Any] = {"text": line.text}
    if line.names:
        given["names"] = line.names
    entities = [one.model_dump(include={"start", "end", "type"}) for one in line.entities]
    return Case(id=line.id, input=given, expected={"entities": entities}, labels=line.case_labels())


@asynccontextmanager
async def _open(lab: Lab, dataset: Dataset) -> AsyncIterator[Work]:  # noqa: ARG001 - the port's
    yield _work


async def _work(case: Case) -> Output:
    known = KnownFacts(names=tuple(case.input.get("names", ())))
    redacted = await asyncio.to_thread(Pseudonymiser(known).redact, case.input["text"])
    return {"text": redacted.text, "entities": [one._asdict() for one in redacted.entities]}


TASK = Task(name="redaction", load=load, open=_open, concurrency=8)
