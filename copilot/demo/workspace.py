"""The bundled demo workspace: one invented web shop, made for this project."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from copilot.conversations.conversation import ConversationIn
from copilot.conversations.files import load_conversations
from copilot.customers.customer import CustomerBody
from copilot.customers.order import OrderIn
from copilot.guidance.process import Process, read_process
from copilot.guidance.saved_reply import SavedReplyIn
from copilot.knowledge.article import ArticleIn
from copilot.knowledge.files import load_articles

SUPPORT_ADDRESSES = ("@kuusikulma.example",)
"""Mail from here is the shop's own."""

_NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)


def workspace_now() -> datetime:
    """The time in the workspace, which stands still.

    Its messages and recordings name days in words, so they cannot be moved to the present; by the
    real clock every promise in them would be overdue.
    """
    return _NOW


class DemoCall(NamedTuple):
    """One recording with the script that was spoken."""

    audio: Path
    script: dict[str, Any]


class Workspace:
    """Reads the demo workspace's files.

    Args:
        folder: Where they are; the bundled ones by default.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or Path(str(files("copilot"))) / "demo" / "workspace"

    def customers(self) -> Iterator[tuple[str, str, CustomerBody]]:
        """Source, external id and body of every customer."""
        for row in self._rows("customers.jsonl"):
            source, external_id = row.pop("source"), row.pop("external_id")
            yield source, external_id, CustomerBody.model_validate(row)

    def orders(self) -> Iterator[tuple[str, str, OrderIn]]:
        """Source, number and body of every order."""
        for row in self._rows("orders.jsonl"):
            source, number = row.pop("source"), row.pop("number")
            yield source, number, OrderIn.model_validate(row)

    def articles(self) -> list[tuple[str, str, ArticleIn]]:
        """Source, external id and body of every article."""
        return load_articles(self.folder / "articles")

    def processes(self) -> list[Process]:
        """How the shop handles some kinds of case."""
        files = sorted((self.folder / "processes").glob("*.md"))
        return [read_process(one.read_text(encoding="utf-8"), where=one.name) for one in files]

    def saved_replies(self) -> Iterator[tuple[str, str, SavedReplyIn]]:
        """Source, external id and body of every saved reply."""
        for row in self._rows("saved_replies.jsonl"):
            source, external_id = row.pop("source"), row.pop("external_id")
            yield source, external_id, SavedReplyIn.model_validate(row)

    def tone_guide(self) -> str:
        """How the shop writes."""
        return (self.folder / "tone.md").read_text(encoding="utf-8")

    def conversations(self) -> list[tuple[str, str, ConversationIn]]:
        """Source, external id and body of every conversation but the email thread."""
        return load_conversations(self.folder / "conversations.jsonl")

    def thread(self) -> tuple[str, str, ConversationIn]:
        """The long email thread, read from its mailbox as any mail would be."""
        mailbox = self.folder / "threads" / "fi-main.mbox"
        (thread,) = load_conversations(mailbox, support_addresses=SUPPORT_ADDRESSES)
        return thread

    def calls(self) -> list[DemoCall]:
        """The recordings."""
        found = []
        for script in sorted((self.folder / "calls").glob("*.script.json")):
            name = script.name.removesuffix(".script.json")
            audio = next(
                path
                for path in sorted(script.parent.glob(f"{name}.*"))
                if path.suffix not in {".json", ".md"}
            )
            found.append(DemoCall(audio, json.loads(script.read_text(encoding="utf-8"))))
        return found

    def _rows(self, name: str) -> Iterator[dict[str, Any]]:
        with (self.folder / name).open(encoding="utf-8") as lines:
            for line in lines:
                if line.strip():
                    yield json.loads(line)
