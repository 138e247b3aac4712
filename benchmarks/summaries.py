"""What the extractive summary engine is worth, and what it costs.

    python -m benchmarks.summaries DATA [--only tweets|sources|long] [--sentences N]

* ``tweets``: the open part of tweetsumm in DATA (evaluation only, see its SOURCE.md) with ROUGE as
  ``rouge_score`` computes it with its stemmer, the best over the references, beside baselines of
  the same run. Speaker labels are lost in that set: who repeats the first turn's leading handle is
  the customer.
* ``sources``: over the demo workspace's conversations and this project's own cases, the share of
  sentences that stand in the message they name, and the figures that no message supports.
* ``long``: a made thread of 400 messages and 1 MB: seconds, peak memory of a fresh process, and a
  refresh after one more message.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table

from benchmarks.made_thread import MadeThread
from copilot.conversations.conversation import Conversation, ConversationIn, MessageIn
from copilot.conversations.flow import inline
from copilot.demo.workspace import Workspace
from copilot.grounding.figure_check import Source
from copilot.grounding.figures import FigureIndex
from copilot.grounding.sentences import split_sentences
from copilot.grounding.sources import message_source
from copilot.kernel.resources import bundled
from copilot.summaries.building import extractive_summary
from copilot.summaries.summary import Summary, SummaryOptions, SummarySentence

_ROUGES = ("rouge1", "rouge2", "rougeL")
_TARGETS = {"rouge1": 0.45, "rougeL": 0.38}
_MOST_LENGTH = 1.3
_GREEDY = 4
_MESSAGES = 400
_MOST_S, _MOST_MB, _MOST_REFRESH_MS = 2.0, 300, 200
_START = datetime(2026, 1, 1, tzinfo=UTC)


class Dialog(NamedTuple):
    """A conversation of tweetsumm.

    Attributes:
        turns: What was said, in order.
        customers: Whether the customer said each.
        references: Summaries that people wrote.
    """

    turns: list[str]
    customers: list[bool]
    references: list[str]


def dialogs(folder: Path) -> list[Dialog]:
    """The dialogs of tweetsumm that have references."""
    found = []
    for line in (folder / "dialogs.jsonl").read_text("utf-8").splitlines():
        row: dict[str, Any] = json.loads(line)
        turns = [turn for turn in row["turns"] if turn.strip()]
        if turns and row["references"]:
            handle = turns[0].split()[0].lower()
            customers = [
                number == 0 or turn.split()[0].lower() == handle
                for number, turn in enumerate(turns)
            ]
            found.append(Dialog(turns, customers, row["references"]))
    return found


def as_conversation(dialog: Dialog) -> Conversation:
    """``dialog`` as an open chat, a minute between turns."""
    messages = [
        MessageIn.model_validate(
            {
                "external_id": str(number),
                "author": {"role": "customer" if customer else "agent"},
                "sent_at": _START + timedelta(minutes=number),
                "text": turn,
            }
        )
        for number, (turn, customer) in enumerate(zip(dialog.turns, dialog.customers, strict=True))
    ]
    return inline(ConversationIn(channel="chat", language="en", messages=messages))


def sentences_of(summary: Summary) -> list[SummarySentence]:
    """All of them, in reading order."""
    return [one for section in summary.sections for one in section.sentences]


class Scores:
    """ROUGE's F-measures with the Porter stemmer."""

    def __init__(self) -> None:
        from rouge_score.rouge_scorer import RougeScorer

        self._scorer = RougeScorer(list(_ROUGES), use_stemmer=True)

    def best(self, references: Iterable[str], text: str) -> dict[str, float]:
        """Each measure against the reference that ``text`` comes nearest to."""
        scores = [self._scorer.score(one, text) for one in references]
        return {name: max(one[name].fmeasure for one in scores) for name in _ROUGES}

    def greedy(self, references: list[str], sentences: list[str]) -> str:
        """The sentences that reach most when each next one is the best that can be added."""
        chosen: list[str] = []
        reached = 0.0
        while len(chosen) < _GREEDY:
            tried = [
                (self.best(references, " ".join([*chosen, one]))["rouge1"], one)
                for one in sentences
                if one not in chosen
            ]
            value, one = max(tried, default=(0.0, ""))
            if value <= reached:
                break
            chosen.append(one)
            reached = value
        return " ".join(chosen)


