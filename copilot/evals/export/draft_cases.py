"""A reviewed draft as a case: what the customer asked, and what a person thought right to send."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Literal

from copilot.conversations.conversation import Conversation, ConversationIn, Message
from copilot.drafts.draft import DraftOptions
from copilot.drafts.material import pending_messages
from copilot.evals.case import digest
from copilot.evals.export.judged import (
    labels_of,
    mentioned,
    refuted,
    sent_text,
    used_articles,
)
from copilot.evals.export.languages import language_code
from copilot.evals.export.masking import Mask, leaks, strings, unnumbered
from copilot.evals.export.people import PEOPLE, Team, facts_about
from copilot.evals.export.reviewed import Reviewed, cited_articles
from copilot.evals.export.splitting import Split, public_id, split_of
from copilot.privacy.known import KnownFacts

_LONGEST_SUBJECT = 1000
_LONGEST_NAME = 200
_LONGEST_TAG = 100
_LONGEST_TITLE = 500
_LONGEST_INSTRUCTION = 4000
_LONGEST_FACT = 2000
_FILE_KIND = re.compile(r"\.[A-Za-z0-9]{1,5}")

Why = Literal["nothing_asked", "still_personal"]


@dataclass(frozen=True, kw_only=True)
class DraftCase:
    """A line of ``cases.jsonl``, pseudonymised.

    Attributes:
        same: Equal for cases with the same ask and the same reference.
        facts: What must not stand in ``line``: the file is checked against it.
    """

    split: Split
    line: Mapping[str, Any]
    labels: Mapping[str, str]
    same: str
    facts: KnownFacts


def draft_case(found: Reviewed, team: Team) -> DraftCase | Why:
    """The case of ``found``, or why there is none. Takes processor time: call it in a thread.

    Args:
        found: A reviewed draft.
        team: Who answers customers.
    """
    conversation, draft = found.conversation, found.draft
    asked = [one.text for one in pending_messages(conversation)]
    if not asked:
        return "nothing_asked"
    texts = list(_texts(found))
    mask = Mask(facts_about(conversation, found.customer, found.orders, team, texts))
    said = _conversation(conversation, mask)
    articles = _articles(found, mask)
    reference = sent_text(found)
    labels = {name: str(mask.text(one)) for name, one in labels_of(found).items()}
    line: dict[str, Any] = {"id": public_id(draft.id), "conversation": said, "articles": articles}
    if wishes := _options(found.options, mask):
        line["options"] = wishes
    if reference is not None:
        line["reference"] = mask.text(reference)
    line |= {
        "must_mention": mentioned(found, reference, mask),
        "must_not_mention": refuted(found, reference, mask),
        "labels": labels,
    }
    if used := used_articles(found):
        line["relevant_articles"] = [public_id(one) for one in used]
    if leaks(strings(line), mask.facts):
        return "still_personal"
    return DraftCase(
        split=split_of(conversation.id),
        line=line,
        labels=labels,
        same=_same([mask.text(one) for one in asked], line.get("reference")),
        facts=mask.facts,
    )


def _texts(found: Reviewed) -> Iterator[str]:
    yield from (found.conversation.subject or "", found.draft.text, found.final_text or "")
    yield from (one.text for one in found.conversation.messages)
    yield from (one.author.name or "" for one in found.conversation.messages)
    yield from (f"{one.title} {one.text}" for one in found.articles.values())
    yield from (found.reason or "", *found.conversation.tags)
    yield from (found.options.instruction or "", *found.options.facts)


def _conversation(conversation: Conversation, mask: Mask) -> dict[str, Any]:
    subject = mask.text(conversation.subject) if conversation.subject else None
    said: dict[str, Any] = {
        "channel": conversation.channel,
        "subject": subject and subject[:_LONGEST_SUBJECT],
        "status": mask.text(conversation.status)[:32],
        "language": language_code(conversation.language),
        "tags": [mask.text(one)[:_LONGEST_TAG] for one in conversation.tags],
        "messages": [_message(n, one, mask) for n, one in enumerate(conversation.messages, 1)],
    }
    ConversationIn.model_validate(said)
    return said


def _message(n: int, message: Message, mask: Mask) -> dict[str, Any]:
    """A message; the ids of mails name servers and people, so it gets a number instead."""
    author = message.author
    # A program's name tells nobody; it is masked as any text is.
    name = mask.name(author.name) if author.role in PEOPLE else mask.text(author.name or "") or None
    told: dict[str, Any] = {
        "external_id": f"m{n}",
        "author": {"role": author.role, "name": name and name[:_LONGEST_NAME]},
        "visibility": message.visibility,
        "sent_at": message.sent_at.isoformat().replace("+00:00", "Z"),
        "text": mask.text(message.text),
    }
    if message.attachments:
        told["attachments"] = [
            f"attachment-{place}{_kind_of_file(one)}"
            for place, one in enumerate(message.attachments, 1)
        ]
    if message.start is not None:
        told |= {"start": message.start, "end": message.end}
    return told


def _options(options: DraftOptions, mask: Mask) -> dict[str, Any]:
    """What the agent asked for, where it is not what everybody gets."""
    told = options.model_dump(mode="json", exclude_defaults=True)
    if options.instruction is not None:
        told["instruction"] = mask.text(options.instruction)[:_LONGEST_INSTRUCTION]
    if options.facts:
        told["facts"] = [mask.text(one)[:_LONGEST_FACT] for one in options.facts]
    return told


def _articles(found: Reviewed, mask: Mask) -> list[dict[str, Any]]:
    """The cited articles as they are now; of one that is gone, what the draft cited of it."""
    told: list[dict[str, Any]] = []
    for article_id in cited_articles(found.draft):
        article = found.articles.get(article_id)
        if article is not None:
            title, text = article.title, article.text
            language, visibility = article.language, article.visibility
        else:
            cited = [one.passage for one in found.draft.citations if one.passage is not None]
            passages = [one for one in cited if one.article_id == article_id]
            title, text = passages[0].title, "\n\n".join(one.text for one in passages)
            language, visibility = passages[0].language, passages[0].visibility
        told.append(
            {
                "id": public_id(article_id),
                "title": mask.text(title)[:_LONGEST_TITLE],
                "body": mask.text(text),
                "language": language_code(language),
                "visibility": visibility,
            }
        )
    return told


def _kind_of_file(name: str) -> str:
    suffix = PurePath(name).suffix
    return suffix.lower() if _FILE_KIND.fullmatch(suffix) else ""


def _same(asked: Sequence[str], reference: str | None) -> str:
    ask = " ".join(asked), reference or ""
    return digest([" ".join(unnumbered(one).casefold().split()) for one in ask])
