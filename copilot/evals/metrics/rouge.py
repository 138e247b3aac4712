"""ROUGE: n-grams and word order shared with a reference. ``rouge_score`` computes."""

from collections.abc import Callable, Sequence
from typing import Literal, Protocol

from copilot.evals.case import Case, Output
from copilot.evals.metric import Metric, Sums, mean
from copilot.evals.metrics.counting import NOTHING, WORST, each
from copilot.evals.tokens import Tokenizer, language_of

Rouge = Literal["rouge1", "rouge2", "rougeL"]
_SHARED: dict[Rouge, tuple[str, str]] = {
    "rouge1": ("words", "P and R of single tokens"),
    "rouge2": ("pairs of words", "P and R of pairs of neighbouring tokens"),
    "rougeL": ("words in the same order", "P and R of the longest common subsequence of tokens"),
}


class Tokenizing(Protocol):
    """Cuts text into tokens."""

    def tokenize(self, text: str) -> list[str]:
        """The tokens of ``text``, in order."""
        ...


def f_measure(rouge: Rouge, text: str, references: Sequence[str], tokenizer: Tokenizing) -> float:
    """The F-measure of ``text`` against the reference that it comes nearest to.

    Args:
        rouge: Which ROUGE.
        text: What was written.
        references: At least one.
        tokenizer: Cuts all of them.
    """
    from rouge_score.rouge_scorer import RougeScorer

    scorer = RougeScorer([rouge], tokenizer=tokenizer)
    return float(scorer.score_multi(references, text)[rouge].fmeasure)


def rouge_metrics(
    text_of: Callable[[Output], str], references_of: Callable[[Case], list[str]], what: str
) -> list[Metric]:
    """ROUGE-1, ROUGE-2 and ROUGE-L of what a task writes.

    Args:
        text_of: The text that is compared.
        references_of: What it is compared with; empty: nothing is said about the case.
        what: The text in a few words.
    """
    return [_metric(rouge, text_of, references_of, what) for rouge in _SHARED]


def _metric(
    rouge: Rouge,
    text_of: Callable[[Output], str],
    references_of: Callable[[Case], list[str]],
    what: str,
) -> Metric:
    shared, counted = _SHARED[rouge]

    def score(case: Case, output: Output) -> Sums:
        references = references_of(case)
        if not references:
            return NOTHING
        tokenizer = Tokenizer(language_of(case, "\n".join(references)))
        return (f_measure(rouge, text_of(output), references, tokenizer), 1.0)

    def failed(case: Case) -> Sums:
        return WORST if references_of(case) else NOTHING

    return Metric(
        name=rouge,
        better="higher",
        measure=each(score, failed),
        value=mean,
        about=f"How many {shared} {what} shares with a reference.",
        formula=f"F = 2PR / (P + R), {counted}; the best over the references, mean over cases",
        source="Lin 2004; computed by rouge-score with our tokenizer",
    )
