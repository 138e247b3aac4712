"""Files of lines: every fault is told with its file and line."""

import hashlib
import os
from pathlib import Path

import pytest

from copilot.evals import jsonl
from copilot.evals.errors import SuiteError
from copilot.evals.jsonl import file_digest, json_lines, text_lines


def test_lines_are_numbered_as_an_editor_does(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes('\ufeff{"id": "ä"}\r\n\n  \n{"id": 2}'.encode())
    assert [tuple(one) for one in json_lines(file)] == [(1, {"id": "ä"}), (4, {"id": 2})]


@pytest.mark.parametrize(
    ("content", "line", "told"),
    [
        (b"", None, "empty"),
        (b"\n \n", None, "empty"),
        (b'{"id": 1}\n{"id": \xff}\n', 2, "UTF-8"),
        ('{"id": 1}'.encode("utf-16"), 1, "UTF-8"),
        (b'{"id": 1}\n\n{"id": 2\n', 3, "not JSON"),
        (b'{"id": 1} {"id": 2}\n', 1, "not JSON"),
        (b'{"id": NaN}\n', 1, "NaN"),
        (b'{"id": ' + b"[" * 200_000 + b"\n", 1, "nested too deeply"),
        (b"[1]\n", 1, "not a JSON object"),
        (b'{"id": "\\ud83d"}\n', 1, "surrogate"),
    ],
    ids=range(10),
)
def test_a_fault_is_told_with_its_place(
    tmp_path: Path, content: bytes, line: int | None, told: str
) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes(content)
    with pytest.raises(SuiteError, match=told) as caught:
        list(json_lines(file))
    assert (caught.value.file, caught.value.line) == (file, line)
    place = f"{file}:{line}: " if line else f"{file}: "
    assert caught.value.detail.startswith(place)


def test_whole_pairs_of_surrogates_are_characters(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text('{"id": "\\ud83d\\ude00"}\n')
    assert next(json_lines(file)).value == {"id": "😀"}


def test_a_line_has_a_longest_length(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonl, "_LONGEST_LINE", 20)
    file = tmp_path / "a.jsonl"
    file.write_text('{"id": 1}\n{"id": "' + "x" * 20 + '"}\n')
    with pytest.raises(SuiteError, match=":2: This line is longer"):
        list(json_lines(file))


def test_what_is_no_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match="There is no such file"):
        list(text_lines(tmp_path / "none"))
    with pytest.raises(SuiteError, match="not a file"):
        list(text_lines(tmp_path))


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_what_may_not_be_read_is_told(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text("{}")
    file.chmod(0)
    with pytest.raises(SuiteError, match="cannot be read"):
        list(text_lines(file))


def test_a_digest_is_of_the_bytes(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"abc")
    assert file_digest(file) == hashlib.sha256(b"abc").hexdigest()
