"""Logs for people or for machines, each line with the request it belongs to."""

import json
import logging
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from copilot.kernel.masking import mask

request_id_var: ContextVar[str | None] = ContextVar("request_id", default=None)
"""The id of the request being served, for log lines."""


class LogConfig(BaseModel):
    """What is logged and how."""

    model_config = ConfigDict(extra="forbid")

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["console", "json"] = "console"


class _Lines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        # A sign-in link is an address, and addresses are logged by whoever serves them.
        return mask(super().format(record))


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": request_id_var.get(),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return mask(json.dumps(line, ensure_ascii=False))


def configure_logging(config: LogConfig) -> None:
    """Send every logger's lines to standard error in the configured form, our secrets masked."""
    handler = logging.StreamHandler()
    if config.format == "json":
        handler.setFormatter(_JsonLines())
    else:
        handler.setFormatter(
            _Lines("%(asctime)s %(levelname)-7s %(name)s: %(message)s", "%H:%M:%S")
        )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(config.level.upper())
    # These tell of every request or download at info; their warnings are kept.
    for chatty in ("httpx", "httpcore", "openai", "sentence_transformers", "dbos", "alembic"):
        logging.getLogger(chatty).setLevel(max(root.level, logging.WARNING))
