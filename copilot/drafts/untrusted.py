"""Links and bank details in a text that nobody should follow unless we know where they are from.

Found however they are written: split by blanks or unseen characters, with other alphabets'
letters, without a scheme, "defanged", as Markdown or HTML, as ``data:`` or ``javascript:``.
A draft is shown as text and none of them is ever made clickable.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from rapidfuzz.distance import Levenshtein

from copilot.grounding.finders.contacts import normal_url
from copilot.kernel.unseen import clean_for_prompt
from copilot.privacy.detect import detect

Kind = Literal["link", "image", "script", "bank"]

_END = r"[^\s<>\"'”»\x00]"
_TOP = (
    "com|org|net|io|eu|fi|se|de|no|dk|ee|fr|nl|es|it|pl|uk|us|co|info|app|shop|store|dev|biz|ru|"
    "cn|ua|lv|lt|"
    "xyz|top|site|online|live|click|link|me|tk|ml|ga|cf|gq|pw|cc|tv|ai|to|ly|gg|su|club|icu|vip|"
    "work|page|"
    "support|help|pro|example|test|invalid|onion|zip|mov|ch|at|be|br|in|jp|pt|ie"
)
_LINK = re.compile(
    rf"(?:(?<!\w)(?:h(?:tt|xx|\*\*)ps?|ftp|wss?|"
    rf"file)\s{{0,2}}:\s{{0,2}}/\s{{0,2}}/\s{{0,2}}{_END}{{1,2000}}"
    rf"(?:\s{{0,2}}\.\s{{0,2}}(?:{_TOP})\b{_END}{{0,500}})?"
    rf"|(?<![:\w/.])//(?:[\w-]{{1,63}}\.){{1,5}}[a-z]{{2,24}}\b{_END}{{0,2000}}"
    rf"|(?<!\w)www\.{_END}{{1,2000}}"
    rf"|(?<![\w@.-])(?:[\w-]{{1,63}}\.){{1,5}}(?:{_TOP}|"
    rf"xn--[a-z0-9-]{{2,59}})(?![\w-])(?:\.[a-z0-9-]{{2,63}}){{0,5}}"
    rf"(?::\d{{2,5}})?(?:[/?#]{_END}{{0,2000}})?"
    rf"|(?<![\w@.-])[\w-]{{2,63}}(?:\s{{0,2}}(?:\[\s?\.\s?\]|\(\s?\.\s?\)|\{{\.\}}|\[dot\]|"
    rf"\(dot\)|\[piste\])\s{{0,2}}"
    rf"[\w-]{{2,63}}){{1,5}}(?:/{_END}{{0,2000}})?"
    rf"|(?<![\w@.-])[a-z0-9-]{{2,63}}(?:\s(?:dot|piste|\.)\s[a-z0-9-]{{2,63}}){{0,4}}\s(?:dot|"
    rf"piste|\.)\s(?:{_TOP})\b"
    rf"(?:\s?/\s?{_END}{{0,2000}})?)",
    re.IGNORECASE,
)
_MARKDOWN = re.compile(r"(!?)\[[^\[\]]{0,500}\]\(\s{0,3}<?([^()\s<>]{1,4000})[^()]{0,300}\)")
_MARKUP = re.compile(
    r"<\s{0,3}(?:img|a|iframe|script|form|link|meta|svg|object|embed|video|audio|base|style|"
    r"input)\b[^<>]{0,2000}>?",
    re.IGNORECASE,
)
_SCRIPT = re.compile(
    r"(?<!\w)(?:(?:java|vb|live)\s{0,2}script\s{0,3}:\s{0,3}\S{1,500}|"
    rf"data\s{{0,2}}:\s{{0,2}}(?:[a-z]{{2,20}}/[a-z0-9.+-]{{1,60}}|;?base64)[;,]{_END}{{1,2000}})",
    re.IGNORECASE,
)
_COIN = re.compile(
    r"(?<![\w/])(?:0x[0-9a-fA-F]{40}|bc1[a-z0-9]{20,60}|[13][1-9A-HJ-NP-Za-km-z]{25,34}|"
    r"T[1-9A-HJ-NP-Za-km-z]{33})(?!\w)"
)
_ACCOUNT = re.compile(
    r"\b(?:account|acct|a/c|tili(?:lle|numero\w*|n)?|konto\w*|iban|sort code|routing|clabe|bic|"
    r"swift|compte|cuenta|"
    r"conto|conta)\b[^.\d\n]{0,25}([A-Z]{0,2}\d[\dA-Z]{0,4}(?:[ -]?[\dA-Z]{1,8}){1,8}\d)",
    re.IGNORECASE,
)
_SENTENCES = re.compile(r"[\w-]+\.[A-ZÅÄÖ][a-z]+")
_TAIL = ".,;:!?)]}*_…’'\""
_LOOKS = str.maketrans("аеорсухіѕԁһјӏαεορτυχικν013457", "aeopcyxisdhjlaeoptuxikvoleast")
_CLOSE = 6


class Detail(NamedTuple):
    """A link or number in a text.

    Attributes:
        start, end: Characters of the text, as it stands.
        text: What it reads when unseen characters are out.
        why: What is odd about it, where something is.
    """

    start: int
    end: int
    kind: Kind
    text: str
    why: str = ""


class _Read(NamedTuple):
    text: str
    places: list[int]

    def at(self, start: int, end: int) -> tuple[int, int]:
        return self.places[start], self.places[end - 1] + 1


def untrusted_details(text: str, trusted: Iterable[str]) -> list[Detail]:
    """The links and bank details of ``text`` that no trusted text has, in order.

    Args:
        text: A draft.
        trusted: Articles, orders, agents' messages, facts, the customer record.
    """
    read = _read(text)
    found = [*_markup(read), *_scripts(read), *_links(read), *_bank(read)]
    if not found:
        return []
    known = _Known(trusted)
    judged: list[Detail] = []
    taken = -1
    for one in sorted(found, key=lambda detail: (detail.start, -detail.end)):
        if one.start < taken:
            continue
        if one.kind in ("image", "script") or not known.has(one):
            why = one.why or (known.oddness(one.text) if one.kind == "link" else "")
            judged.append(one._replace(why=why))
        taken = max(taken, one.end)
    return judged


class _Known:
    """What trusted texts say."""

    def __init__(self, texts: Iterable[str]) -> None:
        reads = [_read(text) for text in texts]
        links = [one.text for read in reads for one in _links(read)]
        self._links = {_link_key(one) for one in links}
        self._hosts = {_host(one) for one in links}
        self._numbers = [_alone(read.text) for read in reads]

    def has(self, one: Detail) -> bool:
        """Whether a trusted text has it; of a site's address alone, any page of it."""
        if one.kind == "bank":
            number = _alone(one.text)
            return any(number in text for text in self._numbers)
        key = _link_key(one.text)
        return key in self._links or (key in self._hosts and not one.why)

    def oddness(self, link: str) -> str:
        """What makes ``link`` look like one that is trusted."""
        host = _host(link)
        own = {_site(one) for one in self._hosts if "." in one}
        if "@" in _rest(link).partition("/")[0]:
            return f"what stands before the @ is no site: it leads to {host}"
        if any(f"{one}." in f"{host}" and not host.endswith(one) for one in own | self._hosts):
            return f"it only begins like a site of ours and leads to {_site(host)}"
        plain = _skeleton(_site(host))
        for one in own:
            near = len(one) >= _CLOSE and Levenshtein.distance(plain, _skeleton(one)) <= 1
            if _site(host) != one and (plain == _skeleton(one) or near):
                return f"it looks like {one} and is another"
        return "letters of several alphabets" if _is_mixed(host) else ""


