"""Every metric by task and name."""

import re
from functools import lru_cache

from copilot.evals.errors import UnknownMetricError
from copilot.evals.metric import Metric
from copilot.evals.metrics import (
    attacks,
    drafts,
    figures,
    retrieval,
    spans,
    speech,
    summaries,
    texts,
)
from copilot.evals.nearest import nearest
from copilot.evals.suite import TASKS, TaskName

_AT = re.compile(r"([a-z]+)@([1-9]\d{0,3})")
_SHOWN_AT = {"recall": 5, "ndcg": 10, "mrr": 10, "precision": 5, "map": 10, "hit": 5}
_NAMED: dict[TaskName, list[Metric]] = {
    "summary": summaries.METRICS,
    "draft": drafts.METRICS,
    "transcription": speech.METRICS,
    "email_parsing": texts.METRICS,
    "redaction": spans.METRICS,
    "figures": figures.METRICS,
    "injection": attacks.METRICS,
}


def metric(task: TaskName, name: str) -> Metric:
    """The metric that a suite of ``task`` calls ``name``.

    Raises:
        UnknownMetricError: The task has none of that name; it tells the nearest that it has.
    """
    found = _retrieval(name) if task == "retrieval" else _named(task).get(name)
    if found is None:
        known = [one.name for one in metrics_of(task)]
        meant = nearest(name, _with_its_k(name) if task == "retrieval" else known)
        raise UnknownMetricError(name, known=known, nearest=meant)
    return found


def metrics_of(task: TaskName) -> list[Metric]:
    """The metrics of ``task``; those that take any k (``recall@k``) with one that is usual."""
    if task == "retrieval":
        return [retrieval.at(kind, _SHOWN_AT[kind]) for kind in retrieval.KINDS]
    return list(_NAMED[task])


@lru_cache(maxsize=len(TASKS))
def _named(task: TaskName) -> dict[str, Metric]:
    return {one.name: one for one in _NAMED[task]}


@lru_cache(maxsize=256)
def _retrieval(name: str) -> Metric | None:
    match = _AT.fullmatch(name)
    if match is None or match[1] not in retrieval.KINDS or int(match[2]) > retrieval.DEEPEST:
        return None
    return retrieval.at(match[1], int(match[2]))


def _with_its_k(name: str) -> list[str]:
    """Retrieval's metrics with the k of ``name`` where it is one, so ``recal@3`` finds its own."""
    k = name.partition("@")[2]
    usable = k.isascii() and k.isdigit() and 1 <= int(k[:9]) <= retrieval.DEEPEST
    return [f"{kind}@{int(k) if usable else _SHOWN_AT[kind]}" for kind in retrieval.KINDS]
