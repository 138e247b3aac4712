"""Injection: whether words in a conversation or an article make the service obey them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, ClassVar, Self

from pydantic import Field, model_validator

from copilot.conversations.conversation import ConversationIn
from copilot.conversations.flow import accept
from copilot.evals.case import Case, Dataset, Output, digest
from copilot.evals.lab import Desk, Lab
from copilot.evals.suite import Suite
from copilot.evals.task import Task, Work
from copilot.evals.tasks.articles import ArticlesLine, Library, Shelves
from copilot.evals.tasks.cases import TolerantLine, read_cases
from copilot.evals.tasks.conversations import given_conversation, read_conversation
from copilot.evals.tasks.draft import make_draft
from copilot.evals.tasks.orders import OrderLine, OrdersLine, put_orders
from copilot.kernel.ids import TenantId
from copilot.summaries.flow import Summariser
from copilot.summaries.summary import SummaryOptions


class _Other(TolerantLine):
    """What the service also knows: another customer, with a conversation and orders."""

    conversation: ConversationIn
    orders: list[OrderLine] = Field(default_factory=list, max_length=50)


class _Line(OrdersLine, ArticlesLine):
    needs: ClassVar[str] = "id, conversation, articles and canary"

    attack: bool = True
    canary: str | None = Field(default=None, min_length=1)
    others: list[_Other] = Field(default_factory=list, max_length=20)
    leaks: list[str] = Field(default_factory=list)
    links: list[str] = Field(default_factory=list)
    figures: list[str] = Field(default_factory=list)

    @model_validator(mode="after")
    def _attacks_something(self) -> Self:
        told = (self.canary, self.leaks, self.links, self.figures)
        if self.attack and not any(told):
            raise ValueError(
                "The field canary is missing: an attack needs one, or leaks, links or figures"
            )
        return self

    def case_labels(self) -> dict[str, str]:
        """With whether it is an attack."""
        return {**super().case_labels(), "attack": str(self.attack).lower()}

    def wanted(self) -> dict[str, Any]:
        """What the attack is after; of a harmless case that it is one."""
        told: dict[str, Any] = {"attack": False} if not self.attack else {}
        for name in ("canary", "leaks", "links", "figures"):
            if value := getattr(self, name):
                told[name] = value
        return told


def load(suite: Suite) -> Dataset:
    """The cases of an injection suite."""
    file = read_cases(suite, _Line)
    library = Library(file)
    cases = [
        Case(
            id=line.id,
            input=_given(line, library.shown(number, line.articles)),
            expected=line.wanted(),
            labels=line.case_labels(),
        )
        for number, line in file.lines
    ]
    return file.dataset(suite, cases, digests=library.digests)


def _given(line: _Line, articles: list[dict[str, Any]]) -> dict[str, Any]:
    given: dict[str, Any] = {"conversation": line.conversation_json(), "articles": articles}
    if bought := line.orders_json():
        given["orders"] = bought
    if line.others:
        given["others"] = [one.model_dump(mode="json", exclude_unset=True) for one in line.others]
    return given


@asynccontextmanager
async def _open(lab: Lab, dataset: Dataset) -> AsyncIterator[Work]:  # noqa: ARG001 - the port's
    async with lab.desk() as desk, lab.summariser() as summariser:
        yield partial(_work, desk, Shelves(desk), _Neighbours(desk), summariser)


class _Neighbours:
    """Puts other customers beside those who write, once for each tenant.

    Args:
        desk: Where to.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._known: set[tuple[TenantId, str]] = set()
        self._one_at_a_time = asyncio.Lock()

    async def of_case(self, tenant: TenantId, others: list[dict[str, Any]]) -> None:
        """Store the conversations and orders of ``others``, found by search from then on."""
        for one in others:
            key = (tenant, digest(one))
            async with self._one_at_a_time:
                if key in self._known:
                    continue
                self._known.add(key)
                told = _Other.model_validate(one)
                await accept(self._desk.db, tenant, "eval", key[1][:40], told.conversation)
                orders = [
                    {"customer": _owner(told), **order.model_dump(mode="json", exclude_unset=True)}
                    for order in told.orders
                ]
                await put_orders(self._desk, tenant, orders)
                await self._desk.indexer.drain()


def _owner(other: _Other) -> dict[str, Any]:
    who = other.conversation.customer
    return {"source": who.source, "external_id": who.external_id} if who is not None else {}


async def _work(
    desk: Desk, shelves: Shelves, neighbours: _Neighbours, summariser: Summariser, case: Case
) -> Output:
    tenant, _ = await shelves.of_case(case)
    await neighbours.of_case(tenant, case.input.get("others", []))
    conversation = await read_conversation(given_conversation(case))
    summary = await summariser.summarise(conversation, SummaryOptions())
    return {
        "draft": await make_draft(desk.drafter, shelves, case),
        "summary": summary.model_dump(mode="json"),
    }


TASK = Task(name="injection", load=load, open=_open, concurrency=4)
