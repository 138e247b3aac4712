"""What the eval runner costs: 1,000 retrieval queries through it, and without it.

    python -m benchmarks.evals [--queries N] [--rounds N]

The corpus is the articles of the bundled retrieval suites; the queries are sentences of them, each
relevant to the article it stands in. Printed, as medians and ratios within this run:

* the suite, run with an empty cache: the promise is under 60 s on two cores;
* the same engine calls with nothing around them: what is over is the runner's own, under 5 %;
* the suite again with all outputs in the cache: the promise is 50 times faster.
"""

import argparse
import asyncio
import json
import statistics
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from copilot.evals.cache import OutputCache
from copilot.evals.running import RunOptions, run_suite
from copilot.evals.suite import Suite
from copilot.evals.tasks.catalog import task
from copilot.grounding.sentences import split_sentences
from copilot.kernel.resources import bundled
from copilot.lab import ServiceLab
from copilot.settings import Settings

_METRICS = ("recall@5", "ndcg@10", "mrr@10")


def _dataset(folder: Path, queries: int) -> None:
    articles = [
        json.loads(line)
        for name in ("kb_en", "kb_fi")
        for line in (bundled("eval") / "datasets" / name / "corpus.jsonl").open(encoding="utf-8")
    ]
    asked = [
        (article["_id"], sentence)
        for article in articles
        for sentence in split_sentences(article["text"])
        if len(sentence) > 30
    ][:queries]
    if len(asked) < queries:
        raise SystemExit(f"There are only {len(asked)} sentences to ask.")
    with (folder / "corpus.jsonl").open("w", encoding="utf-8") as lines:
        lines.writelines(json.dumps(one, ensure_ascii=False) + "\n" for one in articles)
    with (folder / "queries.jsonl").open("w", encoding="utf-8") as lines:
        lines.writelines(
            json.dumps({"_id": f"q{n}", "text": text}, ensure_ascii=False) + "\n"
            for n, (_, text) in enumerate(asked)
        )
    judged = [f"q{n}\t{article}\t1\n" for n, (article, _) in enumerate(asked)]
    (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\n" + "".join(judged), "utf-8")
    print(f"{len(articles)} articles, {len(asked)} queries")


async def _without_runner(suite: Suite, lab: ServiceLab) -> float:
    """Seconds for the same engine calls, as many at once, with nothing kept or scored."""
    started = time.perf_counter()
    work_of = task("retrieval")
    dataset = work_of.load(suite)
    async with work_of.open(lab, dataset) as work:
        todo = iter(dataset.cases)

        async def take() -> None:
            for case in todo:
                await work(case)

        await asyncio.gather(*(take() for _ in range(work_of.concurrency)))
    return time.perf_counter() - started


async def _measure(queries: int, rounds: int) -> None:
    with TemporaryDirectory(prefix="copilot-bench-") as text:
        folder = Path(text)
        _dataset(folder, queries)
        lab = ServiceLab(Settings(data_dir=folder / "data"))
        suite = Suite(name="bench", task="retrieval", dataset=folder, metrics=_METRICS)
        bare, full, again = [], [], []
        # Models load once in a process; nobody's time shall hold that.
        await _without_runner(suite, lab)
        for number in range(rounds):
            # In turn, so that a machine that slows down slows both.
            if number % 2 == 0:
                bare.append(await _without_runner(suite, lab))
            with OutputCache.open(folder / f"{number}.cache") as cache:
                first = await run_suite(suite, lab, cache, RunOptions())
                full.append(first.seconds)
                second = await run_suite(suite, lab, cache, RunOptions())
                again.append(second.seconds)
            if number % 2 == 1:
                bare.append(await _without_runner(suite, lab))
            if second.metrics != first.metrics:
                raise SystemExit("Scoring anew gave another result.")
            print(
                f"round {number + 1}: bare {bare[-1]:.2f} s, suite {full[-1]:.2f} s, "
                f"rescored {again[-1]:.3f} s"
            )
    suite_s, bare_s, again_s = map(statistics.median, (full, bare, again))
    print(f"suite: {suite_s:.1f} s, {queries / suite_s:.0f} queries/s (promise: under 60 s)")
    print(
        f"runner's own: {(suite_s / bare_s - 1) * 100:+.1f} % of the engine calls alone; "
        f"by what scoring alone takes {again_s / suite_s * 100:.1f} % (promise: under 5 %)"
    )
    print(f"rescoring: {suite_s / again_s:.0f} x faster (promise: 50 x)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--queries", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=4)
    told = parser.parse_args()
    asyncio.run(_measure(told.queries, told.rounds))


if __name__ == "__main__":
    main()
