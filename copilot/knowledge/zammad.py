"""Zammad's knowledge base: the assets that ``/api/v1/knowledge_bases/init`` and others give.

Tables of rows by id, which refer to each other: an answer has translations, each with one content.
The contents come only when asked for (``answer_translation_content_ids``), so an export is usually
several documents; their tables are put together. Each translation becomes an article.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from copilot.kernel import clock
from copilot.knowledge.entry import Entry, made
from copilot.knowledge.export_rows import (
    WrongFieldError,
    key,
    optional_key,
    tags,
    texts,
    time,
)
from copilot.knowledge.locales import language_tag

SOURCE = "zammad"
_PREFIX = "KnowledgeBase"
_MOST_PARENTS = 20
_CONTENT = "KnowledgeBaseAnswerTranslationContent"


class _Answer(NamedTuple):
    category: str | None
    internal_at: datetime | None
    published_at: datetime | None
    archived_at: datetime | None
    tags: list[str]


class _Translation(NamedTuple):
    id: str
    answer: str
    locale: str | None
    title: Any
    updated_at: Any


class _Category(NamedTuple):
    parent: str | None
    knowledge_base: str | None


class ZammadExport:
    """One export, however many documents it has."""

    SIGNS = (_PREFIX.encode(),)

    def __init__(self) -> None:
        self._now = clock.now()
        self._answers: dict[str, _Answer] = {}
        self._translations: dict[str, _Translation] = {}
        self._categories: dict[str, _Category] = {}
        self._titles: dict[tuple[str, str | None], str] = {}
        self._locales: dict[str, str | None] = {}
        self._system_locales: dict[str, str] = {}
        self._inactive: set[str] = set()
        self._wrong: dict[str, str] = {}
        self._done: set[str] = set()

    @staticmethod
    def is_one(document: Any) -> bool:
        """Whether a document has the shape of Zammad's assets of a knowledge base."""
        tables = _tables(document)
        return any(name.startswith(_PREFIX) for name in tables)

    def note(self, document: dict[str, Any]) -> None:
        """Take every table but the contents."""
        notes = {
            "KnowledgeBase": self._note_knowledge_base,
            "KnowledgeBaseLocale": self._note_locale,
            "Locale": self._note_system_locale,
            "KnowledgeBaseCategory": self._note_category,
            "KnowledgeBaseCategoryTranslation": self._note_category_title,
            "KnowledgeBaseAnswer": self._note_answer,
            "KnowledgeBaseAnswerTranslation": self._note_translation,
        }
        for table, rows in _tables(document).items():
            take = notes.get(_plain_name(table))
            if take is None:
                continue
            for number, row in _rows(rows):
                try:
                    take(_fields(row))
                except WrongFieldError as error:
                    self._wrong[f"{_plain_name(table)} {number}"] = str(error)

    def entries(self, place: str, document: dict[str, Any]) -> Iterator[Entry]:
        """An article for each content of a document, and what is wrong with the others."""
        for table, rows in _tables(document).items():
            if not isinstance(rows, dict | list) and table.startswith(_PREFIX):
                yield Entry(f"{place}, {table}"[:200], SOURCE, fault="a table of rows is wanted")
            elif _plain_name(table) == _CONTENT:
                for number, row in _rows(rows):
                    try:
                        entry = self._entry(f"{place}, content {number}", row)
                    except WrongFieldError as error:
                        yield Entry(f"{place}, content {number}", SOURCE, fault=str(error))
                        continue
                    if entry is not None:
                        yield entry

    def left(self) -> Iterator[Entry]:
        """Rows that could not be read, and translations whose content never came."""
        for place, fault in self._wrong.items():
            yield Entry(place, SOURCE, fault=fault)
        for content, translation in self._translations.items():
            if content in self._done:
                continue
            place, answer = f"translation {translation.id}", self._answers.get(translation.answer)
            skipped = self._why_not(answer) if answer else None
            if skipped is not None:
                yield Entry(place, SOURCE, translation.id, skipped=skipped)
            else:
                yield Entry(
                    place,
                    SOURCE,
                    translation.id,
                    fault=f"its content {content} is not in the export: ask "
                    "/api/v1/knowledge_bases/init for it as answer_translation_content_ids",
                )

    def _note_knowledge_base(self, row: dict[str, Any]) -> None:
        if row.get("active") is False:
            self._inactive.add(key(row.get("id"), "id"))

    def _note_locale(self, row: dict[str, Any]) -> None:
        system = optional_key(row.get("system_locale_id"), "system_locale_id")
        self._locales[key(row.get("id"), "id")] = system
        if system is not None and isinstance(row.get("system_locale"), dict):
            self._note_system_locale({**row["system_locale"], "id": system})

    def _note_system_locale(self, row: dict[str, Any]) -> None:
        found = row.get("locale")
        language = language_tag(found) if isinstance(found, str) else None
        if language is not None:
            self._system_locales[key(row.get("id"), "id")] = language

    def _note_category(self, row: dict[str, Any]) -> None:
        self._categories[key(row.get("id"), "id")] = _Category(
            optional_key(row.get("parent_id"), "parent_id"),
            optional_key(row.get("knowledge_base_id"), "knowledge_base_id"),
        )

    def _note_category_title(self, row: dict[str, Any]) -> None:
        category = key(row.get("category_id"), "category_id")
        locale = optional_key(row.get("kb_locale_id"), "kb_locale_id")
        if isinstance(row.get("title"), str):
            self._titles[category, locale] = row["title"][:500]

    def _note_answer(self, row: dict[str, Any]) -> None:
        self._answers[key(row.get("id"), "id")] = _Answer(
            optional_key(row.get("category_id"), "category_id"),
            time(row.get("internal_at"), "internal_at"),
            time(row.get("published_at"), "published_at"),
            time(row.get("archived_at"), "archived_at"),
            texts(row.get("tags"), "tags"),
        )

    def _note_translation(self, row: dict[str, Any]) -> None:
        self._translations[key(row.get("content_id"), "content_id")] = _Translation(
            key(row.get("id"), "id"),
            key(row.get("answer_id"), "answer_id"),
            optional_key(row.get("kb_locale_id"), "kb_locale_id"),
            row.get("title"),
            row.get("updated_at"),
        )

    def _entry(self, place: str, row: Any) -> Entry | None:
        row = _fields(row)
        content = key(row.get("id"), "id")
        if content in self._done:
            return None
        translation = self._translations.get(content)
        answer = self._answers.get(translation.answer) if translation else None
        if translation is None or answer is None:
            # Whether it is published is said there alone.
            raise WrongFieldError("its answer or translation is not in the export")
        self._done.add(content)
        skipped = self._why_not(answer)
        if skipped is not None:
            return Entry(place, SOURCE, translation.id, skipped=skipped)
        locale = self._locales.get(translation.locale) if translation.locale else None
        fields = {
            "title": translation.title,
            "body": row.get("body"),
            "format": "html",
            "language": self._system_locales.get(locale) if locale else None,
            "visibility": "public" if self._is_public(answer) else "internal",
            "tags": tags(answer.tags, self._category_names(answer, translation)),
            "updated_at": translation.updated_at,
        }
        return made(place, SOURCE, translation.id, fields)

    def _why_not(self, answer: _Answer) -> str | None:
        if self._is_past(answer.archived_at):
            return "archived"
        if self._is_past(answer.published_at) or self._is_past(answer.internal_at):
            return None
        return "a draft"

    def _is_public(self, answer: _Answer) -> bool:
        category = self._categories.get(answer.category) if answer.category else None
        inactive = category is not None and category.knowledge_base in self._inactive
        return self._is_past(answer.published_at) and not inactive

    def _is_past(self, moment: datetime | None) -> bool:
        return moment is not None and moment <= self._now

    def _category_names(self, answer: _Answer, translation: _Translation) -> list[str]:
        names, at = [], answer.category
        for _ in range(_MOST_PARENTS):  # a category may be its own ancestor in a broken export
            if at is None:
                break
            name = self._titles.get((at, translation.locale)) or self._titles.get((at, None))
            names += [name] if name else []
            category = self._categories.get(at)
            at = category.parent if category else None
        return names


def _tables(document: Any) -> dict[str, Any]:
    if not isinstance(document, dict):
        return {}
    assets = document.get("assets")
    return assets if isinstance(assets, dict) else document


def _fields(row: Any) -> dict[str, Any]:
    if not isinstance(row, dict):
        raise WrongFieldError("not a JSON object")
    return row


def _plain_name(table: str) -> str:
    return table.replace("::", "")


def _rows(table: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(table, dict):
        yield from ((number[:40], row) for number, row in table.items())
    elif isinstance(table, list):
        yield from ((f"at {place}", row) for place, row in enumerate(table, 1))
