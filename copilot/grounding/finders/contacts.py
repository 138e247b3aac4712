"""Emails, links and phone numbers."""

import re
from collections.abc import Iterator, Sequence

from copilot.grounding.figure import Figure
from copilot.grounding.finders.scan import matches

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
_TRAILING = ".,;:!?)]}*_…’'"
_PHONE = re.compile(
    r"(?<![\w+.,-])(?:\+\d|\(?0\d|00\d)[\d()]*"
    r"(?:[ \u00a0/–-]{1,2}\(?\d[\d)]*){0,7}(?![\w,]\d)(?!\w)"
)
_CALLED = re.compile(
    r"(?i:\b(?:puh|puhelin\w*|tel|phone|call|mobile|soita|fax|numero\w*\s+on|numeroon)\b[.:]?\s*)"
    r"(\(?\d[\d()]*(?:[ \u00a0–-]\(?\d[\d)]*){0,6})(?!\w)"
)
_PHONE_DIGITS = range(7, 16)


def find_addresses(text: str) -> Iterator[Figure]:
    """The emails and links in ``text``."""
    if "@" in text:
        for match in _EMAIL.finditer(text):
            yield Figure(match[0], "email", match.start(), match.end(), (((match[0].lower(),),),))
    for pattern, marks in ((_URL, ("://", "www.", "WWW.")), (_DOMAIN, (".",))):
        for match in pattern.finditer(text) if any(mark in text for mark in marks) else ():
            written = _without_tail(match[0])
            if "@" not in text[max(0, match.start() - 1) : match.start()] and "." in written:
                end = match.start() + len(written)
                parts = (((normal_url(written),),),)
                yield Figure(written, "url", match.start(), end, parts)


def _without_tail(url: str) -> str:
    """``url`` without the punctuation of the sentence around it."""
    while url and url[-1] in _TRAILING and not (url[-1] == ")" and "(" in url):
        url = url[:-1]
    return url


def normal_url(url: str) -> str:
    """``url`` as it compares: no scheme, no ``www.``, host in small letters, no last slash."""
    rest = re.sub(r"^(?:https?://)?(?:www\.)?", "", url, flags=re.IGNORECASE).rstrip("/")
    host, slash, path = rest.partition("/")
    return host.lower() + slash + path


def find_phones(text: str, windows: Sequence[tuple[int, int]]) -> Iterator[Figure]:
    """The phone numbers in ``text``."""
    for pattern, group in ((_PHONE, 0), (_CALLED, 1)):
        for match in matches(pattern, text, windows):
            digits = re.sub(r"\D", "", match[group])
            if len(digits) in _PHONE_DIGITS and _looks_dialled(match[group]):
                start, end = match.span(group)
                yield Figure(match[group], "phone", start, end, ((phone_key(match[group]),),))


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
