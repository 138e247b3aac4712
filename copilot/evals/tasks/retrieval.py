"""Retrieval: which documents search finds for a query, best first."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial

from copilot.evals.case import Case, Dataset, Output, digest
from copilot.evals.lab import Lab
from copilot.evals.suite import Suite
from copilot.evals.task import Task, Work
from copilot.evals.tasks.articles import put_pages
from copilot.evals.tasks.cases import missing_dataset, shortened
from copilot.evals.tasks.corpus import Collection, read_collection
from copilot.kernel.ids import TenantId
from copilot.knowledge.searching import Searcher

_TENANT = TenantId("eval")
_LEAST_DEPTH = 20
# Search gives at most so many passages of one article.
_PASSAGES_EACH = 2
_DEPTH = re.compile(r"@(\d{1,4})$")


def load(suite: Suite) -> Dataset:
    """The queries of a retrieval suite; those without a relevant document are left out.

    Documents are ranked as deep as the suite's metrics look, and at least 20 deep.
    """
    collection = read_collection(suite)
    relevant = collection.relevant
    cases = _cases(collection, _depth(suite))
    if not cases:
        raise missing_dataset(
            suite, f"No query of {suite.dataset} has a relevant document.", "Add judgements."
        )
    return Dataset(
        path=suite.dataset,
        cases=cases,
        digest=collection.digest,
        shared=collection,
        shared_digest=digest(
            [[id_, body.model_dump(mode="json")] for id_, body in collection.documents]
        ),
        left_out=shortened(
            [
                f"Query {query.id} has no relevant document."
                for query in collection.queries
                if not relevant.get(query.id)
            ]
        ),
    )


def _depth(suite: Suite) -> int:
    named = filter(None, map(_DEPTH.search, suite.metrics))
    return max([_LEAST_DEPTH, *(int(found[1]) for found in named)])


def _cases(collection: Collection, depth: int) -> list[Case]:
    titles = {id_: body.title for id_, body in collection.documents}
    cases = []
    for query in collection.queries:
        if grades := collection.relevant.get(query.id):
            case = Case(
                id=query.id,
                input={"text": query.text, "depth": depth},
                expected={"relevant": grades, "titles": {one: titles[one] for one in grades}},
                labels=query.case_labels(),
            )
            cases.append(case)
    return cases


@asynccontextmanager
async def _open(lab: Lab, dataset: Dataset) -> AsyncIterator[Work]:
    documents = dataset.shared.documents
    async with lab.desk() as desk:
        names = await put_pages(desk, _TENANT, documents)
        titles = {id_: body.title for id_, body in documents}
        yield partial(_work, desk.searcher, names, titles)


async def _work(
    searcher: Searcher, names: Mapping[str, str], titles: Mapping[str, str], case: Case
) -> Output:
    depth = case.input["depth"]
    found = await searcher.find(
        _TENANT,
        case.input["text"],
        visibility="internal",
        kinds=("article",),
        limit=depth * _PASSAGES_EACH,
    )
    best: dict[str, float] = {}
    for passage in found.passages:
        best.setdefault(names[str(passage.article_id)], passage.score)
    # Equals come in any order; by id they come in the same one each time.
    ranked = sorted(best.items(), key=lambda one: (-one[1], one[0]))[:depth]
    return {"ranked": [{"id": id_, "title": titles[id_], "score": score} for id_, score in ranked]}


TASK = Task(name="retrieval", load=load, open=_open, concurrency=32)