def _read(text: str) -> _Read:
    """``text`` without what is unseen and with plain letters, and where each stood."""
    if text.isascii():
        return _Read(text, list(range(len(text))))
    characters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for one in unicodedata.normalize("NFKC", clean_for_prompt(character)):
            characters.append("." if one in "。｡․" else one)
            places.append(place)
    return _Read("".join(characters), places)


def _markup(read: _Read) -> Iterator[Detail]:
    for match in _MARKDOWN.finditer(read.text):
        if match[1]:
            why = "a picture: showing it would send what its address says"
            yield Detail(*read.at(*match.span()), "image", match[0], why)
    for match in _MARKUP.finditer(read.text):
        yield Detail(*read.at(*match.span()), "image", match[0], "HTML in a reply")


def _scripts(read: _Read) -> Iterator[Detail]:
    for match in _SCRIPT.finditer(read.text):
        yield Detail(
            *read.at(*match.span()), "script", match[0], "not an address but a program or file"
        )


def _links(read: _Read) -> Iterator[Detail]:
    for match in _LINK.finditer(read.text):
        written = match[0]
        while written and written[-1] in _TAIL and not (written[-1] == ")" and "(" in written):
            written = written[:-1]
        if len(written) < 4 or "@" in read.text[max(0, match.start() - 1) : match.start()]:
            continue
        # "… tilauksesta.Se on …": a blank is missing, and nothing is linked.
        if _SENTENCES.fullmatch(written):
            continue
        end = match.start() + len(written)
        if read.text[end : end + 1] == "@" and "://" not in written:
            continue
        odd = "written so that it is not seen as a link" if _is_split(written) else ""
        yield Detail(*read.at(match.start(), end), "link", written, odd)


