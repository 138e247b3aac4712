"""The folder of an export: private, whole or not there, and nothing else is ever lost."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from copilot.evals.export import flow
from copilot.evals.export import folder as folder_module
from copilot.evals.export.coverage import Coverage, report
from copilot.evals.export.flow import check_written, collect, export_cases
from copilot.evals.export.folder import ExportFolderError, json_line, replacing, write_private
from copilot.evals.export.masking import LeakError
from copilot.kernel.blobs_obstore import ObstoreBlobs
from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId
from tests.evals.export import desk

MAIJA = {"name": "Maija Wirtanen", "emails": ["maija@posti.example"]}


def names(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


@pytest.fixture
async def reviewed(db: Database, tenant: TenantId) -> None:
    about = await desk.conversation(db, tenant, "a", "Where is my lamp?", customer=MAIJA)
    await desk.review(db, tenant, await desk.draft(db, tenant, about, "On its way, Maija."))


@pytest.mark.usefixtures("reviewed")
async def test_only_the_owner_may_read_it(
    db: Database, tenant: TenantId, blobs: ObstoreBlobs, tmp_path: Path
) -> None:
    out = tmp_path / "new" / "export"
    coverage = await export_cases(db, blobs, tenant, out)
    modes = {one: stat.S_IMODE(one.stat().st_mode) for one in (out, *out.rglob("*"))}
    assert {modes[one] for one in modes if one.is_dir()} == {0o700}
    assert {modes[one] for one in modes if one.is_file()} == {0o600}
    assert Coverage.model_validate_json((out / "coverage.json").read_bytes()) == coverage
    there = {one.relative_to(out).as_posix() for one in out.rglob("*") if one.is_file()}
    assert there == {*coverage.files, "coverage.json"}
    assert names(out.parent) == ["export"]


@pytest.mark.usefixtures("reviewed")
async def test_what_somebody_else_put_there_stays(
    db: Database, tenant: TenantId, blobs: ObstoreBlobs, tmp_path: Path
) -> None:
    out = tmp_path / "export"
    out.mkdir()
    mine = out / "notes.txt"
    mine.write_text("mine")
    with pytest.raises(ExportFolderError, match="holds something else"):
        await export_cases(db, blobs, tenant, out)
    mine.unlink()
    await export_cases(db, blobs, tenant, out)
    mine.write_text("mine")
    with pytest.raises(ExportFolderError, match=r"something else in it \(notes.txt\)"):
        await export_cases(db, blobs, tenant, out)
    assert mine.read_text() == "mine"
    mine.unlink()
    (suite,) = out.glob("draft-*.yaml")
    with suite.open("a") as file:
        file.write("gates: {similarity: '>= 0.5'}\n")
    with pytest.raises(ExportFolderError, match="was changed since"):
        await export_cases(db, blobs, tenant, out)
    assert "gates" in suite.read_text()
    with pytest.raises(ExportFolderError, match="is a file"):
        await export_cases(db, blobs, tenant, suite)


@pytest.mark.usefixtures("reviewed")
async def test_an_error_leaves_the_earlier_export(
    db: Database,
    tenant: TenantId,
    blobs: ObstoreBlobs,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    out = tmp_path / "export"
    first = await export_cases(db, blobs, tenant, out)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(flow, "report", full)
    for place in (out, tmp_path / "other"):
        with pytest.raises(OSError, match="No space"):
            await export_cases(db, blobs, tenant, place)
    assert Coverage.model_validate_json((out / "coverage.json").read_bytes()) == first
    assert not {"other"} & set(names(tmp_path))
    assert not [one for one in names(tmp_path) if "partial" in one]


@pytest.mark.usefixtures("reviewed")
async def test_what_somebody_puts_there_meanwhile_stays(
    db: Database,
    tenant: TenantId,
    blobs: ObstoreBlobs,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    out = tmp_path / "export"
    await export_cases(db, blobs, tenant, out)

    def meanwhile(coverage: Coverage) -> str:
        (out / "notes.txt").write_text("mine")
        return report(coverage)

    monkeypatch.setattr(flow, "report", meanwhile)
    with pytest.raises(ExportFolderError, match="something else in it"):
        await export_cases(db, blobs, tenant, out)
    assert (out / "notes.txt").read_text() == "mine"
    assert not [one for one in names(tmp_path) if "partial" in one]


def test_where_folders_cannot_be_exchanged_the_new_one_still_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "export"
    monkeypatch.setattr(folder_module, "_exchanged", lambda *_: False)
    for name in ("a.txt", "b.txt"):
        with replacing(out) as folder:
            write_private(folder / name, b"text")
    assert names(out) == ["b.txt"]
    assert names(tmp_path) == ["export"]


@pytest.mark.parametrize("name", ["export", "cases [1]"])
def test_a_kill_leaves_the_earlier_export(tmp_path: Path, name: str) -> None:
    out = tmp_path / name
    with replacing(out) as folder:
        write_private(folder / "a.txt", b"first")
    script = (
        "import os, sys, pathlib\n"
        "from copilot.evals.export.folder import replacing, write_private\n"
        "with replacing(pathlib.Path(sys.argv[1])) as folder:\n"
        "    write_private(folder / 'a.txt', b'second')\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(out)], capture_output=True)
    assert done.returncode == -9
    assert (out / "a.txt").read_bytes() == b"first"
    assert len(names(tmp_path)) == 2
    with replacing(out) as folder:
        write_private(folder / "b.txt", b"third")
    # And what the killed one left is gone.
    assert names(tmp_path) == [name]
    assert names(out) == ["b.txt"]


@pytest.mark.usefixtures("reviewed")
@pytest.mark.parametrize(
    ("planted", "kind"),
    [
        ("Kiitos, Wirtanen", "name"),
        ("kuva_Wirtanen_2.jpg", "name"),
        ("MAIJA@posti.example", "email"),
        ("joku@muualla.example", "email"),
    ],
)
async def test_a_leak_leaves_nothing_behind(
    db: Database,
    tenant: TenantId,
    blobs: ObstoreBlobs,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    planted: str,
    kind: str,
) -> None:
    """As if a fault of ours wrote something that had not been masked."""

    def write(line: dict[str, object]) -> bytes:
        return json_line({**line, "reference": planted})

    monkeypatch.setattr(flow, "json_line", write)
    with pytest.raises(LeakError, match=kind) as caught:
        await export_cases(db, blobs, tenant, tmp_path / "export")
    assert planted not in caught.value.detail
    assert not [one for one in names(tmp_path) if "export" in one]


@pytest.mark.usefixtures("reviewed")
async def test_a_case_that_nobody_masked_is_refused(
    db: Database, tenant: TenantId, tmp_path: Path
) -> None:
    exported = await collect(db, tenant)
    write_private(tmp_path / "train" / "cases.jsonl", json_line({"id": "x", "reference": "Hi"}))
    with pytest.raises(LeakError, match="not masked"):
        check_written(tmp_path, exported.drafts)
