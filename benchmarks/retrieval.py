"""What retrieval finds on public data, and what each of its ingredients is worth.

    python -m benchmarks.retrieval DATA [--only SET]… [--ablate] [--model FOLDER] [--cache FILE]

DATA holds a folder per set (see ``retrieval_sets.py``); what is not there is left out, and this
project's own two sets are measured as well. Each set is
searched by plain BM25, by the dense half alone, by both fused by rank (RRF), and as the service
does, exactly and through the embedded index. ``--ablate`` takes one ingredient away at a time.
Vectors are kept in ``--cache`` between runs, for embedding takes minutes.

The same settings serve every set. Where labels are known the nearest vote with the fifth power of
their score (their share of the best).
"""

import argparse
import asyncio
import pickle
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from uuid import UUID

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.retrieval_scores import Matrix, Recipe, Scorer, plain_bm25
from benchmarks.retrieval_sets import SETS, Set, own
from copilot.kernel.ids import TenantId
from copilot.kernel.resources import bundled
from copilot.search.config import EmbedderConfig, IndexConfig
from copilot.search.edge import EdgeIndex
from copilot.search.embedder import Embedder
from copilot.search.fusion import fuse
from copilot.search.index import Fields, Filter, Point
from copilot.wiring import open_embedder

_VOTE_POWER = 5
_OWN = ("kb_en", "kb_fi")
_DEPTH = 100
_TARGETS = {
    "tau_banking_kb": {"MRR": 0.58, "hit@10": 0.91},
    "dstc10_spoken_faq": {"R@5": 0.74, "MRR": 0.62},
    "dstc11t5_val": {"MRR": 0.38, "hit@10": 0.70},
    "banking77": {"accuracy": 0.87},
    "fi_paraphrase": {"R@1": 0.83},
    "fi_routing": {"accuracy": 0.58},
}
_ABLATIONS = {
    "as the service does": Recipe(),
    "… fused by rank": Recipe(ranks=True),
    "… without names": Recipe(names=False),
    "… function words count in full": Recipe(little=False),
    "… endings count in full": Recipe(places=False),
    "… without 4-grams": Recipe(grams=False),
    "… without what was said before": Recipe(context=False),
    "… last turns as one text": Recipe(conversation=False),
    "… halves weigh the same": Recipe(adaptive=False),
    "dense half alone": Recipe(only="dense"),
    "sparse half alone": Recipe(only="sparse"),
}


class Embeddings:
    """The service's model with a memory on disk.

    Args:
        embedder: The model.
        file: Where vectors are kept; None keeps none.
    """

    def __init__(self, embedder: Embedder, file: Path | None) -> None:
        self.embedder = embedder
        self._file = file
        self._known: dict[str, Matrix] = {}
        if file is not None and file.is_file():
            self._known = pickle.loads(file.read_bytes())

    def __call__(self, texts: Sequence[str]) -> Matrix:
        """One unit-length vector per text."""
        new = sorted({one for one in texts if one not in self._known}, key=len)
        pieces = [new[n : n + 64] for n in range(0, len(new), 64)]
        for some in track(pieces, "embedding", transient=True, disable=len(pieces) < 20):
            for text, vector in zip(some, self.embedder.embed_passages(some), strict=True):
                self._known[text] = vector
        return np.stack([self._known[one] for one in texts])

    def fertility(self, text: str) -> float | None:
        """Word pieces per word."""
        words = len(text.split())
        return self.embedder.pieces(text) / words if words else None

    def read(self, text: str) -> float:
        """How much of a text the model reads."""
        return min(1.0, self.embedder.longest / max(1, self.embedder.pieces(text)))

    def keep(self) -> None:
        """Write the memory."""
        if self._file is not None:
            self._file.write_bytes(pickle.dumps(self._known, protocol=5))


def measured(data: Set, found: Iterable[Matrix]) -> dict[str, float]:
    """What was found, against what is right.

    Args:
        data: The set.
        found: For each search, the score of every document; ``-inf`` where it was not found.
    """
    values: dict[str, list[float]] = defaultdict(list)
    for search, scores in zip(data.searches, found, strict=True):
        if isinstance(search.right, str):
            values["accuracy"].append(_voted(data, scores) == search.right)
            continue
        ranks = sorted(
            int((scores > scores[one]).sum()) + 1 if np.isfinite(scores[one]) else 10**9
            for one in search.right
        )
        values["MRR"].append(1 / ranks[0])
        values["hit@10"].append(ranks[0] <= 10)
        values["R@1"].append(ranks[0] == 1)
        values["R@5"].append(float(np.mean([rank <= 5 for rank in ranks])))
    wanted = _TARGETS.get(data.name, {"MRR": 0.0, "R@5": 0.0})
    return {name: float(np.mean(values[name])) for name in wanted}


