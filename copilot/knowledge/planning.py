"""What must happen for marked sources: read, cut and compared, several at once."""

import asyncio
import logging
from collections.abc import Mapping, Sequence

from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId
from copilot.knowledge import desired, passage_store
from copilot.knowledge.desired import Difference, Source, Wanted
from copilot.knowledge.tables import PassageRow
from copilot.search.index import Index, PassageKind
from copilot.search.outbox import Claim

_log = logging.getLogger(__name__)


async def plan(
    db: Database, index: Index, claims: Sequence[Claim], label: str
) -> dict[Claim, Difference]:
    """What must happen for each claim; what cannot be cut is logged and left out.

    Args:
        db: The database.
        index: The index.
        claims: Marked sources, each once.
        label: Name of the vectors in use.
    """
    groups: dict[tuple[TenantId, PassageKind], list[Claim]] = {}
    for one in claims:
        groups.setdefault((one.tenant, one.kind), []).append(one)
    plans: dict[Claim, Difference] = {}
    for (tenant, kind), some in groups.items():
        ids = [one.source_id for one in some]
        async with db.read() as session:
            sources = await desired.read_sources(session, tenant, kind, ids)
            rows = await passage_store.of_sources(session, tenant, kind, ids)
        cut = await asyncio.to_thread(_cut, tenant, sources)
        # The index may hold what a crash kept from being noted.
        asked = [
            id_ for one, cuts in cut.items() for id_ in desired.unknown(cuts, rows[one], label)
        ]
        held = await index.held(tenant, asked) if asked else set()
        for claim in some:
            if claim.source_id in cut:
                wanted = cut[claim.source_id]
                stored = rows[claim.source_id]
                plans[claim] = desired.difference(wanted, stored, label, held)
            elif claim.source_id not in sources:
                plans[claim] = _gone(rows[claim.source_id])
    return plans


def _gone(rows: Sequence[PassageRow]) -> Difference:
    return Difference([], [], [row.id for row in rows], gone=True)


def _cut(tenant: TenantId, sources: Mapping[str, Source]) -> dict[str, list[Wanted]]:
    cut: dict[str, list[Wanted]] = {}
    for source_id, source in sources.items():
        try:
            cut[source_id] = desired.wanted_passages(tenant, source)
        except (ValueError, TypeError, RecursionError, KeyError) as error:
            # A text that cannot be cut must not keep the others from being found. The error's own
            # words may hold the text.
            kind = type(error).__name__
            _log.error("%s cannot be indexed: %s", source_id, kind)
    return cut
