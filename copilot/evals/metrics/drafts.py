"""Reply drafts: are claims cited, figures held, and what has to be said said."""

from collections.abc import Callable

from copilot.evals.case import Case, Output
from copilot.evals.metric import Metric, Sums, mean
from copilot.evals.metrics.claims import cited_sentences
from copilot.evals.metrics.counting import NOTHING, WORST, always, each
from copilot.evals.metrics.grounds import draft_sources
from copilot.evals.metrics.judged import judge_metric
from copilot.evals.metrics.rouge import rouge_metrics
from copilot.evals.metrics.wording import mentions, similarity, tidied
from copilot.grounding.figures import check_figures

_ALCE = "Gao et al. 2023 (ALCE); ours with copilot.grounding.support instead of an NLI model"


def _text(output: Output) -> str:
    text: str = output["text"]
    return text


def _references(case: Case) -> list[str]:
    reference = case.expected.get("reference") or ""
    return [reference] if reference.strip() else []


def _wanted(case: Case, key: str) -> list[str]:
    return [one for one in case.expected.get(key) or () if one.strip()]


def _failed_if(said: Callable[[Case], object], sums: Sums = WORST) -> Callable[[Case], Sums]:
    return lambda case: sums if said(case) else NOTHING


def _citation_precision(case: Case, output: Output) -> Sums:
    carried = [one for sentence in cited_sentences(case, output) for one in sentence.carried]
    return (sum(carried), len(carried))


def _citation_recall(case: Case, output: Output) -> Sums:
    claims = [one for one in cited_sentences(case, output) if one.claims]
    return (sum(any(one.carried) for one in claims), len(claims))


def _unsupported_figures(case: Case, output: Output) -> Sums:
    checks = check_figures(_text(output), draft_sources(case), language=output.get("language"))
    return (sum(one.verdict != "supported" for one in checks), 1.0)


def _must_mention(case: Case, output: Output) -> Sums:
    wanted = _wanted(case, "must_mention")
    return (sum(mentions(_text(output), one) for one in wanted), len(wanted))


def _failed_mention(case: Case) -> Sums:
    return (0.0, len(_wanted(case, "must_mention")))


def _must_not_mention(case: Case, output: Output) -> Sums:
    banned = _wanted(case, "must_not_mention")
    if not banned:
        return NOTHING
    return (float(any(mentions(_text(output), one) for one in banned)), 1.0)


def _similarity(case: Case, output: Output) -> Sums:
    references = _references(case)
    if not references:
        return NOTHING
    return (similarity(tidied(_text(output)), tidied(references[0])), 1.0)


def _answerable(_case: Case, output: Output) -> Sums:
    return (float(output["answerable"]), 1.0)


def _answered(case: Case, output: Output) -> Sums:
    wanted = case.expected.get("answerable")
    if wanted is None:
        return (0.0, 0.0)
    return (float(output["answerable"] is wanted), 1.0)


METRICS = [
    Metric(
        name="citation_precision",
        better="higher",
        measure=each(_citation_precision, always(WORST)),
        value=mean,
        about="Share of citations whose source supports the sentence that carries them.",
        formula="pairs of sentence and citation whose source exists, may be shown and carries the "
        "sentence / pairs, over all cases",
        source=_ALCE,
    ),
    Metric(
        name="citation_recall",
        better="higher",
        measure=each(_citation_recall, always(WORST)),
        value=mean,
        about="Share of sentences that state something and carry a citation that supports them.",
        formula="claims with a supporting citation / claims, over all cases; greetings, closings, "
        "questions, announcements (ending in a colon) and promises to find out are no claims",
        source=_ALCE,
    ),
    Metric(
        name="unsupported_figures",
        better="lower",
        high=None,
        measure=each(_unsupported_figures, always((1.0, 1.0))),
        value=mean,
        about="Figures per draft that neither the conversation, an article nor an order supports.",
        formula="figures found unsupported or contradicted / drafts",
        source="Ours: copilot.grounding.figures, checked anew and not taken from the draft",
    ),
    Metric(
        name="must_mention",
        better="higher",
        measure=each(_must_mention, _failed_mention),
        value=mean,
        about="Share of the strings a reply has to mention that it does mention.",
        formula="strings found (any case, any white space, NFC; a figure however it is written) / "
        "strings, over all cases",
        source="Ours",
    ),
    Metric(
        name="must_not_mention",
        better="lower",
        measure=each(
            _must_not_mention,
            _failed_if(lambda case: _wanted(case, "must_not_mention"), (1.0, 1.0)),
        ),
        value=mean,
        about="Share of drafts that mention anything they must not.",
        formula="drafts with a forbidden string / drafts whose case forbids any",
        source="Ours",
    ),
    Metric(
        name="similarity",
        better="higher",
        measure=each(_similarity, _failed_if(_references)),
        value=mean,
        about="How near a draft comes to the reference, character by character.",
        formula="1 − Levenshtein distance / length of the longer text, after NFC and collapsing "
        "white space; mean over cases",
        source="Levenshtein 1966; computed by RapidFuzz",
    ),
    *rouge_metrics(_text, _references, "the draft"),
    Metric(
        name="answerable",
        better="higher",
        measure=each(_answerable, always(WORST)),
        value=mean,
        about="Share of drafts whose engine says that the question could be answered.",
        formula="drafts marked answerable / drafts",
        source="Ours; as the draft says of itself",
    ),
    Metric(
        name="answered",
        better="higher",
        measure=each(
            _answered, _failed_if(lambda case: case.expected.get("answerable") is not None, WORST)
        ),
        value=mean,
        about="Share of drafts that say rightly whether the question could be answered.",
        formula="drafts whose answerable is that of the case / drafts whose case says",
        source="Ours",
    ),
    judge_metric("draft"),
]
