"""Retrieval: relevant documents among the first k. ``ir_measures`` (trec_eval) computes."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from copilot.evals.metric import Answered, Metric, Sums, mean
from copilot.evals.metrics.counting import NOTHING, WORST

DEEPEST = 1000
"""The greatest k."""


class _Kind(NamedTuple):
    measure: str
    about: str
    formula: str
    source: str


_TREC = "computed by ir_measures (trec_eval)"
_KINDS = {
    "recall": _Kind(
        "R",
        "Share of a query's relevant documents among the first {k}.",
        "relevant among the first {k} / all relevant; mean over queries",
        f"Cleverdon 1967; {_TREC}: R@k",
    ),
    "ndcg": _Kind(
        "nDCG",
        "How near the first {k} come to the best order, by the documents' grades.",
        "DCG / DCG of the best order, DCG = Σ grade / log2(rank + 1) over the first {k}; mean "
        "over queries",
        f"Järvelin and Kekäläinen 2002; {_TREC}: nDCG@k",
    ),
    "mrr": _Kind(
        "RR",
        "How high the first relevant document stands among the first {k}.",
        "1 / rank of the first relevant document, 0 when it is not among the first {k}; mean over "
        "queries",
        f"Kantor and Voorhees 2000; {_TREC}: RR of the first k",
    ),
    "precision": _Kind(
        "P",
        "Share of the first {k} places that hold a relevant document.",
        "relevant among the first {k} / {k}, however many were found; mean over queries",
        f"van Rijsbergen 1979; {_TREC}: P@k",
    ),
    "map": _Kind(
        "AP",
        "Precision at each relevant document among the first {k}, averaged.",
        "Σ precision at the rank of each relevant document among the first {k} / all relevant; "
        "mean over queries",
        f"Harman 1992; {_TREC}: AP@k",
    ),
    "hit": _Kind(
        "Success",
        "Share of queries with any relevant document among the first {k}.",
        "1 when any of the first {k} is relevant, else 0; mean over queries",
        f"TREC's convention; {_TREC}: Success@k",
    ),
}
KINDS = tuple(_KINDS)
"""What stands before ``@k``."""


def at(kind: str, k: int) -> Metric:
    """The metric ``kind@k``.

    Args:
        kind: One of :data:`KINDS`.
        k: How many documents count, 1 to :data:`DEEPEST`.
    """
    name, about, formula, source = _KINDS[kind]

    def measure(answered: Sequence[Answered]) -> list[Sums]:
        return _measured(name, k, answered)

    return Metric(
        name=f"{kind}@{k}",
        better="higher",
        measure=measure,
        value=mean,
        about=about.format(k=k),
        formula=formula.format(k=k),
        source=source,
    )


def _measured(name: str, k: int, answered: Sequence[Answered]) -> list[Sums]:
    """The sums of all queries, from one call: a call per query takes 20 times as long."""
    sums: list[Sums] = []
    judged: dict[str, dict[str, int]] = {}
    found: dict[str, dict[str, float]] = {}
    for place, (case, output) in enumerate(answered):
        grades = _grades(case.expected.get("relevant") or {})
        sums.append(WORST if grades else NOTHING)
        if grades and output is not None:
            judged[str(place)], found[str(place)] = _anonymous(grades, output["ranked"], k)
    if judged:
        for query, value in _computed(name, k, judged, found):
            sums[int(query)] = (value, 1.0)
    return sums


def _grades(relevant: dict[str, Any]) -> dict[str, int]:
    grades = {document: int(grade) for document, grade in relevant.items()}
    return {document: grade for document, grade in grades.items() if grade > 0}


def _anonymous(
    grades: dict[str, int], ranked: Sequence[dict[str, Any]], k: int
) -> tuple[dict[str, int], dict[str, float]]:
    """Grades and scores of one query with documents named by their place.

    trec_eval sorts by score, breaks ties by name and cuts names at a NUL. So scores fall with the
    rank, whatever the engine's own were, and names are ours.
    """
    first = list(dict.fromkeys(one["id"] for one in ranked))[:k]
    names = {document: f"d{rank}" for rank, document in enumerate(first)}
    judged = {
        names.get(document, f"missed{number}"): grade
        for number, (document, grade) in enumerate(grades.items())
    }
    return judged, {name: float(k - rank) for rank, name in enumerate(names.values())}


def _computed(
    name: str, k: int, judged: dict[str, dict[str, int]], found: dict[str, dict[str, float]]
) -> list[tuple[str, float]]:
    import ir_measures

    measure = getattr(ir_measures, name)
    # Only the first k are passed on, so that a reciprocal rank needs no cut-off.
    cut = measure if name == "RR" else measure @ k
    rows = ir_measures.pytrec_eval.iter_calc([cut], judged, found)
    return [(row.query_id, float(row.value)) for row in rows]
