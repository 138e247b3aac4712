"""Settings to running parts: the only place that picks an engine."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Literal, assert_never

from copilot.auth.service import AuthService
from copilot.calls import flow as calls_flow
from copilot.calls import privacy as calls_privacy
from copilot.calls.flow import CallFlow
from copilot.calls.pipeline import call_handler
from copilot.calls.privacy import CallPrivacy
from copilot.calls.retention_flow import Retainer
from copilot.context.flow import PART_LIMIT_S, ContextBuilder
from copilot.conversations import imports as conversation_imports
from copilot.conversations.inbox_watch import InboxWatch
from copilot.conversations.mailbox import Mailbox
from copilot.conversations.mailbox_address import MailboxAddress
from copilot.conversations.mailbox_config import ImapConfig
from copilot.drafts.flow import Drafter
from copilot.drafts.forgetting import drop_quoting
from copilot.drafts.meaning import nearness
from copilot.erasure.flow import Eraser
from copilot.guidance.flow import Guidance
from copilot.jobs.dbos_queue import DbosQueue
from copilot.jobs.queue import Handler, Queue
from copilot.kernel.blobs import Blobs
from copilot.kernel.blobs_obstore import ObstoreBlobs
from copilot.kernel.clock import now
from copilot.kernel.db import Database
from copilot.kernel.errors import ConfigurationError
from copilot.kernel.outbound_httpx import HttpxOutbound
from copilot.kernel.resources import bundled
from copilot.kernel.secret_files import load_or_create
from copilot.kernel.webhook_signature import WebhookSigner
from copilot.knowledge import imports as article_imports
from copilot.knowledge.indexing import Indexer
from copilot.knowledge.searching import Searcher
from copilot.ledger.gate import LedgeredModels, gated
from copilot.ledger.keeping import LedgerKeeper
from copilot.ledger.ledger import Ledger
from copilot.ledger.store import forget_quoting
from copilot.llm.guard import GuardedChat
from copilot.llm.openai_chat import LlmConfig, OpenAIChat
from copilot.llm.prompts import Prompts
from copilot.migrations.run import upgrade
from copilot.privacy.ner import LoadedNames, loaded_names
from copilot.privacy.ner_transformers import TransformersNames
from copilot.search.batching import EmbeddingService
from copilot.search.bert_embedder import BertEmbedder
from copilot.search.config import EmbedderConfig
from copilot.search.cross_encoder import CrossEncoderReranker, RerankerConfig, reranker_name
from copilot.search.edge import EdgeIndex
from copilot.search.embedder import Embedder
from copilot.search.index import Index
from copilot.search.model_card import model_card
from copilot.search.qdrant_server import QdrantIndex
from copilot.search.reranking import RerankingService
from copilot.search.sentence_embedder import SentenceEmbedder
from copilot.search.warming import warm_up
from copilot.settings import Settings
from copilot.speech.diariser import HostedDiariser
from copilot.speech.engines import SpeechConfig, SpeechEngines
from copilot.speech.hosted import HostedTranscriber
from copilot.speech.openai import OpenAITranscriber, speech_server_host
from copilot.summaries import delivering, refreshes
from copilot.summaries.flow import Summariser
from copilot.summaries.refreshing import Refresher
from copilot.summaries.watching import SummaryWatch


@dataclass(frozen=True, kw_only=True)
class Core:
    """What needs no model: enough for keys, imports and upkeep."""

    settings: Settings
    db: Database
    auth: AuthService
    blobs: Blobs
    signer: WebhookSigner


@dataclass(frozen=True, kw_only=True)
class Deps(Core):
    """Everything a route or a job handler may use."""

    queue: Queue
    embedding: EmbeddingService
    index: Index
    reranking: RerankingService | None
    searcher: Searcher
    indexer: Indexer
    chat: GuardedChat | None
    models: LedgeredModels | None
    ledger: Ledger
    prompts: Prompts
    speech: SpeechEngines
    summariser: Summariser
    refresher: Refresher
    summary_watch: SummaryWatch
    inbox_watch: InboxWatch
    context: ContextBuilder
    drafter: Drafter
    calls: CallFlow
    call_privacy: CallPrivacy
    retainer: Retainer
    eraser: Eraser


@asynccontextmanager
async def open_core(settings: Settings) -> AsyncIterator[Core]:
    """Open the database (migrated) and what stands on it alone, until exit."""
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    await asyncio.to_thread(upgrade, settings.database_url)
    secret = load_or_create(settings.data_dir / "secret.key")
    async with AsyncExitStack() as stack:
        db = await stack.enter_async_context(Database.open(settings.database_url))
        blobs = await stack.enter_async_context(
            ObstoreBlobs.open(settings.blobs, folder=settings.data_dir / "blobs")
        )
        auth = AuthService(db, secret, settings.auth)
        stack.push_async_callback(auth.close)
        signer = WebhookSigner(secret)
        yield Core(settings=settings, db=db, auth=auth, blobs=blobs, signer=signer)


@asynccontextmanager
async def open_deps(
    settings: Settings,
    *,
    run_jobs: bool = True,
    model_wait_s: float | None = 30.0,
    clock: Callable[[], datetime] = now,
) -> AsyncIterator[Deps]:
    """Open every part that ``settings`` name, until exit.

    Models load in the background: the parts that need one wait for it.

    Args:
        settings: All settings, checked.
        run_jobs: Whether this process does background work or only queues it.
        model_wait_s: How long, in seconds, a caller waits for the embedding model to load. A
            command with one thing to do gives None: it waits until the model is there or failed.
        clock: Tells the time that promises are overdue by.
    """
    settings.check()
    async with AsyncExitStack() as stack:
        core = await stack.enter_async_context(open_core(settings))
        embedding = await stack.enter_async_context(
            EmbeddingService.open(
                lambda: open_embedder(settings.embedder),
                model_card(settings.embedder.model),
                wait_s=model_wait_s,
                batch_size=settings.embedder.batch_size,
                batch_characters=settings.embedder.batch_characters,
            )
        )
        index = await stack.enter_async_context(open_index(settings, embedding))
        chat = await stack.enter_async_context(open_chat(settings.llm))
        ledger = Ledger(core.db, settings.ledger, alone=settings.embedded and run_jobs)
        stack.push_async_callback(ledger.settled)
        models = gated(chat, settings.llm.base_url, settings.ledger, ledger, names_of(settings))
        prompts = Prompts(prompts_folder(settings))
        speech = build_speech(settings.speech)
        stack.callback(speech.close)
        # A service answers at once, by words alone while the model loads; a command waits.
        search_wait_s = None if model_wait_s is None else 0.0
        reranking = await stack.enter_async_context(open_reranking(settings.reranker))
        searcher = Searcher(
            core.db, embedding, index, model_wait_s=search_wait_s, reranking=reranking
        )
        window = 6 * settings.embedder.batch_characters
        indexer = Indexer(core.db, embedding, index, window=window)
        summariser = Summariser(core.db, models, prompts)
        summary_watch = SummaryWatch(core.db)
        stack.push_async_callback(summary_watch.close)
        inbox_watch = InboxWatch(core.db)
        stack.push_async_callback(inbox_watch.close)
        outbound = None
        if run_jobs:
            outbound = await stack.enter_async_context(HttpxOutbound.open(settings.webhooks))
        region = settings.customers.phone_region
        context = ContextBuilder(
            core.db,
            searcher,
            region=region,
            # A command with one thing to do waits for the model as long as it takes.
            part_limit_s=None if model_wait_s is None else PART_LIMIT_S,
            clock=clock,
        )
        guidance = Guidance(core.db, partial(nearness, embedding))
        parts = (core.db, context, models, prompts, searcher, embedding, guidance)
        drafter = Drafter(*parts, config=settings.drafts)
        handlers: dict[str, Handler] = {}
        queue = await stack.enter_async_context(
            DbosQueue.open(
                settings.jobs,
                db=core.db,
                database_url=settings.database_url,
                data_dir=settings.data_dir,
                handlers=handlers,
                run_jobs=run_jobs,
            )
        )
        calls = CallFlow(
            core.db,
            core.blobs,
            queue,
            speech,
            summariser,
            region=region,
            redact=settings.calls.redact,
            ledger=ledger,
        )
        handlers[calls_flow.KIND] = call_handler(calls)
        forget = (drop_quoting, forget_quoting)
        call_privacy = CallPrivacy(core.db, core.blobs, queue, summariser, forget)
        handlers[calls_privacy.KIND] = call_privacy.renew
        handlers[calls_privacy.AUDIO_KIND] = call_privacy.silence
        retainer = Retainer(core.db, calls, forget)
        handlers[conversation_imports.KIND] = conversation_imports.import_handler(
            core.db,
            core.blobs,
            region=region,
            support_addresses=settings.conversations.support_addresses,
        )
        refresher = Refresher(core.db, queue, summariser, settings.summaries)
        handlers[refreshes.KIND] = refresher.handle
        if outbound is not None:
            handlers[delivering.KIND] = delivering.delivery_handler(
                core.db, outbound, core.signer, settings.webhooks
            )
        handlers["index"] = indexer.handle
        handlers[article_imports.KIND] = article_imports.import_handler(core.db, core.blobs)
        if run_jobs:
            await stack.enter_async_context(indexer.running())
            await stack.enter_async_context(refresher.running())
            await stack.enter_async_context(retainer.running())
            await stack.enter_async_context(LedgerKeeper(core.db, settings.ledger).running())
        stack.callback(asyncio.create_task(warm_up(embedding)).cancel)
        yield Deps(
            settings=settings,
            db=core.db,
            auth=core.auth,
            blobs=core.blobs,
            signer=core.signer,
            queue=queue,
            embedding=embedding,
            index=index,
            reranking=reranking,
            searcher=searcher,
            indexer=indexer,
            chat=chat,
            models=models,
            ledger=ledger,
            prompts=prompts,
            speech=speech,
            summariser=summariser,
            refresher=refresher,
            summary_watch=summary_watch,
            inbox_watch=inbox_watch,
            context=context,
            drafter=drafter,
            calls=calls,
            call_privacy=call_privacy,
            retainer=retainer,
            eraser=Eraser(core.db, calls, region=region),
        )


def names_of(settings: Settings) -> LoadedNames | None:
    """What finds names before a text leaves, where the settings name a model for it."""
    return loaded_names(settings.privacy.ner_model, TransformersNames.load)


def open_embedder(config: EmbedderConfig) -> Embedder:
    """Load the embedding model that ``config`` names; blocking."""
    chosen = BertEmbedder if embedder_backend(config) == "openvino" else SentenceEmbedder
    return chosen.open(config)


def embedder_backend(config: EmbedderConfig) -> Literal["openvino", "torch"]:
    """What runs the embedding model that ``config`` names."""
    return "openvino" if BertEmbedder.takes(config) else "torch"


@asynccontextmanager
async def open_reranking(config: RerankerConfig) -> AsyncIterator[RerankingService | None]:
    """The re-ranker that ``config`` names, loading in the background, or None."""
    if config.model is None:
        yield None
        return
    async with RerankingService.open(
        lambda: CrossEncoderReranker.open(config),
        reranker_name(config.model),
        top=config.top,
        weight=config.weight,
        deadline_s=config.deadline_s,
        batch_size=config.batch_size,
    ) as service:
        yield service


def prompts_folder(settings: Settings) -> Path:
    """Where the prompts are: the folder set, or the one that came with this installation."""
    return settings.prompts.folder or bundled("prompts")


@asynccontextmanager
async def open_chat(config: LlmConfig) -> AsyncIterator[GuardedChat | None]:
    """The language model that ``config`` names behind its guard, or None."""
    if config.kind == "none":
        yield None
        return
    async with OpenAIChat.open(config) as chat:
        yield GuardedChat(chat, deadline_s=config.deadline_s)


@asynccontextmanager
async def open_index(settings: Settings, embedding: EmbeddingService) -> AsyncIterator[Index]:
    """The index that ``settings`` name, for the vectors of ``embedding``."""
    config, model, dimension = settings.index, embedding.name, embedding.dimension
    match config.kind:
        case "edge":
            at = settings.data_dir / "index"
            async with EdgeIndex.open(config, folder=at, model=model, dimension=dimension) as edge:
                yield edge
        case "server":
            async with QdrantIndex.open(config, model=model, dimension=dimension) as server:
                yield server
        case _:
            assert_never(config.kind)


def build_speech(config: SpeechConfig) -> SpeechEngines:
    """The speech engines that ``config`` names; nothing is loaded yet.

    Raises:
        ConfigurationError: Whisper or a speech server is wanted and its model, address or key
            is not told.
    """
    whisper, moonshine, pocketsphinx = (
        partial(HostedTranscriber.open, kind, config)
        for kind in ("whisper", "moonshine", "pocketsphinx")
    )
    max_seconds = config.max_hours * 3600
    diariser = None
    if config.diarisation == "moonshine":
        voices = partial(HostedTranscriber.open, "moonshine-voices", config)
        diariser = HostedDiariser(voices, config.diarisation_minutes * 60)
    match config.kind:
        case "whisper":
            if config.model is None:
                raise ConfigurationError(
                    "COPILOT_SPEECH__KIND is whisper: set COPILOT_SPEECH__MODEL to a folder with "
                    "Whisper weights, or a name such as small."
                )
            return SpeechEngines(whisper, None, max_seconds=max_seconds, diariser=diariser)
        case "openai":
            config.check_server()
            server = partial(OpenAITranscriber.open, config)
            return SpeechEngines(
                server,
                None,
                max_seconds=max_seconds,
                sent_to=speech_server_host(config),
                diariser=diariser,
            )
        case "moonshine":
            return SpeechEngines(None, moonshine, max_seconds=max_seconds, diariser=diariser)
        case "pocketsphinx":
            return SpeechEngines(None, pocketsphinx, max_seconds=max_seconds, diariser=diariser)
        case "auto":
            primary = whisper if config.model else None
            return SpeechEngines(
                primary, moonshine, pocketsphinx, max_seconds=max_seconds, diariser=diariser
            )
        case _:
            assert_never(config.kind)


def open_mailbox(address: MailboxAddress, password: str, config: ImapConfig) -> Mailbox:
    """Connect to the mailbox and sign in; blocking. See :class:`ImapMailbox` for its errors."""
    # Here, because few commands read a mailbox.
    from copilot.conversations.mailbox_imap import ImapMailbox

    return ImapMailbox.open(address, password, config)
