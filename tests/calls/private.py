"""A call with a secret in it, worked on to the end, and ways to look for the secret everywhere."""

import io
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

import copilot.migrations.tables  # noqa: F401 - fills the metadata
from copilot.auth.tables import StoredAnswerRow
from copilot.calls import pipeline, store
from copilot.calls.call import CallIn
from copilot.calls.flow import CallFlow
from copilot.calls.tables import CallNotesRow
from copilot.drafts.tables import DraftRow, ReviewRow
from copilot.jobs.tables import JobRow
from copilot.kernel.clock import now
from copilot.kernel.db import Base, Database
from copilot.kernel.ids import TenantId, new_id
from copilot.knowledge.tables import PassageRow
from copilot.speech.transcript import Segment, Speaker, Transcript, Word
from tests.speech.sounds import encode

CARD = "4012 8888 8888 1881"
DIGITS = "4012888888881881"
SECONDS = 20.0

Said = tuple[Speaker, str]
CALL: tuple[Said, ...] = (
    ("agent", "Good morning, what can I do for you?"),
    ("customer", f"I want to pay order 20418 with my card {CARD}, please."),
    ("agent", "I will refund 39.90 euros by Friday, and send you a mail."),
)


def said_segments(*said: Said, seconds: float = 4.0) -> list[Segment]:
    """Segments of the texts, one after the other, with words of equal length."""
    segments = []
    for n, (speaker, text) in enumerate(said, 1):
        start, texts = seconds * (n - 1), text.split()
        each = seconds / max(1, len(texts))
        words = [
            Word(start=start + each * i, end=start + each * (i + 1), text=one, confidence=0.9)
            for i, one in enumerate(texts)
        ]
        end = start + seconds
        segments.append(Segment(n=n, start=start, end=end, speaker=speaker, text=text, words=words))
    return segments


async def whole_call(
    flow: CallFlow,
    tenant: TenantId,
    *said: Said,
    audio: bytes | None = None,
    language: str = "en",
) -> str:
    """A call that is done: transcript, conversation, notes."""
    sent = encode("flac", "flac", 16_000, "stereo", seconds=SECONDS) if audio is None else audio
    accepted = await flow.accept(tenant, CallIn(language=language), io.BytesIO(sent))
    heard = Transcript(
        language=language, duration=SECONDS, engine="x", segments=said_segments(*said)
    )
    async with flow.db.write() as session:
        await store.save_transcript(session, tenant, accepted.id, heard)
        await store.change(
            session,
            tenant,
            accepted.id,
            transcribed_at=now(),
            engine=heard.engine,
            language=language,
        )
        job = await session.get_one(JobRow, accepted.job_id)
        job.status = "succeeded"
    await pipeline.make_conversation(flow, tenant, accepted.id)
    await pipeline.write_notes(flow, tenant, accepted.id)
    await pipeline.finish(flow, tenant, accepted.id)
    return accepted.id


async def copies_of(flow: CallFlow, tenant: TenantId, call_id: str, secret: str) -> str:
    """Everything that may be made of a call and repeat it; returns the conversation's id."""
    async with flow.db.write() as session:
        call = await store.row(session, tenant, call_id)
        conversation_id = str(call.conversation_id)
        at = now()
        for number, text in enumerate((f"You paid with {secret}.", "You paid by card.")):
            draft = {
                "id": f"drf_{number}_{call_id}",
                "tenant_id": tenant,
                "conversation_id": conversation_id,
                "conversation_version": 1,
                "engine": "x",
                "degraded": False,
                "options": {"facts": []},
                "body": {"text": text, "sentences": [{"text": text}]},
                "created_at": at,
            }
            await session.execute(insert(DraftRow), [draft])
        session.add(
            ReviewRow(
                id=new_id("rev"),
                tenant_id=tenant,
                draft_id=f"drf_0_{call_id}",
                action="edited",
                final_text=f"Paid with {secret}",
                edit_distance=1,
                similarity=0.5,
                sentences={"kept": [secret]},
                created_at=at,
            )
        )
        session.add(
            CallNotesRow(
                call_id=call_id,
                tenant_id=tenant,
                summary_id="sum_1",
                version=1,
                headline=f"Card {secret}",
                sections=[{"kind": "done", "sentences": [{"text": f"Paid with {secret}."}]}],
                engine="x",
                degraded=False,
                left_out=0,
                created_at=at,
                edited_at=at,
            )
        )
        passage = {
            "id": new_id("pas"),
            "tenant_id": tenant,
            "kind": "conversation",
            "source_id": conversation_id,
            "seq": 0,
            "title": "",
            "text": f"Paid with {secret}.",
            "visibility": "internal",
            "updated_at": at,
            "indexed_with": "x",
        }
        await session.execute(insert(PassageRow), [passage])
        session.add(
            StoredAnswerRow(
                hash=call_id,
                tenant_id=tenant,
                fingerprint="f",
                owner="o",
                claimed_at=at,
                expires_at=at + timedelta(days=1),
                status=200,
                headers=[],
                body=json.dumps({"text": f"Paid with {secret}."}).encode(),
            )
        )
    return conversation_id


async def tables_with(db: Database, *secrets: str) -> dict[str, list[str]]:
    """The rows, of every table, that hold one of the secrets: by the table's name.

    Times are passed over: their microseconds hold any four digits once in a while.
    """
    found: dict[str, list[str]] = {}
    async with db.read() as session:
        for table in Base.metadata.sorted_tables:
            for row in await session.execute(select(table)):
                shown = repr(tuple(one for one in row if not isinstance(one, datetime)))
                if any(one in shown for one in secrets):
                    found.setdefault(table.name, []).append(shown)
    return found


def files_with(folder: Path, *secrets: str) -> list[str]:
    """Files under ``folder`` whose bytes hold one of the secrets."""
    wanted = [one.encode() for one in secrets]
    return [
        str(path.relative_to(folder))
        for path in sorted(folder.rglob("*"))
        if path.is_file() and any(one in path.read_bytes() for one in wanted)
    ]


def recordings(folder: Path) -> list[str]:
    return sorted(one.name for one in (folder / "blobs").rglob("*") if one.is_file())


def texts(segments: list[Any]) -> list[str]:
    return [one.text for one in segments]
