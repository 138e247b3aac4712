"""Prompts: Jinja2 files in ``prompts/<task>/`` with front matter, rendered strictly and hashed.

Untrusted text (from customers, articles, orders) enters through the macro ``fence`` in
``prompts/_shared/fence.md.j2`` and nowhere else; a test walks every template to hold that.
"""

import hashlib
import re
import secrets
from pathlib import Path
from typing import NamedTuple

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from pydantic import BaseModel, ConfigDict, DirectoryPath

from copilot.kernel.errors import ConfigurationError
from copilot.llm.chat import ChatMessage, Role

_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
_ROLES: tuple[Role, ...] = ("system", "user")


class PromptsConfig(BaseModel):
    """Where the prompts are.

    Attributes:
        folder: A copy of the prompts, changed; None uses those that came with the installation.
    """

    model_config = ConfigDict(extra="forbid")

    folder: DirectoryPath | None = None


class RenderedPrompt(NamedTuple):
    """A prompt ready to send.

    Attributes:
        messages: System and user turn.
        hash: SHA-256 over the task's template files (not the data), stored with every result.
        version: From the front matter.
    """

    messages: list[ChatMessage]
    hash: str
    version: str


class PromptTemplate(NamedTuple):
    """The parts of one task's prompt, with front matter read."""

    sources: dict[Role, str]
    hash: str
    version: str
    variables: tuple[str, ...]


class Prompts:
    """All prompts of a folder.

    Args:
        folder: Holds a folder per task with ``system.md.j2`` and ``user.md.j2``.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        # Prompts are text for a model, not HTML: escaping would change what customers wrote.
        self._environment = Environment(
            loader=FileSystemLoader(folder),
            undefined=StrictUndefined,
            autoescape=False,  # noqa: S701
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=False,
        )
        self._templates: dict[str, PromptTemplate] = {}
        self._ready: dict[tuple[str, Role], Template] = {}

    def tasks(self) -> list[str]:
        """Names of all tasks that have a prompt."""
        return sorted(path.parent.name for path in self._folder.glob("[!_]*/user.md.j2"))

    def template(self, task: str) -> PromptTemplate:
        """The template of ``task``.

        Raises:
            ConfigurationError: A file is missing or its front matter is not readable.
        """
        if task not in self._templates:
            self._templates[task] = self._load(task)
        return self._templates[task]

    def render(self, task: str, **variables: object) -> RenderedPrompt:
        """The prompt of ``task`` with ``variables`` filled in.

        A random mark is given to the fences, so that fenced text cannot close its own fence.

        Raises:
            jinja2.UndefinedError: A variable of the template was not given.
        """
        template = self.template(task)
        given = {**variables, "fence_mark": secrets.token_hex(6)}
        messages = [
            ChatMessage(role, self._compiled(task, role).render(given).strip())
            for role in template.sources
        ]
        return RenderedPrompt(messages, template.hash, template.version)

    def _compiled(self, task: str, role: Role) -> Template:
        """The template ready to render: compiling takes longer than all the rest of a prompt."""
        found = self._ready.get((task, role))
        if found is None:
            found = self._environment.from_string(self.template(task).sources[role])
            self._ready[task, role] = found
        return found

    def _load(self, task: str) -> PromptTemplate:
        sources: dict[Role, str] = {}
        digest = hashlib.sha256()
        front: dict[str, object] = {}
        for shared in sorted((self._folder / "_shared").glob("*.j2")):
            digest.update(shared.read_bytes())
        for role in _ROLES:
            path = self._folder / task / f"{role}.md.j2"
            if not path.is_file():
                raise ConfigurationError(f"The prompt file {task}/{path.name} is missing.")
            text = path.read_text(encoding="utf-8")
            digest.update(text.encode())
            matched = _FRONT_MATTER.match(text)
            if matched:
                front |= _read_front_matter(task, matched.group(1))
                text = text[matched.end() :]
            sources[role] = text
        names = front.get("variables")
        variables = tuple(str(name) for name in names) if isinstance(names, list) else ()
        return PromptTemplate(
            sources, digest.hexdigest()[:16], str(front.get("version", "0")), variables
        )


def _read_front_matter(task: str, text: str) -> dict[str, object]:
    try:
        front = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ConfigurationError(f"The front matter of prompt {task!r} is not YAML.") from error
    if not isinstance(front, dict):
        raise ConfigurationError(f"The front matter of prompt {task!r} is not a mapping.")
    return front
