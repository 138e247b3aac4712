"""Every module that declares tables, imported so that the metadata is complete."""

from copilot.auth import tables as auth
from copilot.calls import privacy_tables as call_privacy
from copilot.calls import tables as calls
from copilot.conversations import mail_tables as mail
from copilot.conversations import tables as conversations
from copilot.customers import tables as customers
from copilot.drafts import tables as drafts
from copilot.feedback import tables as feedback
from copilot.guidance import tables as guidance
from copilot.jobs import tables as jobs
from copilot.knowledge import tables as knowledge
from copilot.ledger import tables as ledger
from copilot.search import tables as search
from copilot.summaries import tables as summaries

__all__ = [
    "auth",
    "call_privacy",
    "calls",
    "conversations",
    "customers",
    "drafts",
    "feedback",
    "guidance",
    "jobs",
    "knowledge",
    "ledger",
    "mail",
    "search",
    "summaries",
]
