"""Replies hold what was asked and leave out what was not, on pages of another trade."""

from collections.abc import AsyncIterator

import pytest

from copilot.drafts import meaning
from copilot.drafts.draft import Draft, DraftOptions
from copilot.drafts.flow import Drafter
from copilot.search.batching import EmbeddingService
from copilot.search.model_card import model_card
from copilot.search.sentence_embedder import EmbedderConfig, SentenceEmbedder
from tests.drafts.conftest import Shop
from tests.drafts.railway import CASES, Case

pytestmark = pytest.mark.parametrize("db", ["sqlite"], indirect=True)


@pytest.fixture(scope="session")
def embedder() -> SentenceEmbedder:
    """The packaged model, loaded once."""
    return SentenceEmbedder.open(EmbedderConfig())


@pytest.fixture
async def embedding(embedder: SentenceEmbedder) -> AsyncIterator[EmbeddingService]:
    async with EmbeddingService.open(lambda: embedder, model_card(None)) as service:
        yield service


async def _draft(shop: Shop, case: Case, embedding: EmbeddingService | None) -> Draft:
    shop.search.passages[:] = case.passages
    drafter = Drafter(shop.db, shop.context, None, shop.prompts, shop.search, embedding)
    conversation = await shop.conversation(case.text)
    return await drafter.draft(shop.tenant, conversation, DraftOptions(language=case.language))


def _body(draft: Draft) -> str:
    return draft.text.lower()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.text[:40])
async def test_only_what_was_asked(
    shop: Shop, embedding: EmbeddingService, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(meaning, "_WAIT_S", 120.0)
    await embedding.query("until the model is loaded")
    draft = await _draft(shop, case, embedding)
    assert [one for one in case.unsaid if one.lower() in _body(draft)] == []
    if case.missed:
        return
    assert [one for one in case.said if one.lower() not in _body(draft)] == []
    unanswered = [one for one in draft.warnings if one.code == "question_unanswered"]
    assert len(unanswered) == case.open_questions
