"""Time to check the figures of 2 kB of draft against 40 kB of sources, found new each time.

Also as a ratio to one pass over the words of the same texts in the same run, because machines
differ and drift while ratios hold. Run: ``python -m benchmarks.figures``.
"""

import asyncio
import statistics

from rich.console import Console
from rich.table import Table

from benchmarks.main_job import compare
from copilot.grounding.figure_check import Source
from copilot.grounding.figures import FigureIndex
from copilot.grounding.words import words_of

FILLER = "Kiitos viestistänne, asia on käsittelyssä ja palaamme siihen pian. Hyvää jatkoa. "
MESSAGES = 100
CLAIMS = 50
WRONG_BY = 1000
"""What is added to a right number to make a wrong one."""


def sources() -> list[Source]:
    """Messages with one order, one amount and one date each: 40 kB."""
    return [
        Source(
            "message",
            str(number),
            f"{FILLER * 4}Tilaus KK-{20000 + number} maksoi {number},90 € {number % 28 + 1}.3.",
        )
        for number in range(MESSAGES)
    ]


def draft(wrong_by: int) -> str:
    """Sentences with two figures each: 2 kB."""
    return " ".join(
        f"Tilauksenne KK-{20000 + number + wrong_by} maksoi {number + wrong_by},90 €."
        for number in range(CLAIMS)
    )


async def bench() -> None:
    """Measure, print."""
    given = sources()
    table = Table("figures", "draft kB", "sources kB", "median ms", "p95 ms", "× one pass")
    for name, wrong_by in (("right", 0), ("wrong", WRONG_BY)):
        text = draft(wrong_by)

        async def check(_: int, text: str = text) -> None:
            FigureIndex(given).check(text)

        async def read(_: int, text: str = text) -> None:
            for one in (text, *(source.text for source in given)):
                words_of(one)

        times, baseline = await compare(check, read)
        median = statistics.median(times)
        table.add_row(
            name,
            f"{len(text.encode()) / 1000:.1f}",
            f"{sum(len(source.text.encode()) for source in given) / 1000:.0f}",
            f"{median:.1f}",
            f"{times[int(len(times) * 0.95) - 1]:.1f}",
            f"{median / statistics.median(baseline):.1f}",
        )
    Console().print(table)


if __name__ == "__main__":
    asyncio.run(bench())
