"""Copies of what is taken out, what only looks like one, and others at work at the same time."""

import asyncio
import time

import pytest

from copilot.calls import store
from copilot.calls.approving import approve_notes
from copilot.calls.errors import CallNotFoundError
from copilot.calls.flow import CallFlow
from copilot.calls.note import NoteSectionIn
from copilot.calls.privacy import CallPrivacy, RedactionIn
from copilot.calls.redacted import Secrets
from copilot.conversations import store as conversations
from copilot.drafts.forgetting import drop_quoting
from copilot.kernel.ids import TenantId
from tests.calls.private import (
    CALL,
    CARD,
    DIGITS,
    tables_with,
    texts,
    whole_call,
)

SECRETS = (CARD, DIGITS, "8888")


@pytest.fixture
def privacy(flow: CallFlow) -> CallPrivacy:
    return CallPrivacy(flow.db, flow.blobs, flow._queue, flow.summariser, (drop_quoting,))


async def test_all_at_once_nothing_fails_and_nothing_is_left(
    flow: CallFlow, privacy: CallPrivacy, tenant: TenantId
) -> None:
    for _ in range(3):
        call_id = await whole_call(flow, tenant, *CALL)

        async def correct(n: int, call_id: str = call_id) -> None:
            await flow.correct(tenant, call_id, 1, f"Good day number {n}, hello.")

        done = await asyncio.gather(
            *(privacy.redact(tenant, call_id, RedactionIn()) for _ in range(3)),
            *(correct(n) for n in range(3)),
            *(approve_notes(flow.db, tenant, call_id, None, "Anna") for _ in range(2)),
            return_exceptions=True,
        )
        failed = [one for one in done if isinstance(one, BaseException)]
        # Notes that nobody edited are written anew by the job.
        assert all("written anew" in str(one) for one in failed[:2])
        assert len(failed) <= 2
        async with flow.db.read() as session:
            segments = (await store.transcript(session, tenant, call_id)).segments
        assert segments[0].text.startswith("Good day number"), "no correction is lost"
        assert await tables_with(flow.db, CARD, DIGITS) == {}
        done = await asyncio.gather(
            flow.delete(tenant, call_id),
            privacy.redact(tenant, call_id, RedactionIn(segments=[1])),
            correct(9),
            privacy.redact(tenant, call_id, RedactionIn(segments=[3])),
            return_exceptions=True,
        )
        failed = [one for one in done if isinstance(one, BaseException)]
        assert all(isinstance(one, CallNotFoundError) for one in failed)
        with pytest.raises(CallNotFoundError):
            await flow.get(tenant, call_id)


async def test_what_people_wrote_into_notes_goes_too(
    flow: CallFlow, privacy: CallPrivacy, tenant: TenantId
) -> None:
    call_id = await whole_call(flow, tenant, *CALL[:1], CALL[2])
    said = f"Paid order 100234567890123 with card {CARD}."
    sections = [NoteSectionIn.model_validate({"kind": "done", "sentences": [{"text": said}]})]
    await approve_notes(flow.db, tenant, call_id, sections, "Anna")
    assert set(await tables_with(flow.db, *SECRETS)) >= {"call_notes", "messages"}
    done = await privacy.redact(tenant, call_id, RedactionIn())
    assert done.found == [], "it was not said, so no second plays it"
    assert await tables_with(flow.db, *SECRETS) == {}
    assert "call_notes" in await tables_with(flow.db, "Paid order 100234567890123 with card [CARD]")


async def test_a_short_code_takes_nothing_else_with_it(
    flow: CallFlow, privacy: CallPrivacy, tenant: TenantId
) -> None:
    said = (
        ("agent", "And the security code?"),
        ("customer", "It is 482, for the order KK-482-113 of 482.00 euros."),
        ("agent", "Thank you, 482."),
        ("customer", "My other order is 7 4 8 2 9, and order 482 113."),
        ("agent", "Apartment 482, is that right, and the part A.482?"),
    )
    call_id = await whole_call(flow, tenant, *said)
    await privacy.redact(tenant, call_id, RedactionIn())
    async with flow.db.read() as session:
        call = await store.row(session, tenant, call_id)
        segments = (await store.transcript(session, tenant, call_id)).segments
        stored = await conversations.get(session, tenant, str(call.conversation_id))
    assert texts(segments)[1:4] == [
        "It is [CVV], for the order KK-482-113 of 482.00 euros.",
        "Thank you, [CVV].",
        "My other order is 7 4 8 2 9, and order 482 113.",
    ]
    assert texts(stored.messages) == texts(segments), "what is shown is the same everywhere"


async def test_taking_out_a_segment_leaves_the_same_words_of_others(
    flow: CallFlow, privacy: CallPrivacy, tenant: TenantId
) -> None:
    said = (
        ("customer", "Thank you, goodbye then."),
        ("agent", "Thank you, goodbye then."),
        ("customer", "Oh wait, one more thing."),
    )
    call_id = await whole_call(flow, tenant, *said)
    await privacy.redact(tenant, call_id, RedactionIn(segments=[1]))
    async with flow.db.read() as session:
        call = await store.row(session, tenant, call_id)
        segments = (await store.transcript(session, tenant, call_id)).segments
        stored = await conversations.get(session, tenant, str(call.conversation_id))
    assert texts(segments) == ["[REDACTED].", "Thank you, goodbye then.", said[2][1]]
    assert texts(stored.messages) == texts(segments)


def test_many_secrets_are_looked_for_at_the_cost_of_few() -> None:
    def seconds(many: int) -> float:
        passages = [(f"word{one} is what was said there", "[REDACTED]") for one in range(many)]
        secrets = Secrets(passages=passages)
        begun = time.process_time()
        for one in range(2000):
            assert secrets.mask(f"so Word{one % 20}, is what was said there") == "so [REDACTED]"
        return time.process_time() - begun

    assert seconds(5000) < 5 * seconds(20)
