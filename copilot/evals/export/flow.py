"""Reviews, corrected transcripts and feedback as datasets with suites that run on them."""

import asyncio
import json
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import BinaryIO

from copilot.evals.export.coverage import Coverage, counted, gaps_in, report
from copilot.evals.export.draft_cases import DraftCase, Why, draft_case
from copilot.evals.export.folder import (
    COVERAGE,
    check_place,
    checksums,
    json_line,
    replacing,
    write_private,
)
from copilot.evals.export.masking import LeakError, leaks, strings
from copilot.evals.export.people import Team
from copilot.evals.export.reviewed import Reviewed, conversations_by_kind, reviewed, team_of
from copilot.evals.export.splitting import SPLITS, Split
from copilot.evals.export.suites import CASES, DATASETS, suite_file
from copilot.evals.export.transcripts import (
    TranscriptCase,
    corrected_segments,
    transcript_cases,
)
from copilot.feedback import store as feedback
from copilot.kernel.blobs import Blobs
from copilot.kernel.clock import now
from copilot.kernel.db import Database
from copilot.kernel.errors import NotFoundError
from copilot.kernel.ids import TenantId
from copilot.speech.audio import decode
from copilot.speech.clips import flac_clip
from copilot.speech.errors import (
    AudioChannelsError,
    AudioEmptyError,
    AudioTooLongError,
    AudioUnreadableError,
)

_CHUNK = 8_000_000
_LONGEST_S = 48 * 3600.0
_UNUSABLE = (AudioUnreadableError, AudioEmptyError, AudioTooLongError, AudioChannelsError)


@dataclass(frozen=True, kw_only=True)
class Exported:
    """What would be written.

    Attributes:
        transcripts: Empty unless recordings were asked for.
        coverage: Without what is known only once it is written.
    """

    drafts: Sequence[DraftCase]
    transcripts: Sequence[TranscriptCase]
    coverage: Coverage


async def export_cases(
    db: Database,
    blobs: Blobs,
    tenant: TenantId,
    out: Path,
    *,
    since: datetime | None = None,
    audio: bool = False,
) -> Coverage:
    """Write a tenant's cases to the folder ``out``: a new one, an empty one, or an earlier export.

    Args:
        db: The database.
        blobs: Where recordings are.
        tenant: Whose cases.
        out: The folder.
        since: Only what was reviewed or corrected at or after this time.
        audio: Export recordings with their transcripts too, which cannot be pseudonymised.

    Raises:
        ExportFolderError: Something else is in the folder.
        LeakError: Personal data was found in what was written: nothing is left of it.
    """
    await asyncio.to_thread(check_place, out)
    exported = await collect(db, tenant, since=since, audio=audio)
    with replacing(out) as folder:
        await asyncio.to_thread(_write_drafts, folder, exported.drafts)
        gone = await _write_transcripts(folder, blobs, exported.transcripts)
        coverage = _completed(exported.coverage, gone)
        await asyncio.to_thread(_finish, folder, exported.drafts, coverage)
        # Again: all this took a while, and somebody may have put something there.
        await asyncio.to_thread(check_place, out)
    return coverage


async def collect(
    db: Database, tenant: TenantId, *, since: datetime | None = None, audio: bool = False
) -> Exported:
    """The cases that there are, pseudonymised, without duplicates. Nothing is written."""
    async with db.read() as session:
        team = await team_of(session, tenant)
        conversations = await conversations_by_kind(session, tenant)
        corrected = await corrected_segments(session, tenant, since=since)
        scores = await feedback.counted(session, tenant)
    left_out: Counter[str] = Counter()
    cases: dict[str, DraftCase] = {}
    judged: set[str] = set()
    async for batch in reviewed(db, tenant, since=since):
        judged |= {one.conversation.id for one in batch}
        for made in await asyncio.to_thread(_cases_of, batch, team):
            if isinstance(made, str):
                left_out[made] += 1
            elif made.same in cases:
                # The oldest is kept, so that it is the same one however many come later.
                left_out["duplicates"] += 1
            else:
                cases[made.same] = made
    transcripts = [one async for one in transcript_cases(db, tenant, corrected)] if audio else []
    left_out["transcripts_without_audio"] = 0 if audio else sum(map(len, corrected.values()))
    left_out["feedback_without_conversation"] = scores.pop(None, 0)
    left_out["feedback_without_review"] = sum(
        many for one, many in scores.items() if one not in judged
    )
    drafts = list(cases.values())
    counts = counted((one.split, one.labels) for one in drafts)
    covered = {_kind(one) for one in drafts}
    return Exported(
        drafts=drafts,
        transcripts=transcripts,
        coverage=Coverage(
            made_at=now(),
            since=since,
            personal_data=bool(transcripts),
            cases={"draft": len(drafts), "transcription": len(transcripts)},
            counts=counts,
            left_out={name: many for name, many in sorted(left_out.items()) if many},
            gaps=gaps_in(counts, covered, conversations),
        ),
    )


