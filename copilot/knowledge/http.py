"""Routes of articles, their import, and search."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import (
    APIRouter,
    BackgroundTasks,
    Depends,
    File,
    Path,
    Query,
    Request,
    Response,
    UploadFile,
)
from pydantic import BaseModel, ConfigDict, Field

from copilot.auth.http import AUTH_ERRORS, require
from copilot.auth.principal import Principal
from copilot.customers.store import current_id
from copilot.jobs.imports import AcceptedImport, Import
from copilot.jobs.queue import Queue
from copilot.kernel.blobs import Blobs
from copilot.kernel.db import Database
from copilot.kernel.errors import ForbiddenError, InvalidInputError
from copilot.kernel.http import Reads, Writes, database, problems
from copilot.kernel.paging import Page
from copilot.kernel.text import StorableText
from copilot.kernel.visibility import Visibility
from copilot.knowledge import flow, imports, store
from copilot.knowledge.article import Article, ArticleIn
from copilot.knowledge.degraded import Degraded, told
from copilot.knowledge.errors import (
    ArticleImportNotFoundError,
    ArticleNotFoundError,
    UnreadableArticlesError,
)
from copilot.knowledge.indexing import Indexer
from copilot.knowledge.searching import Searcher
from copilot.knowledge.seconds import FoundPassage, with_seconds
from copilot.search.index import PassageKind

router = APIRouter(prefix="/v1", tags=["knowledge"])

MayRead = Annotated[Principal, Depends(require("knowledge:read"))]
MayWrite = Annotated[Principal, Depends(require("knowledge:write"))]
Source = Annotated[StorableText, Path(min_length=1, max_length=64, examples=["helpcenter"])]
ExternalId = Annotated[StorableText, Path(min_length=1, max_length=255, examples=["returns"])]
Limit = Annotated[int, Query(ge=1, le=100)]
Cursor = Annotated[str | None, Query(max_length=1000)]
_CREATED: dict[int | str, dict[str, Any]] = {201: {"description": "Created", "model": Article}}
_CHUNK = 1_000_000


class SearchIn(BaseModel):
    """The body of ``POST /v1/search``.

    ``visibility`` says for whose eyes: ``internal`` (an agent's) finds everything, ``public`` (a
    customer's) finds public articles only. Conversations are always internal.
    """

    model_config = ConfigDict(extra="forbid")

    query: StorableText = Field(min_length=1, max_length=8000, examples=["return a broken kettle"])
    kinds: list[PassageKind] = Field(
        default=["article", "conversation"], min_length=1, max_length=2
    )
    customer_id: StorableText | None = Field(default=None, max_length=64)
    visibility: Visibility = "internal"
    language: StorableText | None = Field(
        default=None, max_length=35, description="Preferred, not required"
    )
    limit: int = Field(default=10, ge=1, le=100)


class SearchAnswer(BaseModel):
    """Passages, best first, how long each part took, and what was missing."""

    hits: list[FoundPassage]
    timings_ms: dict[str, float]
    degraded: list[Degraded] = Field(
        default=[], description="What was missing; the hits are what can be found without it"
    )
    detail: str | None = Field(default=None, description="The same for people")


def _searcher(request: Request) -> Searcher:
    searcher: Searcher = request.state.deps.searcher
    return searcher


def _indexer(request: Request) -> Indexer:
    indexer: Indexer = request.state.deps.indexer
    return indexer


def _blobs(request: Request) -> Blobs:
    blobs: Blobs = request.state.deps.blobs
    return blobs


def _queue(request: Request) -> Queue:
    queue: Queue = request.state.deps.queue
    return queue


@router.put(
    "/articles/{source}/{external_id:path}",
    responses=_CREATED | problems(*AUTH_ERRORS, InvalidInputError),
)
async def put_article(
    source: Source,
    external_id: ExternalId,
    body: ArticleIn,
    db: Annotated[Database, Depends(database)],
    indexer: Annotated[Indexer, Depends(_indexer)],
    principal: MayWrite,
    response: Response,
) -> Article:
    """Create or replace an article; it is found within seconds, hidden at once when made internal.

    The body is the whole article: a field that is left out takes its default.
    """
    prepared = await asyncio.to_thread(flow.prepare, body)
    async with db.write() as session:
        article, created = await flow.put_article(
            session, principal.tenant, source, external_id, body, prepared=prepared
        )
    indexer.wake()
    response.status_code = 201 if created else 200
    return article


@router.get(
    "/articles/{source}/{external_id:path}",
    responses=problems(*AUTH_ERRORS, ArticleNotFoundError, InvalidInputError),
)
async def get_article(
    source: Source, external_id: ExternalId, session: Reads, principal: MayRead
) -> Article:
    """One article, by what its source calls it."""
    return await store.find_article(session, principal.tenant, source, external_id)


@router.delete(
    "/articles/{source}/{external_id:path}",
    status_code=204,
    responses=problems(*AUTH_ERRORS, ArticleNotFoundError, InvalidInputError),
)
async def delete_article(
    source: Source,
    external_id: ExternalId,
    session: Writes,
    indexer: Annotated[Indexer, Depends(_indexer)],
    principal: MayWrite,
    after: BackgroundTasks,
) -> None:
    """Delete an article; it is not found from then on."""
    await flow.delete_article(session, principal.tenant, source, external_id)
    after.add_task(indexer.wake)


@router.get("/articles", responses=problems(*AUTH_ERRORS, InvalidInputError))
async def list_articles(
    session: Reads,
    principal: MayRead,
    visibility: Visibility | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[Article]:
    """Articles, latest changed first."""
    return await store.list_articles(
        session, principal.tenant, visibility=visibility, limit=limit, cursor=cursor
    )


@router.get(
    "/articles/{article_id}",
    responses=problems(*AUTH_ERRORS, ArticleNotFoundError, InvalidInputError),
)
async def get_article_by_id(
    article_id: StorableText, session: Reads, principal: MayRead
) -> Article:
    """One article, by the id that passages carry."""
    return await store.get_article(session, principal.tenant, article_id)


@router.post(
    "/articles:import",
    status_code=202,
    responses=problems(*AUTH_ERRORS, InvalidInputError, UnreadableArticlesError),
)
async def import_articles(
    file: Annotated[
        UploadFile,
        File(
            description=".zip of .md, .html, .txt, .json, .jsonl, or one such file; exports of "
            "Zendesk Help Center and Zammad are known by their shape"
        ),
    ],
    db: Annotated[Database, Depends(database)],
    blobs: Annotated[Blobs, Depends(_blobs)],
    queue: Annotated[Queue, Depends(_queue)],
    principal: MayWrite,
) -> AcceptedImport:
    """Import a file in the background; entries that cannot be read are told, the rest is stored."""
    name = file.filename or ""
    return await imports.accept_upload(db, blobs, queue, principal.tenant, name, _chunks(file))


@router.get(
    "/article-imports/{import_id}", responses=problems(*AUTH_ERRORS, ArticleImportNotFoundError)
)
async def get_article_import(import_id: StorableText, session: Reads, principal: MayRead) -> Import:
    """What an import has found, stored and not been able to read."""
    return await imports.get_import(session, principal.tenant, import_id)


@router.post("/search", responses=problems(*AUTH_ERRORS, InvalidInputError))
async def search(
    body: SearchIn,
    db: Annotated[Database, Depends(database)],
    searcher: Annotated[Searcher, Depends(_searcher)],
    principal: MayRead,
) -> SearchAnswer:
    """The passages of articles and past conversations that answer a text best.

    Without the embedding model or the index it still answers, by words alone, and says so in
    `degraded`.

    Passages of conversations need the scope `conversations:read` too: without it, leave out
    `kinds` or ask for articles.
    """
    kinds = _kinds(body, principal)
    customer_id = body.customer_id
    if customer_id is not None:
        # An id from before a merge goes on working, here as everywhere.
        async with db.read() as session:
            customer_id = await current_id(session, principal.tenant, customer_id)
    found = await searcher.find(
        principal.tenant,
        body.query,
        visibility=body.visibility,
        kinds=kinds,
        customer_id=customer_id,
        language=body.language,
        limit=body.limit,
    )
    async with db.read() as session:
        hits = await with_seconds(session, principal.tenant, body.query, found.passages)
    return SearchAnswer(
        hits=hits,
        timings_ms=found.timings_ms,
        degraded=list(found.degraded),
        detail=told(found.degraded),
    )


def _kinds(body: SearchIn, principal: Principal) -> tuple[PassageKind, ...]:
    if "conversation" not in body.kinds:
        return ("article",)
    try:
        principal.require("conversations:read")
    except ForbiddenError:
        if "kinds" in body.model_fields_set:
            raise
        return ("article",)
    return tuple(dict.fromkeys(body.kinds))


async def _chunks(file: UploadFile) -> AsyncIterator[bytes]:
    while chunk := await file.read(_CHUNK):
        yield chunk
