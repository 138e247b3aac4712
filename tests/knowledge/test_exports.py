"""Exports of helpdesks: what becomes of each article, and that no export can crash an import."""

import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copilot.knowledge.entry import Entry
from copilot.knowledge.exports import Exports
from copilot.knowledge.files import load_articles, read_articles
from copilot.knowledge.locales import language_tag

ZENDESK: dict[str, Any] = {
    "count": 4,
    "next_page": None,
    "articles": [
        {
            "id": 360001,
            "url": "https://kk.zendesk.example/api/v2/help_center/en-us/articles/360001.json",
            "html_url": "https://kk.zendesk.example/hc/en-us/articles/360001-Returns",
            "title": "Returns",
            "name": "Returns",
            "body": "<p>Within <b>30 days</b>.</p>",
            "locale": "en-us",
            "source_locale": "en-us",
            "draft": False,
            "label_names": ["returns", "money"],
            "section_id": 77,
            "user_segment_id": None,
            "updated_at": "2026-01-19T09:00:00Z",
            "outdated": False,
            "translations": [
                {"locale": "en-us", "title": "Returns", "body": "<p>the same</p>"},
                {
                    "locale": "fi",
                    "title": "Palautukset",
                    "body": "<p>30 päivää</p>",
                    "draft": False,
                },
                {"locale": "sv", "title": "Returer", "body": "<p>utkast</p>", "draft": True},
            ],
        },
        {
            "id": 360002,
            "html_url": "https://kk.zendesk.example/hc/en-us/articles/360002",
            "title": "Refunds above 500 €",
            "body": "<p>Ask a supervisor.</p>",
            "locale": "en-us",
            "draft": False,
            "label_names": [],
            "section_id": 77,
            "user_segment_id": 12,
        },
        {"id": 360003, "title": "Not yet", "body": "<p>x</p>", "locale": "en-us", "draft": True},
        {"id": 360004, "title": "Empty", "body": None, "locale": "en-us", "draft": False},
    ],
    "sections": [{"id": 77, "name": "Orders", "category_id": 5, "locale": "en-us"}],
    "categories": [{"id": 5, "name": "Shop", "locale": "en-us"}],
}

STRUCTURE: dict[str, Any] = {
    "KnowledgeBase": {"1": {"id": 1, "active": True, "kb_locale_ids": [1, 2]}},
    "KnowledgeBaseLocale": {
        "1": {"id": 1, "knowledge_base_id": 1, "system_locale_id": 8, "primary": True},
        "2": {"id": 2, "knowledge_base_id": 1, "system_locale_id": 9, "primary": False},
    },
    "Locale": {"8": {"id": 8, "locale": "fi"}, "9": {"id": 9, "locale": "en-us"}},
    "KnowledgeBaseCategory": {
        "3": {"id": 3, "knowledge_base_id": 1, "parent_id": None},
        "4": {"id": 4, "knowledge_base_id": 1, "parent_id": 3},
    },
    "KnowledgeBaseCategoryTranslation": {
        "30": {"id": 30, "category_id": 3, "kb_locale_id": 1, "title": "Kauppa"},
        "40": {"id": 40, "category_id": 4, "kb_locale_id": 1, "title": "Palautukset"},
    },
    "KnowledgeBaseAnswer": {
        "10": {
            "id": 10,
            "category_id": 4,
            "internal_at": "2025-01-01T00:00:00Z",
            "published_at": "2025-02-01T00:00:00.123Z",
            "archived_at": None,
            "tags": ["raha"],
            "translation_ids": [100, 101],
        },
        "11": {"id": 11, "category_id": 4, "internal_at": "2025-01-01T00:00:00Z"},
        "12": {"id": 12, "category_id": 4, "published_at": "2999-01-01T00:00:00Z"},
        "13": {
            "id": 13,
            "category_id": 4,
            "published_at": "2025-01-01T00:00:00Z",
            "archived_at": "2025-06-01T00:00:00Z",
        },
    },
    "KnowledgeBaseAnswerTranslation": {
        str(number): {
            "id": number,
            "answer_id": answer,
            "kb_locale_id": locale,
            "content_id": number + 900,
            "title": f"Title {number}",
            "updated_at": "2026-01-12T09:17:11.874Z",
        }
        for number, answer, locale in [
            (100, 10, 1),
            (101, 10, 2),
            (110, 11, 1),
            (120, 12, 1),
            (130, 13, 1),
        ]
    },
}


