"""The written forms of the figures in a stretch of speech."""

import re
from collections.abc import Callable, Iterator, Sequence

from copilot.speech.spoken.addresses import find_addresses
from copilot.speech.spoken.codes import coded
from copilot.speech.spoken.english import english
from copilot.speech.spoken.figure import Spoken
from copilot.speech.spoken.finnish import finnish
from copilot.speech.spoken.grammar import Grammar
from copilot.speech.spoken.measures import bare, measured
from copilot.speech.spoken.tokens import Token, tokens_of

_GRAMMARS: dict[str, Callable[[], Grammar]] = {"en": english, "fi": finnish}
_DIGIT = re.compile(r"\d")
_PUNCTUATION = ".,;:!?…)»”"
_LEAST_APART = 3
_LEAST_LETTERS = 2


def written_forms(words: Sequence[str], language: str | None) -> list[Spoken]:
    """The figures that ``words`` state, in order, each as it would be written.

    The words themselves stay as they are. What is written in digits already is left out, and so
    are small numbers that count nothing (``one of them``).

    Args:
        words: What was said, with or without punctuation, capitals and digits.
        language: BCP 47 code; other languages than English and Finnish have no figures here.
    """
    make = _GRAMMARS.get((language or "").split("-")[0].lower())
    if make is None:
        return []
    grammar = make()
    tokens = tokens_of(words)
    found: list[Spoken] = []
    start = 0
    for address in find_addresses(grammar, tokens):
        found += _between(grammar, tokens[start : address.start], start)
        found.append(address)
        start = address.end
    found += _between(grammar, tokens[start:], start)
    placed = (_placed(grammar, words, tokens, one) for one in found)
    return [one for one in placed if one is not None]


def _between(grammar: Grammar, tokens: Sequence[Token], offset: int) -> Iterator[Spoken]:
    """The figures of a stretch of ``tokens`` without addresses, ``offset`` added to places."""
    at = code_from = 0
    while at < len(tokens):
        idiom = _idiom(grammar, tokens, at)
        one = None if idiom else _measure(grammar, tokens, at)
        if one is None and not idiom and at >= code_from:
            one, code_from = coded(grammar, tokens, at)
        if one is None and not idiom:
            one = bare(grammar, tokens, at)
        if one is not None:
            yield one._replace(start=one.start + offset, end=one.end + offset)
            at = one.end
        else:
            at += max(1, idiom)


def _idiom(grammar: Grammar, tokens: Sequence[Token], at: int) -> int:
    """How many tokens at ``at`` are a set phrase with a number in it."""
    for idiom in grammar.words.idioms:
        if tokens[at].text == idiom[0]:
            said = tuple(token.text for token in tokens[at : at + len(idiom)])
            if said == idiom:
                return len(idiom)
    return 0


def _measure(grammar: Grammar, tokens: Sequence[Token], at: int) -> Spoken | None:
    return grammar.dated(tokens, at) or grammar.timed(tokens, at) or measured(grammar, tokens, at)


def _placed(
    grammar: Grammar, words: Sequence[str], tokens: Sequence[Token], one: Spoken
) -> Spoken | None:
    """``one`` by words instead of tokens; None where it cuts a word or says nothing new."""
    span = tokens[one.start : one.end]
    if not (span[0].first and span[-1].last) or not _is_news(grammar, span, one):
        return None
    said = " ".join(words[span[0].word : span[-1].word + 1]).strip(" .,;:!?")
    if said.lower() == one.written.lower():
        return None
    return one._replace(start=span[0].word, end=span[-1].word + 1)


def _is_news(grammar: Grammar, span: Sequence[Token], one: Spoken) -> bool:
    """Whether the words did not have it in digits already, as recognisers often write it."""
    if one.kind in ("email", "url") or any(grammar.groups(token.text) for token in span):
        return True
    if len(span) == 1:
        return False
    figures = [token.text for token in span if token.is_figure]
    if one.kind in ("identifier", "phone"):
        order = [token.is_figure for token in span]
        apart = len(figures) >= _LEAST_APART and all(len(figure) == 1 for figure in figures)
        spelled = len(figures) == 1 and len(span) > _LEAST_LETTERS
        return order == sorted(order) and (apart or spelled)
    if _DIGIT.findall(one.written) != _DIGIT.findall("".join(figures)):
        return True
    if one.kind == "amount" and len(figures) > 1:
        return True  # "64 pounds 90" would be read as 64 pounds
    return sum(grammar.money(token.text) is not None for token in span) > 1


def written_out(words: Sequence[str], forms: Sequence[Spoken]) -> str:
    """``words`` as one text with each of ``forms`` in the place of what was said.

    Punctuation after a figure stays.

    Args:
        words: What :func:`written_forms` was given.
        forms: What it returned.
    """
    parts: list[str] = []
    at = 0
    for one in forms:
        parts += words[at : one.start]
        last = words[one.end - 1].rstrip()
        tail = last[len(last.rstrip(_PUNCTUATION)) :]
        parts.append(one.written.removesuffix(tail[:1]) + tail)
        at = one.end
    parts += words[at:]
    return " ".join(part.strip() for part in parts if part.strip())
