"""What every command shares: output for people or as one JSON document, errors, exit codes."""

import errno
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer
from pydantic import BaseModel, ValidationError

from copilot.kernel.errors import ConfigurationError, CopilotError
from copilot.settings import Settings
from copilot.terminal import Terminal

out = Terminal()
"""Results for people."""

err = Terminal(stderr=True)
"""Progress and errors, so that standard output holds results alone."""

DONE, FAILED, BAD_USAGE, GATE_MISSED = 0, 1, 2, 3
INTERRUPTED = 130
"""Ended by Ctrl-C, as shells have it."""

STOPPED = "Stopped. What is told above is kept; run the same command again to go on."
"""What an import says when it was ended by Ctrl-C."""

_WRONG_PATH = {
    errno.ENOENT,
    errno.EEXIST,
    errno.EISDIR,
    errno.ENOTDIR,
    errno.EACCES,
    errno.EPERM,
    errno.ELOOP,
    errno.ENAMETOOLONG,
}


def print_json(value: Any) -> None:  # a command's result may be any JSON
    """Write ``value`` as the one JSON document on standard output."""
    sys.stdout.write(json.dumps(_plain(value), ensure_ascii=False, indent=2) + "\n")


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return value


@contextmanager
def told_errors() -> Iterator[None]:
    """Tell foreseen errors in a sentence on standard error and exit with the contract's code."""
    try:
        yield
    except ConfigurationError as error:
        err.print(f"[red]{error.title}:[/red] ", end="")
        err.print(error.detail, markup=False, soft_wrap=True)
        raise typer.Exit(BAD_USAGE) from error
    except CopilotError as error:
        err.print(f"[red]{error.title}:[/red] ", end="")
        err.print(error.detail, markup=False, soft_wrap=True)
        raise typer.Exit(FAILED) from error
    except OSError as error:
        if error.filename is None:
            raise
        err.print(f"{error.filename}: {error.strerror}", markup=False, soft_wrap=True)
        raise typer.Exit(BAD_USAGE if error.errno in _WRONG_PATH else FAILED) from error


def first_fault(error: ValidationError) -> str:
    """Where the first fault is and what is wrong there, without the value."""
    first = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"


def load_settings(**overrides: Any) -> Settings:
    """Settings from the environment, with a sentence instead of a traceback when they are wrong.

    Raises:
        ConfigurationError: Which variable is wrong and why.
    """
    try:
        return Settings(**overrides)
    except ValidationError as error:
        first = error.errors()[0]
        name = "COPILOT_" + "__".join(str(part).upper() for part in first["loc"])
        raise ConfigurationError(f"{name}: {first['msg']}") from error
