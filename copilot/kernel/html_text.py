"""HTML to text that reads like the page: blocks on lines of their own, quoted mail after ``> ``.

inscriptis does the layout. Some things would let a page cost far more than its size there: tables,
whose cells it pads to equal width (they are unwrapped first); margins and paddings, which it draws
in blanks however wide (left out); and nesting deeper than a stack, or lists that indent each other
out of sight. Such pages, and those with very many tags, only have their tags taken out.
"""

import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

from copilot.kernel.hidden_html import drop_hidden, is_hidden
from copilot.kernel.text import storable
from copilot.kernel.unseen import HIDDEN_MARK

MAX_CHARACTERS = 5_000_000
_MAX_DEPTH = 150
_MAX_LISTS = 12
_LISTS = frozenset({"ul", "ol"})
_STYLES_READ = frozenset({"display", "white-space"})
_MAX_TAGS = 100_000
_QUOTE_START, _QUOTE_END = "\ufdd0", "\ufdd1"  # Unicode's own non-characters: no page has them
_SIGNATURE = "-- "
SIGNATURE_MARK = "\u2063"
"""A line of its own, unseen, above a signature that its page marks but shows no dashes for."""
_UNSEEN = ("script", "style", "head", "template", "noscript", "object", "svg", "title", "iframe")
_BLOCK = re.compile(
    "address|article|blockquote|body|br|dd|div|dl|dt|figure|footer|form|h[1-6]|header|hr|html|li|"
    "main|nav|ol|p|pre|section|table|tr|ul"
)
_QUOTE_CLASS = re.compile(
    r"(?:^|\s)(?:gmail_quote|(?:\w{0,20})yahoo_quoted|protonmail_quote|tutanota_quote|zmail_extra|"
    r"moz-forward-container)(?:\s|$)"
)
_SIGNATURE_CLASS = re.compile(
    r"(?:^|\s)(?:gmail_signature|moz-signature|protonmail_signature_block|tutanota_signature)(?:\s|$)"
)
_PREFIX_CLASS = "gmail_signature_prefix"
# Outlook on the web and its sisters; "x_" is put before what is quoted.
_SIGNATURE_ID = re.compile(r"(?:x_)*(?:Signature|signature)")
_HEADER_ID = re.compile(r"(?:x_)*(?:divRplyFwdMsg|mail-editor-reference-message-container)")
_HEADER_STYLE = re.compile(
    r"border:\s*none;\s*border-top:\s*solid[^;]{1,40};\s*padding:\s*3(?:\.0)?pt"
)
_DIVIDER = "_" * 32
_STYLE = re.compile(r"""\bstyle\s{0,9}=\s{0,9}(["'])(.{0,5000}?)\1""", re.IGNORECASE | re.DOTALL)
_HIDDEN = re.compile(
    r"\shidden(?:\s{0,9}=\s{0,9}[\"']?(?:hidden|true)?[\"']?)?[\s/>]", re.IGNORECASE
)
_VOID = frozenset({"br", "hr", "img", "input", "meta", "link", "col", "wbr"})
# A new one ends the one before.
_NOT_NESTED = frozenset({"p", "li", "td", "th", "tr", "option", "dd", "dt"})
_UNSEEN_WHOLE = frozenset({"script", "style", "template", "noscript", "svg", "title"})
_TAG = re.compile(r"<(?P<close>/?)(?P<name>[a-zA-Z!?][a-zA-Z0-9]{0,20})[^<>]{0,10000}>")
# Begins only where blanks begin: tried from each of them, a long run would take its square.
_BLANKS = re.compile(r"(?<![ \t\xa0])[ \t\xa0]+\n")
_MANY_LINES = re.compile(r"\n{3,}")
# lxml reads these, also written as references, and refuses to write them.
_CONTROLS = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|"
    r"&#0*(?:[0-8]|1[124-9]|2\d|3[01]|6553[45])(?!\d);?|"
    r"&#[xX]0*(?:[0-8bBcCeEfF]|1[0-9a-fA-F]|[fF]{3}[eEfF])(?![0-9a-fA-F]);?"
)
_SURPLUS = re.compile(r"[\u200b\u2060\ufeff\u00ad\u034f]")