def _longest(dialog: Dialog) -> str:
    ask = sorted(split_sentences(dialog.turns[0]), key=len)[-2:]
    answered = [
        sentence
        for turn, customer in zip(dialog.turns, dialog.customers, strict=True)
        if not customer
        for sentence in split_sentences(turn)
    ]
    return " ".join([*ask, max(answered, key=len, default="")])


def _people(scores: Scores, references: list[str]) -> Iterator[tuple[dict[str, float], int]]:
    if len(references) < 2:
        return
    for others in combinations(references, len(references) - 1):
        (one,) = (Counter(references) - Counter(others)).elements()
        yield scores.best(others, one), len(one.split())


def tweets(folder: Path, most: int) -> Table:
    """Ours beside the baselines."""
    scores, known = Scores(), dialogs(folder)
    summaries = [
        extractive_summary(as_conversation(one), SummaryOptions(max_sentences=most))
        for one in known
    ]
    ways: dict[str, Callable[[int, Dialog], str]] = {
        f"ours, {most} sentences at most": lambda n, _: " ".join(
            one.text for one in sentences_of(summaries[n])
        ),
        "… as text, speakers named": lambda n, _: summaries[n].text,
        "first two turns": lambda _, one: " ".join(one.turns[:2]),
        "two longest of the ask, longest of the answer": lambda _, one: _longest(one),
        f"greedy oracle, {_GREEDY} sentences": lambda _, one: scores.greedy(
            one.references, [part for turn in one.turns for part in split_sentences(turn)]
        ),
    }
    lengths = [len(text.split()) for one in known for text in one.references]
    theirs = statistics.mean(
        statistics.mean(len(text.split()) for text in one.references) for one in known
    )
    table = Table(title=f"tweetsumm: {len(known)} dialogs, {len(lengths)} references")
    table.title_justify = "left"
    table.add_column("summary")
    for name in _ROUGES:
        wanted = f" (≥ {_TARGETS[name]})" if name in _TARGETS else ""
        table.add_column(f"{name}{wanted}", justify="right")
    table.add_column(f"words (references {theirs:.1f})", justify="right")
    table.add_column(f"length (≤ {_MOST_LENGTH})", justify="right")
    for way, text_of in ways.items():
        texts = [text_of(number, one) for number, one in enumerate(known)]
        found = [
            (scores.best(one.references, text), len(text.split()))
            for one, text in zip(known, texts, strict=True)
        ]
        table.add_row(way, *_row(found, theirs))
    people = [pair for one in known for pair in _people(scores, one.references)]
    table.add_row("one person against the others", *_row(people, theirs))
    return table


def _row(found: list[tuple[dict[str, float], int]], theirs: float) -> list[str]:
    words = statistics.mean(length for _, length in found)
    means = [statistics.mean(one[name] for one, _ in found) for name in _ROUGES]
    return [*(f"{value:.3f}" for value in means), f"{words:.1f}", f"{words / theirs:.2f}"]


def _made_cases() -> Iterator[Conversation]:
    file = bundled("eval") / "datasets" / "summaries" / "cases.jsonl"
    for line in file.read_text("utf-8").splitlines():
        yield inline(ConversationIn.model_validate(json.loads(line)["conversation"]))


def _workspace() -> Iterator[Conversation]:
    workspace = Workspace()
    for _, _, body in (*workspace.conversations(), workspace.thread()):
        yield inline(body)


