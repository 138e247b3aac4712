"""An article's body as plain text: headings stay as ``#`` lines, links keep their address.

Markdown is read line by line with bounded patterns, not parsed: it is legible as it stands, and
a parser took 25 s over an article of 5 MB where this takes half a second.
"""

import re
from collections.abc import Iterator
from typing import Any

from copilot.kernel.hidden_html import is_hidden
from copilot.kernel.html_text import html_to_text
from copilot.kernel.text import storable
from copilot.kernel.unseen import HIDDEN_MARK, marked_unseen
from copilot.knowledge.article import BodyFormat
from copilot.knowledge.page_chrome import is_whole_page, keep_article, show_links

_HEADING_TAG = re.compile(r"<h([1-6])(?:\s[^<>]{0,500})?>", re.IGNORECASE)
_FENCE = re.compile(r"^ {0,3}(?:```|~~~)[^\n]*$\n?", re.MULTILINE)
_UNDERLINED = re.compile(r"^(?=\S)([^\n#>|-][^\n]{0,200})\n(=+|-{3,})[ \t]*$", re.MULTILINE)
_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t][^\n]{0,300}#[ \t]{0,20}$", re.MULTILINE)
_IMAGE = re.compile(r"!\[([^\[\]\n]{0,500})\]\([^()\n]{0,2000}\)")
_LINK = re.compile(r"\[([^\[\]\n]{1,500})\]\(<?([^()\s<>]{1,2000})>?(?:[ \t][^()\n]{0,300})?\)")
_ADDRESS = re.compile(r"<((?:https?://|mailto:)[^<>\s]{1,2000})>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]{0,20}(?:\s[^<>\n]{0,500})?/?>")
_STYLE = re.compile(r"""\bstyle\s{0,9}=\s{0,9}(["'])(.{0,1000}?)\1""", re.IGNORECASE | re.DOTALL)
_STRONG = re.compile(r"(\*\*|__)(?=\S)([^*_\n]{1,1000}?)(?<=\S)\1")
_EMPHASIS = re.compile(r"(?<![\w*_])([*_])(?=\S)([^*_\n]{1,1000}?)(?<=\S)\1(?![\w*_])")
_CODE = re.compile(r"`([^`\n]{1,1000})`")
_QUOTE = re.compile(r"^ {0,3}> ?", re.MULTILINE)
_RULE_ROW = re.compile(r"^ {0,3}\|?[ \t]{0,20}:?--[-:| \t]*$\n?", re.MULTILINE)
_ROW = re.compile(r"^ {0,3}\|([^\n]{1,5000})\|[ \t]{0,20}$", re.MULTILINE)
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|<>~])")
_BLANKS = re.compile(r"\n[ \t]*(?:\n[ \t]*){2,}")


def plain_text(body: str, form: BodyFormat) -> str:
    """``body`` as text to be cut, shown and cited."""
    text = storable(body).replace("\r\n", "\n").replace("\r", "\n")
    if form == "html":
        text = _from_html(text)
    elif form == "markdown":
        text = _from_markdown(text)
    text = marked_unseen(text)
    return _BLANKS.sub("\n\n", text).strip()


def _from_html(body: str) -> str:
    marked = _HEADING_TAG.sub(lambda tag: f"{tag.group()}{'#' * int(tag.group(1))} ", body)
    whole = is_whole_page(body)
    text = html_to_text(marked, edit=_article, tells_hidden=True) if whole else ""
    # A page that seems to be all frame is better than nothing.
    text = text or html_to_text(marked, edit=show_links, tells_hidden=True)
    return "\n".join(line.rstrip() for line in text.split("\n"))


def _article(page: Any) -> None:
    keep_article(page)
    show_links(page)


def _from_markdown(body: str) -> str:
    text = _FENCE.sub("", body)
    text = _UNDERLINED.sub(_underlined, text)
    text = _HEADING.sub(lambda line: line.group().rstrip(" \t").rstrip("#").rstrip(" \t"), text)
    text = _RULE_ROW.sub("", text)
    text = _ROW.sub(lambda row: _cells(row.group(1)), text)
    text = _QUOTE.sub("", text)
    text = _IMAGE.sub(r"\1", text)
    text = _LINK.sub(_link, text)
    text = _ADDRESS.sub(lambda address: address.group(1).removeprefix("mailto:"), text)
    text = _without_comments(text)
    text = "".join(_seen(text))
    text = _TAG.sub("", text)
    text = _STRONG.sub(r"\2", text)
    text = _EMPHASIS.sub(r"\2", text)
    text = _CODE.sub(r"\1", text)
    return _ESCAPE.sub(r"\1", text)


def _without_comments(text: str) -> str:
    kept: list[str] = []
    start = 0
    # find(), not a pattern: a page of comment starts without an end would be searched again
    # from each of them.
    while (opened := text.find("<!--", start)) >= 0:
        closed = text.find("-->", opened)
        if closed < 0:
            break
        kept.append(text[start:opened])
        start = closed + 3
    return "".join(kept) + text[start:]


def _seen(text: str) -> Iterator[str]:
    """``text`` without the elements that are hidden, each with its tags up to its own end."""
    at, depth, skipped = 0, 0, ""
    for tag in _TAG.finditer(text):
        name, closes = _name_of(tag.group())
        if depth:
            if name == skipped:
                depth += -1 if closes else 1
            if not depth:
                at = tag.end()
        elif not closes and _says_hidden(tag.group()):
            yield text[at : tag.start()]
            yield HIDDEN_MARK
            skipped, depth = name, 1
    if not depth:
        yield text[at:]


def _name_of(tag: str) -> tuple[str, bool]:
    words = tag.strip("<>/").split(None, 1)
    return words[0].lower(), tag.startswith("</")


def _says_hidden(tag: str) -> bool:
    if tag.endswith("/>") or ("hidden" not in tag.lower() and "style" not in tag.lower()):
        return False
    style = _STYLE.search(tag)
    hidden = {"hidden", 'hidden=""'} & set(tag.strip("<>").lower().split())
    return bool(hidden) or (style is not None and is_hidden(style[2]))


def _underlined(heading: re.Match[str]) -> str:
    return f"{'#' if heading.group(2).startswith('=') else '##'} {heading.group(1).strip()}"


def _cells(row: str) -> str:
    return " | ".join(cell.strip() for cell in row.split("|"))


def _link(link: re.Match[str]) -> str:
    words, address = link.group(1).strip(), link.group(2).removeprefix("mailto:")
    # Only what a customer can use is worth keeping; an address that is its own text, once.
    useful = address.startswith(("http://", "https://")) or "@" in address
    return f"{words} ({address})" if useful and words != address else words
