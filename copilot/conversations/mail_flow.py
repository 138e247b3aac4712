"""Storing threads of mail: each mail once, in the conversation that its thread already has.

Mails of one thread arrive in any order and in any portions: in several files, in the folders of a
mailbox, an answer before what it answers. What is stored says where a mail belongs:

- A mail whose id is known goes where it is known: where it is stored, or where it was answered.
- Else it goes to the conversation of its nearest known ancestor.
- Else, when nothing of its thread is known, its subject, people and time may name a conversation
  (see :mod:`copilot.conversations.kinship`).
- Else it begins a conversation, named by the oldest mail that it answers.

A mail that names only its parent, and arrives before it, may begin a conversation beside the one
that its grandparent began. When the parent arrives both are kept, because summaries, drafts and
links rest on them: the parent, and what comes later, go to the one where the parent was answered.
"""

import asyncio
from collections.abc import Collection, Sequence
from typing import NamedTuple

from copilot.conversations import cleaning, flow, mail_store
from copilot.conversations.flow import Along
from copilot.conversations.kinship import kin_of, ours
from copilot.conversations.mail import Mail
from copilot.conversations.mail_store import Stored
from copilot.conversations.threads import SOURCE, Thread, conversation, short_id
from copilot.customers.address import DEFAULT_REGION
from copilot.kernel.db import Database, ReadSession
from copilot.kernel.ids import TenantId


class Added(NamedTuple):
    """What storing a thread changed: the conversations made, and the mails that were new."""

    conversations: int = 0
    mails: int = 0


async def accept_thread(
    db: Database,
    tenant: TenantId,
    thread: Thread[Mail],
    *,
    region: str = DEFAULT_REGION,
    support_addresses: Collection[str] = (),
    along: Along | None = None,
) -> Added:
    """Store what of ``thread`` is new; a conversation's mails go in with one transaction.

    Args:
        db: Where they are stored.
        tenant: Whose they are.
        thread: Mails that belong together, oldest first.
        region: Two-letter country of phone numbers without a country code.
        support_addresses: See :func:`copilot.conversations.threads.conversation`.
        along: What is done in the same transactions.
    """
    async with db.read() as session:
        known = await mail_store.stored(session, tenant, _own_ids(thread.mails))
    waiting = [one for one in thread.mails if short_id(one.message_id) not in known]
    if not waiting:
        return Added()
    _, _, whole = conversation(thread._replace(mails=waiting), support_addresses=support_addresses)
    cleaned = await asyncio.to_thread(cleaning.clean_all, whole)
    made, new = 0, len(waiting)
    while waiting:
        async with db.write() as session:
            await mail_store.one_at_a_time(session, tenant)
            part = thread._replace(mails=waiting)
            target, mails = await _next(session, tenant, part, support_addresses)
            going = {one.message_id for one in mails}
            waiting = [one for one in waiting if one.message_id not in going]
            part = thread._replace(mails=mails)
            customer = target.customer if target else None
            _, external_id, body = conversation(
                part, support_addresses=support_addresses, known=customer
            )
            if target is not None:
                # It has its name already; a late answer may be called something else.
                external_id = target.external_id
                body = body.model_copy(update={"subject": None})
            put, created = await flow.put(
                session,
                tenant,
                SOURCE,
                external_id,
                body,
                region=region,
                cleaned=cleaned,
                along=along,
            )
            made += created
            kin = kin_of(mails, ours(support_addresses))
            await mail_store.note(session, tenant, put.id, _ids(part), kin)
    return Added(made, new)


async def _next(
    session: ReadSession, tenant: TenantId, thread: Thread[Mail], support: Collection[str]
) -> tuple[Stored | None, list[Mail]]:
    """A conversation, None for a new one, and those of the mails that go there."""
    owners = await mail_store.owners(session, tenant, _ids(thread))
    if owners:
        places = _places(thread, owners)
        target = places[thread.mails[0].message_id]
        mails = [one for one in thread.mails if places[one.message_id] == target]
        return await mail_store.get(session, tenant, target), mails
    kin = kin_of(thread.mails, ours(support))
    found = await mail_store.by_subject(session, tenant, kin) if kin else None
    return (await mail_store.get(session, tenant, found) if found else None), thread.mails


def _places(thread: Thread[Mail], owners: dict[str, str]) -> dict[str, str]:
    """The conversation of every mail, by its id, given that of some ids."""
    owners = dict(owners)
    places: dict[str, str] = {}
    waiting = thread.mails
    while waiting:
        left = []
        for mail in waiting:
            named = [short_id(one) for one in (mail.message_id, *reversed(mail.ancestors))]
            place = next((owners[one] for one in named if one in owners), None)
            if place is None:
                left.append(mail)
                continue
            places[mail.message_id] = place
            for one in named:
                owners.setdefault(one, place)
        if len(left) == len(waiting):
            # Joined to the others by their subject alone.
            place = owners.get(short_id(thread.root)) or min(owners.values())
            places.update((one.message_id, place) for one in left)
            break
        waiting = left
    return places


def _ids(thread: Thread[Mail]) -> set[str]:
    ancestors = (short_id(one) for mail in thread.mails for one in mail.ancestors)
    return {short_id(thread.root), *_own_ids(thread.mails), *ancestors}


def _own_ids(mails: Sequence[Mail]) -> set[str]:
    return {short_id(one.message_id) for one in mails}
