"""What summaries, drafts and calls send is in the ledger, for whom it was."""

import io
import json
from collections.abc import AsyncIterator, Iterator

import pytest

from copilot.calls import pipeline
from copilot.calls.call import CallIn
from copilot.calls.flow import CallFlow
from copilot.drafts.draft import DraftOptions
from copilot.drafts.flow import Drafter
from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId
from copilot.kernel.resources import bundled
from copilot.ledger import store
from copilot.ledger.config import LedgerConfig
from copilot.ledger.entry import LedgerText
from copilot.ledger.ledger import Ledger
from copilot.ledger.store import forget_quoting
from copilot.llm.prompts import Prompts
from copilot.speech.engines import SpeechConfig
from copilot.summaries.flow import Summariser
from copilot.summaries.summary import SummaryOptions
from copilot.wiring import build_speech
from tests import fake_speech
from tests.calls.conftest import flow as flow
from tests.calls.talk import short_call
from tests.calls.test_flow import Undisturbed
from tests.drafts.conftest import Shop
from tests.drafts.conftest import shop as shop
from tests.fake_openai import FakeOpenAI
from tests.fake_speech import KEY, FakeSpeech
from tests.ledger.conftest import OpenGate
from tests.ledger.test_gate import rows

pytestmark = pytest.mark.parametrize("db", ["sqlite"], indirect=True)
_ASKS = "Hei, paljonko palautus maksaa? Terveisin Maija Virtanen, maija.virtanen@posti.example"


@pytest.fixture
def speech_server() -> Iterator[FakeSpeech]:
    with fake_speech.running() as fake:
        fake.key = KEY
        yield fake


async def test_drafts_and_summaries_are_in_it(
    db: Database, shop: Shop, open_gate: OpenGate, model_server: FakeOpenAI
) -> None:
    model_server.answer = "Hei [NAME_1],\n\nPalautusmaksu Suomesta on 4,90 €. [S1]"
    conversation = await shop.put(_ASKS)
    async with open_gate(prompt_price="1") as models:
        drafter = Drafter(db, shop.context, models, shop.prompts, shop.search)
        options = DraftOptions()
        draft = await drafter.draft(shop.tenant, conversation.id, options, principal_id="key_1")
        summariser = Summariser(db, models, Prompts(bundled("prompts")))
        await summariser.for_conversation(shop.tenant, conversation.id, SummaryOptions())
        told = await rows(db, models, shop.tenant)
    assert draft.engine == "openai:fake"
    assert [one.task for one in told][:2] == ["draft", "summary"]
    assert {one.conversation_id for one in told} == {conversation.id}
    assert {one.customer_id for one in told} == {conversation.customer_id}
    assert [one.principal_id for one in told][:2] == ["key_1", None]
    assert [one.sent for one in told] == [body["messages"] for body in model_server.requests]
    assert all(one.masked["email"] and one.masked["name"] and one.cost for one in told)
    left = json.dumps([one.sent for one in told])
    assert "Virtanen" not in left
    assert "posti.example" not in left


async def test_what_is_taken_out_of_a_conversation_is_taken_out_of_it(
    db: Database, shop: Shop, open_gate: OpenGate
) -> None:
    conversation = await shop.put(_ASKS)
    async with open_gate() as models:
        drafter = Drafter(db, shop.context, models, shop.prompts, shop.search)
        await drafter.draft(shop.tenant, conversation.id, DraftOptions())
        for quotes, kept in (
            (lambda sent: "no such words" in str(sent), True),
            (lambda sent: "palautus maksaa" in str(sent), False),
        ):
            async with db.write() as session:
                await forget_quoting(session, shop.tenant, conversation.id, quotes)
            (row,) = await rows(db, models, shop.tenant)
            assert (row.has_text, row.sent is not None) == (kept, kept)


@pytest.fixture
async def sending(flow: CallFlow, speech_server: FakeSpeech) -> AsyncIterator[CallFlow]:
    """Calls that a speech server elsewhere hears."""
    asked = {"kind": "openai", "model": "whisper-1", "base_url": speech_server.base_url}
    flow.speech = build_speech(SpeechConfig.model_validate({**asked, "api_key": KEY}))
    flow.ledger = Ledger(flow.db, LedgerConfig(), alone=True)
    yield flow
    flow.speech.close()


async def told_of(flow: CallFlow, tenant: TenantId) -> list[LedgerText]:
    assert flow.ledger is not None
    await flow.ledger.settled()
    async with flow.db.read() as session:
        page = await store.find(session, tenant, dead=flow.ledger.dead)
        return [
            await store.get(session, tenant, one.id, dead=flow.ledger.dead) for one in page.items
        ]


async def test_a_recording_that_leaves_is_in_it_until_its_call_is_deleted(
    sending: CallFlow, speech_server: FakeSpeech, tenant: TenantId
) -> None:
    about = CallIn(language="en", vocabulary=["Moccaroo"])
    accepted = await sending.accept(tenant, about, io.BytesIO(short_call()))
    await pipeline.transcribe(sending, Undisturbed(tenant, accepted.id))
    assert speech_server.sent
    (row,) = await told_of(sending, tenant)
    assert (row.task, row.call_id, row.outcome) == ("transcription", accepted.id, "answered")
    assert (row.engine, row.host) == ("openai:whisper-1", "127.0.0.1")
    assert isinstance(row.sent, dict)
    assert row.sent["seconds"] > 1
    assert "Moccaroo" in row.sent["vocabulary"]
    await sending.delete(tenant, accepted.id)
    (row,) = await told_of(sending, tenant)
    assert (row.sent, row.call_id, row.task) == (None, None, "transcription")


async def test_a_recording_that_stays_here_is_not_in_it(
    sending: CallFlow, speech_server: FakeSpeech, tenant: TenantId
) -> None:
    asked = {"kind": "openai", "model": "whisper-1", "base_url": speech_server.base_url}
    own = SpeechConfig.model_validate({**asked, "api_key": KEY, "local": True})
    sending.speech.close()
    sending.speech = build_speech(own)
    accepted = await sending.accept(tenant, CallIn(language="en"), io.BytesIO(short_call()))
    await pipeline.transcribe(sending, Undisturbed(tenant, accepted.id))
    assert await told_of(sending, tenant) == []
