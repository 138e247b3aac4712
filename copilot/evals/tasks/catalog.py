"""The eight tasks by name."""

from collections.abc import Mapping
from types import MappingProxyType

from copilot.evals.suite import TaskName
from copilot.evals.task import Task
from copilot.evals.tasks import (
    draft,
    email_parsing,
    figures,
    injection,
    redaction,
    retrieval,
    summary,
    transcription,
)

TASKS: Mapping[TaskName, Task] = MappingProxyType(
    {
        one.TASK.name: one.TASK
        for one in (
            retrieval,
            summary,
            draft,
            transcription,
            email_parsing,
            redaction,
            figures,
            injection,
        )
    }
)


def task(name: TaskName) -> Task:
    """The task called ``name``."""
    return TASKS[name]
