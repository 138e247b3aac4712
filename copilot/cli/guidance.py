"""``copilot import processes|saved-replies|tone-guide``: what guides drafts, from files."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from copilot.cli.console import (
    FAILED,
    err,
    first_fault,
    load_settings,
    out,
    print_json,
    told_errors,
)
from copilot.cli.tenants import TenantOption, tenant_named
from copilot.guidance import store
from copilot.guidance.errors import ProcessUnreadableError
from copilot.guidance.process import Process, read_process
from copilot.guidance.saved_reply import SavedReplyIn
from copilot.kernel.errors import InvalidInputError
from copilot.kernel.text import storable
from copilot.wiring import open_core

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document: the counts and faults.")]


def processes(
    folder: Annotated[Path, typer.Argument(help="A folder of .md files, or one.", exists=True)],
    tenant: TenantOption = None,
    as_json: AsJson = False,
) -> None:
    """Load processes: Markdown with front matter. Running it again changes nothing."""
    files = sorted(folder.rglob("*.md")) if folder.is_dir() else [folder]
    read: list[Process] = []
    faults: dict[str, str] = {}
    for file in files:
        try:
            read.append(read_process(_text(file), where=file.name))
        except InvalidInputError as error:
            faults[str(file)] = error.detail

    async def load() -> int:
        async with open_core(load_settings()) as core:
            owner = (await tenant_named(core.auth, tenant)).id
            created = 0
            async with core.db.write() as session:
                for one in read:
                    created += await store.put_process(session, owner, one)
            return created

    with told_errors():
        created = asyncio.run(load())
    _tell("processes", len(files), created, faults, as_json=as_json)


def saved_replies(
    file: Annotated[
        Path, typer.Argument(help="A .jsonl file, a saved reply a line, or a folder.", exists=True)
    ],
    tenant: TenantOption = None,
    as_json: AsJson = False,
) -> None:
    """Load saved replies: source, external_id, title, body, language and tags a line."""
    files = sorted(file.rglob("*.jsonl")) if file.is_dir() else [file]
    rows = [row for one in files for row in _lines(one)]
    faults: dict[str, str] = {}

    async def load() -> int:
        async with open_core(load_settings()) as core:
            owner = (await tenant_named(core.auth, tenant)).id
            created = 0
            async with core.db.write() as session:
                for place, line in rows:
                    try:
                        told = json.loads(line)
                        source = str(told.pop("source", "file"))
                        external_id = str(told.pop("external_id", place))
                        body = SavedReplyIn.model_validate(told)
                    except ValidationError as error:
                        faults[place] = first_fault(error)
                        continue
                    except (ValueError, AttributeError):
                        faults[place] = "not a JSON object"
                        continue
                    created += (await store.put_reply(session, owner, source, external_id, body))[1]
            return created

    with told_errors():
        created = asyncio.run(load())
    _tell("saved replies", len(rows), created, faults, as_json=as_json)


def tone_guide(
    file: Annotated[Path, typer.Argument(help="A Markdown file.", exists=True, dir_okay=False)],
    tenant: TenantOption = None,
    as_json: AsJson = False,
) -> None:
    """Set the tone guide: how this tenant writes to its customers."""

    async def load() -> None:
        async with open_core(load_settings()) as core:
            owner = (await tenant_named(core.auth, tenant)).id
            async with core.db.write() as session:
                await store.put_guide(session, owner, _text(file))

    with told_errors():
        asyncio.run(load())
    _tell("tone guide", 1, 1, {}, as_json=as_json)


def _lines(file: Path) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(_text(file).splitlines(), 1):
        if line.strip():
            yield f"{file.name}:{number}", line


def _text(file: Path) -> str:
    try:
        return storable(file.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ProcessUnreadableError(f"{file.name} is not text in UTF-8.") from error


def _tell(what: str, found: int, created: int, faults: dict[str, str], *, as_json: bool) -> None:
    if as_json:
        known = found - created - len(faults)
        print_json({"found": found, "created": created, "known": known, "faults": faults})
    else:
        out.print(f"{what}: {found} found, {created} new.", markup=False)
        for place, fault in faults.items():
            err.print(f"{place}: {fault}", markup=False)
    if faults:
        raise typer.Exit(FAILED)
