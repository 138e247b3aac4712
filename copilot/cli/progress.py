"""Progress of long commands: how far, how many, how many a second, how long still."""

from rich.progress import BarColumn, Progress, Task, TaskID, TextColumn, TimeRemainingColumn
from rich.text import Text

from copilot.cli.console import err


class _CountColumn(TextColumn):
    """How many are done, and how many a second since the bar began."""

    def __init__(self) -> None:
        super().__init__("")

    def render(self, task: Task) -> Text:
        """See ``rich``."""
        count, elapsed = int(task.fields.get("count", 0)), task.elapsed or 0.0
        rate = f", {count / elapsed:,.0f}/s" if elapsed >= 1.0 and count else ""
        return Text(f"{count:,}{rate}")


class Bar(Progress):
    """A bar on standard error; use it as a context manager."""

    def __init__(self) -> None:
        super().__init__(
            TextColumn("{task.description}"),
            BarColumn(),
            _CountColumn(),
            TimeRemainingColumn(),
            console=err,
        )

    def begin(self, description: str, total: float | None = None) -> TaskID:
        """A new line; ``total`` is in the units of :meth:`to`."""
        return self.add_task(description, total=total, count=0)

    def to(self, task: TaskID, completed: float, count: int) -> None:
        """Move a line: how far it is, and how many are done."""
        self.update(task, completed=completed, count=count)
