"""Summaries: is it true, can it be traced, is it short; ROUGE is in ``rouge.py``."""

from typing import Any

from copilot.drafts.sources import DraftSource
from copilot.evals.case import Case, Output
from copilot.evals.metric import Metric, Sums, mean
from copilot.evals.metrics.counting import NOTHING, WORST, always, each
from copilot.evals.metrics.grounds import conversation_of, summarised_messages, supports
from copilot.evals.metrics.judged import judge_metric
from copilot.evals.metrics.rouge import rouge_metrics
from copilot.grounding.figure_check import Source
from copilot.grounding.figures import FigureIndex
from copilot.grounding.sources import message_source


def summary_text(output: Output) -> str:
    """The sentences of all sections, a line each; the headline repeats what they say."""
    return "\n".join(sentence["text"] for sentence in _sentences(output))


def _sentences(output: Output) -> list[dict[str, Any]]:
    return [sentence for section in output["sections"] for sentence in section["sentences"]]


def _references(case: Case) -> list[str]:
    return [one for one in case.expected.get("references") or () if one.strip()]


def _figure_precision(case: Case, output: Output) -> Sums:
    subject = Source("message", "subject", conversation_of(case).subject or "")
    index = FigureIndex([subject, *(message_source(one) for one in summarised_messages(case))])
    language = output.get("language")
    # Each by itself, as the service does it: a number must not be read with the next line's noun.
    texts = [output.get("headline") or "", *(one["text"] for one in _sentences(output))]
    checks = [check for text in texts for check in index.check(text, language=language)]
    return (sum(one.verdict == "supported" for one in checks), len(checks))


def _traceable(case: Case, output: Output) -> Sums:
    texts = {one.id: one.text for one in summarised_messages(case)}
    language = _asked_language(case)
    spoken = conversation_of(case).language if language else None
    sentences = _sentences(output)
    traced = 0
    for sentence in sentences:
        ids = sentence["message_ids"]
        sources = [
            DraftSource(1, texts[one], spoken, message_id=one) for one in ids if one in texts
        ]
        traced += len(sources) == len(ids) and any(
            supports(source, sentence["text"], language) for source in sources
        )
    return (traced, len(sentences))


def _asked_language(case: Case) -> str | None:
    """The language that the summary was to be in, when it may be another than the thread's."""
    language: str | None = (case.input.get("options") or {}).get("language")
    return language


def _length_ratio(case: Case, output: Output) -> Sums:
    said = sum(len(one.text) for one in summarised_messages(case))
    return (len(summary_text(output)), said) if said else NOTHING


METRICS = [
    *rouge_metrics(summary_text, _references, "the summary (its sentences, without the headline)"),
    Metric(
        name="figure_precision",
        better="higher",
        measure=each(_figure_precision, always(WORST)),
        value=mean,
        about="Share of the figures in summaries, headline included, that a message or the subject "
        "supports.",
        formula="figures found supported by the conversation's messages and subject / figures, "
        "over all cases",
        source="Ours: copilot.grounding.figures, checked anew and not taken from the summary",
    ),
    Metric(
        name="traceable",
        better="higher",
        measure=each(_traceable, always(WORST)),
        value=mean,
        about="Share of summary sentences with a valid source.",
        formula="sentences that name messages, all of which exist and one of which carries the "
        "sentence / sentences, over all cases",
        source="Ours, after attributable to identified sources (Rashkin et al. 2023); "
        "copilot.grounding.support",
    ),
    Metric(
        name="length_ratio",
        better="lower",
        high=None,
        measure=each(_length_ratio, always(NOTHING)),
        value=mean,
        about="How long summaries are against what was said.",
        formula="characters of summaries (without headlines) / characters of the messages' clean "
        "text, over all cases",
        source="Ours; the compression ratio of Grusky et al. 2018 turned round",
    ),
    judge_metric("summary"),
]
