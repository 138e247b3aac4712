"""What became of the process and the saved reply that a draft was made with."""

from collections.abc import Sequence

from sqlalchemy import select

from copilot.drafts.draft import Draft, DraftWarning
from copilot.drafts.store import as_stale
from copilot.guidance.process import version_of
from copilot.guidance.tables import ProcessRow, SavedReplyRow
from copilot.kernel.db import ReadSession
from copilot.kernel.ids import TenantId

_IN_ONE_QUERY = 500
_TOLD = {
    "process_changed": "The process that guided this draft has changed since it was made",
    "process_gone": "The process that guided this draft was deleted since it was made",
    "saved_reply_changed": "The saved reply in this draft has changed since it was made",
    "saved_reply_gone": "The saved reply in this draft was deleted since it was made",
}
GUIDE_CODES = tuple(_TOLD)
"""Codes of the warnings that what guided a draft is not what it was."""


async def with_guides(
    session: ReadSession, tenant: TenantId, drafts: Sequence[Draft]
) -> list[Draft]:
    """``drafts``, each marked stale where its process or saved reply is not what it was.

    Their texts are compared, so that one that is sent again unchanged is no change. A draft from
    before versions were kept is never marked.

    Args:
        session: The session.
        tenant: Whose drafts.
        drafts: As stored.
    """
    names = {one.process.name for one in drafts if one.process is not None and one.process.version}
    ids = {
        one.saved_reply.id
        for one in drafts
        if one.saved_reply is not None and one.saved_reply.version
    }
    processes = await _processes(session, tenant, sorted(names))
    replies = await _replies(session, tenant, sorted(ids))
    return [_marked(one, processes, replies) for one in drafts]


async def _processes(
    session: ReadSession, tenant: TenantId, names: Sequence[str]
) -> dict[str, str]:
    """The versions of the processes that are there, by name."""
    found: dict[str, str] = {}
    for start in range(0, len(names), _IN_ONE_QUERY):
        rows = await session.execute(
            select(ProcessRow.name, ProcessRow.body).where(
                ProcessRow.tenant_id == tenant,
                ProcessRow.name.in_(names[start : start + _IN_ONE_QUERY]),
            )
        )
        found |= {row.name: version_of(row.body) for row in rows}
    return found


async def _replies(session: ReadSession, tenant: TenantId, ids: Sequence[str]) -> dict[str, str]:
    """The versions of the saved replies that are there, by id."""
    found: dict[str, str] = {}
    for start in range(0, len(ids), _IN_ONE_QUERY):
        rows = await session.execute(
            select(SavedReplyRow.id, SavedReplyRow.body).where(
                SavedReplyRow.tenant_id == tenant,
                SavedReplyRow.id.in_(ids[start : start + _IN_ONE_QUERY]),
            )
        )
        found |= {row.id: version_of(row.body) for row in rows}
    return found


def _marked(draft: Draft, processes: dict[str, str], replies: dict[str, str]) -> Draft:
    found: list[DraftWarning] = []
    process, reply = draft.process, draft.saved_reply
    if process is not None and process.version:
        code = _became("process", process.version, processes.get(process.name))
        found += _warning(code, process.title)
    if reply is not None and reply.version:
        code = _became("saved_reply", reply.version, replies.get(reply.id))
        found += _warning(code, reply.title)
    return as_stale(draft, *found) if found else draft


def _became(what: str, was: str, now: str | None) -> str | None:
    if now is None:
        return f"{what}_gone"
    return None if now == was else f"{what}_changed"


def _warning(code: str | None, title: str) -> list[DraftWarning]:
    return [] if code is None else [DraftWarning(code=code, detail=f"{_TOLD[code]}: {title}")]
