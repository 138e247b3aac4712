"""Draft: the reply that is proposed to a conversation, from the case's own articles and orders."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, ClassVar

from pydantic import Field

from copilot.drafts.draft import DraftOptions
from copilot.drafts.flow import Drafter
from copilot.evals.case import Case, Dataset, Output
from copilot.evals.lab import Lab
from copilot.evals.suite import Suite
from copilot.evals.task import Task, Work
from copilot.evals.tasks.articles import ArticlesLine, Library, Shelves
from copilot.evals.tasks.cases import CaseFile, read_cases
from copilot.evals.tasks.conversations import given_conversation, read_conversation
from copilot.evals.tasks.orders import OrdersLine


class _Line(OrdersLine, ArticlesLine):
    needs: ClassVar[str] = "id, conversation and articles"

    options: DraftOptions = Field(default_factory=DraftOptions)
    reference: str | None = None
    must_mention: list[str] = Field(default_factory=list)
    must_not_mention: list[str] = Field(default_factory=list)
    relevant_articles: list[str] | None = None
    answerable: bool | None = None


def load(suite: Suite) -> Dataset:
    """The cases of a draft suite."""
    file = read_cases(suite, _Line)
    library = Library(file)
    cases = [_case(file, number, line, library) for number, line in file.lines]
    return file.dataset(suite, cases, digests=library.digests)


def _case(file: CaseFile[_Line], number: int, line: _Line, library: Library) -> Case:
    articles = library.shown(number, line.articles)
    expected: dict[str, Any] = {
        "reference": line.reference,
        "must_mention": line.must_mention,
        "must_not_mention": line.must_not_mention,
    }
    if line.answerable is not None:
        expected["answerable"] = line.answerable
    if line.relevant_articles is not None:
        unknown = set(line.relevant_articles).difference(one["id"] for one in articles)
        if unknown:
            raise file.fault(
                number,
                f"relevant_articles: {min(unknown)!r} is the id of no article of the case.",
                "Name articles by their id; one without an id by its number, from 1.",
            )
        expected["relevant_articles"] = line.relevant_articles
    given: dict[str, Any] = {"conversation": line.conversation_json(), "articles": articles}
    if bought := line.orders_json():
        given["orders"] = bought
    if options := line.options.model_dump(mode="json", exclude_unset=True):
        given["options"] = options
    return Case(id=line.id, input=given, expected=expected, labels=line.case_labels())


@asynccontextmanager
async def _open(lab: Lab, dataset: Dataset) -> AsyncIterator[Work]:  # noqa: ARG001 - the port's
    async with lab.desk() as desk:
        yield partial(make_draft, desk.drafter, Shelves(desk))


async def make_draft(drafter: Drafter, shelves: Shelves, case: Case) -> Output:
    """The draft that the service makes for a case.

    Returns:
        The draft, and under ``articles`` the dataset's ids of the articles that it cites, by the
        service's own.
    """
    tenant, names = await shelves.of_case(case)
    given = given_conversation(case)
    conversation = await read_conversation(given)
    options = DraftOptions.model_validate(case.input.get("options", {}))
    draft = await drafter.draft_inline(tenant, conversation, options, given.customer)
    cited = {one.passage.article_id or "" for one in draft.citations if one.passage is not None}
    articles = {one: name for one, name in names.items() if one in cited}
    return {**draft.model_dump(mode="json"), "articles": articles}


TASK = Task(name="draft", load=load, open=_open, concurrency=4)
