"""Redaction: is what was found personal data, is all of it found, does any of it leak."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from copilot.evals.case import Case, Output
from copilot.evals.metric import Metric, Sums, mean
from copilot.evals.metrics.counting import each, f1, found_measures
from copilot.evals.metrics.entity_types import promised_type
from copilot.privacy.entity import EntityType

_TELLING = 3
_MASK = "\x00"


class _Span(NamedTuple):
    start: int
    end: int
    type: EntityType | None


def _spans(text: str, entities: Iterable[Mapping[str, Any]]) -> set[_Span]:
    """Spans without the white space at their ends, with our names for their types."""
    found = set()
    for one in entities:
        start, end = max(0, one["start"]), min(len(text), one["end"])
        inner = text[start:end]
        start += len(inner) - len(inner.lstrip())
        end = start + len(inner.strip())
        if start < end:
            found.add(_Span(start, end, promised_type(one["type"])))
    return found


def _expected(case: Case) -> tuple[set[_Span], set[_Span]]:
    """What has to be found, and what a dataset marks that we do not promise to find."""
    spans = _spans(case.input["text"], case.expected.get("entities") or ())
    return {one for one in spans if one.type}, {one for one in spans if not one.type}


def _counts(case: Case, output: Output) -> tuple[int, int, int]:
    """True positives, false positives, false negatives."""
    wanted, other = _expected(case)
    found = {one for one in _spans(case.input["text"], output["entities"]) if one.type}
    right = found & wanted
    wrong = {one for one in found - wanted if not _touches(one, other)}
    return len(right), len(wrong), len(wanted - found)


def _touches(span: _Span, others: Iterable[_Span]) -> bool:
    return any(one.start < span.end and span.start < one.end for one in others)


def _leaks(case: Case, output: Output) -> Sums:
    text: str = case.input["text"]
    masked = list(text)
    for one in output["entities"]:
        start, end = max(0, one["start"]), min(len(text), one["end"])
        masked[start:end] = _MASK * max(0, end - start)
    left = "".join(masked)
    wanted = {(one.start, one.end) for one in _expected(case)[0]}
    return (sum(_leaked(text, left, output["text"], span) for span in wanted), 1.0)


def _leaked(text: str, left: str, made: str, span: tuple[int, int]) -> bool:
    """Whether a letter or digit of the entity is outside all masks, or was written all the same.

    Args:
        text: The original.
        left: The same with what the engine says it masked blotted out.
        made: What the engine made of it.
        span: Where the entity stands in ``text``.
    """
    if any(character.isalnum() for character in left[slice(*span)]):
        return True
    value = text[slice(*span)]
    # A placeholder such as [NAME_1] may hold what is as short as "1" by chance.
    telling = sum(character.isalnum() for character in value) >= _TELLING
    return telling and made.count(value) > left.count(value)


def _failed_leaks(case: Case) -> Sums:
    return (len({(one.start, one.end) for one in _expected(case)[0]}), 1.0)


_SOURCE = "van Rijsbergen 1979; spans as in CoNLL-2003 (exact offsets and type)"

_FOUND = found_measures(_counts, lambda case: len(_expected(case)[0]))

METRICS = [
    Metric(
        name="precision",
        better="higher",
        measure=_FOUND["precision"],
        value=mean,
        about="Share of the stretches that were masked which are personal data of that type.",
        formula="TP / (TP + FP) over all cases; a span counts when offsets and type are exact, "
        "white space at its ends aside",
        source=_SOURCE,
    ),
    Metric(
        name="recall",
        better="higher",
        measure=_FOUND["recall"],
        value=mean,
        about="Share of the personal data that was found with exact offsets and type.",
        formula="TP / (TP + FN) over all cases",
        source=_SOURCE,
    ),
    Metric(
        name="f1",
        better="higher",
        measure=_FOUND["f1"],
        value=f1,
        about="Precision and recall in one number.",
        formula="2 TP / (2 TP + FP + FN) over all cases",
        source=_SOURCE,
    ),
    Metric(
        name="leaks",
        better="lower",
        high=None,
        measure=each(_leaks, _failed_leaks),
        value=mean,
        about="Personal data per text of which anything stays readable, whatever type it was taken "
        "for.",
        formula="expected entities with a letter or digit outside every mask, or whose value the "
        "redacted text holds all the same / texts",
        source="Ours",
    ),
]