def contents(*numbers: int) -> dict[str, Any]:
    rows = {str(one): {"id": one, "body": f"<p>Body {one}</p>"} for one in numbers}
    return {"KnowledgeBaseAnswerTranslationContent": rows}


def read(path: Path) -> dict[str, Entry]:
    """The entries by external id, or by place where there is none."""
    return {one.external_id or one.place: one for one in read_articles(path)}


def save(path: Path, *documents: Any) -> Path:
    path.write_text("\n".join(json.dumps(one) for one in documents), encoding="utf-8")
    return path


def test_zendesk(tmp_path: Path) -> None:
    found = read(save(tmp_path / "page.json", ZENDESK))
    assert {one.source for one in found.values()} == {"zendesk"}
    returns = found["360001/en-US"].body
    assert returns is not None
    assert (returns.title, returns.language, returns.visibility) == ("Returns", "en-US", "public")
    assert returns.url == "https://kk.zendesk.example/hc/en-us/articles/360001-Returns"
    assert returns.tags == ["returns", "money", "Orders", "Shop"]
    assert returns.updated_at == datetime(2026, 1, 19, 9, tzinfo=UTC)
    assert (returns.format, returns.body) == ("html", "<p>Within <b>30 days</b>.</p>")
    finnish = found["360001/fi"].body
    assert finnish is not None
    assert (finnish.title, finnish.tags) == ("Palautukset", returns.tags)
    internal = found["360002/en-US"].body
    assert internal is not None
    assert internal.visibility == "internal"
    skipped = {name: one.skipped for name, one in found.items() if one.skipped}
    assert skipped == {
        "360001/sv": "a draft",
        "360003/en-US": "a draft",
        "360004/en-US": "it has no text",
    }
    assert not [one.fault for one in found.values() if one.fault]


def test_zendesk_pages_in_a_zip_put_together(tmp_path: Path) -> None:
    translation = {
        "id": 1,
        "source_id": 360002,
        "source_type": "Article",
        "locale": "fi",
        "title": "Isot hyvitykset",
        "body": "<p>Kysy esimieheltä.</p>",
        "draft": False,
    }
    section = {**translation, "source_id": 77, "source_type": "Section"}
    own = {**translation, "locale": "en-us"}
    orphan = {**translation, "source_id": 999}
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        # The names say nothing, and come before what they need.
        pages = {
            "a.json": {"translations": [translation, section, own, orphan]},
            "b.json": {"articles": ZENDESK["articles"]},
            "c.json": {"sections": ZENDESK["sections"]},
            "d.json": {"categories": ZENDESK["categories"]},
            "package.json": {"name": "something else"},
        }
        for name, page in pages.items():
            archive.writestr(name, json.dumps(page))
    entries = list(read_articles(path))
    found = {one.external_id: one.body for one in entries if one.body}
    assert set(found) == {"360001/en-US", "360001/fi", "360002/en-US", "360002/fi"}
    # Who may see a translation is what its article says.
    assert found["360002/fi"].visibility == "internal"
    assert found["360002/fi"].tags == ["Orders", "Shop"]
    assert [one.fault for one in entries if one.fault] == ["its article 999 is not in the export"]
    assert "package.json" in {one.place for one in entries if one.skipped}
    shares = [one.share for one in entries]
    assert shares == sorted(shares)
    assert shares[-1] == 1