def _kind(case: DraftCase) -> tuple[str, str]:
    """Language and channel of the conversation; the draft may be in another language."""
    said = case.line["conversation"]
    return said["language"] or "und", said["channel"]


def _cases_of(found: Sequence[Reviewed], team: Team) -> list[DraftCase | Why]:
    return [draft_case(one, team) for one in found]


def _write_drafts(folder: Path, cases: Sequence[DraftCase]) -> None:
    for split in SPLITS:
        lines = [one.line for one in cases if one.split == split]
        _write_dataset(folder, "draft", split, lines)


async def _write_transcripts(folder: Path, blobs: Blobs, cases: Sequence[TranscriptCase]) -> int:
    """Write the sound of each case and the cases; returns how many have none any more."""
    lines: dict[Split, list[object]] = {split: [] for split in SPLITS}
    for blob, same in groupby(cases, key=lambda one: one.blob):
        of_call = list(same)
        try:
            with tempfile.TemporaryFile() as recording:
                await _copy(blobs, blob, recording)
                await asyncio.to_thread(_cut, folder, recording, of_call)
        except (NotFoundError, *_UNUSABLE):
            continue
        for case in of_call:
            lines[case.split].append(case.line)
    for split, found in lines.items():
        await asyncio.to_thread(_write_dataset, folder, "transcription", split, found)
    return len(cases) - sum(map(len, lines.values()))


async def _copy(blobs: Blobs, blob: str, file: BinaryIO) -> None:
    size = await blobs.size(blob)
    for start in range(0, size, _CHUNK):
        part = await blobs.get(blob, start=start, end=min(size, start + _CHUNK))
        await asyncio.to_thread(file.write, part)


def _cut(folder: Path, recording: BinaryIO, cases: Sequence[TranscriptCase]) -> None:
    recording.seek(0)
    channels = decode(recording, max_seconds=_LONGEST_S).channels
    for case in cases:
        signal = channels[min(case.channel or 0, len(channels) - 1)]
        dataset = folder / DATASETS["transcription"].format(split=case.split)
        write_private(dataset / case.line["audio"], flac_clip(signal, case.start, case.end))


def _write_dataset(folder: Path, task: str, split: Split, lines: Sequence[object]) -> None:
    if lines:
        dataset = DATASETS[task].format(split=split)
        write_private(folder / dataset / CASES, map(json_line, lines))
        write_private(folder / f"{task}-{split}.yaml", suite_file(task, split).encode())


def _completed(coverage: Coverage, gone: int) -> Coverage:
    if not gone:
        return coverage
    there = coverage.cases["transcription"] - gone
    return coverage.model_copy(
        update={
            "personal_data": there > 0,
            "cases": coverage.cases | {"transcription": there},
            "left_out": coverage.left_out | {"recordings_gone": gone},
        }
    )


def _finish(folder: Path, cases: Sequence[DraftCase], coverage: Coverage) -> None:
    check_written(folder, cases)
    write_private(folder / "coverage.md", report(coverage).encode())
    coverage.files = checksums(folder)
    write_private(folder / COVERAGE, coverage.model_dump_json(indent=2).encode() + b"\n")


def check_written(folder: Path, cases: Sequence[DraftCase]) -> None:
    """Read the written draft cases again and look for what is known of the people in them.

    Raises:
        LeakError: Personal data, or a case that was not made by masking, is there.
    """
    facts = {one.line["id"]: one.facts for one in cases}
    for split in SPLITS:
        file = folder / DATASETS["draft"].format(split=split) / CASES
        for number, text in enumerate(file.open(encoding="utf-8") if file.exists() else (), 1):
            line = json.loads(text)
            known = facts.get(line["id"])
            found = ["text that was not masked"] if known is None else leaks(strings(line), known)
            if found:
                raise LeakError(
                    f"Line {number} of {file.relative_to(folder)} shows {', '.join(found)}:"
                    " nothing was exported. This is a fault of ours."
                )
