"""Log lines hold no secret of ours, in either form."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Literal

import pytest

from copilot.kernel.telemetry import LogConfig, configure_logging

SECRET = "cpl_2nQx0dE5kR7vWbYhTzMfPsAc"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield io.StringIO()
    root.handlers[:] = handlers
    root.setLevel(level)


def configure(form: Literal["console", "json"], into: io.StringIO) -> None:
    configure_logging(LogConfig(format=form))
    (handler,) = logging.getLogger().handlers
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(into)


@pytest.mark.parametrize("form", ["console", "json"])
def test_a_sign_in_link_is_not_logged(form: Literal["console", "json"], lines: io.StringIO) -> None:
    configure(form, lines)
    log = logging.getLogger("tests.telemetry")
    log.info('%s - "GET /login/link/%s HTTP/1.1" %d', "127.0.0.1", SECRET, 200)
    log.error("failed", exc_info=ValueError(f"with {SECRET}"))
    written = lines.getvalue()
    assert SECRET[6:] not in written
    assert written.count("cpl_…") == 2
    assert "ValueError" in written


def test_each_json_line_can_be_read(lines: io.StringIO) -> None:
    configure("json", lines)
    logging.getLogger("tests.telemetry").warning('two\nlines "%s" ä', "quoted")
    told = json.loads(lines.getvalue())
    assert told["message"] == 'two\nlines "quoted" ä'
    assert (told["level"], told["logger"]) == ("warning", "tests.telemetry")