@pytest.mark.parametrize("as_pages", [True, False])
def test_zendesk_as_json_lines(tmp_path: Path, as_pages: bool) -> None:
    rows = [ZENDESK] if as_pages else [{"sections": ZENDESK["sections"]}, *ZENDESK["articles"]]
    found = {
        one.external_id for one in read_articles(save(tmp_path / "a.jsonl", *rows)) if one.body
    }
    assert found == {"360001/en-US", "360001/fi", "360002/en-US"}


@pytest.mark.parametrize("kind", ["jsonl", "json"])
def test_a_translation_by_itself_is_seen_by_whom_its_article_is(tmp_path: Path, kind: str) -> None:
    site = "https://help.example/hc"
    article = {
        "id": 5, "title": "Limits", "body": "<p>Up to 100.</p>", "locale": "en-us", "draft": False,
        "user_segment_id": 77, "html_url": f"{site}/en-us/articles/5", "section_id": 1,
    }  # fmt: skip
    translation = {
        "id": 900, "source_id": 5, "source_type": "Article", "title": "Rajat", "locale": "fi",
        "body": "<p>Enintään 100.</p>", "draft": False, "html_url": f"{site}/fi/articles/5",
    }  # fmt: skip
    rows = [article, translation]
    file = save(tmp_path / f"a.{kind}", *(rows if kind == "jsonl" else [rows]))
    found = {one.external_id: one.body.visibility for one in read_articles(file) if one.body}
    assert found == {"5/en-US": "internal", "5/fi": "internal"}


def test_zammad(tmp_path: Path) -> None:
    save(tmp_path / "contents.json", {"assets": contents(1000, 1001, 1010, 1020, 1030)})
    save(tmp_path / "init.json", {"assets": STRUCTURE})
    found = read(tmp_path)
    public = found["100"].body
    assert public is not None
    assert (found["100"].source, public.title, public.body) == (
        "zammad",
        "Title 100",
        "<p>Body 1000</p>",
    )
    assert (public.language, public.visibility) == ("fi", "public")
    assert public.tags == ["raha", "Palautukset", "Kauppa"]
    assert public.updated_at == datetime(2026, 1, 12, 9, 17, 11, 874000, tzinfo=UTC)
    english, internal = found["101"].body, found["110"].body
    assert english is not None
    assert internal is not None
    assert (english.language, english.visibility) == ("en-US", "public")
    assert internal.visibility == "internal"
    skipped = {name: one.skipped for name, one in found.items() if one.skipped}
    assert skipped == {"120": "a draft", "130": "archived"}
    assert not [one.fault for one in found.values() if one.fault]


def test_zammad_without_what_it_takes(tmp_path: Path) -> None:
    save(tmp_path / "a.json", {**STRUCTURE, **contents(1000, 5555)})
    found = list(read_articles(tmp_path / "a.json"))
    assert [one.external_id for one in found if one.body] == ["100"]
    faults = {one.place: one.fault or "" for one in found if one.fault}
    assert "answer_translation_content_ids" in faults["translation 101"]
    assert "not in the export" in faults["a.json, content 5555"]
    # What is not to be imported anyway needs no content.
    assert "translation 120" not in faults


def test_a_knowledge_base_that_is_off_is_for_agents_alone(tmp_path: Path) -> None:
    off = {**STRUCTURE, "KnowledgeBase": [{"id": 1, "active": False}], **contents(1000)}
    body = read(save(tmp_path / "a.json", off))["100"].body
    assert body is not None
    assert body.visibility == "internal"


def test_a_list_of_articles_in_our_own_shape(tmp_path: Path) -> None:
    rows = [{"external_id": "1", "title": "A", "body": "a"}, {"external_id": "2", "title": "B"}, 3]
    entries = list(read_articles(save(tmp_path / "a.json", rows)))
    assert [one.external_id for one in entries if one.body] == ["1"]
    assert len([one for one in entries if one.fault]) == 2


