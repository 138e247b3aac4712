"""Masking stored passages at once, before the index has followed their source."""

from collections.abc import Callable

from sqlalchemy import select

from copilot.kernel.db import WriteSession
from copilot.kernel.ids import TenantId
from copilot.knowledge.tables import PassageRow
from copilot.search.index import PassageKind


async def mask_passages(
    session: WriteSession,
    tenant: TenantId,
    kind: PassageKind,
    source_id: str,
    mask: Callable[[str], str],
) -> None:
    """Mask title and text of every passage of a source.

    Their vectors, which hold no text, go when the source is indexed again: mark it.
    """
    rows = await session.scalars(
        select(PassageRow).where(
            PassageRow.tenant_id == tenant,
            PassageRow.kind == kind,
            PassageRow.source_id == source_id,
        )
    )
    for row in rows:
        row.title, row.text = mask(row.title), mask(row.text)
    await session.flush()
