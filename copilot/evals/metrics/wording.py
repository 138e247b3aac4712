"""Comparing texts: how near one comes to another, and whether one mentions something."""

import re
import unicodedata

from copilot.evals.metrics.grounds import collapsed
from copilot.grounding.figure_check import Source
from copilot.grounding.figures import check_figures, find_figures

_SPACE = re.compile(r"\s+")


def tidied(text: str) -> str:
    """``text`` in Unicode's composed form with single spaces and no others around it."""
    return _SPACE.sub(" ", unicodedata.normalize("NFC", text)).strip()


def similarity(one: str, other: str) -> float:
    """1 − Levenshtein distance / length of the longer text; 1 for two empty ones."""
    from rapidfuzz.distance import Levenshtein

    return Levenshtein.normalized_similarity(one, other)


def mentions(text: str, wanted: str) -> bool:
    """Whether ``text`` says ``wanted``, however it writes case, white space and figures.

    Beginnings of words count ("refund" in "refunded"), beginnings of numbers do not ("15" in
    "150"). What is a figure and nothing else is found however it is written ("39,90 €").
    """
    folded, sought = collapsed(tidied(text)), collapsed(tidied(wanted))
    if _stands(sought, folded):
        return True
    figures = find_figures(sought)
    if len(figures) != 1 or figures[0].text != sought:
        return False
    checks = check_figures(tidied(wanted), [Source("fact", "text", text)])
    return all(one.verdict == "supported" for one in checks)


def _stands(sought: str, text: str) -> bool:
    before = r"(?<!\d)(?<!\d[.,])" if sought[:1].isdigit() else ""
    after = r"(?!\d|[.,]\d)" if sought[-1:].isdigit() else ""
    return bool(sought) and re.search(before + re.escape(sought) + after, text) is not None