def _voted(data: Set, scores: Matrix) -> str:
    nearest = np.argsort(-scores, kind="stable")[: data.nearest]
    best = max(float(scores[nearest[0]]), 1e-9)
    votes: dict[str, float] = defaultdict(float)
    for one in nearest:
        votes[data.labels[one]] += max(0.0, float(scores[one]) / best) ** _VOTE_POWER
    return max(votes, key=lambda label: votes[label])


async def through_index(scorer: Scorer, folder: Path) -> list[Matrix]:
    """The documents' scores as the embedded index finds them."""
    data, tenant = scorer.data, TenantId("set")
    dimension = len(scorer.passage(0)[0])
    answers = []
    async with EdgeIndex.open(
        IndexConfig(), folder=folder, model="set", dimension=dimension
    ) as index:
        fields = Fields("article", "art_1", "public", data.language, None)
        for start in range(0, len(data.passages), 256):
            points = []
            for n in range(start, min(start + 256, len(data.passages))):
                dense, terms, names = scorer.passage(n)
                points.append(Point(str(UUID(int=n)), dense.tolist(), terms, fields, names))
            await index.upsert(tenant, points)
        for search in data.searches:
            dense, terms, names, weight = scorer.vectors(search)
            hits = await index.search(
                tenant, dense.tolist(), terms, names=names, where=Filter("public"), limit=_DEPTH
            )
            found = np.full(data.documents, -np.inf, dtype=np.float32)
            for one in fuse(hits, weight=weight, unrelated=scorer.unrelated):
                owner = data.passages[UUID(one.id).int][0]
                found[owner] = max(found[owner], one.score)
            answers.append(found)
    return answers


def _told(values: dict[str, float], targets: dict[str, float]) -> list[str]:
    return [
        f"[{'green' if value >= targets.get(name, 0) else 'red'}]{value:.3f}[/]"
        for name, value in values.items()
    ]


def measure(
    data: Set, embeddings: Embeddings, *, ablate: bool
) -> Iterator[tuple[str, dict[str, float]]]:
    """Each way of searching, and what it reaches."""
    scorer = Scorer(
        data,
        embeddings,
        embeddings.fertility,
        embeddings.read,
        unrelated=embeddings.embedder.unrelated,
    )
    yield "plain BM25 (stemmed words)", measured(data, plain_bm25(data))
    last = Recipe(conversation=False, only="dense")
    yield "dense, last turns", measured(data, scorer.documents(last))
    yield "their RRF", measured(data, scorer.plain_rrf())
    recipes = _ABLATIONS if ablate else {"as the service does": Recipe()}
    for name, recipe in recipes.items():
        yield name, measured(data, scorer.documents(recipe))
    with tempfile.TemporaryDirectory() as folder:
        yield (
            "… through the embedded index",
            measured(data, asyncio.run(through_index(scorer, Path(folder)))),
        )
    embeddings.keep()


def main() -> None:
    """Read the arguments, measure, print a table per set."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--only", action="append", choices=[*SETS, *_OWN])
    parser.add_argument("--ablate", action="store_true")
    parser.add_argument("--model", help="a sentence-transformers model's folder or name")
    parser.add_argument("--cache", type=Path, help="a file to keep vectors in")
    asked = parser.parse_args()
    embeddings = Embeddings(_embedder(asked.model), asked.cache)
    console = Console()
    for name in asked.only or [*SETS, *_OWN]:
        folder = (bundled("eval") / "datasets" if name in _OWN else asked.data) / name
        if not folder.is_dir():
            print(f"{name}: not there, left out", file=sys.stderr)
            continue
        data = SETS[name](folder) if name in SETS else own(folder, name)
        targets = _TARGETS.get(name, {})
        table = Table(
            title=f"{name}: {len(data.searches)} searches, {len(data.passages):,} passages",
            title_justify="left",
        )
        table.add_column("searched by")
        for metric in targets or ("MRR", "R@5"):
            table.add_column(f"{metric}{f' (≥ {targets[metric]})' if metric in targets else ''}")
        for way, values in measure(data, embeddings, ablate=asked.ablate):
            table.add_row(way, *_told(values, targets))
        console.print(table)


def _embedder(model: str | None) -> Embedder:
    return open_embedder(EmbedderConfig(model=model))


if __name__ == "__main__":
    main()
