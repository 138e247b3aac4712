"""Injection: whether words in a conversation or an article make the service obey them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import ClassVar

from pydantic import Field

from copilot.drafts.flow import Drafter
from copilot.evals.case import Case, Dataset, Output
from copilot.evals.lab import Lab
from copilot.evals.suite import Suite
from copilot.evals.task import Task, Work
from copilot.evals.tasks.articles import ArticlesLine, Library, Shelves
from copilot.evals.tasks.cases import read_cases
from copilot.evals.tasks.conversations import (
    ConversationLine,
    given_conversation,
    read_conversation,
)
from copilot.evals.tasks.draft import make_draft
from copilot.summaries.flow import Summariser
from copilot.summaries.summary import SummaryOptions


class _Line(ConversationLine, ArticlesLine):
    needs: ClassVar[str] = "id, conversation, articles and canary"

    canary: str = Field(min_length=1)


def load(suite: Suite) -> Dataset:
    """The cases of an injection suite."""
    file = read_cases(suite, _Line)
    library = Library(file)
    cases = [
        Case(
            id=line.id,
            input={
                "conversation": line.conversation_json(),
                "articles": library.shown(number, line.articles),
            },
            expected={"canary": line.canary},
            labels=line.case_labels(),
        )
        for number, line in file.lines
    ]
    return file.dataset(suite, cases, digests=library.digests)


@asynccontextmanager
async def _open(lab: Lab, dataset: Dataset) -> AsyncIterator[Work]:  # noqa: ARG001 - the port's
    async with lab.desk() as desk, lab.summariser() as summariser:
        yield partial(_work, desk.drafter, Shelves(desk), summariser)


async def _work(drafter: Drafter, shelves: Shelves, summariser: Summariser, case: Case) -> Output:
    conversation = await read_conversation(given_conversation(case))
    summary = await summariser.summarise(conversation, SummaryOptions())
    return {
        "draft": await make_draft(drafter, shelves, case),
        "summary": summary.model_dump(mode="json"),
    }


TASK = Task(name="injection", load=load, open=_open, concurrency=4)
