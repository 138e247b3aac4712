"""The service's own engines for evaluations and one-shot commands, on a folder thrown away after.

What an evaluation measures and what a command without a server prints is what would be served:
the same parts, wired by the same function.
"""

import hashlib
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self, get_origin
from urllib.parse import urlsplit, urlunsplit

from pydantic import BaseModel, SecretStr, ValidationError

from copilot.evals.lab import Identity
from copilot.evals.setting_names import PREFIX
from copilot.evals.suite import TaskName
from copilot.kernel.errors import ConfigurationError
from copilot.kernel.ids import TenantId
from copilot.ledger.gate import gated
from copilot.llm.chat import Chat, ModelCall
from copilot.llm.prompts import Prompts
from copilot.search.model_card import model_card
from copilot.settings import Settings
from copilot.speech.engines import SpeechEngines
from copilot.summaries.asking import PROMPT_TASKS as SUMMARY_PROMPT_TASKS
from copilot.summaries.flow import Summariser
from copilot.wiring import Deps, build_speech, names_of, open_chat, open_deps, prompts_folder

# The settings that decide a task's output; the others decide where things lie.
_MATTERS: dict[TaskName, tuple[str, ...]] = {
    "retrieval": ("embedder", "reranker"),
    "summary": ("llm", "privacy"),
    "draft": ("llm", "embedder", "reranker", "drafts", "privacy"),
    "injection": ("llm", "embedder", "reranker", "drafts", "privacy"),
    "transcription": ("speech",),
    "email_parsing": (),
    "redaction": (),
    "figures": (),
}
_PROMPTS: dict[TaskName, tuple[str, ...]] = {
    "summary": SUMMARY_PROMPT_TASKS,
    "draft": ("draft", "support"),
    "injection": ("draft", "support", *SUMMARY_PROMPT_TASKS),
}
# Code that makes no output: what shows it, serves it, stores it or scores it.
_NOT_ENGINES = frozenset(
    (
        "app.py",
        "auth",
        "cli",
        "demo",
        "evals",
        "feedback",
        "health",
        "migrations",
        "terminal.py",
        "web",
    )
)


class ServiceLab:
    """The Lab port (:mod:`copilot.evals.lab`) on the service's wiring.

    Args:
        settings: The environment's settings.
        overrides: What a suite or a matrix sets differently, by environment name.
    """

    def __init__(self, settings: Settings, overrides: Mapping[str, str] | None = None) -> None:
        self._settings = settings
        self._overrides = dict(overrides or {})

    def with_settings(self, overrides: dict[str, str]) -> Self:
        """See :meth:`copilot.evals.lab.Lab.with_settings`."""
        changed = {**self._overrides, **overrides}
        return type(self)(_changed(self._settings, overrides), changed)

    def identity(self, task: TaskName) -> Identity:
        """See :meth:`copilot.evals.lab.Lab.identity`."""
        shown = _overridden(self._settings, self._overrides)
        for part in _MATTERS[task]:
            shown |= _differing(f"{PREFIX}{part.upper()}", getattr(self._settings, part))
        prompts = self.prompts()
        hashes = [prompts.template(name).hash for name in _PROMPTS.get(task, ())]
        return Identity(
            engine=self._engine(task),
            prompt_hash="+".join(hashes) or None,
            settings=shown,
            code=_code_hash(),
        )

    def _engine(self, task: TaskName) -> str:
        settings = self._settings
        match task:
            case "retrieval":
                return model_card(settings.embedder.model).name
            case "summary" | "draft" | "injection":
                llm = settings.llm
                return "extractive" if llm.kind == "none" else f"{llm.kind}:{llm.model}"
            case "transcription":
                speech = settings.speech
                if speech.kind == "openai":
                    return f"openai:{speech.model}"
                whisper = speech.kind == "whisper" or (speech.kind == "auto" and speech.model)
                if whisper:
                    return f"whisper:{Path(speech.model or '').name}"
                return "pocketsphinx" if speech.kind == "pocketsphinx" else "moonshine:tiny-en"
            case _:
                return "rules"

    @asynccontextmanager
    async def desk(self) -> AsyncIterator[Deps]:
        """See :meth:`copilot.evals.lab.Lab.desk`."""
        async with open_throwaway(self._settings) as deps:
            yield deps

    @asynccontextmanager
    async def summariser(self) -> AsyncIterator[Summariser]:
        """See :meth:`copilot.evals.lab.Lab.summariser`."""
        async with open_chat(self._settings.llm) as chat:
            models = gated(
                chat,
                self._settings.llm.base_url,
                self._settings.ledger,
                names=names_of(self._settings),
            )
            yield Summariser(None, models, self.prompts())

    def speech(self) -> SpeechEngines:
        """See :meth:`copilot.evals.lab.Lab.speech`."""
        return build_speech(self._settings.speech)

    @asynccontextmanager
    async def judge(self) -> AsyncIterator[Chat | None]:
        """See :meth:`copilot.evals.lab.Lab.judge`."""
        async with open_chat(self._settings.judge) as chat:
            models = gated(
                chat,
                self._settings.judge.base_url,
                self._settings.ledger,
                names=names_of(self._settings),
            )
            yield None if models is None else models.chat_for(ModelCall(TenantId(""), "judge"))

    def prompts(self) -> Prompts:
        """See :meth:`copilot.evals.lab.Lab.prompts`."""
        return Prompts(prompts_folder(self._settings))


