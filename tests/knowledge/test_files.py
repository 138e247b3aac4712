"""Articles from folders, zips and JSON lines."""

import json
import tracemalloc
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from copilot.conversations.errors import UnreadableFileError
from copilot.knowledge import files
from copilot.knowledge.errors import UnreadableArticlesError
from copilot.knowledge.files import load_articles, read_articles
from tests.timing import ends

PAGE = """---
external_id: returns-en
title: "Returns: how"
language: en
visibility: internal
tags: [returns, money]
url: https://x.example/returns
updated_at: 2026-01-19T09:00:00Z
layout: ours-not
---

# Heading

Within 30 days.
"""


def test_a_folder_of_pages(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "returns.md").write_text(PAGE)
    (tmp_path / "plain.txt").write_text("Just text.")
    (tmp_path / "page.html").write_bytes("<title>Käyttö &amp; hoito</title><p>Hyvä</p>".encode())
    (tmp_path / "old.html").write_bytes(b"<h1>Caf\xe9</h1>")
    (tmp_path / "bare.md").write_text("# From heading #\n\ntext")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    found = {external_id: (source, body) for source, external_id, body in load_articles(tmp_path)}
    assert set(found) == {"returns-en", "plain", "page", "old", "bare"}
    source, page = found["returns-en"]
    assert source == "files"
    assert page.title == "Returns: how"
    assert page.visibility == "internal"
    assert page.tags == ["returns", "money"]
    assert page.updated_at == datetime(2026, 1, 19, 9, tzinfo=UTC)
    assert page.body.startswith("\n# Heading")
    assert found["page"][1].title == "Käyttö & hoito"
    assert found["old"][1].title == "Café"
    assert found["bare"][1].title == "From heading"
    assert found["plain"][1].format == "text"


def test_json_lines(tmp_path: Path) -> None:
    rows = [
        {"source": "hc", "external_id": "1", "title": "A", "body": "a"},
        {"external_id": "2", "title": "B"},
        {"title": "C", "body": "c"},
        {"external_id": "4", "title": "D", "body": "d", "surprise": 1},
    ]
    path = tmp_path / "articles.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)) + "\n\nnot json\n[1]\n")
    entries = list(read_articles(path))
    assert [(one.source, one.external_id) for one in entries if one.body] == [("hc", "1")]
    faults = {one.place.rsplit(":", 1)[1]: one.fault or "" for one in entries if one.fault}
    assert faults.keys() == {"2", "3", "4", "6", "7"}
    assert "body" in faults["2"]
    assert "external_id" in faults["3"]
    assert "surprise" in faults["4"]
    with pytest.raises(UnreadableArticlesError, match=r"articles\.jsonl:2"):
        load_articles(path)


def test_a_zip_is_read_without_unpacking(tmp_path: Path) -> None:
    path = tmp_path / "pages.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../etc/returns.md", PAGE)
        archive.writestr("sub/other.md", "# Other\n\ntext")
        archive.writestr("bomb.txt", "0" * 70_000_000)
        archive.writestr("__MACOSX/._other.md", "x")
    entries = list(read_articles(path))
    assert {one.external_id for one in entries if one.body} == {"returns-en", "sub/other"}
    (bomb,) = [one for one in entries if one.fault]
    assert "larger than" in (bomb.fault or "")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["pages.zip"]


@pytest.mark.parametrize(
    "front",
    ["title: [unclosed", "- a\n- b", "title: {a: b}", "a: &a [x]\ntags: [*a, *a]", "title: ''"],
)
def test_broken_front_matter_is_told(tmp_path: Path, front: str) -> None:
    (tmp_path / "page.md").write_text(f"---\n{front}\n---\nbody")
    (entry,) = read_articles(tmp_path)
    assert entry.body is None
    assert entry.fault


def test_yaml_cannot_make_objects_or_grow(tmp_path: Path) -> None:
    front = "title: !!python/object/apply:os.system ['true']"
    (tmp_path / "page.md").write_text(f"---\n{front}\n---\nbody")
    (entry,) = read_articles(tmp_path)
    assert "not valid YAML" in (entry.fault or "")
    laughs = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n"
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    (tmp_path / "page.md").write_text(f"---\n{laughs}tags: *i\n---\nbody")
    (entry,) = read_articles(tmp_path)
    assert entry.body is None


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("# Secret\n\nx")
    (tmp_path / "kb").mkdir()
    (tmp_path / "kb" / "link.md").symlink_to(tmp_path / "secret.md")
    assert list(read_articles(tmp_path / "kb")) == []


