"""A language model looks at citations once more: it may refuse one, and can grant none."""

import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from copilot.drafts.config import DraftsConfig
from copilot.drafts.draft import Draft, DraftOptions, RefineIn
from copilot.drafts.flow import Drafter
from copilot.ledger.config import LedgerConfig
from copilot.ledger.gate import gated
from copilot.llm.openai_chat import LlmConfig, OpenAIChat
from tests.drafts.conftest import Shop
from tests.fake_openai import Behaviour, FakeOpenAI, running

CARRIED = "Saat hyvityksen 3–5 arkipäivän kuluessa siitä, kun palautus on tarkastettu"
_SOURCE = re.compile(r"(S\d+) article>\nHyvityksen aikataulu")


def reply(messages: list[dict[str, str]], *more: str) -> str:
    """CARRIED and ``more``, each with the mark of the article that carries it."""
    found = _SOURCE.search(messages[-1]["content"])
    assert found is not None, messages[-1]["content"]
    lines = "\n".join(f"{one}. [{found[1]}]" for one in (CARRIED, *more))
    return f"Hei,\n\n{lines}\n\nYstävällisin terveisin"


def saying(*verdicts: object) -> Callable[[list[dict[str, str]]], str]:
    """A model that drafts CARRIED and answers the check with ``verdicts``, one a pair."""

    def script(messages: list[dict[str, str]]) -> str:
        if "Which sources carry" not in messages[-1]["content"]:
            return reply(messages)
        told = [{"pair": n, "carries": one} for n, one in enumerate(verdicts, 1)]
        return json.dumps({"pairs": told})

    return script


@asynccontextmanager
async def drafting(
    shop: Shop, model: FakeOpenAI, *, check: bool = True, check_s: float = 5.0
) -> AsyncIterator[Drafter]:
    config = LlmConfig(kind="openai", base_url=model.base_url, model="fake")
    async with OpenAIChat.open(config) as chat:
        models = gated(chat, model.base_url, LedgerConfig())
        checks = DraftsConfig(check_citations=check, check_s=check_s)
        yield Drafter(shop.db, shop.context, models, shop.prompts, shop.search, config=checks)


async def made(shop: Shop, drafter: Drafter) -> Draft:
    case = await shop.conversation("Milloin hyvitys maksetaan?")
    return await drafter.draft(shop.tenant, case, DraftOptions())


def codes(draft: Draft) -> list[str]:
    return [one.code for one in draft.warnings]


def cited(draft: Draft) -> list[str]:
    return [one.text for one in draft.sentences if one.citations]


def checks(model: FakeOpenAI) -> list[str]:
    return [one for one in model.prompts if "Which sources carry" in one]


async def test_what_it_refuses_is_dropped_and_flagged(shop: Shop) -> None:
    with running() as model:
        model.script = saying(False)
        async with drafting(shop, model) as drafter:
            draft = await made(shop, drafter)
            assert cited(draft) == []
            assert {"citation_dropped", "claim_without_source"} <= set(codes(draft))
            (asked,) = checks(model)
            assert CARRIED in asked
            # A changed draft is looked at as well.
            await drafter.refine(shop.tenant, draft.id, RefineIn(action="friendlier"))
            assert len(checks(model)) == 2


@pytest.mark.parametrize(
    "verdicts", [(True,), (), ("no",), (None,), (True, False, False), (0,)], ids=str
)
async def test_only_a_plain_no_counts(shop: Shop, verdicts: tuple[object, ...]) -> None:
    with running() as model:
        model.script = saying(*verdicts)
        async with drafting(shop, model) as drafter:
            draft = await made(shop, drafter)
    assert cited(draft) == [f"{CARRIED}."]
    assert len(checks(model)) == 1


async def test_its_yes_grants_nothing(shop: Shop) -> None:
    with running() as model:
        made_up = "Maksamme lisäksi 50 euron lahjakortin kaikille"

        def script(messages: list[dict[str, str]]) -> str:
            if "Which sources carry" in messages[-1]["content"]:
                return '{"pairs": [{"pair": 1, "carries": true}, {"pair": 2, "carries": true}]}'
            return reply(messages, made_up)

        model.script = script
        async with drafting(shop, model) as drafter:
            draft = await made(shop, drafter)
    assert cited(draft) == [f"{CARRIED}."]
    assert "claim_without_source" in codes(draft)


@pytest.mark.parametrize("behaviour", ["error_500", "hangs", "not_json"])
async def test_without_its_answer_wording_decides(shop: Shop, behaviour: Behaviour) -> None:
    with running() as model:
        model.script = saying(False)
        model.behaves = lambda prompt: behaviour if "Which sources carry" in prompt else "good"
        async with drafting(shop, model, check_s=0.5) as drafter:
            draft = await made(shop, drafter)
    assert cited(draft) == [f"{CARRIED}."]
    assert not draft.degraded
    assert draft.timings_ms["check"] < 5_000


async def test_it_is_off_unless_it_is_wanted(shop: Shop) -> None:
    with running() as model:
        model.script = saying(False)
        async with drafting(shop, model, check=False) as drafter:
            draft = await made(shop, drafter)
    assert cited(draft) == [f"{CARRIED}."]
    assert checks(model) == []