def html_to_text(
    html: str, *, edit: Callable[[Any], None] | None = None, tells_hidden: bool = False
) -> str:
    """The visible text of ``html``; never raises, whatever the markup.

    Scripts, styles, comments and what the markup hides are left out. Quoted mail (block quotes, the
    quote containers of mail programs) has ``> `` before each line, once per level; a marked
    signature follows a line ``-- ``. Only the first five million characters are read.

    Args:
        html: A page or a fragment.
        edit: Changes the page before it is laid out, given lxml's ``html`` element. It is not
            called for a page with too many or too deeply nested tags.
        tells_hidden: Whether :data:`copilot.kernel.unseen.HIDDEN_MARK`, itself unseen, is left
            where hidden words stood.
    """
    text = _to_text(html, edit)
    return text if tells_hidden else _tidy(text.replace(HIDDEN_MARK, ""))


def _to_text(html: str, edit: Callable[[Any], None] | None) -> str:
    html = storable(html[:MAX_CHARACTERS]).replace(HIDDEN_MARK, "")
    html = _CONTROLS.sub(" ", _without_marks(html))
    if not html.strip():
        return ""
    page = _parse(html) if html.count("<") <= _MAX_TAGS else None
    text = None
    if page is not None and not _is_too_deep(page):
        drop_hidden(page, as_article=edit is not None)
        for element in list(page.iter(*_UNSEEN)):
            _drop(element)
        if edit is not None:
            edit(page)
        try:
            _mark_quotes(page)
            text = _layout(page)
        except ValueError:
            # What the parser has read is nothing that may be written into a page.
            text = None
    return _tidy(_quote_lines(_without_tags(html) if text is None else text))


def _drop(element: Any) -> None:
    if element.getparent() is not None:
        element.drop_tree()


def _parse(html: str) -> Any:
    from lxml import etree
    from lxml import html as parser

    try:
        # Bytes, because a page that declares an encoding is refused as text.
        options = parser.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True)
        return parser.document_fromstring(html.encode(), parser=options)
    except (etree.LxmlError, ValueError, AssertionError):
        return None


def _layout(page: Any) -> str | None:
    from inscriptis.css_profiles import CSS_PROFILES
    from inscriptis.html_engine import Inscriptis
    from inscriptis.model.config import ParserConfig

    for element in page.iter("table", "tbody", "thead", "tfoot", "tr", "td", "th"):
        if element.tag in {"td", "th"}:
            element.tag = "span"
            element.tail = "  " + (element.tail or "").strip()
        else:
            element.tag = "div"
    _drop_measures(page)
    config = ParserConfig(css=CSS_PROFILES["strict"])
    try:
        return str(Inscriptis(page, config).get_text())
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
        return None


def _drop_measures(page: Any) -> None:
    for element in page.iter("*"):
        style = element.attrib.pop("style", "")
        kept = [one for one in style.split(";") if _property(one) in _STYLES_READ]
        if kept:
            element.set("style", ";".join(kept))


def _property(declaration: str) -> str:
    return declaration.partition(":")[0].strip().lower()


def _mark_quotes(page: Any) -> None:
    for element in list(page.iter("blockquote", "div", "pre", "span")):
        name, identity = element.get("class") or "", element.get("id") or ""
        if element.tag == "blockquote":
            if not _is_first_quoted(element):
                _surround(element, _QUOTE_START, _QUOTE_END)
        elif _QUOTE_CLASS.search(name):
            _mark_container(element)
        elif _PREFIX_CLASS in name.split():
            element.text = None
        elif _SIGNATURE_CLASS.search(name) or _SIGNATURE_ID.fullmatch(identity):
            if element.text_content().strip() and not _has_dashes(element):
                mark = _SIGNATURE if _SIGNATURE_CLASS.search(name) else SIGNATURE_MARK
                _surround(element, mark, None)
        elif _HEADER_ID.fullmatch(identity) or _HEADER_STYLE.search(element.get("style") or ""):
            _surround(element, _DIVIDER, None)


def _is_first_quoted(element: Any) -> bool:
    """Whether a container marks this block quote with the line above it."""
    parent = element.getparent()
    if parent is None or not _QUOTE_CLASS.search(parent.get("class") or ""):
        return False
    return next(parent.iterchildren("blockquote"), None) is element


