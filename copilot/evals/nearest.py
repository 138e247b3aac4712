"""The known word that was probably meant."""

from collections.abc import Iterable


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The entry of ``known`` most like ``word``, case and separators aside; None: none is like it.

    The likeness is rapidfuzz's normalised indel similarity, 0 to 100; 60 is asked for.
    """
    from rapidfuzz import fuzz, process, utils

    found = process.extractOne(
        word[:200], list(known), scorer=fuzz.ratio, processor=utils.default_process, score_cutoff=60
    )
    return found[0] if found else None


def did_you_mean(word: str, known: Iterable[str], otherwise: str) -> str:
    """A question that names the nearest of ``known``, or ``otherwise``."""
    meant = nearest(word, known)
    return f"Did you mean `{meant}`?" if meant else otherwise
