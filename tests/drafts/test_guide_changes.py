"""A draft tells when the process or the saved reply that it was made with is not what it was."""

import pytest

from copilot.drafts.draft import Draft, DraftOptions, RefineIn, ReviewIn
from copilot.drafts.errors import DraftStaleError
from copilot.drafts.flow import Drafter
from copilot.drafts.guide_changes import GUIDE_CODES
from copilot.guidance import store
from copilot.guidance.flow import Guidance
from copilot.guidance.process import read_process
from copilot.guidance.saved_reply import SavedReplyIn
from tests.drafts.conftest import Shop

_PROCESS = """---
name: broken-item
title: An item arrived broken
applies_when: [tuote saapui rikki]
---
1. Pyydä kuva.
"""
_REPLY = SavedReplyIn(
    title="Tuote saapui rikki",
    body="Ikävä kuulla. Lähetä kuva vauriosta.",
    language="fi",
    tags=["tuote rikki"],
)


def _drafter(shop: Shop) -> Drafter:
    return Drafter(
        shop.db, shop.context, None, shop.prompts, shop.search, guidance=Guidance(shop.db)
    )


async def _process(shop: Shop, body: str = _PROCESS) -> None:
    async with shop.db.write() as session:
        await store.put_process(session, shop.tenant, read_process(body))


async def _reply(shop: Shop, reply: SavedReplyIn = _REPLY) -> None:
    async with shop.db.write() as session:
        await store.put_reply(session, shop.tenant, "desk", "rikki", reply)


async def _made(shop: Shop) -> Draft:
    await _process(shop)
    await _reply(shop)
    case = await shop.conversation("Hei, tuote saapui rikki. Mitä teen?")
    draft = await _drafter(shop).draft(shop.tenant, case, DraftOptions())
    assert draft.process is not None
    assert draft.process.version
    assert draft.saved_reply is not None
    assert draft.saved_reply.version
    assert "Lähetä kuva vauriosta." in draft.text
    assert not draft.stale
    return draft


async def _told(shop: Shop, draft: Draft) -> list[tuple[str, str]]:
    """What the draft says of its guides, the same wherever it is read."""
    drafter = _drafter(shop)
    read = await drafter.get(shop.tenant, draft.id)
    listed = await drafter.of_conversation(
        shop.tenant, str(draft.conversation_id), limit=5, cursor=None
    )
    assert [one for one in listed.items if one.id == draft.id] == [read]
    told = [
        (one.code, one.detail.rpartition(": ")[2])
        for one in read.warnings
        if one.code in GUIDE_CODES
    ]
    assert read.stale == bool(told)
    return told


async def test_the_same_again_is_no_change(shop: Shop) -> None:
    draft = await _made(shop)
    await _process(shop)
    await _reply(shop)
    assert await _told(shop, draft) == []
    # Its tags say when it fits, not what it says.
    await _reply(shop, _REPLY.model_copy(update={"tags": ["rikki"]}))
    assert await _told(shop, draft) == []


async def test_a_change_is_told_at_once_and_taken_back(shop: Shop) -> None:
    draft = await _made(shop)
    await _process(shop, _PROCESS + "2. Lähetä uusi.\n")
    assert await _told(shop, draft) == [("process_changed", "An item arrived broken")]
    await _reply(shop, _REPLY.model_copy(update={"body": "Ikävä kuulla. Kuvaa ei tarvita."}))
    assert [code for code, _ in await _told(shop, draft)] == [
        "process_changed",
        "saved_reply_changed",
    ]
    await _process(shop)
    assert await _told(shop, draft) == [("saved_reply_changed", "Tuote saapui rikki")]
    await _reply(shop)
    assert await _told(shop, draft) == []


async def test_what_was_deleted_is_told_and_stops_accepting(shop: Shop) -> None:
    draft = await _made(shop)
    async with shop.db.write() as session:
        await store.delete_process(session, shop.tenant, "broken-item")
        await store.delete_reply(session, shop.tenant, "desk", "rikki")
    assert [code for code, _ in await _told(shop, draft)] == ["process_gone", "saved_reply_gone"]
    with pytest.raises(DraftStaleError) as refused:
        await _drafter(shop).review(shop.tenant, draft.id, ReviewIn(action="accepted"))
    assert [one["loc"] for one in refused.value.errors] == [
        ["draft", "process_gone"],
        ["draft", "saved_reply_gone"],
    ]
    review = await _drafter(shop).review(
        shop.tenant,
        draft.id,
        ReviewIn(action="accepted", seen_stale=True, confirmed=draft.to_confirm),
    )
    assert review.stale
    assert review.marks == ["process_gone", "saved_reply_gone"]


async def test_a_refined_draft_rests_on_what_its_parent_rested_on(shop: Shop) -> None:
    draft = await _made(shop)
    await _reply(shop, _REPLY.model_copy(update={"body": "Ikävä kuulla. Kuvaa ei tarvita."}))
    drafter = _drafter(shop)
    child = await drafter.refine(shop.tenant, draft.id, RefineIn(action="more_formal"))
    assert "Lähetä kuva vauriosta." in child.text
    assert await _told(shop, child) == [("saved_reply_changed", "Tuote saapui rikki")]
    # What is put together anew holds the reply as it is now.
    longer = await drafter.refine(shop.tenant, draft.id, RefineIn(action="expand"))
    assert "Kuvaa ei tarvita." in longer.text
    assert await _told(shop, longer) == []


async def test_a_reply_that_is_not_in_the_draft_may_change(shop: Shop) -> None:
    await _reply(shop, _REPLY.model_copy(update={"title": "Tuote saapui osina rikki", "tags": []}))
    case = await shop.conversation("Hei, tuote saapui eilen. Mitä teen?")
    draft = await _drafter(shop).draft(shop.tenant, case, DraftOptions())
    assert "Lähetä kuva" not in draft.text
    assert draft.saved_reply is None or draft.saved_reply.version is None
    async with shop.db.write() as session:
        await store.delete_reply(session, shop.tenant, "desk", "rikki")
    assert await _told(shop, draft) == []


async def test_another_tenants_guides_are_not_looked_at(shop: Shop) -> None:
    draft = await _made(shop)
    async with shop.db.write() as session:
        await store.delete_process(session, shop.tenant, "broken-item")
        other = type(shop.tenant)("elsewhere")
        await store.put_process(session, other, read_process(_PROCESS))
    assert await _told(shop, draft) == [("process_gone", "An item arrived broken")]
