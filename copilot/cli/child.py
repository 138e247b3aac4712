"""One of the processes of ``copilot serve --workers N``."""

import logging
import os
import signal
from typing import TYPE_CHECKING

from copilot.cli.console import load_settings
from copilot.kernel.telemetry import configure_logging
from copilot.settings import Settings

if TYPE_CHECKING:
    from fastapi import FastAPI

_log = logging.getLogger(__name__)


def hand_down(settings: Settings) -> None:
    """Put what the command line may have changed where children read it: the environment."""
    os.environ["COPILOT_DATA_DIR"] = str(settings.data_dir)
    os.environ["COPILOT_SERVER__HOST"] = settings.server.host
    os.environ["COPILOT_SERVER__PORT"] = str(settings.server.port)


def child_app() -> "FastAPI":
    """The application of one process, as the environment says.

    When its parts cannot be opened the process ends, and the one that started it starts another:
    it would only answer 503.
    """
    from copilot.app import create_app

    settings = load_settings()
    configure_logging(settings.log)
    return create_app(settings, on_failure=_stop)


def _stop(error: BaseException) -> None:
    _log.error("this process could not start; it ends and another is started: %s", error)
    # As from outside, so that requests under way are finished.
    os.kill(os.getpid(), signal.SIGTERM)
