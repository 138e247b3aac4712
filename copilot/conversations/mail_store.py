"""Which conversation a mail belongs to, as stored: by ids, and by subject, people and time."""

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple, cast

from sqlalchemy import insert, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from copilot.conversations.kinship import WINDOW, Kin, Opening, joinable, merged
from copilot.conversations.mail_tables import MailIdRow, MailThreadRow
from copilot.conversations.tables import ConversationRow, MessageRow
from copilot.conversations.threads import SOURCE, Known
from copilot.customers import store as customers
from copilot.kernel.db import ReadSession, WriteSession, belongs_to
from copilot.kernel.ids import TenantId

_IN_ONE_STATEMENT = 500
_CANDIDATES = 50


class Stored(NamedTuple):
    """A conversation that mails can join: its name, and its customer when there is one."""

    id: str
    external_id: str
    customer: Known | None


async def one_at_a_time(session: WriteSession, tenant: TenantId) -> None:
    """Keep other imports of the tenant's mail waiting until the transaction ends.

    Two that stored mails of one thread at once would each make a conversation of it. SQLite has
    one writer anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        key = f"copilot.mail:{tenant}"
        lock = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))")
        await session.execute(lock, {"key": key})


async def owners(session: ReadSession, tenant: TenantId, ids: Collection[str]) -> dict[str, str]:
    """The conversations that mails are in, or were answered in, by the mails' ids."""
    found: dict[str, str] = {}
    for some in _portions(ids):
        rows = await session.execute(
            select(MailIdRow.mail_id, MailIdRow.conversation_id).where(
                MailIdRow.tenant_id == tenant, MailIdRow.mail_id.in_(some)
            )
        )
        found.update((row.mail_id, row.conversation_id) for row in rows)
    return found


async def stored(session: ReadSession, tenant: TenantId, ids: Collection[str]) -> set[str]:
    """Those of the mails that are stored themselves."""
    found: set[str] = set()
    for some in _portions(ids):
        rows = await session.scalars(
            select(MailIdRow.mail_id)
            .join(
                MessageRow,
                (MessageRow.conversation_id == MailIdRow.conversation_id)
                & (MessageRow.external_id == MailIdRow.mail_id),
            )
            .where(MailIdRow.tenant_id == tenant, MailIdRow.mail_id.in_(some))
        )
        found.update(rows)
    return found


async def get(session: ReadSession, tenant: TenantId, conversation_id: str) -> Stored:
    """The conversation with this id, which exists."""
    row = (
        await session.execute(
            select(
                ConversationRow.id, ConversationRow.external_id, ConversationRow.customer_id
            ).where(
                belongs_to(ConversationRow.tenant_id, tenant),
                ConversationRow.id == conversation_id,
                ConversationRow.source == SOURCE,
            )
        )
    ).one()
    known = None
    if row.customer_id is not None:
        customer = await customers.get(session, tenant, row.customer_id)
        emails = frozenset(one.value for one in customer.addresses if one.kind == "email")
        known = Known(emails, customer.name)
    return Stored(row.id, row.external_id, known)


async def by_subject(session: ReadSession, tenant: TenantId, kin: Kin) -> str | None:
    """The conversation that a thread joins by subject, people and time: of several the latest."""
    rows = await session.scalars(
        select(MailThreadRow)
        .where(
            MailThreadRow.tenant_id == tenant,
            MailThreadRow.subject == kin.subject,
            MailThreadRow.last_at >= kin.first_at - WINDOW,
            MailThreadRow.first_at <= kin.last_at + WINDOW,
        )
        .order_by(MailThreadRow.last_at.desc(), MailThreadRow.conversation_id)
        .limit(_CANDIDATES)
    )
    return next((row.conversation_id for row in rows if joinable(kin, _kin(row))), None)


async def note(
    session: WriteSession,
    tenant: TenantId,
    conversation_id: str,
    ids: Collection[str],
    kin: Kin | None,
) -> None:
    """Note that mails are in, or were answered in, a conversation; a mail keeps its first one."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    for some in _portions(ids):
        values = [
            {"tenant_id": tenant, "mail_id": one, "conversation_id": conversation_id}
            for one in some
        ]
        await session.execute(dialect.insert(MailIdRow).values(values).on_conflict_do_nothing())
    if kin is None:
        return
    row = await session.get(MailThreadRow, conversation_id)
    if row is None:
        fields = {**_fields(kin), "tenant_id": tenant, "conversation_id": conversation_id}
        await session.execute(insert(MailThreadRow).values(**fields))
        return
    await session.execute(
        update(MailThreadRow)
        .where(
            MailThreadRow.tenant_id == tenant, MailThreadRow.conversation_id == row.conversation_id
        )
        .values(**_fields(merged(_kin(row), kin)))
    )


def _kin(row: MailThreadRow) -> Kin:
    return Kin(
        subject=row.subject,
        opening=cast("Opening", row.opening),
        sender=row.sender,
        recipients=frozenset(),
        people=frozenset(row.people),
        first_at=row.first_at,
        last_at=row.last_at,
    )


def _fields(kin: Kin) -> dict[str, object]:
    return {
        "subject": kin.subject,
        "opening": kin.opening,
        "sender": kin.sender,
        "people": sorted(kin.people),
        "first_at": kin.first_at,
        "last_at": kin.last_at,
    }


def _portions(ids: Iterable[str]) -> Iterator[list[str]]:
    ordered = sorted(set(ids))
    for start in range(0, len(ordered), _IN_ONE_STATEMENT):
        yield ordered[start : start + _IN_ONE_STATEMENT]
