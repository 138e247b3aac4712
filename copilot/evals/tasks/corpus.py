"""Retrieval datasets in BEIR's layout: documents, queries, and which document answers which."""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, NamedTuple

from pydantic import Field

from copilot.evals.case import digest
from copilot.evals.errors import SuiteError
from copilot.evals.jsonl import file_digest, text_lines
from copilot.evals.suite import Suite
from copilot.evals.tasks.articles import Page, first_words, fitting_format
from copilot.evals.tasks.cases import CaseLine, missing_dataset, read_lines
from copilot.kernel.text import StorableText, storable
from copilot.knowledge.article import ArticleIn, BodyFormat

_CORPUS, _QUERIES = "corpus.jsonl", "queries.jsonl"
_JUDGED = ("qrels.tsv", "qrels/test.tsv")
_HEADERS = frozenset(("query-id", "query_id", "qid", "query"))
_LONGEST_TITLE = 500


class DocumentLine(CaseLine):
    """A line of ``corpus.jsonl``."""

    needs: ClassVar[str] = "_id, title and text"

    title: StorableText = ""
    text: StorableText = Field(max_length=8_000_000)
    format: BodyFormat | None = None

    def page(self) -> Page:
        """The document as an article, which must have a title and none of more than 500 signs."""
        body = ArticleIn(
            title=(self.title.strip() or first_words(self.text) or self.id)[:_LONGEST_TITLE],
            body=self.text,
            format=self.format or fitting_format(self.text),
            language=self.language,
        )
        return Page(self.id, body)


class QueryLine(CaseLine):
    """A line of ``queries.jsonl``."""

    needs: ClassVar[str] = "_id and text"

    text: str = Field(min_length=1, pattern=r"\S")


class Judged(NamedTuple):
    """A line of the judgements."""

    line: int
    query: str
    document: str
    grade: int


@dataclass(frozen=True)
class Collection:
    """A retrieval dataset.

    Attributes:
        relevant: Grades above 0 by document, by query.
        digest: SHA-256 over the three files.
    """

    documents: Sequence[Page]
    queries: Sequence[QueryLine]
    relevant: dict[str, dict[str, int]]
    digest: str


def read_collection(suite: Suite) -> Collection:
    """The suite's dataset.

    Raises:
        SuiteError: A file is missing, or something in it cannot be used.
    """
    folder = suite.dataset
    if not folder.is_dir():
        raise missing_dataset(
            suite,
            f"The dataset {folder} is not a folder.",
            f"Name a folder with {_CORPUS}, {_QUERIES} and {_JUDGED[0]}, relative to the suite.",
        )
    judgements = next((folder / one for one in _JUDGED if (folder / one).exists()), None)
    absent = [one for one in (_CORPUS, _QUERIES) if not (folder / one).exists()]
    absent += [_JUDGED[0]] if judgements is None else []
    if absent or judgements is None:
        raise missing_dataset(
            suite, f"The dataset {folder} has no {' and no '.join(absent)}.", "Add what is missing."
        )
    documents = [one.page() for _, one in read_lines(folder / _CORPUS, DocumentLine)]
    queries = [one for _, one in read_lines(folder / _QUERIES, QueryLine)]
    judged = list(_judgements(judgements))
    _check_known(judgements, judged, {one.id for one in documents}, {one.id for one in queries})
    return Collection(
        documents,
        queries,
        _relevant(judgements, judged),
        digest([file_digest(one) for one in (folder / _CORPUS, folder / _QUERIES, judgements)]),
    )


def _judgements(file: Path) -> Iterator[Judged]:
    for place, (number, text) in enumerate(text_lines(file)):
        cells = [storable(cell.strip()) for cell in text.split("\t")]
        if len(cells) != 3 or not all(cells):
            raise SuiteError(
                file,
                number,
                f"A judgement has 3 columns; here are {len([one for one in cells if one])}.",
                "Write query id, document id and grade with a tab between them.",
            )
        if place == 0 and cells[0].lower() in _HEADERS:
            continue
        try:
            grade = int(cells[2])
        except ValueError as error:
            raise SuiteError(
                file,
                number,
                f"The grade {cells[2]!r} is not a whole number.",
                "Write 1 for a relevant document, more for a better one, 0 for none.",
            ) from error
        yield Judged(number, cells[0], cells[1], grade)


def _check_known(
    file: Path, judged: Sequence[Judged], documents: AbstractSet[str], queries: AbstractSet[str]
) -> None:
    for kind, place, known in (("query", _QUERIES, queries), ("document", _CORPUS, documents)):
        unknown = [(one.line, name) for one in judged if (name := getattr(one, kind)) not in known]
        if unknown:
            line, name = unknown[0]
            others = f" (and {len(unknown) - 1} more lines like it)" if len(unknown) > 1 else ""
            raise SuiteError(
                file,
                line,
                f"The {kind} {name!r} is not in {place}{others}.",
                "Add what is missing, or take the lines out.",
            )


def _relevant(file: Path, judged: Sequence[Judged]) -> dict[str, dict[str, int]]:
    graded: dict[str, dict[str, int]] = {}
    for one in judged:
        grades = graded.setdefault(one.query, {})
        if grades.setdefault(one.document, one.grade) != one.grade:
            raise SuiteError(
                file,
                one.line,
                f"{one.document!r} has another grade for {one.query!r} on an earlier line.",
                "Keep one of the two.",
            )
    return {
        query: {document: grade for document, grade in grades.items() if grade > 0}
        for query, grades in graded.items()
    }
