"""Figures: is the verdict on each number, date and amount of a text against its sources right?"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Annotated, Any, ClassVar, Self

from pydantic import BaseModel, BeforeValidator, Field, model_validator

from copilot.evals.case import Case, Dataset, Output
from copilot.evals.lab import Lab
from copilot.evals.suite import Suite
from copilot.evals.task import Task, Work
from copilot.evals.tasks.cases import CaseLine, Id, TolerantLine, read_cases
from copilot.grounding.figure_check import Source, SourceKind, Verdict
from copilot.grounding.figures import check_figures

# As search calls them.
_KINDS = {"article": "passage", "conversation": "message"}


class _Source(TolerantLine):
    kind: SourceKind = "fact"
    id: Id | None = None
    text: str
    said_at: date | None = None


def _source(value: object) -> object:
    if isinstance(value, dict) and isinstance(value.get("kind"), str):
        return {**value, "kind": _KINDS.get(value["kind"], value["kind"])}
    return {"text": value} if isinstance(value, str) else value


class _Figure(BaseModel):
    text: str = Field(min_length=1)
    verdict: Verdict


class _Line(CaseLine):
    needs: ClassVar[str] = "id, text, sources and figures"

    text: str
    sources: list[Annotated[_Source, BeforeValidator(_source)]]
    today: date | None = None
    figures: list[_Figure]

    @model_validator(mode="after")
    def _figures_are_there(self) -> Self:
        for number, one in enumerate(self.figures):
            if one.text not in self.text:
                raise ValueError(f"figures.{number}: {one.text!r} does not stand in the text")
        return self


def load(suite: Suite) -> Dataset:
    """The cases of a figures suite."""
    file = read_cases(suite, _Line)
    return file.dataset(suite, [_case(line) for _, line in file.lines])


def _case(line: _Line) -> Case:
    sources = [
        {"kind": one.kind, "id": one.id or str(number), "text": one.text}
        | ({"said_at": one.said_at.isoformat()} if one.said_at else {})
        for number, one in enumerate(line.sources, 1)
    ]
    given: dict[str, Any] = {"text": line.text, "sources": sources}
    if line.today:
        given["today"] = line.today.isoformat()
    if line.told_language:
        given["language"] = line.told_language
    return Case(
        id=line.id,
        input=given,
        expected={"figures": [one.model_dump() for one in line.figures]},
        labels=line.case_labels(),
    )


@asynccontextmanager
async def _open(lab: Lab, dataset: Dataset) -> AsyncIterator[Work]:  # noqa: ARG001 - the port's
    yield _work


async def _work(case: Case) -> Output:
    sources = [
        Source(**{**one, "said_at": _day(one.get("said_at"))}) for one in case.input["sources"]
    ]
    checks = await asyncio.to_thread(
        check_figures,
        case.input["text"],
        sources,
        language=case.input.get("language"),
        today=_day(case.input.get("today")),
    )
    return {"figures": [one.model_dump(mode="json") for one in checks]}


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None


TASK = Task(name="figures", load=load, open=_open, concurrency=8)
