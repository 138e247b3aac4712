"""What a task is: how its dataset is read and how one case is put to the service's engines."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from copilot.evals.case import Case, Dataset, Output
from copilot.evals.lab import Lab
from copilot.evals.suite import Suite, TaskName

Work = Callable[[Case], Awaitable[Output]]


@dataclass(frozen=True, kw_only=True)
class Task:
    """One of the eight tasks.

    Attributes:
        name: As in a suite.
        load: Reads the suite's dataset; raises :class:`SuiteError` with file, line and fix.
        open: Opens what the task needs of the service and gives the function that works one
            case. It is opened only when an output is missing. The function may raise; the case
            has then failed.
        concurrency: How many cases at once, unless told otherwise.
    """

    name: TaskName
    load: Callable[[Suite], Dataset]
    open: Callable[[Lab, Dataset], AbstractAsyncContextManager[Work]]
    concurrency: int = 4
