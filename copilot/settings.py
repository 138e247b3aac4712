"""All settings: each part's own config model, read from ``COPILOT_…__…`` or a ``.env`` file."""

from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from copilot.auth.config import AuthConfig
from copilot.calls.config import CallsConfig
from copilot.conversations.config import ConversationsConfig
from copilot.conversations.mailbox_config import ImapConfig
from copilot.customers.config import CustomersConfig
from copilot.drafts.config import DraftsConfig
from copilot.jobs.config import JobsConfig
from copilot.kernel.blobs_obstore import BlobsConfig
from copilot.kernel.db import driver_url, sqlite_url
from copilot.kernel.errors import ConfigurationError
from copilot.kernel.outbound import WebhooksConfig
from copilot.kernel.telemetry import LogConfig
from copilot.ledger.config import LedgerConfig
from copilot.llm.openai_chat import LlmConfig
from copilot.llm.prompts import PromptsConfig
from copilot.privacy.config import PrivacyConfig
from copilot.search.config import EmbedderConfig, IndexConfig
from copilot.search.cross_encoder import RerankerConfig
from copilot.speech.engines import SpeechConfig
from copilot.summaries.config import SummariesConfig


class ServerConfig(BaseModel):
    """Where ``copilot serve`` listens and what it shows.

    Attributes:
        docs: Whether ``/docs`` and ``/openapi.json`` are served.
        public_url: How people reach it, for links; None derives it from host and port.
    """

    model_config = ConfigDict(extra="forbid")

    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
    docs: bool = True
    public_url: str | None = None


class DatabaseConfig(BaseModel):
    """The database's URL; None is SQLite in the data folder."""

    model_config = ConfigDict(extra="forbid")

    url: str | None = None


class LimitsConfig(BaseModel):
    """How much is accepted.

    Attributes:
        body_mb: Largest JSON body, in megabytes.
        upload_mb: Largest recording or import, in megabytes.
    """

    model_config = ConfigDict(extra="forbid")

    body_mb: float = Field(default=16, gt=0)
    upload_mb: float = Field(default=512, gt=0)


class Settings(BaseSettings):
    """Every setting with its default. ``copilot doctor`` prints their effect."""

    model_config = SettingsConfigDict(
        env_prefix="COPILOT_",
        env_nested_delimiter="__",
        env_file=".env",
        env_file_encoding="utf-8",
        extra="ignore",
    )

    data_dir: Path = Path("copilot-data")
    server: ServerConfig = ServerConfig()
    database: DatabaseConfig = DatabaseConfig()
    index: IndexConfig = IndexConfig()
    embedder: EmbedderConfig = EmbedderConfig()
    reranker: RerankerConfig = RerankerConfig()
    llm: LlmConfig = LlmConfig()
    judge: LlmConfig = LlmConfig()
    ledger: LedgerConfig = LedgerConfig()
    prompts: PromptsConfig = PromptsConfig()
    privacy: PrivacyConfig = PrivacyConfig()
    speech: SpeechConfig = SpeechConfig()
    blobs: BlobsConfig = BlobsConfig()
    jobs: JobsConfig = JobsConfig()
    auth: AuthConfig = AuthConfig()
    conversations: ConversationsConfig = ConversationsConfig()
    imap: ImapConfig = ImapConfig()
    customers: CustomersConfig = CustomersConfig()
    drafts: DraftsConfig = DraftsConfig()
    summaries: SummariesConfig = SummariesConfig()
    calls: CallsConfig = CallsConfig()
    webhooks: WebhooksConfig = WebhooksConfig()
    limits: LimitsConfig = LimitsConfig()
    log: LogConfig = LogConfig()

    @model_validator(mode="after")
    def _absolute(self) -> Self:
        self.data_dir = self.data_dir.expanduser().absolute()
        return self

    @property
    def database_url(self) -> str:
        """The database to use, driver included: the one set, or SQLite in the data folder.

        Raises:
            ConfigurationError: The one set is not an address that can be used.
        """
        if self.database.url is None:
            return sqlite_url(self.data_dir / "copilot.db")
        return driver_url(self.database.url).render_as_string(hide_password=False)

    @property
    def embedded(self) -> bool:
        """Whether everything runs in this one process."""
        return self.database_url.startswith("sqlite")

    def check(self, *, processes: int = 1) -> None:
        """Refuse combinations that cannot work, in words.

        Args:
            processes: How many processes are about to share this configuration.

        Raises:
            ConfigurationError: What does not fit, and what to set.
        """
        if processes > 1 and self.embedded:
            raise ConfigurationError(
                "SQLite serves one process: set COPILOT_DATABASE__URL to a PostgreSQL database "
                "to run more."
            )
        if processes > 1 and self.index.kind == "edge":
            raise ConfigurationError(
                "The embedded index serves one process: set COPILOT_INDEX__KIND=server and "
                "COPILOT_INDEX__URL to a Qdrant server to run more."
            )
