"""Suites are found by file, by folder and by the name of a bundled one."""

from pathlib import Path

import pytest

from copilot.evals.errors import SuiteError
from copilot.evals.suite_file import find_suites


@pytest.fixture
def bundled(tmp_path: Path) -> Path:
    """Bundled suites, one of them named unlike its file, one faulty."""
    suites = tmp_path / "bundled" / "suites"
    suites.mkdir(parents=True)
    (suites / "kb-en.yaml").write_text("name: kb-retrieval-en\n")
    (suites / "mail.yml").write_text("name: mail\n")
    (suites / "broken.yaml").write_text("name: [\n")
    (suites / "notes.txt").write_text("")
    return suites.parent


def test_suites_are_found_by_file_folder_and_name(bundled: Path, tmp_path: Path) -> None:
    suites = bundled / "suites"
    everything = [suites / "broken.yaml", suites / "kb-en.yaml", suites / "mail.yml"]
    assert find_suites([suites], bundled) == everything
    assert find_suites([bundled], bundled) == everything
    for name in ("kb-retrieval-en", "kb-en"):
        assert find_suites([name], bundled) == [suites / "kb-en.yaml"]
        assert find_suites([Path(name)], suites) == [suites / "kb-en.yaml"]
    assert find_suites(["mail", suites / "broken.yaml", suites], bundled) == [
        suites / "mail.yml",
        suites / "broken.yaml",
        suites / "kb-en.yaml",
    ]
    odd = tmp_path / "suite.txt"
    odd.write_text("")
    assert find_suites([odd], bundled) == [odd]
    assert find_suites([], bundled) == []


def test_a_folder_is_not_searched_further_down(bundled: Path) -> None:
    deeper = bundled / "suites" / "runs"
    deeper.mkdir()
    (deeper / "x.yaml").write_text("")
    assert deeper / "x.yaml" not in find_suites([bundled / "suites"], bundled)


def test_a_suite_that_is_not_there_is_told_with_the_nearest(
    bundled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = {
        "kb-retreival-en": "Did you mean `kb-retrieval-en`?",
        f"{bundled}/suites/kb-em.yaml": f"Did you mean `{bundled}/suites/kb-en.yaml`?",
        "zzz": "came with Copilot: broken, kb-en, kb-retrieval-en, mail.",
        "a\0b": "There is no such file, folder or suite.",
        "x" * 5_000: "There is no such file, folder or suite.",
    }
    monkeypatch.chdir(tmp_path)
    for path, fix in told.items():
        with pytest.raises(SuiteError) as raised:
            find_suites([path], bundled)
        assert fix in raised.value.detail, path
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(SuiteError, match="no suite in this folder"):
        find_suites([empty], bundled)
