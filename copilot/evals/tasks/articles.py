"""Articles of cases: read from a line or from files, put and indexed as the service does."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, NamedTuple, Self

from pydantic import Field, model_validator

from copilot.evals.case import Case, digest
from copilot.evals.lab import Desk
from copilot.evals.tasks.cases import CaseFile, CaseLine, Id, TolerantLine
from copilot.evals.tasks.orders import orders_of, put_orders
from copilot.kernel.errors import CopilotError
from copilot.kernel.ids import TenantId
from copilot.kernel.text import StorableText
from copilot.kernel.visibility import Visibility
from copilot.knowledge.article import ArticleIn, BodyFormat
from copilot.knowledge.files import load_articles
from copilot.knowledge.flow import prepare, put_article
from copilot.knowledge.plain import plain_text

_SOURCE = "eval"
_AT_ONCE = 200
_TITLE_FROM_TEXT = 80
_MARKDOWN = re.compile(r"^ {0,3}(?:#{1,6} |```|\|.*\|)|\*\*\S|\]\(", re.MULTILINE)


class Page(NamedTuple):
    """An article under the id that its dataset gives it."""

    id: str
    body: ArticleIn


class ArticleLine(TolerantLine):
    """An article written out in a case; one without a title is called by its first words."""

    other_names: ClassVar[Mapping[str, str]] = {"_id": "id", "text": "body"}

    id: Id | None = None
    title: StorableText = Field(default="", max_length=500)
    body: StorableText = Field(max_length=8_000_000)
    format: BodyFormat | None = None
    url: StorableText | None = Field(default=None, max_length=2000)
    visibility: Visibility = "public"
    language: StorableText | None = Field(default=None, max_length=35)

    def page(self, number: int) -> Page:
        """The article; one without an id is called by its number."""
        written_in = self.format or fitting_format(self.body)
        start = first_words(plain_text(self.body, written_in))
        body = ArticleIn(
            title=self.title.strip() or start or str(number),
            body=self.body,
            format=written_in,
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
        self._named: dict[str, list[dict[str, Any]]] = {}
        self.digests: dict[str, str] = {}

    def shown(self, number: int, told: list[ArticleLine] | str) -> list[dict[str, Any]]:
        """The articles that line ``number`` tells of, as they stand in its case's input.

        They stand there whole, also those from files: metrics hold a draft against them.

        Raises:
            SuiteError: The files cannot be read.
        """
        if isinstance(told, str):
            return self._from_files(number, told)
        return [_shown(one.page(place)) for place, one in enumerate(told, 1)]

    def _from_files(self, number: int, name: str) -> list[dict[str, Any]]:
        if name not in self._named:
            try:
                found = load_articles(self._file.file.parent / name)
            except (CopilotError, OSError, ValueError) as error:
                told = _why(error)
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
            # Cases that name the same files share them: a thousand copies would fill the memory.
            self._named[name] = [_shown(page) for page in pages.values()]
            self.digests[name] = digest(self._named[name])
        return self._named[name]


class Shelves:
    """Puts what each case gives where no other case finds it: with a tenant of its own.

    Args:
        desk: Where to.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._names: dict[str, Mapping[str, str]] = {}
        self._one_at_a_time = asyncio.Lock()

    async def of_case(self, case: Case) -> tuple[TenantId, Mapping[str, str]]:
        """The tenant with the case's articles and orders; and the articles' ids by the service's.

        Cases with the same articles and the same orders share a tenant, for an order that one
        case gives is none that another may know.
        """
        shown, bought = case.input["articles"], orders_of(case)
        key = digest([shown, bought])
        tenant = TenantId(f"eval-{key[:40]}")
        async with self._one_at_a_time:
            if key not in self._names:
                pages = [Page(one["id"], _body(one)) for one in shown]
                names = await put_pages(self._desk, tenant, pages)
                await put_orders(self._desk, tenant, bought)
                self._names[key] = names
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


def first_words(text: str) -> str:
    """The start of the first line of ``text``, as a title for what has none; may be empty."""
    return text.strip().partition("\n")[0].strip("# ")[:_TITLE_FROM_TEXT]


def fitting_format(text: str) -> BodyFormat:
    """Markdown for a text with headings, tables, links or bold words; else plain text."""
    return "markdown" if _MARKDOWN.search(text) else "text"


def _why(error: CopilotError | OSError | ValueError) -> str:
    if isinstance(error, CopilotError):
        return error.detail
    return f"{error.strerror}." if isinstance(error, OSError) else "No file is called so."


def _shown(page: Page) -> dict[str, Any]:
    return {"id": page.id, **page.body.model_dump(mode="json", exclude_none=True)}


def _body(shown: Mapping[str, Any]) -> ArticleIn:
    return ArticleIn.model_validate({name: one for name, one in shown.items() if name != "id"})
