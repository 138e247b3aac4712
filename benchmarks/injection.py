"""How much of public prompt injections is noticed, and how much support mail is taken for one.

Run: ``python -m benchmarks.injection DATA``, DATA with the folders ``injection_email``,
``injection_direct`` and any of the benign ones. ``--missed`` prints what was got wrong.
"""

import argparse
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from copilot.drafts.suspicion import speaks_to_model

Texts = Iterator[tuple[str, str]]
_NO_ATTACK: tuple[tuple[str, str, Callable[[dict[str, Any]], list[str]]], ...] = (
    ("tweetsumm", "dialogs.jsonl", lambda row: row["turns"]),
    ("email_reply_parsing", "cases.jsonl", lambda row: [row.get("raw", "")]),
    ("fi_sentiment", "sentences.jsonl", lambda row: [row["text"]]),
    ("fi_routing", "queries.jsonl", lambda row: [row["text"]]),
    ("banking77", "queries.jsonl", lambda row: [row.get("text") or row.get("query", "")]),
    ("multidogo", "dialogs.jsonl", lambda row: [one["text"] for one in row["customer_turns"]]),
    ("contact_center_synth", "calls.jsonl", lambda row: [one["text"] for one in row["turns"]]),
)


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a file of JSON lines; none when it is not there."""
    if path.is_file():
        with path.open(encoding="utf-8") as file:
            yield from map(json.loads, file)


def cases(data: Path) -> Iterator[tuple[str, bool, str]]:
    """Name of the set, whether it is an attack, and the text."""
    for row in rows(data / "injection_email" / "emails.jsonl"):
        yield "email", bool(row["label"]), row["email"]
        if row["label"]:
            yield "email, attack alone", True, row["attack"]
    for row in rows(data / "injection_direct" / "jailbreak_vs_benign.jsonl"):
        yield "jailbreaks", bool(row["label"]), row["text"]
    for row in rows(data / "injection_direct" / "cases.jsonl"):
        yield f"direct, {row['lang']}", True, row["user"]
    for folder, name, texts in _NO_ATTACK:
        for row in rows(data / folder / name):
            for text in texts(row):
                yield folder, False, text


def main() -> None:
    """Measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--missed", metavar="SET")
    asked = parser.parse_args()
    counts: dict[tuple[str, bool], list[int]] = {}
    characters, took = 0, 0.0
    for name, attack, text in cases(asked.data):
        started = time.process_time()
        noticed = speaks_to_model(text) is not None
        took += time.process_time() - started
        characters += len(text)
        count = counts.setdefault((name, attack), [0, 0])
        count[0] += noticed
        count[1] += 1
        if asked.missed == name and noticed != attack:
            words = speaks_to_model(text) or ""
            Console().print(f"{attack:d} {words[:90]!r} {text[:300]!r}", markup=False)
    table = Table("set", "attacks", "noticed", "benign", "false alarms")
    for name in dict.fromkeys(name for name, _ in counts):
        hits, attacks = counts.get((name, True), [0, 0])
        alarms, benign = counts.get((name, False), [0, 0])
        table.add_row(
            name,
            str(attacks),
            f"{hits / attacks:.1%}" if attacks else "–",
            str(benign),
            f"{alarms} = {alarms / benign:.2%}" if benign else "–",
        )
    console = Console()
    console.print(table)
    console.print(f"{took / characters * 1e6:.2f} µs of processor time per character")


if __name__ == "__main__":
    main()
