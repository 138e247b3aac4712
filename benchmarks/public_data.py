"""Our tasks over public data sets: suites are made from them in a scratch folder and run.

    python -m benchmarks.public_data DATA [--only NAME]… [--out DIR] [--cases N] [--corpus N]

DATA holds a folder per data set, each as its publisher's licence allows it to be kept; what is not
there is left out. Nothing is copied into the project: the suites and what is converted go to
``--out`` (a temporary folder by default), with the runs and an HTML report beside them.

Two sets search more than 10,000 documents, which takes minutes to index. ``--corpus N`` keeps the
relevant documents and N others, always the same ones: that makes finding easier, so such values
compare only with each other.

What is made of each:

* ``tau_banking_kb`` (Sierra, MIT), ``fi_paraphrase`` (TurkuNLP, CC BY-SA 4.0): retrieval as is.
* ``dstc11t5_val`` (Amazon, CDLA-Sharing), ``dstc10_spoken_faq`` (Amazon, Apache-2.0): retrieval;
  the query is the dialogue's last three turns, for the last alone often names no place, and the
  title starts with the entity's name.
* ``banking77`` (PolyAI, CC BY 4.0): retrieval; a past contact of the query's intent is relevant.
* ``tweetsumm`` (CDLA-Sharing and CC BY-NC-SA 4.0, evaluation only): summaries; the set has
  lost who speaks: whose turns begin with the first turn's word, a handle, is the customer.
* ``email_reply_parsing`` (peers' test fixtures): email parsing as it is.
* ``speech_refs`` (see its manifest): transcription.
* ``pii_synth`` (Microsoft, MIT): redaction, without the names that a service knows of its
  customers.
* ``fi_ner_pii`` (TurkuNLP, CC BY-SA 4.0): redaction of the Finnish sentences that name a person;
  the names are not told either, so this is what patterns find alone.
"""

import argparse
import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, NamedTuple

Row = dict[str, Any]
Maker = Callable[[Path, Path, "Sizes"], tuple[str, list[str]]]
_RETRIEVAL = ["recall@5", "recall@10", "ndcg@10", "mrr@10"]
_REDACTION = ["precision", "recall", "f1", "leaks"]
_TURNS = 3
_LARGE = 5000
_NO_SPACE_BEFORE = re.compile(r"[.,:;!?)\]”]+")


class Sizes(NamedTuple):
    """Most cases of a data set, and most documents that are relevant to none; None: all."""

    cases: int | None
    corpus: int | None


