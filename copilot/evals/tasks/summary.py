"""Summary: what a case comes down to."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import ClassVar

from pydantic import Field

from copilot.evals.case import Case, Dataset, Output
from copilot.evals.lab import Lab
from copilot.evals.suite import Suite
from copilot.evals.task import Task, Work
from copilot.evals.tasks.cases import read_cases
from copilot.evals.tasks.conversations import (
    ConversationLine,
    given_conversation,
    read_conversation,
)
from copilot.summaries.flow import Summariser
from copilot.summaries.summary import SummaryOptions


class _Line(ConversationLine):
    needs: ClassVar[str] = "id, conversation and references"

    # Without any, what needs no reference is scored all the same.
    references: list[str]
    options: SummaryOptions = Field(default_factory=SummaryOptions)


def load(suite: Suite) -> Dataset:
    """The cases of a summary suite."""
    file = read_cases(suite, _Line)
    return file.dataset(suite, [_case(line) for _, line in file.lines])


def _case(line: _Line) -> Case:
    return Case(
        id=line.id,
        input={
            "conversation": line.conversation_json(),
            "options": line.options.model_dump(mode="json", exclude_unset=True),
        },
        expected={"references": line.references},
        labels=line.case_labels(),
    )


@asynccontextmanager
async def _open(lab: Lab, dataset: Dataset) -> AsyncIterator[Work]:  # noqa: ARG001 - the port's
    async with lab.summariser() as summariser:
        yield partial(_work, summariser)


async def _work(summariser: Summariser, case: Case) -> Output:
    conversation = await read_conversation(given_conversation(case))
    options = SummaryOptions.model_validate(case.input["options"])
    summary = await summariser.summarise(conversation, options)
    return summary.model_dump(mode="json")


TASK = Task(name="summary", load=load, open=_open, concurrency=4)
