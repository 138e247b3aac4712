"""Articles from files: a folder or zip of .md, .html and .txt with YAML front matter, or .jsonl."""

import json
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import yaml
from pydantic import ValidationError

from copilot.conversations.zips import members
from copilot.kernel.html_text import html_to_text
from copilot.kernel.text import storable
from copilot.knowledge.article import ArticleIn, BodyFormat
from copilot.knowledge.errors import UnreadableArticlesError

DEFAULT_SOURCE = "files"
"""The source of articles whose file names none."""

_FORMATS: dict[str, BodyFormat] = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".txt": "text",
}
SUFFIXES = frozenset({*_FORMATS, ".zip", ".jsonl"})
"""File kinds that can hold articles."""

_FIELDS = frozenset(ArticleIn.model_fields) - {"body", "format"}
_FRONT = re.compile(r"\A---[ \t]*\n(.{0,20000}?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.M)
_MARKDOWN_TITLE = re.compile(r"^ {0,3}#[ \t]+([^\n]{1,500})$", re.MULTILINE)
_HTML_TITLE = re.compile(
    r"<(title|h1)(?:\s[^<>]{0,500})?>(.{1,500}?)</\1\s{0,9}>", re.I | re.DOTALL
)


class Entry(NamedTuple):
    """One article, or why it cannot be read."""

    place: str
    source: str = DEFAULT_SOURCE
    external_id: str = ""
    body: ArticleIn | None = None
    fault: str | None = None


def load_articles(path: Path) -> list[tuple[str, str, ArticleIn]]:
    """Source, external id and body of every article in a file or folder.

    Raises:
        UnreadableArticlesError: There are none, or one cannot be read.
    """
    found = []
    for entry in read_articles(path):
        if entry.body is None:
            raise UnreadableArticlesError(f"{entry.place}: {entry.fault}")
        found.append((entry.source, entry.external_id, entry.body))
    if not found:
        raise UnreadableArticlesError(f"{path} holds no .md, .html, .txt or .jsonl articles.")
    return found


def read_articles(path: Path, *, name: str | None = None) -> Iterator[Entry]:
    """Every article of a file or folder, faulty ones with what is wrong with them.

    Args:
        path: A folder, or a .zip, .jsonl, .md, .html or .txt file.
        name: The file's own name, when it is kept under another.

    Raises:
        UnreadableArticlesError: It is of another kind.
        UnreadableFileError: It is a broken archive.
        FileNotFoundError: There is no such file.
    """
    if path.is_dir():
        yield from _folder(path)
        return
    name = name or path.name
    suffix = PurePosixPath(name).suffix.lower()
    if suffix == ".zip":
        for member in members(path):
            if member.fault is not None:
                yield Entry(member.name, fault=member.fault)
            else:
                yield from _file(member.name, member.content)
    elif suffix in SUFFIXES:
        yield from _file(name, path.read_bytes())
    else:
        kinds = ", ".join(sorted(SUFFIXES))
        raise UnreadableArticlesError(f"{name!r} is none of the kinds that can be read: {kinds}.")


def _folder(folder: Path) -> Iterator[Entry]:
    inside = folder.resolve()
    for path in sorted(folder.rglob("*")):
        # A link may point anywhere on this machine.
        if path.is_file() and path.resolve().is_relative_to(inside):
            yield from _file(path.relative_to(folder).as_posix(), path.read_bytes())


def _file(name: str, content: bytes) -> Iterator[Entry]:
    suffix = PurePosixPath(name).suffix.lower()
    if suffix == ".jsonl":
        for number, line in enumerate(content.splitlines(), 1):
            if line.strip():
                yield _line(f"{name}:{number}", line)
    elif suffix in _FORMATS:
        yield _page(storable(name), _decoded(content), _FORMATS[suffix])


def _line(place: str, line: bytes) -> Entry:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        row = None
    if not isinstance(row, dict):
        return Entry(place, fault="not a JSON object")
    source = row.pop("source", None) or DEFAULT_SOURCE
    return _entry(place, source, row.pop("external_id", None), row)


def _page(name: str, text: str, form: BodyFormat) -> Entry:
    front, body = _split(text)
    try:
        told = yaml.safe_load(front) if front else {}
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        return Entry(name, fault=f"the front matter is not valid YAML: {error}"[:300])
    if not isinstance(told, dict):
        return Entry(name, fault="the front matter is not a list of fields")
    # Front matter is other tools' too: what we do not know is theirs.
    row = {key: value for key, value in told.items() if key in _FIELDS and value is not None}
    row.setdefault("title", _title(body, form) or PurePosixPath(name).stem)
    source = told.get("source") or DEFAULT_SOURCE
    external_id = told.get("external_id") or str(PurePosixPath(name).with_suffix(""))
    return _entry(name, str(source), str(external_id), {**row, "body": body, "format": form})


def _split(text: str) -> tuple[str, str]:
    front = _FRONT.match(text)
    return (front.group(1), text[front.end() :]) if front else ("", text)


def _title(body: str, form: BodyFormat) -> str | None:
    if form == "markdown":
        found = _MARKDOWN_TITLE.search(body[:20_000])
        return found.group(1).strip().rstrip("#").strip() if found else None
    if form == "html":
        found = _HTML_TITLE.search(body[:100_000])
        return " ".join(html_to_text(found.group(2)).split()) if found else None
    return None


def _entry(place: str, source: Any, external_id: Any, row: dict[str, Any]) -> Entry:
    if not (isinstance(source, str) and 1 <= len(source) <= 64):
        return Entry(place, fault="source must be a text of 1 to 64 characters")
    if not (isinstance(external_id, str) and 1 <= len(external_id) <= 255):
        return Entry(place, fault="external_id must be a text of 1 to 255 characters")
    try:
        return Entry(place, source, external_id, ArticleIn.model_validate(row))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        return Entry(place, source, external_id, fault=f"{where}: {first['msg']}")


def _decoded(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")
