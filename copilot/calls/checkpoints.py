"""What has been heard of a call whose transcription is under way: kept until it is transcribed."""

from sqlalchemy import delete, select

from copilot.calls import store
from copilot.calls.tables import ChunkRow
from copilot.calls.threads import Relay
from copilot.kernel.db import Database, WriteSession
from copilot.kernel.ids import TenantId
from copilot.kernel.upsert import insert_if_new
from copilot.speech.chunks import Chunk


class CallCheckpoints:
    """The chunks of one call in the database. See Checkpoints; for use in another thread.

    Args:
        db: Where they are kept.
        tenant: Whose call.
        call_id: The call.
        relay: Of that thread.
    """

    def __init__(self, db: Database, tenant: TenantId, call_id: str, relay: Relay) -> None:
        self._db = db
        self._tenant = tenant
        self._call_id = call_id
        self._relay = relay

    def done(self, engine: str) -> list[Chunk]:
        """See Checkpoints."""
        return self._relay.wait_for(self._done(engine))

    def keep(self, engine: str, chunk: Chunk) -> None:
        """See Checkpoints.

        Raises:
            CallNotFoundError: The call was deleted meanwhile.
        """
        self._relay.wait_for(self._keep(engine, chunk))

    async def _done(self, engine: str) -> list[Chunk]:
        wanted = (
            select(ChunkRow)
            .where(
                ChunkRow.tenant_id == self._tenant,
                ChunkRow.call_id == self._call_id,
                ChunkRow.engine == engine,
            )
            .order_by(ChunkRow.channel, ChunkRow.start)
        )
        async with self._db.read() as session:
            rows = (await session.scalars(wanted)).all()
        return [Chunk.model_validate(row.heard) for row in rows]

    async def _keep(self, engine: str, chunk: Chunk) -> None:
        values = {
            "tenant_id": self._tenant,
            "call_id": self._call_id,
            "engine": engine,
            "channel": chunk.channel,
            "start": chunk.start,
            "heard": chunk.model_dump(mode="json"),
        }
        async with self._db.write() as session:
            # First, so that a call deleted meanwhile is told as that, not as a broken foreign key.
            await store.change(session, self._tenant, self._call_id)
            await insert_if_new(session, ChunkRow, values)


async def forget_chunks(session: WriteSession, tenant: TenantId, call_id: str) -> None:
    """Delete the chunks of a call: its transcript is saved."""
    await session.execute(
        delete(ChunkRow).where(ChunkRow.tenant_id == tenant, ChunkRow.call_id == call_id)
    )
