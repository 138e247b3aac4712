"""A support desk whose drafts were reviewed, straight in the database."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from copilot.conversations import flow as conversations
from copilot.conversations.conversation import Conversation, ConversationIn
from copilot.drafts import review_store
from copilot.drafts import store as drafts
from copilot.drafts.draft import (
    Citation,
    Draft,
    DraftOptions,
    DraftSentence,
    ReviewIn,
)
from copilot.drafts.review import compare
from copilot.feedback import store as feedback
from copilot.feedback.feedback import FeedbackIn, FeedbackKind
from copilot.grounding.figure_check import FigureCheck
from copilot.kernel.clock import now
from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId, new_id
from copilot.knowledge.article import Article, ArticleIn
from copilot.knowledge.flow import prepare, put_article
from copilot.knowledge.passage import Passage

START = datetime(2026, 3, 1, 8, tzinfo=UTC)
Action = Literal["accepted", "edited", "rejected"]


async def conversation(
    db: Database, tenant: TenantId, name: str, *texts: str, **more: Any
) -> Conversation:
    """A conversation; texts are the customer's and an agent's in turn."""
    fields: dict[str, Any] = {
        "channel": "email",
        "customer": {"emails": [f"{name}@mail.example"]},
        "messages": [message(n, text) for n, text in enumerate(texts, 1)],
    }
    sent = ConversationIn.model_validate(fields | more)
    return (await conversations.accept(db, tenant, "desk", name, sent))[0]


def plain_conversation(external_id: str) -> Conversation:
    """A conversation without messages, nowhere stored."""
    return Conversation(
        id=new_id("cnv"),
        source="desk",
        external_id=external_id,
        channel="email",
        subject=None,
        status="open",
        language=None,
        tags=[],
        customer_id=None,
        version=1,
        created_at=START,
        updated_at=START,
    )


def message(n: int, text: str, **more: Any) -> dict[str, Any]:
    return {
        "external_id": f"<{n}@mail.example>",
        "author": {"role": "customer" if n % 2 else "agent"},
        "sent_at": START + timedelta(hours=n),
        "text": text,
    } | more


async def article(db: Database, tenant: TenantId, title: str, body: str) -> Article:
    given = ArticleIn(title=title, body=body)
    async with db.write() as session:
        stored, _ = await put_article(session, tenant, "kb", title, given, prepared=prepare(given))
    return stored


async def draft(
    db: Database,
    tenant: TenantId,
    about: Conversation,
    text: str,
    *,
    cites: Sequence[Article] = (),
    figures: Sequence[FigureCheck] = (),
    options: DraftOptions | None = None,
) -> Draft:
    """A stored draft; every sentence of ``text`` (one a line) cites the article of its place."""
    lines = text.splitlines()
    made = Draft(
        id=new_id("drf"),
        conversation_id=about.id,
        conversation_version=about.version,
        language=about.language,
        text=text,
        sentences=[
            DraftSentence(text=line, citations=[n] if n <= len(cites) else [])
            for n, line in enumerate(lines, 1)
        ],
        citations=[Citation(n=n, passage=_passage(one)) for n, one in enumerate(cites, 1)],
        figures=list(figures),
        warnings=[],
        answerable=True,
        engine="extractive",
        timings_ms={},
        created_at=now(),
    )
    async with db.write() as session:
        await drafts.add(session, tenant, made, options or DraftOptions())
    return made


async def review(
    db: Database,
    tenant: TenantId,
    of: Draft,
    action: Action = "accepted",
    final_text: str | None = None,
    reason: str | None = None,
) -> None:
    told = ReviewIn(action=action, final_text=final_text, reason=reason)
    async with db.write() as session:
        await review_store.add(session, tenant, of, compare(of, told), told, "agt_1")


def cases(out: Path) -> dict[str, dict[str, Any]]:
    """Every exported draft case by its id."""
    found = {}
    for split in ("train", "held_back"):
        file = out / split / "cases.jsonl"
        for line in file.read_text().splitlines() if file.exists() else ():
            found[json.loads(line)["id"]] = {**json.loads(line), "split": split}
    return found


async def score(
    db: Database, tenant: TenantId, kind: FeedbackKind, points: int, **about: Any
) -> None:
    async with db.write() as session:
        await feedback.add(session, tenant, FeedbackIn(kind=kind, score=points, **about))


def _passage(one: Article) -> Passage:
    return Passage(
        id=f"pas-{one.id}",
        kind="article",
        article_id=one.id,
        title=one.title,
        text=one.text,
        url=None,
        visibility=one.visibility,
        language=one.language,
        updated_at=one.updated_at,
    )
