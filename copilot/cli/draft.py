"""``copilot draft``: a conversation and a folder of articles to a draft, no server."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from copilot.cli.console import err, first_fault, load_settings, out, print_json, told_errors
from copilot.drafts.draft import Draft, DraftOptions
from copilot.kernel.ids import TenantId
from copilot.terminal import show_draft

_TENANT = TenantId("local")


def draft(
    file: Annotated[Path, typer.Argument(help="A conversation: .eml, .mbox or .json.")],
    articles: Annotated[
        Path | None,
        typer.Option(
            help="Folder or .zip of .md, .html, .txt, .json, .jsonl; or one such file.", exists=True
        ),
    ] = None,
    instruction: Annotated[str | None, typer.Option(help="What the reply should do.")] = None,
    fact: Annotated[
        list[str] | None, typer.Option(help="A fact for this draft; may be repeated.")
    ] = None,
    language: Annotated[str | None, typer.Option(help="Language of the reply.")] = None,
    use_internal: Annotated[
        bool,
        typer.Option(
            "--use-internal",
            help="Let internal articles and notes enter the text; the draft then warns of it.",
        ),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Draft a reply to FILE from a folder of articles. Nothing is stored or sent."""
    try:
        options = DraftOptions(
            instruction=instruction,
            facts=fact or [],
            language=language,
            use_internal=use_internal,
        )
    except ValidationError as error:
        raise typer.BadParameter(first_fault(error)) from error
    with told_errors():
        made = asyncio.run(_draft(file, articles, options))
    if as_json:
        print_json(made)
    else:
        show_draft(out, made)


async def _draft(file: Path, articles: Path | None, options: DraftOptions) -> Draft:
    from copilot.conversations.files import load_conversations
    from copilot.conversations.flow import inline
    from copilot.kernel.errors import InvalidInputError
    from copilot.knowledge.files import load_articles
    from copilot.knowledge.flow import put_article
    from copilot.lab import open_throwaway

    settings = load_settings()
    ours = settings.conversations.support_addresses
    bodies = load_conversations(file, support_addresses=ours)
    if not bodies:
        raise InvalidInputError(f"{file} holds no conversation.")
    pages = load_articles(articles) if articles else []
    # The service's own parts: what this prints is what it would serve.
    with err.status("reading the articles …"):
        async with open_throwaway(settings) as deps:
            async with deps.db.write() as session:
                for source, external_id, page in pages:
                    await put_article(session, _TENANT, source, external_id, page)
            await deps.indexer.drain()
            return await deps.drafter.draft_inline(_TENANT, inline(bodies[-1][2]), options)
