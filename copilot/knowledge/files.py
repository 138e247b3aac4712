"""Articles from files: one, a folder or a zip of them.

Pages are .md, .html or .txt with YAML front matter; .json and .jsonl hold our own shape or exports
of helpdesks. Everything is read as it comes: no more than one file, or one line of JSON lines, is
held at a time.
"""

import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, NamedTuple

import yaml

from copilot.conversations.zips import MAX_MEMBER_BYTES, members
from copilot.kernel.html_text import html_to_text
from copilot.kernel.text import storable
from copilot.knowledge.article import ArticleIn, BodyFormat
from copilot.knowledge.entry import DEFAULT_SOURCE, Entry, made
from copilot.knowledge.errors import UnreadableArticlesError
from copilot.knowledge.exports import Exports

_FORMATS: dict[str, BodyFormat] = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".txt": "text",
}
_LINES = frozenset({".jsonl", ".ndjson"})
_JSON = frozenset({".json", *_LINES})
SUFFIXES = frozenset({*_FORMATS, *_JSON, ".zip"})
"""File kinds that can hold articles."""

_FIELDS = frozenset(ArticleIn.model_fields) - {"body", "format"}
_FRONT = re.compile(r"\A---[ \t]*\n(.{0,20000}?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.M)
_MARKDOWN_TITLE = re.compile(r"^ {0,3}#[ \t]+([^\n]{1,500})$", re.MULTILINE)
_HTML_TITLE = re.compile(
    r"<(title|h1|h2)(?:\s[^<>]{0,500})?>(.{1,500}?)</\1\s{0,9}>", re.I | re.DOTALL
)
_TITLE_WITHIN = 300_000
_MOST_HEADINGS = 100
_LONGEST_NUMBER = 10**30
_TOO_LARGE = f"larger than the {MAX_MEMBER_BYTES // 1_000_000} MB that are read of one file"


class _Piece(NamedTuple):
    """One file: how to open it, or why it cannot be read; which share of the input it ends."""

    name: str
    open: Callable[[], BinaryIO]
    start: float
    end: float
    size: int
    fault: str | None = None


def load_articles(path: Path) -> list[tuple[str, str, ArticleIn]]:
    """Source, external id and body of every article in a file or folder.

    Raises:
        UnreadableArticlesError: There are none, or one cannot be read.
    """
    found = []
    for entry in read_articles(path):
        if entry.fault is not None:
            raise UnreadableArticlesError(f"{entry.place}: {entry.fault}")
        if entry.body is not None:
            found.append((entry.source, entry.external_id, entry.body))
    if not found:
        raise UnreadableArticlesError(
            f"{path} holds no .md, .html, .txt, .json or .jsonl articles."
        )
    return found


def read_articles(path: Path, *, name: str | None = None) -> Iterator[Entry]:
    """Every article of a file or folder, and why each of the others is none.

    Args:
        path: A folder, or a .zip, .json, .jsonl, .md, .html or .txt file.
        name: The file's own name, when it is kept under another.

    Raises:
        UnreadableArticlesError: It is of another kind.
        UnreadableFileError: It is a broken archive.
        FileNotFoundError: There is no such file.
    """
    name = name or path.name
    if not path.is_dir() and _suffix(name) not in SUFFIXES:
        kinds = ", ".join(sorted(SUFFIXES))
        raise UnreadableArticlesError(f"{name!r} is none of the kinds that can be read: {kinds}.")
    exports = Exports()
    for piece in _pieces(path, name, _JSON):
        for _, _, content in _documents(piece):
            if exports.may_need_noting(content):
                exports.note(_parsed(content))
    for piece in _pieces(path, name, SUFFIXES - {".zip"}):
        if piece.fault is not None:
            yield Entry(piece.name, fault=piece.fault, share=piece.end)
        elif _suffix(piece.name) in _JSON:
            yield from _from_json(piece, exports)
        else:
            with piece.open() as file:
                text = _decoded(file.read())
            page = _page(storable(piece.name), text, _FORMATS[_suffix(piece.name)])
            yield page._replace(share=piece.end)
    for entry in exports.left():
        yield entry._replace(share=1.0)


def _suffix(name: str) -> str:
    return PurePosixPath(name).suffix.lower()


def _pieces(path: Path, name: str, kinds: frozenset[str]) -> Iterator[_Piece]:
    def wanted(file: str) -> bool:
        return _suffix(file) in kinds

    if path.is_dir():
        yield from _folder(path, wanted)
    elif _suffix(name) == ".zip":
        start = 0.0
        for member in members(path, wanted=wanted):
            size = len(member.content)
            yield _Piece(member.name, member.open, start, member.share, size, member.fault)
            start = member.share
    elif wanted(name):
        yield _checked(_Piece(name, lambda: path.open("rb"), 0.0, 1.0, path.stat().st_size))


def _folder(folder: Path, wanted: Callable[[str], bool]) -> Iterator[_Piece]:
    inside = folder.resolve()
    paths = sorted(one for one in folder.rglob("*") if wanted(one.name))
    for number, path in enumerate(paths):
        # A link may point anywhere on this machine.
        if path.is_file() and path.resolve().is_relative_to(inside):
            name, start = path.relative_to(folder).as_posix(), number / len(paths)
            end, size = (number + 1) / len(paths), path.stat().st_size

            def opened(path: Path = path) -> BinaryIO:
                return path.open("rb")

            yield _checked(_Piece(name, opened, start, end, size))


def _checked(piece: _Piece) -> _Piece:
    if piece.size <= MAX_MEMBER_BYTES or _suffix(piece.name) in _LINES:
        return piece
    advice = ": split it, one page of the export each, or one article per line as .jsonl"
    is_json = _suffix(piece.name) == ".json"
    return piece._replace(fault=_TOO_LARGE + (advice if is_json else ""))


def _documents(piece: _Piece) -> Iterator[tuple[str, float, bytes]]:
    """Place, share of the input and bytes of each JSON document of a file."""
    if piece.fault is not None:
        return
    name = storable(piece.name)
    with piece.open() as file:
        if _suffix(piece.name) not in _LINES:
            yield name, piece.end, file.read()
            return
        read, width = 0, piece.end - piece.start
        # readline(), not iteration: one line may be as long as the file.
        lines = iter(lambda: file.readline(MAX_MEMBER_BYTES), b"")
        for number, line in enumerate(lines, 1):
            read += len(line)
            if line.strip():
                yield f"{name}:{number}", piece.start + width * read / max(read, piece.size), line


def _parsed(content: bytes) -> Any:
    try:
        return json.loads(content.removeprefix(b"\xef\xbb\xbf"))
    except (ValueError, RecursionError):
        return None


def _from_json(piece: _Piece, exports: Exports) -> Iterator[Entry]:
    in_lines = _suffix(piece.name) in _LINES
    for place, share, content in _documents(piece):
        document = _parsed(content)
        entries = exports.row if in_lines else exports.entries
        for entry in entries(place, document):
            yield entry._replace(share=share)


def _page(name: str, text: str, form: BodyFormat) -> Entry:
    front, body = _split(text)
    try:
        told = yaml.safe_load(front) if front else {}
    # The last three: what YAML's own constructors raise over odd tags.
    except (
        yaml.YAMLError, ValueError, RecursionError, LookupError, AttributeError, TypeError
    ) as error:  # fmt: skip
        return Entry(name, fault=f"the front matter is not valid YAML: {error}"[:300])
    if not isinstance(told, dict):
        return Entry(name, fault="the front matter is not a list of fields")
    # Front matter is other tools' too: what we do not know is theirs.
    row = {key: value for key, value in told.items() if key in _FIELDS and value is not None}
    row.setdefault("title", _title(body, form) or PurePosixPath(name).stem)
    source = told.get("source") or DEFAULT_SOURCE
    external_id = told.get("external_id") or str(PurePosixPath(name).with_suffix(""))
    return made(name, _word(source), _word(external_id), {**row, "body": body, "format": form})


def _word(value: Any) -> Any:
    """Numbers and dates as text. Not lists: YAML's aliases make them as long as they like."""
    if isinstance(value, int):
        return str(value) if abs(value) < _LONGEST_NUMBER else None
    return str(value) if isinstance(value, (float, date)) else value


def _split(text: str) -> tuple[str, str]:
    front = _FRONT.match(text)
    return (front.group(1), text[front.end() :]) if front else ("", text)


def _title(body: str, form: BodyFormat) -> str | None:
    if form == "markdown":
        found = _MARKDOWN_TITLE.search(body[:20_000])
        return found.group(1).strip().rstrip("#").strip() if found else None
    if form == "html":
        return _html_title(body)
    return None


def _html_title(body: str) -> str | None:
    """The heading that the page's title begins with; else the title, which may name the site."""
    title, headings = None, []
    for found in islice(_HTML_TITLE.finditer(body[:_TITLE_WITHIN]), _MOST_HEADINGS):
        words = " ".join(html_to_text(found.group(2)).split())
        if found.group(1).lower() != "title":
            headings.append((found.group(1).lower(), words))
        title = title or (words if found.group(1).lower() == "title" else None)
    if title is None:
        return next((words for tag, words in headings if tag == "h1" and words), None)
    starts = [words for _, words in headings if words and title.startswith(words)]
    return max(starts, key=len, default=title)


def _decoded(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")
