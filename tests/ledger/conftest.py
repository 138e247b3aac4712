"""A fake model server, and the gate in front of it on a real database."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest

from copilot.kernel.db import Database
from copilot.ledger.config import LedgerConfig
from copilot.ledger.gate import LedgeredModels, gated
from copilot.ledger.ledger import Ledger
from copilot.llm.guard import GuardedChat
from copilot.llm.openai_chat import LlmConfig, OpenAIChat
from tests.fake_openai import FakeOpenAI, running

OpenGate = Callable[..., AbstractAsyncContextManager[LedgeredModels]]


@pytest.fixture
def model_server() -> Iterator[FakeOpenAI]:
    with running() as fake:
        yield fake


@pytest.fixture
def open_gate(db: Database, model_server: FakeOpenAI) -> OpenGate:
    """Opens the gate to the fake server; settings of the ledger by name."""

    @asynccontextmanager
    async def opened(
        *, local: bool = False, deadline_s: float = 10.0, **settings: Any
    ) -> AsyncIterator[LedgeredModels]:
        llm = LlmConfig(
            kind="openai",
            base_url=model_server.base_url,
            model="fake",
            local=local,
            deadline_s=deadline_s,
        )
        config = LedgerConfig.model_validate(settings)
        ledger = Ledger(db, config, alone=True)
        async with OpenAIChat.open(llm) as chat:
            guarded = GuardedChat(chat, deadline_s=deadline_s)
            models = gated(guarded, llm.base_url, config, ledger)
            assert models is not None
            yield models
        await ledger.settled()

    return opened