def _bank(read: _Read) -> Iterator[Detail]:
    for entity in detect(read.text):
        if entity.type in ("iban", "card"):
            written = read.text[entity.start : entity.end]
            yield Detail(*read.at(entity.start, entity.end), "bank", written)
    for match in _COIN.finditer(read.text):
        yield Detail(*read.at(*match.span()), "bank", match[0])
    for match in _ACCOUNT.finditer(read.text):
        if sum(one.isdigit() for one in match[1]) >= 6:
            yield Detail(*read.at(*match.span(1)), "bank", match[1])


def _is_split(link: str) -> bool:
    return any(one.isspace() for one in link) or bool(
        re.search(r"[\[({](?:dot|piste|\s?\.\s?)", link)
    )


def _rest(link: str) -> str:
    joined = re.sub(r"\s?[\[({]?\b(?:dot|piste)\b[\])}]?\s?", ".", link)
    joined = re.sub(r"[\[({]\s?\.\s?[\])}]", ".", re.sub(r"\s", "", joined))
    joined = re.sub(r"^(?:hxxp|h\*\*p)", "http", joined, flags=re.IGNORECASE)
    return re.sub(r"^(?:[a-z]{2,5}:)?//", "", joined, flags=re.IGNORECASE)


def _link_key(link: str) -> str:
    return normal_url(_rest(link)).partition("#")[0].rstrip("/")


def _host(link: str) -> str:
    authority = re.split(r"[/?#\\]", _rest(link), maxsplit=1)[0].rpartition("@")[2]
    host = authority.partition(":")[0].lower().removeprefix("www.").rstrip(".")
    if "xn--" not in host:
        return host
    try:
        return host.encode("ascii").decode("idna")
    except (UnicodeError, ValueError):
        return host


def _site(host: str) -> str:
    labels = host.split(".")
    count = 3 if len(labels) > 2 and len(labels[-2]) <= 3 and len(labels[-1]) == 2 else 2
    return ".".join(labels[-count:])


def _skeleton(host: str) -> str:
    plain = unicodedata.normalize("NFKD", host)
    plain = "".join(one for one in plain if not unicodedata.combining(one))
    return plain.translate(_LOOKS).replace("rn", "m").replace("vv", "w").replace("-", "")


def _is_mixed(host: str) -> bool:
    return any(
        not label.isascii()
        and any("a" <= one <= "z" for one in label)
        and any("\u0370" <= one <= "\u052f" for one in label)
        for label in host.split(".")
    )


def _alone(text: str) -> str:
    return "".join(one for one in text.lower() if one.isalnum())
