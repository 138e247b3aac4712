"""How much of the personal data of public data sets is masked, by kind, and how fast.

    python -m benchmarks.personal_data DATA [--errors]

DATA holds ``pii_synth`` (Microsoft, MIT) and ``fi_ner_pii`` (TurkuNLP, CC BY-SA 4.0); nothing of
them is copied. The first has labels, exact offsets and kind count. The second has no labels of
structured kinds: what is found there is listed to be judged by eye, and its people's names are
looked for when they are given as a customer record would (``names`` in their basic form are not in
the data, so the forms that stand alone are given: an upper bound of what is missed by spacing and
letters alone). ``--errors`` prints what was missed and what was wrong.

The last table is processor time per 10 kB of support text and of hostile text.
"""

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table

from copilot.evals.metrics.entity_types import promised_type
from copilot.privacy.entity import EntityType
from copilot.privacy.known import KnownFacts
from copilot.privacy.pseudonyms import Pseudonymiser

STRUCTURED: tuple[EntityType, ...] = (
    "card",
    "iban",
    "email",
    "phone",
    "ip",
    "national_id",
    "url",
)
UNPROMISED: tuple[EntityType, ...] = ("address", "name")
"""Found by their surroundings: a help, no promise."""
PLAIN = (
    "Hei, tilasin teiltä kattilan 12.3.2026 ja maksoin 1 234,50 € kortilla 4111 1111 1111 1111. "
    "Soittakaa 040 123 4567 tai kirjoittakaa maija@posti.example. Order 20694 is late. "
)
HOSTILE = {
    "plain": PLAIN,
    "digits": "4111 1111 ",
    "a@": "a@a.",
    "capitals": "Anna Liisa Maria ",
    "streets": "Kuusitie 5 A ",
    "greetings": "Hei Anna, ",
    "colons": "a:b:1:",
    "spaces": "my name is      ",
    "brackets": "[NAME_",
}


class Counts(NamedTuple):
    """What was right, wrong and missed."""

    right: int
    wrong: int
    missed: int


def rows(file: Path) -> Iterator[dict[str, Any]]:
    """The JSON lines of ``file``."""
    with file.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def labelled(file: Path, errors: Console | None) -> dict[EntityType, Counts]:
    """Counts by kind over the labelled texts of ``file``."""
    right: Counter[EntityType] = Counter()
    wrong: Counter[EntityType] = Counter()
    missed: Counter[EntityType] = Counter()
    for row in rows(file):
        text = row["text"]
        wanted = {
            (one["start"], one["end"], kind)
            for one in row["spans"]
            if (kind := promised_type(one["type"]))
        }
        found = {(one.start, one.end, one.type) for one in Pseudonymiser().redact(text).entities}
        for counter, spans, told in (
            (right, found & wanted, None),
            (wrong, found - wanted, "wrong"),
            (missed, wanted - found, "missed"),
        ):
            for start, end, kind in sorted(spans):
                counter[kind] += 1
                if told and errors and kind != "name":
                    near = text[max(0, start - 40) : end + 20]
                    errors.print(f"{told} {kind}: {text[start:end]!r} in {near!r}", markup=False)
    return {
        kind: Counts(right[kind], wrong[kind], missed[kind]) for kind in (*STRUCTURED, *UNPROMISED)
    }


def unlabelled(file: Path, errors: Console | None) -> Table:
    """What is found in Finnish running text, and how many of its people's names, given."""
    found: Counter[str] = Counter()
    words, people, told, false_names = 0, 0, 0, 0
    for row in rows(file):
        tokens, tags = row["tokens"], row["tags"]
        text = " ".join(tokens)
        words += len(tokens)
        for one in Pseudonymiser().redact(text).entities:
            found[one.type] += 1
            if errors:
                errors.print(f"{one.type}: {text[one.start : one.end]!r} in {text!r}", markup=False)
            if one.type == "name" and not any(
                tag.endswith("PER") and token in text[one.start : one.end]
                for token, tag in zip(tokens, tags, strict=True)
            ):
                false_names += 1
        names = [token for token, tag in zip(tokens, tags, strict=True) if tag.endswith("PER")]
        names = [name for name in names if len(name) > 1 and name.isalpha()]
        masked = Pseudonymiser(KnownFacts(names=tuple(names))).mask(text).split()
        people += len(names)
        told += sum(name not in masked for name in names)
    table = Table("fi_ner_pii", "count")
    for kind, count in sorted(found.items()):
        table.add_row(f"{kind} found", str(count))
    table.add_row("names found that are none", f"{false_names} in {words} words")
    table.add_row("names masked when given", f"{told} of {people}")
    return table


def speed() -> Table:
    """Processor time of masking 10 kB."""
    known = KnownFacts(names=("Maija Virtanen", "Heikki Mäkelä"), phones=("+358401234567",))
    table = Table("10 kB of", "ms of processor time")
    for name, unit in HOSTILE.items():
        text = (unit * (10_000 // len(unit) + 1))[:10_000]
        # Numbering plans are loaded once a process.
        Pseudonymiser(known).mask(text)
        begun = time.process_time()
        Pseudonymiser(known).mask(text)
        table.add_row(name, f"{(time.process_time() - begun) * 1000:.0f}")
    return table


def main() -> None:
    """Measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--errors", action="store_true")
    told = parser.parse_args()
    console = Console()
    errors = console if told.errors else None
    table = Table("pii_synth", "right", "wrong", "missed", "precision", "recall")
    for kind, (right, wrong, missed) in labelled(
        told.data / "pii_synth" / "samples.jsonl", errors
    ).items():
        precision = f"{right / (right + wrong):.3f}" if right + wrong else "-"
        recall = f"{right / (right + missed):.3f}" if right + missed else "-"
        table.add_row(kind, str(right), str(wrong), str(missed), precision, recall)
    console.print(table)
    console.print(unlabelled(told.data / "fi_ner_pii" / "sentences.jsonl", errors))
    console.print(speed())


if __name__ == "__main__":
    main()