def test_other_files_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF")
    (tmp_path / "a.zip").write_bytes(b"not a zip")
    with pytest.raises(UnreadableArticlesError, match="none of the kinds"):
        load_articles(tmp_path / "a.pdf")
    with pytest.raises(UnreadableFileError):
        load_articles(tmp_path / "a.zip")
    (tmp_path / "empty").mkdir()
    with pytest.raises(UnreadableArticlesError, match="holds no"):
        load_articles(tmp_path / "empty")
    with pytest.raises(FileNotFoundError):
        load_articles(tmp_path / "missing.md")


@pytest.mark.parametrize(
    ("page", "title"),
    [
        ("<title>Returns | Shop</title><h1>Shop</h1><h1>Returns</h1>", "Returns"),
        ("<title>Pausing : Shop Support</title><h1>Shop Support</h1><h2>Pausing</h2>", "Pausing"),
        ("<title>Returns</title><h1>Something else</h1>", "Returns"),
        ("<h2>Aside</h2><h1>Returns &amp; refunds</h1>", "Returns & refunds"),
        ("<p>nothing</p>", "page"),
    ],
)
def test_a_page_is_called_what_its_heading_says(tmp_path: Path, page: str, title: str) -> None:
    (tmp_path / "page.html").write_text(page)
    ((_, _, body),) = load_articles(tmp_path)
    assert body.title == title


def test_headings_without_end_take_no_longer_than_the_page(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<h2>x</h2>" * 500_000 + "<title>" * 100_000)
    with ends():
        ((_, _, body),) = load_articles(tmp_path)
    assert body.title == "page"


def test_what_is_too_large_is_told_and_json_lines_may_be_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MAX_MEMBER_BYTES", 1_000)
    row = json.dumps({"external_id": "1", "title": "A", "body": "a"})
    (tmp_path / "lines.jsonl").write_text("\n".join([row] * 100))
    (tmp_path / "page.md").write_text("x" * 2_000)
    (tmp_path / "whole.json").write_text(f"[{', '.join([row] * 100)}]")
    (tmp_path / "one.jsonl").write_text(json.dumps({"title": "t" * 2_000}))
    entries = list(read_articles(tmp_path))
    assert len([one for one in entries if one.body]) == 100
    faults = {one.place: one.fault or "" for one in entries if one.fault}
    assert "larger than" in faults["page.md"]
    assert "as .jsonl" in faults["whole.json"]
    assert "one.jsonl:1" in faults
    shares = [one.share for one in entries]
    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_json_lines_are_not_held_in_memory(tmp_path: Path) -> None:
    path = tmp_path / "articles.jsonl"
    with path.open("w") as file:
        for number in range(2_000):
            row = {"external_id": str(number), "title": "A", "body": "a" * 10_000}
            file.write(json.dumps(row) + "\n")
    tracemalloc.start()
    try:
        count = sum(1 for one in read_articles(path) if one.body)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == 2_000
    assert peak < 2_000_000 < path.stat().st_size


@pytest.mark.parametrize(
    "front",
    [
        "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
        + "".join(
            f"{new}: &{new} [{', '.join([f'*{old}'] * 10)}]\n"
            for old, new in zip("abcdefgh", "bcdefghi", strict=True)
        )
        + "external_id: *i",
        "external_id: 0x" + "F" * 6000,
        "external_id: !!bool x",
        "external_id: !!timestamp x",
        'external_id: !!int ""',
    ],
    ids=["aliases", "number", "bool", "timestamp", "int"],
)
def test_odd_front_matter_is_a_fault_and_takes_no_time(tmp_path: Path, front: str) -> None:
    file = tmp_path / "page.md"
    file.write_text(f"---\n{front}\n---\n# Title\n\nText.", "utf-8")
    (entry,) = read_articles(file)
    assert entry.fault is not None