def _rows(file: Path) -> Iterator[Row]:
    with file.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def _write(file: Path, rows: Iterable[Row]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _some(rows: Iterable[Row], most: int | None) -> list[Row]:
    """At most ``most`` rows, chosen by a hash of their id: the same ones every time."""
    ranked = sorted(rows, key=lambda row: hashlib.sha256(str(row["id"]).encode()).digest())
    return ranked[:most]


def _retrieval(folder: Path, out: Path, sizes: Sizes) -> tuple[str, list[str]]:
    lines = (folder / "qrels.tsv").read_text("utf-8").splitlines()[1:]
    judged = {line.split("\t")[0] for line in lines}
    asked = (row for row in _rows(folder / "queries.jsonl") if str(row["id"]) in judged)
    queries = _some(asked, sizes.cases)
    kept = {str(row["id"]) for row in queries}
    lines = [line for line in lines if line.split("\t")[0] in kept]
    _collection(out, _rows(folder / "corpus.jsonl"), queries, lines, sizes)
    return "retrieval", _RETRIEVAL


def _intents(folder: Path, out: Path, sizes: Sizes) -> tuple[str, list[str]]:
    corpus = list(_rows(folder / "corpus.jsonl"))
    queries = _some(_rows(folder / "queries.jsonl"), sizes.cases)
    by_intent: dict[str, list[str]] = {}
    for row in corpus:
        by_intent.setdefault(row["intent"], []).append(row["id"])
    lines = [
        f"{row['id']}\t{relevant}\t1"
        for row in queries
        for relevant in by_intent.get(row["intent"], [])
    ]
    _collection(out, corpus, queries, lines, sizes)
    return "retrieval", ["precision@1", "precision@10", "mrr@10"]


def _collection(
    out: Path, corpus: Iterable[Row], queries: list[Row], judged: list[str], sizes: Sizes
) -> None:
    """Write a retrieval data set, its corpus no larger than wanted."""
    rows = list(corpus)
    relevant = {line.split("\t")[1] for line in judged}
    others = [row for row in rows if str(row["id"]) not in relevant]
    some = {str(row["id"]) for row in _some(others, sizes.corpus)} | relevant
    documents = [
        {"_id": row["id"], "title": _title(row), "text": row["text"]}
        for row in rows
        if str(row["id"]) in some
    ]
    told = f"{out.name}: {len(queries)} queries to {len(documents)} of {len(rows)} documents"
    slow = "; indexing takes minutes, --corpus N keeps fewer" if len(documents) > _LARGE else ""
    print(told + slow, file=sys.stderr)
    _write(out / "corpus.jsonl", documents)
    _write(
        out / "queries.jsonl",
        (
            {
                "_id": row["id"],
                "text": _asked(row),
                # Pairs alike in wording and others are reported apart.
                "labels": {"stratum": row.get("stratum")},
            }
            for row in queries
        ),
    )
    lines = "\n".join(["query-id\tcorpus-id\tscore", *judged])
    (out / "qrels.tsv").write_text(f"{lines}\n", "utf-8")


def _title(row: Row) -> str:
    return ": ".join(filter(None, [row.get("entity"), row.get("title")]))


def _asked(row: Row) -> str:
    if "dialog" not in row:
        return str(row["text"])
    return "\n".join(turn["text"] for turn in row["dialog"][-_TURNS:])


def _summaries(folder: Path, out: Path, sizes: Sizes) -> tuple[str, list[str]]:
    rows = _some(_rows(folder / "dialogs.jsonl"), sizes.cases)
    _write(
        out / "cases.jsonl",
        (
            {
                "id": row["id"],
                "language": "en",
                "conversation": {
                    "channel": "social",
                    "language": "en",
                    "messages": [
                        {
                            "external_id": f"m{place}",
                            "author": {"role": _speaker(turn, row["turns"][0])},
                            "sent_at": f"2026-01-01T{place // 60:02}:{place % 60:02}:00Z",
                            "text": turn,
                        }
                        for place, turn in enumerate(row["turns"])
                    ],
                },
                "references": row["references"],
            }
            for row in rows
        ),
    )
    metrics = ["rouge1", "rouge2", "rougeL", "figure_precision", "traceable", "length_ratio"]
    return "summary", metrics


def _speaker(turn: str, first: str) -> str:
    """Who says ``turn`` of tweetsumm: customers begin with the handle that the first turn does."""
    return "customer" if turn.split()[:1] == first.split()[:1] else "agent"


def _mail(folder: Path, out: Path, sizes: Sizes) -> tuple[str, list[str]]:
    _write(out / "cases.jsonl", _some(_rows(folder / "cases.jsonl"), sizes.cases))
    return "email_parsing", ["exact", "similarity"]


def _speech(folder: Path, out: Path, sizes: Sizes) -> tuple[str, list[str]]:
    rows = _some(_rows(folder / "manifest.jsonl"), sizes.cases)
    _write(
        out / "cases.jsonl",
        (
            {
                "id": row["id"],
                "audio": str((folder / row["file"]).absolute()),
                "text": row["transcript"],
                "language": row["lang"],
            }
            for row in rows
        ),
    )
    return "transcription", ["wer", "cer", "real_time_factor"]


def _personal(folder: Path, out: Path, sizes: Sizes) -> tuple[str, list[str]]:
    rows = _some(_rows(folder / "samples.jsonl"), sizes.cases)
    _write(
        out / "cases.jsonl",
        (
            {"id": row["id"], "text": row["text"], "entities": row["spans"], "language": "en"}
            for row in rows
        ),
    )
    return "redaction", _REDACTION


def _names(folder: Path, out: Path, sizes: Sizes) -> tuple[str, list[str]]:
    naming = (row for row in _rows(folder / "sentences.jsonl") if "B-PER" in row["tags"])
    _write(out / "cases.jsonl", map(_tagged, _some(naming, sizes.cases)))
    return "redaction", _REDACTION


def _tagged(row: Row) -> Row:
    """A sentence of tokens with BIO tags as a text with entities."""
    text = ""
    entities: list[Row] = []
    for token, tag in zip(row["tokens"], row["tags"], strict=True):
        text += "" if not text or _NO_SPACE_BEFORE.fullmatch(token) else " "
        begun, _, kind = tag.partition("-")
        if begun == "B":
            entities.append({"start": len(text), "end": len(text) + len(token), "type": kind})
        elif begun == "I":
            entities[-1]["end"] = len(text) + len(token)
        text += token
    return {"id": row["id"], "language": "fi", "text": text, "entities": entities}


MAKERS: dict[str, Maker] = {
    "tau_banking_kb": _retrieval,
    "fi_paraphrase": _retrieval,
    "dstc11t5_val": _retrieval,
    "dstc10_spoken_faq": _retrieval,
    "banking77": _intents,
    "tweetsumm": _summaries,
    "email_reply_parsing": _mail,
    "speech_refs": _speech,
    "pii_synth": _personal,
    "fi_ner_pii": _names,
}


def make(data: Path, out: Path, names: Iterable[str], sizes: Sizes) -> list[Path]:
    """Suites for the data sets of ``names`` that are in ``data``; returns their files."""
    suites = []
    for name in names:
        if not (data / name).is_dir():
            print(f"{name}: not there, left out", file=sys.stderr)
            continue
        folder = out / "datasets" / name
        folder.mkdir(parents=True, exist_ok=True)
        task, metrics = MAKERS[name](data / name, folder, sizes)
        suite = out / "suites" / f"{name}.yaml"
        suite.parent.mkdir(exist_ok=True)
        # JSON is YAML: nothing of a name needs quoting by hand.
        body = {"name": name, "task": task, "dataset": str(folder.absolute()), "metrics": metrics}
        suite.write_text(json.dumps(body, indent=2), "utf-8")
        suites.append(suite)
    return suites


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--only", action="append", choices=sorted(MAKERS))
    parser.add_argument("--out", type=Path)
    parser.add_argument("--cases", type=int, help="most cases of a data set")
    parser.add_argument("--corpus", type=int, help="most documents that answer no query")
    told = parser.parse_args()
    out = told.out or Path(mkdtemp(prefix="copilot-public-"))
    suites = make(told.data, out, told.only or list(MAKERS), Sizes(told.cases, told.corpus))
    if not suites:
        print("none of the data sets is there", file=sys.stderr)
        return 2
    print(f"suites, runs and report: {out}", file=sys.stderr)
    command = [sys.executable, "-m", "copilot", "eval", "run", *map(str, suites)]
    return subprocess.call(
        [*command, "--runs", str(out / "runs"), "--html", str(out / "report.html")]
    )


if __name__ == "__main__":
    sys.exit(main())