def sources() -> Table:
    """Whether sentences stand in their messages and figures in the conversation."""
    table = Table(title="Sources", title_justify="left")
    for column in (
        "conversations",
        "summaries",
        "sentences in their message",
        "figures",
        "unsupported",
    ):
        table.add_column(column, justify="left" if column == "conversations" else "right")
    for name, read in (("demo workspace", _workspace), ("own cases", _made_cases)):
        counts: Counter[str] = Counter()
        for conversation in read():
            counts.update(_sourced(conversation))
        share = counts["standing"] / max(1, counts["sentences"])
        table.add_row(
            name,
            str(counts["summaries"]),
            f"{counts['standing']} of {counts['sentences']} ({share:.1%})",
            str(counts["figures"]),
            str(counts["unsupported"]),
        )
    return table


def _sourced(conversation: Conversation) -> Counter[str]:
    summary = extractive_summary(conversation, SummaryOptions())
    texts = {one.id: " ".join(one.text.split()) for one in conversation.messages}
    found = sentences_of(summary)
    subject = Source("message", "subject", conversation.subject or "")
    index = FigureIndex([subject, *(message_source(one) for one in conversation.messages)])
    checks = [check for one in found for check in one.figures]
    checks += index.check(summary.headline, language=summary.language)
    return Counter(
        summaries=1,
        sentences=len(found),
        standing=sum(
            bool(one.message_ids)
            and all(" ".join(one.text.split()) in texts.get(id_, "") for id_ in one.message_ids)
            for one in found
        ),
        figures=len(checks),
        unsupported=sum(one.verdict != "supported" for one in checks),
    )


def measure_long() -> dict[str, float]:
    """Summarise the made thread in this process, which should have done nothing before."""
    made = MadeThread()
    thread = made.conversation(_MESSAGES)
    before = _peak_mb()
    started, worked = time.perf_counter(), time.process_time()
    extractive_summary(thread, SummaryOptions())
    seconds, processor = time.perf_counter() - started, time.process_time() - worked
    peak = _peak_mb()
    times = []
    for number in range(_MESSAGES, _MESSAGES + 5):
        thread = thread.model_copy(update={"messages": [*thread.messages, made.message(number)]})
        started, worked = time.perf_counter(), time.process_time()
        extractive_summary(thread, SummaryOptions())
        times.append((time.perf_counter() - started, time.process_time() - worked))
    return {
        "mb": sum(len(one.text) for one in thread.messages) / 1e6,
        "seconds": seconds,
        "processor_s": processor,
        "peak_mb": peak,
        "more_mb": peak - before,
        "refresh_ms": 1000 * max(wall for wall, _ in times),
        "refresh_processor_ms": 1000 * max(processor for _, processor in times),
    }


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def long_thread() -> Table:
    """The made thread in a fresh process."""
    command = [sys.executable, "-m", "benchmarks.summaries", "--measure-long", "."]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    table = Table(title=f"A thread of {_MESSAGES} messages", title_justify="left")
    for column in (
        "million characters",
        f"s (< {_MOST_S:g})",
        "s of processor",
        f"peak MB of the process (< {_MOST_MB})",
        "MB more for it",
        f"one more message, ms, slowest of 5 (< {_MOST_REFRESH_MS})",
        "ms of processor",
    ):
        table.add_column(column, justify="right")
    table.add_row(
        f"{found['mb']:.2f}",
        f"{found['seconds']:.2f}",
        f"{found['processor_s']:.2f}",
        f"{found['peak_mb']:.0f}",
        f"{found['more_mb']:.0f}",
        f"{found['refresh_ms']:.0f}",
        f"{found['refresh_processor_ms']:.0f}",
    )
    return table


def main() -> None:
    """Read the arguments, measure, print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--only", action="append", choices=("tweets", "sources", "long"))
    parser.add_argument("--sentences", type=int, default=SummaryOptions().max_sentences)
    parser.add_argument("--measure-long", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.measure_long:
        print(json.dumps(measure_long()))
        return
    console, only = Console(), asked.only or ("tweets", "sources", "long")
    if "tweets" in only:
        folder = asked.data / "tweetsumm"
        if folder.is_dir():
            console.print(tweets(folder, asked.sentences))
        else:
            print("tweetsumm: not there, left out", file=sys.stderr)
    if "sources" in only:
        console.print(sources())
    if "long" in only:
        console.print(long_thread())


if __name__ == "__main__":
    main()