@asynccontextmanager
async def open_throwaway(settings: Settings) -> AsyncIterator[Deps]:
    """The parts that ``settings`` name on an empty SQLite database and index, gone afterwards."""
    with TemporaryDirectory(prefix="copilot-") as folder:
        changed = settings.model_copy(
            update={
                "data_dir": Path(folder),
                "database": settings.database.model_copy(update={"url": None}),
                "index": settings.index.model_copy(update={"kind": "edge"}),
            }
        )
        async with open_deps(changed, run_jobs=False, model_wait_s=None) as deps:
            yield deps


def _changed(settings: Settings, overrides: Mapping[str, str]) -> Settings:
    """``settings`` with ``overrides`` by environment name.

    Raises:
        ConfigurationError: There is no such setting, or it cannot have this value.
    """
    parts: dict[str, dict[str, Any]] = {}
    plain: dict[str, Any] = {}
    for name, value in overrides.items():
        first, _, rest = name.removeprefix(PREFIX).lower().partition("__")
        field = getattr(settings, first, None) if first in Settings.model_fields else None
        if isinstance(field, BaseModel) and rest in type(field).model_fields:
            parts.setdefault(first, {})[rest] = _read(name, value, type(field), rest)
        elif first in Settings.model_fields and not isinstance(field, BaseModel) and not rest:
            plain[first] = Path(value).expanduser().absolute()
        else:
            raise ConfigurationError(
                f"There is no setting {name}: `copilot doctor --json` lists them all."
            )
    for part, values in parts.items():
        before: BaseModel = getattr(settings, part)
        try:
            plain[part] = type(before).model_validate({**before.model_dump(), **values})
        except ValidationError as error:
            first_fault = error.errors(include_url=False, include_input=False)[0]
            where = "__".join(str(one).upper() for one in (part, *first_fault["loc"]))
            raise ConfigurationError(f"{PREFIX}{where}: {first_fault['msg']}") from error
    return settings.model_copy(update=plain)


def _read(name: str, value: str, config: type[BaseModel], field: str) -> Any:
    """``value`` as the environment would be read: a list stands there as JSON."""
    if get_origin(config.model_fields[field].annotation) is not list:
        return value
    try:
        return json.loads(value)
    except ValueError as error:
        raise ConfigurationError(f'{name}: write a list as JSON, ["…", "…"].') from error


def _differing(name: str, config: BaseModel) -> dict[str, str]:
    """The settings of ``config`` that are not the default, secrets apart."""
    shown = {}
    for field, about in type(config).model_fields.items():
        value = getattr(config, field)
        if value != about.default and not isinstance(value, SecretStr):
            shown[f"{name}__{field.upper()}"] = str(value)
    return _plain(shown)


def _overridden(settings: Settings, overrides: Mapping[str, str]) -> dict[str, str]:
    """What ``overrides`` came to, secrets apart."""
    shown = {}
    for name in overrides:
        value: Any = settings
        for part in name.removeprefix(PREFIX).lower().split("__"):
            value = getattr(value, part)
        if not isinstance(value, SecretStr):
            shown[name] = str(value)
    return _plain(shown)


def _plain(values: Mapping[str, str]) -> dict[str, str]:
    """``values`` without the user and password that an address may carry."""
    return {name: _without_login(value) for name, value in values.items()}


def _without_login(value: str) -> str:
    if "@" not in value or "://" not in value:
        return value
    parts = urlsplit(value)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


@lru_cache(maxsize=1)
def _code_hash() -> str:
    """SHA-256 over the sources of everything that can change an output."""
    package = Path(str(files("copilot")))
    found = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        inside = path.relative_to(package)
        if inside.parts[0] not in _NOT_ENGINES or inside.parts[:2] == ("evals", "tasks"):
            found.update(f"{inside}\n".encode())
            found.update(path.read_bytes())
    return found.hexdigest()
