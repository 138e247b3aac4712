"""Articles of cases: read from a line or from files, put and indexed as the service does."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from copilot.evals.case import Case, digest
from copilot.evals.lab import Desk
from copilot.evals.tasks.cases import CaseFile, CaseLine, Id, renamed
from copilot.kernel.errors import CopilotError
from copilot.kernel.ids import TenantId
from copilot.kernel.text import StorableText
from copilot.kernel.visibility import Visibility
from copilot.knowledge.article import ArticleIn, BodyFormat
from copilot.knowledge.files import load_articles
from copilot.knowledge.flow import prepare, put_article

_SOURCE = "eval"
_AT_ONCE = 200
_MARKDOWN = re.compile(r"^ {0,3}(?:#{1,6} |```|\|.*\|)|\*\*\S|\]\(", re.MULTILINE)


class Page(NamedTuple):
    """An article under the id that its dataset gives it."""

    id: str
    body: ArticleIn


class ArticleLine(BaseModel):
    """An article written out in a case."""

    model_config = ConfigDict(extra="ignore")

    id: Id | None = None
    title: StorableText = Field(min_length=1, max_length=500)
    body: StorableText = Field(max_length=8_000_000)
    format: BodyFormat | None = None
    url: StorableText | None = Field(default=None, max_length=2000)
    visibility: Visibility = "public"
    language: StorableText | None = Field(default=None, max_length=35)

    @model_validator(mode="before")
    @classmethod
    def _other_names(cls, told: Any) -> Any:
        return renamed(told, {"_id": "id", "text": "body"})

    def page(self, number: int) -> Page:
        """The article; one without an id is called by its number."""
        body = ArticleIn(
            title=self.title,
            body=self.body,
            format=self.format or fitting_format(self.body),
            url=self.url,
            language=self.language,
            visibility=self.visibility,
        )
        return Page(self.id or str(number), body)


class ArticlesLine(CaseLine):
    """A line with articles: written out, or the name of a folder or file beside the cases."""

    articles: list[ArticleLine] | str = Field(default_factory=list)

    @model_validator(mode="after")
    def _ids_differ(self) -> Self:
        if not isinstance(self.articles, str):
            ids = [one.page(number).id for number, one in enumerate(self.articles, 1)]
            twice = next((one for one in ids if ids.count(one) > 1), None)
            if twice is not None:
                raise ValueError(f"articles: the id {twice!r} stands there twice")
        return self


class Library:
    """Reads the articles of the cases of a file.

    Args:
        file: The cases.

    Attributes:
        digests: Of the articles read from other files, by name.
    """

    def __init__(self, file: CaseFile[Any]) -> None:
        self._file = file
        self._named: dict[str, list[Page]] = {}
        self.digests: dict[str, str] = {}

    def shown(self, number: int, told: list[ArticleLine] | str) -> list[dict[str, Any]]:
        """The articles that line ``number`` tells of, as they stand in its case's input.

        They stand there whole, also those from files: metrics hold a draft against them.

        Raises:
            SuiteError: The files cannot be read.
        """
        if isinstance(told, str):
            pages = self._from_files(number, told)
        else:
            pages = [one.page(place) for place, one in enumerate(told, 1)]
        return [{"id": id_, **_plain(body)} for id_, body in pages]

    def _from_files(self, number: int, name: str) -> list[Page]:
        if name not in self._named:
            try:
                found = load_articles(self._file.file.parent / name)
            except (CopilotError, OSError) as error:
                told = error.detail if isinstance(error, CopilotError) else f"{error.strerror}."
                raise self._file.fault(
                    number,
                    f"The articles {name!r} cannot be read: {told}",
                    "Name a folder or file of articles, relative to the folder of the cases.",
                ) from error
            pages = {external_id: Page(external_id, body) for _, external_id, body in found}
            if len(pages) < len(found):
                raise self._file.fault(
                    number,
                    f"Two of the articles {name!r} have the same external_id.",
                    "Give each its own.",
                )
            self._named[name] = list(pages.values())
            self.digests[name] = digest([[id_, _plain(body)] for id_, body in pages.values()])
        return self._named[name]


class Shelves:
    """Puts the articles of each case where no other case finds them: with a tenant of their own.

    Args:
        desk: Where to.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._names: dict[str, Mapping[str, str]] = {}
        self._one_at_a_time = asyncio.Lock()

    async def of_case(self, case: Case) -> tuple[TenantId, Mapping[str, str]]:
        """The tenant with the case's articles, indexed; and their ids by the service's own.

        Cases with the same articles share a tenant.
        """
        shown = case.input["articles"]
        key = digest(shown)
        tenant = TenantId(f"eval-{key[:40]}")
        async with self._one_at_a_time:
            if key not in self._names:
                pages = [Page(one["id"], _body(one)) for one in shown]
                self._names[key] = await put_pages(self._desk, tenant, pages)
        return tenant, self._names[key]


async def put_pages(desk: Desk, tenant: TenantId, pages: Sequence[Page]) -> dict[str, str]:
    """Put articles and index them.

    Returns:
        By the id that the service gives an article, the id that the dataset gives it.
    """
    names: dict[str, str] = {}
    for start in range(0, len(pages), _AT_ONCE):
        batch = pages[start : start + _AT_ONCE]
        prepared = await asyncio.to_thread(lambda some: [prepare(one.body) for one in some], batch)
        async with desk.db.write() as session:
            for page, read in zip(batch, prepared, strict=True):
                article, _ = await put_article(
                    session, tenant, _SOURCE, page.id, page.body, prepared=read
                )
                names[article.id] = page.id
    if pages:
        await desk.indexer.drain()
    return names


def fitting_format(text: str) -> BodyFormat:
    """Markdown for a text with headings, tables, links or bold words; else plain text."""
    return "markdown" if _MARKDOWN.search(text) else "text"


def _plain(body: ArticleIn) -> dict[str, Any]:
    return body.model_dump(mode="json", exclude_none=True)


def _body(shown: Mapping[str, Any]) -> ArticleIn:
    return ArticleIn.model_validate({name: one for name, one in shown.items() if name != "id"})
