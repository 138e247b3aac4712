"""``copilot summarize``: a conversation to a few traceable sentences, no server."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from copilot.cli.console import load_settings, out, print_json, told_errors
from copilot.conversations.conversation import Conversation
from copilot.summaries.summary import Summary, SummaryOptions
from copilot.terminal import show_summary


def summarize(
    file: Annotated[Path, typer.Argument(help="A conversation: .eml, .mbox or .json.")],
    max_sentences: Annotated[int, typer.Option(min=1, max=20, help="Most sentences.")] = 4,
    include_internal: Annotated[bool, typer.Option(help="Use internal notes too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Summarise FILE; each sentence names its messages. Nothing is stored.

    With several conversations in FILE the last one is summarised, as for draft.
    """
    options = SummaryOptions(max_sentences=max_sentences, include_internal=include_internal)
    with told_errors():
        conversation, summary = asyncio.run(_summarise(file, options))
    if as_json:
        print_json(summary)
        return
    names = {message.id: f"#{message.seq}" for message in conversation.messages}
    show_summary(out, summary, names)


async def _summarise(file: Path, options: SummaryOptions) -> tuple[Conversation, Summary]:
    from copilot.conversations.files import load_conversations
    from copilot.conversations.flow import inline
    from copilot.kernel.errors import InvalidInputError
    from copilot.lab import ServiceLab

    settings = load_settings()
    ours = settings.conversations.support_addresses
    bodies = load_conversations(file, support_addresses=ours)
    if not bodies:
        raise InvalidInputError(f"{file} holds no conversation.")
    conversation = inline(bodies[-1][2])
    async with ServiceLab(settings).summariser() as summariser:
        summary = await summariser.summarise(conversation, options)
    return conversation, summary.model_copy(update={"conversation_id": None})
