"""Zendesk Help Center: pages of its API, with or without sections, categories and translations.

The shape is that of ``GET /api/v2/help_center/…/articles.json`` and its side-loads. One article in
several languages becomes several articles: the id is Zendesk's, then the locale.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from copilot.knowledge.entry import Entry, made
from copilot.knowledge.export_rows import WrongFieldError, flag, key, optional_key, tags, texts
from copilot.knowledge.locales import language_tag

SOURCE = "zendesk"
_LISTS = ("articles", "sections", "categories", "translations")
_SINGLE = {"article": "articles", "section": "sections", "translation": "translations"}
_OWN_FIELDS = frozenset({"html_url", "section_id", "user_segment_id", "label_names", "locale"})


class _Told(NamedTuple):
    """What an article's translations do not say themselves."""

    locale: str | None
    internal: bool
    labels: list[str]
    section: str | None


class _Section(NamedTuple):
    name: str
    category: str | None


class ZendeskExport:
    """One export, however many documents it has."""

    SIGNS = (
        b'"sections"',
        b'"section"',
        b'"categories"',
        b'"translation',
        b'"article',
        b'"html_url"',
    )

    def __init__(self) -> None:
        self._sections: dict[str, _Section] = {}
        self._categories: dict[str, str] = {}
        self._articles: dict[str, _Told] = {}

    @staticmethod
    def is_one(document: Any) -> bool:
        """Whether a document has the shape of a page, or of one article."""
        if not isinstance(document, dict) or "external_id" in document:
            return False
        if any(isinstance(document.get(name), list) for name in _LISTS):
            return True
        if any(isinstance(document.get(name), dict) for name in _SINGLE):
            return True
        return "id" in document and "body" in document and bool(_OWN_FIELDS & document.keys())

    def note(self, document: dict[str, Any]) -> None:
        """Take sections, categories, and what translations of other documents need."""
        for row in _rows(document, "sections"):
            if isinstance(row, dict) and isinstance(row.get("name"), str):
                self._note_section(row)
        for row in _rows(document, "categories"):
            if isinstance(row, dict) and isinstance(row.get("name"), str):
                number = _key(row.get("id"))
                if number is not None:
                    self._categories[number] = row["name"][:500]
        for row in _rows(document, "articles"):
            if isinstance(row, dict):
                self._note_article(row)

    def entries(self, place: str, document: dict[str, Any]) -> Iterator[Entry]:
        """The articles and translations of a document."""
        for name in ("articles", "translations"):
            for number, row in enumerate(_rows(document, name), 1):
                where = (
                    f"{place}, {name} {number}" if isinstance(document.get(name), list) else place
                )
                if not isinstance(row, dict):
                    yield Entry(where, SOURCE, fault="not a JSON object")
                    continue
                try:
                    yield from self._entries(where, row, translation=name == "translations")
                except WrongFieldError as error:
                    yield Entry(where, SOURCE, fault=str(error))

    def _note_section(self, row: dict[str, Any]) -> None:
        number = _key(row.get("id"))
        if number is not None:
            self._sections[number] = _Section(row["name"][:500], _key(row.get("category_id")))

    def _note_article(self, row: dict[str, Any]) -> None:
        try:
            locale = row.get("locale")
            self._articles[key(row.get("id"), "id")] = _Told(
                locale if isinstance(locale, str) else None,
                _is_internal(row),
                texts(row.get("label_names"), "label_names"),
                optional_key(row.get("section_id"), "section_id"),
            )
        except WrongFieldError:
            # Told where the article itself is read; its translations are then of an unknown one.
            return

    def _entries(self, place: str, row: dict[str, Any], *, translation: bool) -> Iterator[Entry]:
        if translation:
            kind = row.get("source_type")
            if isinstance(kind, str) and kind.lower() != "article":
                return
            number = key(row.get("source_id"), "source_id")
            told = self._articles.get(number)
            if told is None:
                # Who may see it is said there alone.
                yield Entry(place, SOURCE, fault=f"its article {number} is not in the export")
            elif told.locale != row.get("locale"):
                yield self._entry(place, number, row, told)
            return
        number = key(row.get("id"), "id")
        labels = texts(row.get("label_names"), "label_names")
        section = optional_key(row.get("section_id"), "section_id")
        locale = row.get("locale")
        told = _Told(locale, _is_internal(row), labels, section)
        yield self._entry(place, number, row, told)
        inline = row.get("translations")
        for other in inline if isinstance(inline, list) else ():
            if not isinstance(other, dict):
                yield Entry(place, SOURCE, fault="translations: a list of objects is wanted")
            elif other.get("locale") != locale:
                where = f"{place}, {str(other.get('locale'))[:35]}"
                try:
                    yield self._entry(where, number, other, told)
                except WrongFieldError as error:
                    yield Entry(where, SOURCE, fault=str(error))

    def _entry(self, place: str, number: str, row: dict[str, Any], told: _Told) -> Entry:
        language = _language(row.get("locale"))
        external_id = f"{number}/{language}" if language else number
        skipped = _why_not(row)
        if skipped is not None:
            return Entry(place, SOURCE, external_id, skipped=skipped)
        fields = {
            "title": row.get("title") or row.get("name"),
            "body": row.get("body"),
            "format": "html",
            "url": row.get("html_url"),
            "language": language,
            "visibility": "internal" if told.internal else "public",
            "tags": tags(told.labels, self._place_names(told.section)),
            "updated_at": row.get("updated_at"),
        }
        return made(place, SOURCE, external_id, fields)

    def _place_names(self, section: str | None) -> list[str]:
        found = self._sections.get(section) if section else None
        if found is None:
            return []
        category = self._categories.get(found.category) if found.category else None
        return [found.name, category] if category else [found.name]


def _rows(document: dict[str, Any], name: str) -> list[Any]:
    # One row alone, as a line of JSON lines. A translation has its article's id beside its own,
    # and is seen by whom its article is seen.
    whole = "id" in document and "body" in document
    bare = whole and name == ("translations" if "source_id" in document else "articles")
    several = document.get(name)
    # The translations inside an article are read with it.
    if isinstance(several, list) and not (whole and name == "translations"):
        return several
    single = next((one for one, many in _SINGLE.items() if many == name), None)
    if single is not None and isinstance(document.get(single), dict):
        return [document[single]]
    return [document] if bare else []


def _is_internal(row: dict[str, Any]) -> bool:
    """Whether only some may see it: a segment of users, such as the agents, is named."""
    segments = row.get("user_segment_ids")
    return row.get("user_segment_id") is not None or (segments is not None and segments != [])


def _why_not(row: dict[str, Any]) -> str | None:
    if flag(row.get("draft"), "draft"):
        return "a draft"
    if flag(row.get("hidden"), "hidden"):
        return "hidden at its source"
    if row.get("body") is None and "body" in row:
        return "it has no text"
    return None


def _language(locale: Any) -> str | None:
    if locale is None:
        return None
    found = language_tag(locale) if isinstance(locale, str) else None
    if found is None:
        raise WrongFieldError("locale: a locale such as en-us is wanted")
    return found


def _key(value: Any) -> str | None:
    try:
        return optional_key(value, "id")
    except WrongFieldError:
        return None
