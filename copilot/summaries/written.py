"""Which language a summary was asked for in, and which it really is in."""

from collections.abc import Iterable

from copilot.kernel.language import detect_language, detectable, primary_subtag
from copilot.summaries.thread import Thread

_LEAST_LETTERS = 60
_AS_ONE = {"nb": "no", "nn": "no", "da": "no"}
"""Danish and Norwegian are spelt too much alike to tell a few sentences apart."""


def same_language(one: str | None, other: str | None) -> bool:
    """Whether two codes name one language, as far as its spelling tells."""
    return one is not None and other is not None and _plain(one) == _plain(other)


def wanted_languages(thread: Thread) -> list[str]:
    """The languages a summary may be in, the likeliest first; empty when nothing is known.

    The one asked for; else the thread's, or any the customer wrote in.
    """
    if thread.options.language is not None:
        return [thread.options.language]
    told = [one.language for one in thread.messages if one.author.role == "customer"]
    found = filter(None, [thread.conversation.language, *told])
    return list(dict.fromkeys(found))


def written_in(sentences: Iterable[str], wanted: list[str]) -> str | None:
    """The language of a summary: one of ``wanted``, or another when it is clearly in that.

    Returns:
        A code; None when neither the text nor ``wanted`` tells.
    """
    text = " ".join(sentences)
    likeliest = wanted[0] if wanted else None
    if sum(character.isalpha() for character in text) < _LEAST_LETTERS:
        return likeliest
    if not all(map(detectable, wanted)):
        return likeliest
    found = detect_language(text)
    if found is None:
        return likeliest
    return next((one for one in wanted if same_language(one, found)), found)


def _plain(language: str) -> str:
    code = primary_subtag(language)
    return _AS_ONE.get(code, code)
