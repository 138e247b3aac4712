"""What it takes to check the figures of a long text against many sources.

    python -m benchmarks.figures [--rounds N]

A text of 10 kB with figures that are right, changed and made up is checked against 100 kB of
articles, messages and orders, in processor time: once with sources never seen before, once with
sources that an earlier check has read, as the articles of a tenant are. The baseline finds every
run of digits of both with one pattern and looks up each of the text's among those of the sources:
the least any check does.
"""

import argparse
import gc
import json
import random
import re
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import median

from copilot.grounding.figure_check import Source, SourceKind
from copilot.grounding.figures import FigureIndex, check_figures

CASES = Path(__file__).parents[1] / "eval" / "datasets" / "figures" / "cases.jsonl"
_TEXT, _SOURCES = 10_000, 100_000
_BOUND_MS = 50
_DIGITS = re.compile(r"\d+(?:[.,:]\d+)*")


def material() -> tuple[str, list[Source]]:
    """The text and its sources, of the cases of the suite."""
    cases = [json.loads(line) for line in CASES.read_text("utf-8").splitlines()]
    random.Random(1).shuffle(cases)
    text = "\n".join(one["text"] for one in cases)[:_TEXT]
    sources: list[Source] = []
    length = 0
    while length < _SOURCES:
        for one in cases:
            for source in one["sources"]:
                kind: SourceKind = "passage" if source["kind"] == "article" else source["kind"]
                sources.append(Source(kind, f"{source['id']}-{len(sources)}", source["text"]))
                length += len(source["text"])
            if length >= _SOURCES:
                break
    return text, sources


def baseline(text: str, sources: list[Source]) -> int:
    """How many runs of digits of the text stand in a source."""
    known = {found for source in sources for found in _DIGITS.findall(source.text)}
    return sum(found in known for found in _DIGITS.findall(text))


def taken(work: Callable[[list[Source]], object], each: Iterable[list[Source]]) -> float:
    """Median processor milliseconds of ``work`` with the sources of each round.

    Garbage is collected between the rounds, so that each pays for its own only.
    """
    spent = []
    for sources in each:
        gc.collect()
        began = time.process_time()
        work(sources)
        spent.append((time.process_time() - began) * 1000)
    return median(spent)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    rounds = range(1, 1 + parser.parse_args().rounds)
    text, sources = material()
    size = sum(len(one.text) for one in sources)
    check_figures(text, sources)  # patterns are compiled once
    figures = len(check_figures(text, sources))
    print(f"{len(text):,} characters with {figures} figures, {len(sources)} sources of {size:,}")
    same = [sources for _ in rounds]
    unseen = ([one._replace(text=one.text + " " * tail) for one in sources] for tail in rounds)
    least = taken(lambda given: baseline(text, given), same)
    print(f"runs of digits alone: {least:.2f} ms")
    for said, each in (("sources unseen", unseen), ("sources seen before", same)):
        spent = taken(lambda given: check_figures(text, given), each)
        verdict = "held" if spent < _BOUND_MS else "missed"
        times = f"{spent / least:.0f} times that"
        print(f"{said}: {spent:.1f} ms, {times} (bound {_BOUND_MS} ms: {verdict})")
    index = FigureIndex(sources)
    again = taken(lambda _: index.check(text), same)
    print(f"the text alone, sources known: {again:.1f} ms")


if __name__ == "__main__":
    main()