def _mark_container(element: Any) -> None:
    """Mark what a mail program wraps: the line above a quote and the quote, one level of it.

    What stands in the container below its first block quote may be an answer.
    """
    first = next(element.iterchildren("blockquote"), None)
    _surround(element, _QUOTE_START, None if first is not None else _QUOTE_END)
    if first is not None:
        last = element.makeelement("div")
        last.text, last.tail, first.tail = _QUOTE_END, first.tail, None
        first.addnext(last)


def _has_dashes(element: Any) -> bool:
    return bool(element.text_content().lstrip().startswith("--"))


def _surround(element: Any, start: str, end: str | None) -> None:
    first = element.makeelement("div")
    first.text, first.tail = start, element.text
    element.text = None
    element.insert(0, first)
    if end is not None:
        last = element.makeelement("div")
        last.text = end
        element.append(last)


def _is_too_deep(page: Any) -> bool:
    from lxml import etree

    depth = lists = 0
    for event, element in etree.iterwalk(page, events=("start", "end")):
        step = 1 if event == "start" else -1
        depth += step
        if element.tag in _LISTS:
            lists += step
        if depth > _MAX_DEPTH or lists > _MAX_LISTS:
            return True
    return False


def _quote_lines(text: str) -> str:
    return "\n".join(_quoted(text.split("\n")))


def _quoted(lines: list[str]) -> Iterator[str]:
    level = 0
    for line in lines:
        started = line.count(_QUOTE_START)
        ended = line.count(_QUOTE_END)
        content = line.replace(_QUOTE_START, "").replace(_QUOTE_END, "")
        level += started
        if content.strip() or not (started or ended):
            # Deeper levels tell nothing more and would let a page grow with its square.
            mark = "> " * min(level, 5)
            yield mark + content if content.strip() else mark.rstrip()
        level = max(0, level - ended)


def _tidy(text: str) -> str:
    text = _SURPLUS.sub("", text.replace("\r", ""))
    text = _BLANKS.sub("\n", text.replace("\xa0", " "))
    return _MANY_LINES.sub("\n\n", text).strip()


def _without_tags(html: str) -> str:
    return unescape("".join(_between_tags(html)))


def _between_tags(html: str) -> Iterator[str]:
    html = _without_comments(html)
    at, depth, skipped = 0, 0, None
    for tag in _TAG.finditer(html):
        name = tag["name"].lower()
        if skipped is None:
            yield html[at : tag.start()]
        at = tag.end()
        if skipped is not None:
            if name == skipped and name in _NOT_NESTED:
                depth = 0 if tag["close"] or not _says_hidden(tag[0], name) else 1
            elif name == skipped:
                depth += -1 if tag["close"] else 1
            skipped = skipped if depth else None
        elif not tag["close"] and (name in _UNSEEN_WHOLE or _says_hidden(tag[0], name)):
            skipped, depth = name, 1
            yield "" if name in _UNSEEN_WHOLE else HIDDEN_MARK
        elif name == "blockquote":
            yield f"\n{_QUOTE_END if tag['close'] else _QUOTE_START}\n"
        else:
            yield "\n" if _BLOCK.fullmatch(name) else " " if name in {"td", "th"} else ""
    if skipped is None:
        yield html[at:]


def _says_hidden(tag: str, name: str) -> bool:
    if name in _VOID or ("hidden" not in tag.lower() and "style" not in tag.lower()):
        return False
    style = _STYLE.search(tag)
    return _HIDDEN.search(tag) is not None or (style is not None and is_hidden(style[2]))


def _without_comments(html: str) -> str:
    kept: list[str] = []
    start = 0
    # find(), not a pattern: comment starts without an end would each be searched to the end.
    while (opened := html.find("<!--", start)) >= 0:
        closed = html.find("-->", opened + 4)
        if closed < 0:
            break
        kept.append(html[start:opened])
        start = closed + 3
    return "".join(kept) + html[start:]


def _without_marks(text: str) -> str:
    return text.replace(_QUOTE_START, "").replace(_QUOTE_END, "")
