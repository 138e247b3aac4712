"""Emails, links and phone numbers."""

import re
from collections.abc import Iterator

from copilot.grounding.figure import Figure
from copilot.grounding.finders.marking_words import Mark
from copilot.grounding.finders.scan import Anchors, matches, merged

_EMAIL = re.compile(r"[\w.+%-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}", re.ASCII)
_URL = re.compile(r"(?:https?://|www\.)[^\s<>\"'”»\x00]+", re.IGNORECASE)
_TOP_LEVELS = (
    "com|org|net|io|eu|fi|se|de|no|dk|ee|fr|nl|es|it|pl|uk|us|co|info|app|shop|store|dev|biz|"
    "example|test"
)
_DOMAIN = re.compile(
    # What goes on in small letters belongs to it: "shop.example.evil.xyz" is not "shop.example".
    rf"(?<![\w@.-])(?:[a-z0-9-]{{1,63}}\.){{1,5}}(?:{_TOP_LEVELS})(?![\w-])"
    r"(?-i:(?:\.[a-z0-9-]{2,63}){0,5})(?:/[^\s<>\"'”»\x00]*)?",
    re.IGNORECASE,
)
_AT = re.compile("@")
_URL_START = re.compile(r"[hHwW](?:[tT]{2}[pP]|[wW]{2}\.)")
_TOP_LEVEL = re.compile(rf"\.(?=[a-z])(?:{_TOP_LEVELS})(?![\w-])", re.IGNORECASE)
_LONGEST_LOCAL = 64
_LONGEST_HOST = 5 * 64
_LOCAL = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.+%-")
_TRAILING = ".,;:!?)]}*_…’'"
_PHONE = re.compile(
    r"(?<![\w+.,-])(?:\+\d|\(?0\d|00\d)[\d()]*"
    r"(?:[ \u00a0/–-]{1,2}(?:\(\d+\)\d*|\d[\d)]*)){0,7}(?![\w,]\d)(?!\w)"
)
_CALLED = re.compile(
    r"(?i:\b(?:puh|puhelin\w*|tel|phone|call|mobile|soita|fax|numero\w*\s+on|numeroon)\b[.:]?\s*)"
    r"(\(?\d[\d()]*(?:[ \u00a0–-](?:\(\d+\)\d*|\d[\d)]*)){0,6})(?!\w)"
)
_PHONE_DIGITS = range(7, 16)


def find_addresses(text: str) -> Iterator[Figure]:
    """The emails and links in ``text``."""
    for match in _emails(text):
        yield Figure(match[0], "email", match.start(), match.end(), (((match[0].lower(),),),))
    urls = [match.start() for match in _URL_START.finditer(text)]
    for pattern, starts in ((_URL, urls), (_DOMAIN, _hosts(text))):
        for match in matches(pattern, text, starts):
            written = _without_tail(match[0])
            if "@" not in text[max(0, match.start() - 1) : match.start()] and "." in written:
                end = match.start() + len(written)
                parts = (((normal_url(written),),),)
                yield Figure(written, "url", match.start(), end, parts)


def _emails(text: str) -> Iterator[re.Match[str]]:
    end = 0
    for sign in _AT.finditer(text):
        at = sign.start()
        start, lowest = at, max(end, at - _LONGEST_LOCAL)
        while start > lowest and text[start - 1] in _LOCAL:
            start -= 1
        match = _EMAIL.match(text, start)
        if match is not None:
            end = match.end()
            yield match


def _hosts(text: str) -> Iterator[int]:
    """Where the links of ``text`` that only name a host may start: not inside anything longer."""
    end = 0
    for match in _TOP_LEVEL.finditer(text):
        dot = match.start()
        start, lowest = dot, max(end, dot - _LONGEST_HOST)
        while start > lowest and _of_host(text[start - 1]):
            start -= 1
        if start > lowest or start == 0:
            yield start
        end = match.end()


def _of_host(character: str) -> bool:
    return character.isalnum() or character in "_@.-"


def _without_tail(url: str) -> str:
    """``url`` without the punctuation of the sentence around it."""
    trailing = _TRAILING.replace(")", "") if "(" in url else _TRAILING
    return url.rstrip(trailing)


def normal_url(url: str) -> str:
    """``url`` as it compares: no scheme, no ``www.``, host in small letters, no last slash."""
    rest = re.sub(r"^(?:https?://)?(?:www\.)?", "", url, flags=re.IGNORECASE).rstrip("/")
    host, slash, path = rest.partition("/")
    return host.lower() + slash + path


def find_phones(text: str, anchors: Anchors) -> Iterator[Figure]:
    """The phone numbers in ``text``."""
    for pattern, starts, group in (
        (_PHONE, _dialled(text, anchors), 0),
        (_CALLED, anchors.words(Mark.CALLED), 1),
    ):
        for match in matches(pattern, text, starts):
            digits = re.sub(r"\D", "", match[group])
            if len(digits) in _PHONE_DIGITS and _looks_dialled(match[group]):
                start, end = match.span(group)
                yield Figure(match[group], "phone", start, end, ((phone_key(match[group]),),))


def _dialled(text: str, anchors: Anchors) -> list[int]:
    """Where numbers start that begin like a phone number."""
    zeros = [start for start in anchors.starts if text[start] == "0"]
    signs = [start - 1 for start in anchors.after("+", "(")]
    return merged(signs, zeros)


def _looks_dialled(written: str) -> bool:
    return not written.startswith("00") or written.startswith("00 ") or len(written) > 9


def phone_key(written: str) -> tuple[str, str]:
    """A number as it compares: ``+`` with all digits, or ``0`` with the national ones."""
    plain = re.sub(r"\D", "", written.replace("(0)", ""))
    if written.lstrip("( ").startswith("+"):
        return ("+", plain)
    if plain.startswith("00"):
        return ("+", plain[2:])
    return ("0", plain.lstrip("0"))
