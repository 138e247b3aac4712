"""Our tasks over public data sets: suites are made from them in a scratch folder and run.

    python -m benchmarks.public_data DATA [--only NAME]… [--out DIR] [--cases N]

DATA holds a folder per data set, each as its publisher's licence allows it to be kept; what is not
there is left out. Nothing is copied into the project: the suites and what is converted go to
``--out`` (a temporary folder by default), with the runs and an HTML report beside them.

What is made of each:

* ``tau_banking_kb`` (Sierra, MIT), ``fi_paraphrase`` (TurkuNLP, CC BY-SA 4.0): retrieval as is.
* ``dstc11t5_val`` (Amazon, CDLA-Sharing), ``dstc10_spoken_faq`` (Amazon, Apache-2.0): retrieval;
  the query is the dialogue's last turn, the title the entity's name.
* ``banking77`` (PolyAI, CC BY 4.0): retrieval; a past contact of the query's intent is relevant.
* ``tweetsumm`` (CDLA-Sharing and CC BY-NC-SA 4.0, evaluation only): summaries; turns alternate
  between customer and agent, for the set has lost who speaks.
* ``email_reply_parsing`` (peers' test fixtures): email parsing as it is.
* ``speech_refs`` (see its manifest): transcription.
* ``pii_synth`` (Microsoft, MIT): redaction.
"""

import argparse
import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

Row = dict[str, Any]
_RETRIEVAL = ["recall@5", "recall@10", "ndcg@10", "mrr@10"]


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


def _retrieval(folder: Path, out: Path, most: int | None) -> tuple[str, list[str]]:
    corpus = [
        {
            "_id": row["id"],
            "title": row.get("title") or row.get("entity") or "",
            "text": row["text"],
        }
        for row in _rows(folder / "corpus.jsonl")
    ]
    queries = _some(_rows(folder / "queries.jsonl"), most)
    _write(out / "corpus.jsonl", corpus)
    _write(out / "queries.jsonl", ({"_id": row["id"], "text": _asked(row)} for row in queries))
    kept = {str(row["id"]) for row in queries}
    lines = (folder / "qrels.tsv").read_text("utf-8").splitlines()
    wanted = [line for line in lines[1:] if line.split("\t")[0] in kept]
    (out / "qrels.tsv").write_text("\n".join([lines[0], *wanted]) + "\n", "utf-8")
    return "retrieval", _RETRIEVAL


def _asked(row: Row) -> str:
    return str(row["dialog"][-1]["text"] if "dialog" in row else row["text"])


def _intents(folder: Path, out: Path, most: int | None) -> tuple[str, list[str]]:
    corpus = list(_rows(folder / "corpus.jsonl"))
    queries = _some(_rows(folder / "queries.jsonl"), most)
    by_intent: dict[str, list[str]] = {}
    for row in corpus:
        by_intent.setdefault(row["intent"], []).append(row["id"])
    _write(
        out / "corpus.jsonl",
        ({"_id": one["id"], "title": "", "text": one["text"]} for one in corpus),
    )
    _write(out / "queries.jsonl", ({"_id": one["id"], "text": one["text"]} for one in queries))
    lines = [
        f"{row['id']}\t{relevant}\t1"
        for row in queries
        for relevant in by_intent.get(row["intent"], [])
    ]
    (out / "qrels.tsv").write_text(
        "query-id\tcorpus-id\tscore\n" + "\n".join(lines) + "\n", "utf-8"
    )
    return "retrieval", ["precision@1", "precision@10", "mrr@10"]


def _summaries(folder: Path, out: Path, most: int | None) -> tuple[str, list[str]]:
    rows = _some(_rows(folder / "dialogs.jsonl"), most)
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
                            "author": {"role": "agent" if place % 2 else "customer"},
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


def _mail(folder: Path, out: Path, most: int | None) -> tuple[str, list[str]]:
    _write(out / "cases.jsonl", _some(_rows(folder / "cases.jsonl"), most))
    return "email_parsing", ["exact", "similarity"]


def _speech(folder: Path, out: Path, most: int | None) -> tuple[str, list[str]]:
    rows = _some(_rows(folder / "manifest.jsonl"), most)
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


def _personal(folder: Path, out: Path, most: int | None) -> tuple[str, list[str]]:
    rows = _some(_rows(folder / "samples.jsonl"), most)
    _write(
        out / "cases.jsonl",
        (
            {"id": row["id"], "text": row["text"], "entities": row["spans"], "language": "en"}
            for row in rows
        ),
    )
    return "redaction", ["precision", "recall", "f1", "leaks"]


MAKERS: dict[str, Callable[[Path, Path, int | None], tuple[str, list[str]]]] = {
    "tau_banking_kb": _retrieval,
    "fi_paraphrase": _retrieval,
    "dstc11t5_val": _retrieval,
    "dstc10_spoken_faq": _retrieval,
    "banking77": _intents,
    "tweetsumm": _summaries,
    "email_reply_parsing": _mail,
    "speech_refs": _speech,
    "pii_synth": _personal,
}


def make(data: Path, out: Path, names: Iterable[str], most: int | None) -> list[Path]:
    """Suites for the data sets of ``names`` that are in ``data``; returns their files."""
    suites = []
    for name in names:
        if not (data / name).is_dir():
            print(f"{name}: not there, left out", file=sys.stderr)
            continue
        folder = out / "datasets" / name
        folder.mkdir(parents=True, exist_ok=True)
        task, metrics = MAKERS[name](data / name, folder, most)
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
    told = parser.parse_args()
    out = told.out or Path(mkdtemp(prefix="copilot-public-"))
    suites = make(told.data, out, told.only or list(MAKERS), told.cases)
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
