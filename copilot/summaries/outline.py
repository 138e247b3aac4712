"""Reading a summary that a model wrote as headings and lists instead of JSON."""

import re
from collections.abc import Sequence
from typing import Any

_KIND = r"(?P<kind>request|done|promised|open|next[ _-]?steps?)"
_HEADING = re.compile(rf"^[\s#*_`\d.)-]*{_KIND}[\s*_`]*:?[\s*_`]*$", re.IGNORECASE)
_LABELLED = re.compile(
    rf"^\s*(?:[-*•]\s*|\d+[.)]\s+)?[*_`]*{_KIND}[*_`]*\s*:[*_`]*\s*(?P<text>\S.*)$", re.IGNORECASE
)
_ITEM = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.)])\s+(?P<text>\S.*)$")
_HEADLINE = re.compile(r"^[\s#*_`]*headline[*_`]*\s*:[*_`]*\s*(?P<text>\S.*)$", re.IGNORECASE)
_NUMBERS = re.compile(
    r"\s*(?:\[(?:messages?:?\s*)?(?P<square>\d{1,6}(?:\s*,\s*\d{1,6})*)\]"
    r"|\((?:messages?|msg|m|#):?\s*(?P<round>\d{1,6}(?:\s*,\s*\d{1,6})*)\))\s*(?P<end>[.!?]?)\s*$",
    re.IGNORECASE,
)
_WHOLE = re.compile(r"[.!?…\])\"”']\s*$")
_MAX_LINES = 200
_MAX_LINE = 2000
_BLANKS = re.compile(r"\s+")


def read_outline(text: str) -> dict[str, Any] | None:
    """The answer's shape out of headings and lists; None when there is no such list.

    A last line without an end is left out: the answer may have been cut off in it.
    """
    kind: str | None = None
    headline = ""
    sections: list[dict[str, Any]] = []
    # One blank for many: in a long row of them the patterns would try every one.
    shown = (_BLANKS.sub(" ", line[:_MAX_LINE]) for line in text.splitlines()[:_MAX_LINES])
    lines = [line for line in shown if line.strip()]
    for line in lines:
        if titled := _HEADLINE.match(line):
            headline = titled["text"].strip("*_` ")
            continue
        if heading := _HEADING.match(line):
            kind = _as_kind(heading["kind"])
            continue
        labelled = _LABELLED.match(line)
        item = labelled or _ITEM.match(line)
        said_kind = _as_kind(labelled["kind"]) if labelled else kind
        if item is not None and said_kind is not None:
            sections.append({"kind": said_kind, "sentences": [_sentence(item["text"])]})
            if line is lines[-1] and not _ended(line, sections):
                sections.pop()
    return {"headline": headline, "sections": sections} if sections else None


def _ended(line: str, sections: Sequence[dict[str, Any]]) -> bool:
    """Whether the last line is whole: it names its messages, unless no line does."""
    naming = [bool(one["sentences"][0]["messages"]) for one in sections]
    return naming[-1] or (len(naming) > 1 and not any(naming) and bool(_WHOLE.search(line)))


def _sentence(text: str) -> dict[str, Any]:
    named = _NUMBERS.search(text)
    if named is None:
        return {"text": text.strip(), "messages": []}
    numbers = re.findall(r"\d+", named["square"] or named["round"])
    return {"text": text[: named.start()].rstrip() + named["end"], "messages": numbers}


def _as_kind(word: str) -> str:
    folded = re.sub(r"[ _-]", "_", word.lower())
    return "next_step" if folded.startswith("next") else folded
