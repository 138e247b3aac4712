"""The public sets that retrieval is measured on: passages, searches, and what is right.

Each is a folder as its publisher's licence allows it to be kept (its ``SOURCE.md`` says which):
``tau_banking_kb`` (Sierra, MIT), ``dstc10_spoken_faq`` (Amazon, Apache-2.0), ``dstc11t5_val``
(Amazon, CDLA-Sharing 1.0), ``banking77`` (PolyAI, CC BY 4.0), ``fi_paraphrase`` (TurkuNLP,
CC BY-SA 4.0), ``fi_routing`` (A. Ajanki, CC BY 4.0). Nothing is copied into the project.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from copilot.conversations.conversation import Author, Conversation, ConversationIn, MessageIn
from copilot.conversations.flow import inline
from copilot.knowledge.article import Article
from copilot.knowledge.passages import Cut, cut_article

Row = dict[str, Any]
_START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


class Search(NamedTuple):
    """One search.

    Attributes:
        turns: What was said, oldest first: who (``customer`` or ``agent``) and what.
        right: Positions of the documents that are right, or the label that is.
    """

    turns: list[tuple[str, str]]
    right: frozenset[int] | str

    def last(self, turns: int) -> str:
        """The last ``turns`` turns as one text."""
        return "\n".join(text for _, text in self.turns[-turns:])

    def conversation(self, language: str) -> Conversation:
        """The same as a conversation."""
        messages = [
            MessageIn(
                external_id=f"m{n}",
                author=Author(role=role),  # type: ignore[arg-type]
                sent_at=_START + timedelta(minutes=n),
                text=text,
            )
            for n, (role, text) in enumerate(self.turns)
        ]
        return inline(ConversationIn(channel="chat", language=language, messages=messages))


class Set(NamedTuple):
    """One data set.

    Attributes:
        passages: The document's position, and its passage.
        labels: Each document's label, where nearest ones vote; else empty.
        turns: How many of the last turns are the search text of the plain baselines.
        nearest: How many nearest vote.
    """

    name: str
    language: str
    passages: list[tuple[int, Cut]]
    documents: int
    labels: list[str]
    searches: list[Search]
    turns: int = 1
    nearest: int = 0


def _rows(file: Path) -> Iterator[Row]:
    with file.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def _turns(row: Row) -> list[tuple[str, str]]:
    if "dialog" not in row:
        return [("customer", str(row["text"]))]
    return [
        ("agent" if one["speaker"] == "S" else "customer", one["text"]) for one in row["dialog"]
    ]


def _judged(folder: Path, name: str, language: str, turns: int, keep: Callable[[Row], bool]) -> Set:
    documents = list(_rows(folder / "corpus.jsonl"))
    place = {row["id"]: n for n, row in enumerate(documents)}
    right: dict[str, set[int]] = {}
    for line in (folder / "qrels.tsv").read_text("utf-8").splitlines()[1:]:
        search, document, *_ = line.split("\t")
        if document in place:
            right.setdefault(search, set()).add(place[document])
    searches = [
        Search(_turns(row), frozenset(right[row["id"]]))
        for row in _rows(folder / "queries.jsonl")
        if row["id"] in right and keep(row)
    ]
    cuts = [(n, cut) for n, row in enumerate(documents) for cut in _cuts(row, language)]
    return Set(name, language, cuts, len(documents), [], searches, turns)


def _cuts(row: Row, language: str) -> Sequence[Cut]:
    """A document's passages: cut as an article; an entity is the article of its questions."""
    title, heading = row.get("entity") or row.get("title") or "", ""
    if row.get("entity") and row.get("title"):
        heading = row["title"]
    if not title:
        return [Cut("", row["text"])]
    body = f"# {heading}\n\n{row['text']}" if heading else row["text"]
    return cut_article(
        Article(
            id=str(row["id"]),
            source="set",
            external_id=str(row["id"]),
            title=title,
            text=body,
            url=None,
            language=language,
            visibility="public",
            tags=[],
            updated_at=_START,
        )
    )


def _voted(folder: Path, name: str, language: str, corpus: str, label: str, nearest: int) -> Set:
    documents = list(_rows(folder / corpus))
    searches = [Search(_turns(row), row[label]) for row in _rows(folder / "queries.jsonl")]
    cuts = [(n, Cut("", row["text"])) for n, row in enumerate(documents)]
    labels = [row[label] for row in documents]
    return Set(name, language, cuts, len(documents), labels, searches, nearest=nearest)


def own(folder: Path, name: str) -> Set:
    """One of this project's own retrieval data sets (BEIR layout), ``kb_en`` or ``kb_fi``."""
    documents = list(_rows(folder / "corpus.jsonl"))
    place = {row["_id"]: n for n, row in enumerate(documents)}
    right: dict[str, set[int]] = {}
    for line in (folder / "qrels.tsv").read_text("utf-8").splitlines()[1:]:
        search, document, grade = line.split("\t")
        if float(grade) > 0:
            right.setdefault(search, set()).add(place[document])
    searches = [
        Search([("customer", row["text"])], frozenset(right[row["_id"]]))
        for row in _rows(folder / "queries.jsonl")
        if row["_id"] in right
    ]
    language = name[-2:]
    cuts = [
        (n, cut)
        for n, row in enumerate(documents)
        for cut in _cuts({**row, "id": row["_id"]}, language)
    ]
    return Set(name, language, cuts, len(documents), [], searches)


def _everything(_row: Row) -> bool:
    return True


def _low(row: Row) -> bool:
    return bool(row["stratum"] == "low")


SETS: dict[str, Callable[[Path], Set]] = {
    "tau_banking_kb": lambda f: _judged(f, "tau_banking_kb", "en", 1, _everything),
    "dstc10_spoken_faq": lambda f: _judged(f, "dstc10_spoken_faq", "en", 4, _everything),
    "dstc11t5_val": lambda f: _judged(f, "dstc11t5_val", "en", 3, _everything),
    "banking77": lambda f: _voted(f, "banking77", "en", "corpus.jsonl", "intent", 10),
    "fi_paraphrase": lambda f: _judged(f, "fi_paraphrase", "fi", 1, _low),
    "fi_routing": lambda f: _voted(f, "fi_routing", "fi", "examples.jsonl", "unit", 15),
}
"""How each set is read from its folder."""
