"""What an export holds, what it leaves out, and what is missing: for people to read."""

from collections import Counter
from collections.abc import Iterable, Mapping
from html import escape
from typing import Literal

from pydantic import BaseModel, Field

from copilot.evals.export.languages import language_name
from copilot.kernel.clock import UtcTime

LEFT_OUT = {
    "duplicates": "drafts with the same ask and the same reference as another case",
    "nothing_asked": "drafts for conversations in which no customer says anything",
    "still_personal": "drafts in whose texts personal data was found after pseudonymising",
    "transcripts_without_audio": "corrected segments of calls: their sound needs --audio",
    "recordings_gone": "corrected segments of calls whose recording is gone or cannot be read",
    "feedback_without_review": "scores for conversations none of whose drafts was reviewed",
    "feedback_without_conversation": "scores that name no conversation",
}
"""What may be left out, in words that follow a number."""

_MASKED = (
    "Personal data known of customers and colleagues, and whatever its form gives away, was"
    " replaced by placeholders such as `[NAME_1]`. What nobody told Copilot still stands there: a"
    " friend's name, a street address, the number of an order from elsewhere; and messages keep"
    " their times. Read the cases before you pass them on. Erasing a customer does not reach this"
    " folder: export again afterwards."
)
_RECORDINGS = (
    "**Recordings and their transcripts are in it as they are: this folder holds personal data.**"
)
_SCORES = ("csat", "ces", "nps", "cfs")
_ORDER = ("split", "language", "channel", "action", "reason", *_SCORES)
_FEW = 20


class Coverage(BaseModel):
    """The record of an export, kept in it as ``coverage.json``.

    Attributes:
        since: Only what was reviewed or corrected at or after this time.
        personal_data: Whether recordings and verbatim transcripts are in it.
        cases: How many, by task.
        counts: Draft cases by label and value, e.g. ``counts["language"]["fi"]``.
        left_out: How many, by reason: see ``LEFT_OUT``.
        gaps: What there should be cases of and is none, a sentence each.
        files: SHA-256 of each file, by its path in the export.
    """

    kind: Literal["copilot-eval-export"] = "copilot-eval-export"
    format: int = 1
    made_at: UtcTime
    since: UtcTime | None
    personal_data: bool
    cases: dict[str, int]
    counts: dict[str, dict[str, int]] = Field(default_factory=dict)
    left_out: dict[str, int] = Field(default_factory=dict)
    gaps: list[str] = Field(default_factory=list)
    files: dict[str, str] = Field(default_factory=dict)


def counted(cases: Iterable[tuple[str, Mapping[str, str]]]) -> dict[str, dict[str, int]]:
    """Cases, given as split and labels, by label and value; the commonest value first."""
    tally: dict[str, Counter[str]] = {}
    for split, labels in cases:
        for name, value in {"split": split, **labels}.items():
            tally.setdefault(name, Counter())[value] += 1
    names = [*(one for one in _ORDER if one in tally), *sorted(tally.keys() - set(_ORDER))]
    return {
        name: dict(sorted(tally[name].items(), key=lambda one: (-one[1], one[0]))) for name in names
    }


def gaps_in(
    counts: Mapping[str, Mapping[str, int]],
    covered: Iterable[tuple[str, str]],
    conversations: Mapping[tuple[str, str], int],
) -> list[str]:
    """What is missing, a sentence each.

    Args:
        counts: See :class:`Coverage`.
        covered: Language and channel of each case.
        conversations: How many the tenant has by language and channel.
    """
    there = set(covered)
    found = [
        f"No case in {language_name(language)} by {channel}, of which there are {many}"
        f" conversation{'s' if many > 1 else ''}."
        for (language, channel), many in sorted(
            conversations.items(), key=lambda one: (-one[1], one[0])
        )
        if (language, channel) not in there
    ]
    actions = counts.get("action", {})
    found += [
        f"No {action} draft."
        for action in ("accepted", "edited", "rejected")
        if not actions.get(action)
    ]
    if not any(name in counts for name in _SCORES):
        found.append("No case with a customer's score.")
    held_back = counts.get("split", {}).get("held_back", 0)
    if held_back < _FEW:
        found.append(
            f"Only {held_back} cases are held back: fewer than {_FEW} tell large differences alone."
        )
    return found


def report(coverage: Coverage) -> str:
    """``coverage`` as Markdown."""
    lines = [f"# Cases from reviews, {coverage.made_at:%Y-%m-%d %H:%M} UTC", ""]
    if coverage.since is not None:
        lines += [f"Reviewed or corrected since {coverage.since:%Y-%m-%d %H:%M} UTC.", ""]
    lines += [f"- {many} {task} cases" for task, many in coverage.cases.items()]
    lines += ["", _MASKED]
    if coverage.personal_data:
        lines += ["", _RECORDINGS]
    for name, values in coverage.counts.items():
        lines += ["", f"## By {name}", "", "| value | cases |", "|---|---:|"]
        lines += [f"| {_cell(value)} | {many} |" for value, many in values.items()]
    told = [f"- {many} {LEFT_OUT[why]}" for why, many in coverage.left_out.items() if many]
    lines += ["", "## Left out", "", *(told or ["Nothing."])]
    lines += ["", "## Gaps", "", *([f"- {one}" for one in coverage.gaps] or ["None found."])]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    # Somebody's words: neither the table nor markup may come of them.
    return escape(text, quote=False).replace("\\", "&#92;").replace("|", "&#124;")