@pytest.mark.parametrize(
    "change",
    [
        {"draft": "false"},
        {"locale": 5},
        {"locale": "../../etc"},
        {"id": True},
        {"id": -1},
        {"id": 10**200},
        {"label_names": "a"},
        {"label_names": [1]},
        {"section_id": {}},
        {"title": None, "name": None},
        {"title": "t" * 501},
        {"body": ["x"]},
        {"html_url": 3},
        {"updated_at": "yesterday"},
        {"updated_at": 1e400},
        {"updated_at": "0001-01-01T00:00:00+14:00"},
    ],
    ids=str,
)
def test_a_field_of_the_wrong_type_is_told(tmp_path: Path, change: dict[str, Any]) -> None:
    article = {**ZENDESK["articles"][1], **change}
    entries = list(read_articles(save(tmp_path / "a.json", {"articles": [article]})))
    assert [bool(one.fault) for one in entries] == [True]


def test_broken_and_deep_documents_are_told(tmp_path: Path) -> None:
    (tmp_path / "broken.json").write_text('{"articles": [{"id": 1')
    (tmp_path / "deep.json").write_text('{"articles":' + "[" * 200_000 + "]" * 200_000 + "}")
    (tmp_path / "long.json").write_text('{"articles": [{"id": ' + "9" * 10_000 + "}]}")
    (tmp_path / "bytes.json").write_bytes(b"\xff\xfe\x00")
    entries = list(read_articles(tmp_path))
    assert {one.place for one in entries if one.fault} == {
        "broken.json",
        "deep.json",
        "long.json",
        "bytes.json",
    }


def test_a_category_may_be_its_own_parent(tmp_path: Path) -> None:
    ring = {"3": {"id": 3, "parent_id": 4}, "4": {"id": 4, "parent_id": 3}}
    document = {**STRUCTURE, "KnowledgeBaseCategory": ring, **contents(1000)}
    body = read(save(tmp_path / "a.json", document))["100"].body
    assert body is not None
    assert body.tags == ["raha", "Palautukset", "Kauppa"]


ANY = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["1", "10", "fi", "en-us", "2025-01-01T00:00:00Z", 10, 100, 1000, 1]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=5,
)


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_no_export_crashes_an_import(data: st.DataObject) -> None:
    document: dict[str, Any] = json.loads(json.dumps({**ZENDESK, **STRUCTURE, **contents(1000)}))
    if data.draw(st.booleans()):
        document = {name: document[name] for name in ("articles", "sections", "categories")}
        document["translations"] = [
            {"source_id": 360001, "locale": "de", "title": "x", "body": "y"}
        ]
    for _ in range(data.draw(st.integers(1, 4))):
        at: Any = document
        while True:
            keys = list(at) if isinstance(at, dict) else list(range(len(at)))
            key = data.draw(st.sampled_from(keys))
            inner = at[key]
            if isinstance(inner, dict | list) and inner and data.draw(st.booleans()):
                at = inner
                continue
            at[key] = data.draw(ANY)
            break
    exports = Exports()
    exports.note(document)
    for entry in [*exports.entries("a", document), *exports.row("b", document), *exports.left()]:
        assert sum(one is not None for one in (entry.body, entry.fault, entry.skipped)) == 1


@pytest.mark.parametrize(
    ("locale", "tag"),
    [
        ("en-us", "en-US"),
        ("fi", "fi"),
        ("zh_hant_tw", "zh-Hant-TW"),
        ("es-419", "es-419"),
        ("x", None),
    ],
)
def test_locales(locale: str, tag: str | None) -> None:
    assert language_tag(locale) == tag


def test_skipped_ones_do_not_stop_loading(tmp_path: Path) -> None:
    loaded = load_articles(save(tmp_path / "page.json", ZENDESK))
    assert [external_id for _, external_id, _ in loaded] == [
        "360001/en-US",
        "360001/fi",
        "360002/en-US",
    ]
