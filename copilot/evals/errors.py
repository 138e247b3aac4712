"""What can be wrong with what QA hands in: told with file, line and fix; exit code 2."""

from collections.abc import Sequence
from pathlib import Path

from copilot.kernel.errors import ConfigurationError, CopilotError


class SuiteError(ConfigurationError):
    """A suite, a dataset or a run cannot be used.

    Args:
        file: The faulty file.
        line: Its line, counted from 1; None where none can be named.
        fault: What is wrong, in a sentence.
        fix: What to do, in a sentence.
    """

    code = "suite_invalid"
    title = "The suite cannot be run"

    def __init__(self, file: Path, line: int | None, fault: str, fix: str) -> None:
        place = f"{file}:{line}" if line is not None else str(file)
        super().__init__(f"{place}: {fault} {fix}")
        self.file = file
        self.line = line


class CacheError(CopilotError):
    """The file of outputs cannot be opened, read or written."""

    code = "cache_unusable"
    title = "The kept outputs cannot be used"


class UnknownMetricError(ValueError):
    """A task has no such metric.

    Args:
        name: As written.
        known: What the task has.
        nearest: The one that was probably meant.
    """

    def __init__(self, name: str, known: Sequence[str], nearest: str | None = None) -> None:
        super().__init__(f"There is no metric {name!r}.")
        self.name = name
        self.known = list(known)
        self.nearest = nearest
