"""Making, listing, revoking and recognising API keys."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from copilot.auth import audit, store
from copilot.auth.audit import actor_of
from copilot.auth.config import AuthConfig
from copilot.auth.key import ApiKey, NewKey
from copilot.auth.parts import AuthParts
from copilot.auth.principal import ALL_SCOPES, Principal, Scope
from copilot.auth.tokens import hint_of, looks_like_key, new_key
from copilot.kernel import clock
from copilot.kernel.db import Database
from copilot.kernel.errors import InvalidInputError, NotAuthenticatedError
from copilot.kernel.ids import TenantId, new_id
from copilot.kernel.paging import Page

_USE_NOTED_EVERY = timedelta(minutes=1)
_log = logging.getLogger(__name__)


class ApiKeys(AuthParts):
    """The half of signing in that programs use."""

    def __init__(
        self,
        db: Database,
        secret: bytes,
        config: AuthConfig | None = None,
        *,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        super().__init__(db, secret, config, now=now)
        self._noted: dict[str, datetime] = {}
        self._notes: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        """Finish what is still being noted."""
        await asyncio.gather(*self._notes)

    async def create_key(
        self, tenant: TenantId, name: str, scopes: Iterable[Scope], *, by: Principal | None = None
    ) -> NewKey:
        """Make an API key. Its text is in the answer and nowhere else.

        Args:
            tenant: Whose key it is.
            name: What people know it by.
            scopes: What it may do.
            by: Who makes it; None is the operator at the command line.

        Raises:
            InvalidInputError: No scope, or one there is not.
            TenantNotFoundError: The tenant does not exist.
        """
        wanted = set(scopes)
        ordered = [scope for scope in ALL_SCOPES if scope in wanted]
        if not ordered or len(ordered) < len(wanted):
            raise InvalidInputError(f"Give at least one of the scopes: {', '.join(ALL_SCOPES)}.")
        made = NewKey(new_id("key"), new_key())
        async with self._db.write() as session:
            await store.add_key(
                session,
                tenant,
                key_id=made.id,
                name=name,
                hint=hint_of(made.secret),
                key_hash=self._key_hash(made.secret),
                scopes=ordered,
                at=self._now(),
            )
            facts = {"name": name, "scopes": " ".join(ordered)}
            await audit.record(
                session, tenant, "key_created", actor_of(by), subject_id=made.id, **facts
            )
        return made

    async def keys(
        self, tenant: TenantId, *, limit: int = 50, cursor: str | None = None
    ) -> Page[ApiKey]:
        """The keys of ``tenant``, newest first.

        Raises:
            InvalidInputError: The cursor is not one of ours.
        """
        async with self._db.read() as session:
            return await store.keys_of(session, tenant, limit=limit, cursor=cursor)

    async def revoke_key(
        self, tenant: TenantId, key_id: str, *, by: Principal | None = None
    ) -> None:
        """Make a key useless from now on; nothing happens when it is already.

        Raises:
            KeyNotFoundError: The tenant has no such key.
        """
        async with self._db.write() as session:
            if await store.revoke_key(session, tenant, key_id, self._now()):
                await audit.record(session, tenant, "key_revoked", actor_of(by), subject_id=key_id)

    async def principal_for_key(self, text: str) -> Principal:
        """Whom the API key ``text`` stands for.

        Raises:
            NotAuthenticatedError: It is mistyped, unknown or revoked.
        """
        if not looks_like_key(text):
            raise NotAuthenticatedError("This is not an API key of ours: is it typed or cut wrong?")
        async with self._db.read_statement() as connection:
            found = await store.key_principal(connection, self._key_hash(text))
        if found is None:
            raise NotAuthenticatedError("This API key does not exist or was revoked.")
        self._note_use(found)
        return found

    def _key_hash(self, text: str) -> str:
        return self.hashes.of("key", text)

    def _note_use(self, key: Principal) -> None:
        at = self._now()
        last = self._noted.get(key.id)
        if last is not None and at - last < _USE_NOTED_EVERY:
            return
        self._noted[key.id] = at
        # Beside the request: a reader must not wait for the database's one writer.
        task = asyncio.create_task(self._write_use(key, at))
        self._notes.add(task)
        task.add_done_callback(self._notes.discard)

    async def _write_use(self, key: Principal, at: datetime) -> None:
        try:
            async with self._db.write() as session:
                await store.touch_key(
                    session, key.tenant, key.id, at, at_most_every=_USE_NOTED_EVERY
                )
        except SQLAlchemyError:
            _log.warning("the use of key %s could not be noted", key.id, exc_info=True)
