"""What of a web page is its article: the frame that a help centre puts around it goes.

By structure, not by statistics: landmarks, roles, and the names that help centres give to such
parts. What a reader of the article would miss stays: an element with the page's heading, the
article, or much of the page's text is never dropped, whatever it is called. See
docs/decisions/0011-html-articles.md.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

_WHOLE_PAGE = re.compile(
    r"<(?:!doctype\s|html[\s>]|body[\s>]|main[\s>]|nav[\s>])|\srole\s{0,9}=\s{0,9}[\"']?main\b",
    re.I,
)
_ROLES = frozenset(
    ("navigation", "banner", "contentinfo", "search", "dialog", "alertdialog", "menu", "menubar")
)
_FIELDS = frozenset({"button", "select", "textarea", "input"})
_FRAMES = frozenset({"header", "footer", "aside"})
_NEVER = frozenset(
    (
        *(
            "html",
            "body",
            "main",
            "article",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "p",
            "pre",
            "code",
        ),
        *("table", "tbody", "tr", "td", "th", "li", "dl", "dt", "dd", "blockquote"),
        *("summary", "details"),
    )
)
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_STATE = re.compile(r"(?:has|with|no|is|hide|show|without)-")
_NAMED = re.compile(
    r"(?:^|-)(?:breadcrumbs?|sharedaddy|addtoany|addthis|sharethis|cookiebot|cybotcookiebotdialog|"
    r"onetrust|gdpr|colophon|masthead|pagination|sr-only|visually-hidden|screen-reader-(?:text|only)|"
    r"votes?|voting|helpful|reactions?|sidebar|sidenav|widget-area|byline|sharing|"
    r"skip-?(?:links?|nav|navigation|to-content)|jp-relatedposts|"
    r"cookies?-?(?:banner|notice|consent|bar|law|popup|message|dialog|info|policy-bar)|"
    r"comments?-?(?:list|area|section|form|respond|count|thread|wrapper|container)|"
    r"related-?(?:articles?|posts?|content|topics?|links?|pages?|questions?)|"
    r"recent(?:ly)?-?(?:articles?|posts?|viewed|entries|comments)|"
    r"share-?(?:buttons?|links?|icons?|this|bar|menu)|social-?(?:share|links?|icons?|media|bar)|"
    r"article-(?:share|relatives|comments|subscribe|author|meta|more-questions|return-to-top)|"
    r"(?:entry|post|page)-(?:meta|metadata|footer|navigation)|likes-and-labels|labels-section|"
    r"feedback-?(?:form|widget|box|section)|newsletter-?(?:form|signup|box|widget)|"
    r"language-?(?:selector|switcher)|sub-nav|user-nav|dropdown-menu)(?:-|$)"
)
_CALLED = re.compile(
    r"(?:(?:site|page|global|main|top|primary)-)?(?:nav|navbar|navigation|menu|topbar|header|footer)"
    r"(?:-(?:wrapper|container|inner|bar))?|"
    r"comments?|respond|share|social|related|feedback|rating|newsletter|subscribe|toolbar|search"
)
_SAID = re.compile(
    r"was this (?:article |page |answer |information |content )?(?:helpful|useful)|"
    r"did this (?:article )?(?:answer your|help)|(?:have|still have) (?:more )?questions\?|"
    r"related (?:articles|posts|content|topics|pages)|recently viewed|articles in this section|"
    r"share this|oliko (?:tästä|tämä)\b.{0,40}\b(?:apua|hyötyä|hyödyllinen)|"
    r"aiheeseen liittyv|liittyvät artikkelit|lue myös|jaa (?:tämä|artikkeli)|"
    r"var (?:den här|denna) .{0,20}(?:till hjälp|användbar|hjälpsam)|hade du nytta av|"
    r"relaterade (?:artiklar|inlägg)|läs också|dela (?:artikeln|den här)|"
    r"war dieser (?:artikel|beitrag) hilfreich|verwandte (?:artikel|beiträge)"
)
_MAIN_IDS = frozenset({"main-content", "maincontent", "content", "main", "article", "primary"})
_LONGEST_CHROME = 0.4
_SHORT = 600
_NOT_SLUG = re.compile(r"[\W_]+")


class _Size(NamedTuple):
    """What is known of an element without looking at it again.

    Attributes:
        text: Characters of its text.
        links: How many of them are links.
        inner: How many of them are links into the same page.
        heading: Whether the page's heading or article is in it.
        before: Whether it comes before the page's heading.
    """

    text: int
    links: int
    inner: int
    heading: bool
    before: bool


def is_whole_page(html: str) -> bool:
    """Whether ``html`` is a page with a frame around its article, not the article alone."""
    return _WHOLE_PAGE.search(html) is not None


def keep_article(page: Any) -> None:
    """Drop from ``page`` (lxml's ``html`` element) everything but its article.

    A page that seems to be nothing but frame is emptied: the caller shows it whole.
    """
    body = page.find("body")
    if body is None:
        return
    for is_chrome in (_is_frame, _is_said, _is_list_of_links):
        _drop_where(body, is_chrome)
    root = _root(body)
    if root is not body:
        tail, root.tail = root.tail, None
        del tail, body[:]
        body.text = None
        body.append(root)


def show_links(page: Any) -> None:
    """Write a link's address after its words, where a customer can use it."""
    for link in list(page.iter("a")):
        address = (link.get("href") or "").strip()[:2000].removeprefix("mailto:")
        words = "".join(link.itertext()).strip() if len(link) < _SHORT else ""
        useful = address.startswith(("http://", "https://")) or "@" in address
        if useful and words and words != address and not re.search(r"\s", address):
            shown = link.makeelement("span")
            shown.text = f" ({address})"
            link.append(shown)


Sizes = dict[Any, _Size]


def _drop_where(body: Any, is_chrome: Callable[[Any, Sizes, _Size], bool]) -> None:
    sizes = _measured(body)
    whole = sizes[body]
    # A part of what is dropped goes with it, and is not looked at.
    for element in list(_outermost(body, lambda one: is_chrome(one, sizes, whole))):
        if element is not body and element.getparent() is not None:
            element.drop_tree()


def _outermost(body: Any, wanted: Callable[[Any], bool]) -> Iterator[Any]:
    waiting = list(reversed(body))
    while waiting:
        element = waiting.pop()
        if not isinstance(element.tag, str):
            continue
        if wanted(element):
            yield element
        else:
            waiting.extend(reversed(element))


def _measured(body: Any) -> Sizes:
    sizes: Sizes = {}
    elements = [one for one in body.iter() if isinstance(one.tag, str)]
    # Children come before their parents: one pass, however deep the page.
    first = next((n for n, one in enumerate(elements) if one.tag == "h1"), 0)
    nothing = _Size(0, 0, 0, heading=False, before=False)
    for number, element in reversed(list(enumerate(elements))):
        own = _length(element.text)
        text, links, inner, heading = own, 0, 0, element.tag == "h1"
        for child in element:
            part = sizes.get(child, nothing)
            text += part.text + _length(child.tail)
            links, inner = links + part.links, inner + part.inner
            heading = heading or part.heading or child.tag in {"main", "article"}
        if element.tag == "a":
            links = text
            inner = text if (element.get("href") or "").startswith("#") else 0
        sizes[element] = _Size(text, links, inner, heading, before=number < first)
    return sizes


def _length(text: str | None) -> int:
    return len(text.strip()) if text else 0


def _is_frame(element: Any, sizes: Sizes, whole: _Size) -> bool:
    tag, size = element.tag, sizes[element]
    if tag in _FIELDS:
        return tag != "button" or not _opens_something(element)
    if tag in _NEVER or size.heading or size.text > _LONGEST_CHROME * whole.text:
        return False
    if tag == "nav" or (element.get("role") or "").strip().lower() in _ROLES:
        return True
    within = _within(element)
    if tag in _FRAMES and (tag == "footer" or "article" not in within):
        return "blockquote" not in within
    return _has_chromes_name(element, in_article="article" in within)


def _opens_something(button: Any) -> bool:
    inside = _within(button) & {*_HEADINGS, "summary", "dt"}
    return bool(inside) or button.get("aria-expanded") is not None or _has_heading(button)


def _has_heading(element: Any) -> bool:
    return next(element.iter(*_HEADINGS), None) is not None


def _within(element: Any) -> set[str]:
    return {one.tag for one in element.iterancestors()}


def _has_chromes_name(element: Any, *, in_article: bool) -> bool:
    names = f"{element.get('class') or ''} {element.get('id') or ''}"[:1000].lower()
    for name in names.replace("_", "-").split():
        if _STATE.match(name):
            continue
        found = _NAMED.search(name) or _CALLED.fullmatch(name)
        if found is None or (in_article and name in {"header", "navigation", "main-header"}):
            continue
        # The section on newsletters of an article bears their name, and says so in its heading.
        if not (name == (element.get("id") or "").lower() and _heads_itself(element, name)):
            return True
    return False


def _heads_itself(element: Any, name: str) -> bool:
    heading = next(element.iter(*_HEADINGS), None)
    if heading is None or _SAID.match(_said(heading)):
        return False
    if any(one.tag in {"form", "ol", "ul"} for one in element):
        return False
    return _NOT_SLUG.sub("-", _said(heading)).strip("-") == name


def _is_said(element: Any, sizes: Sizes, whole: _Size) -> bool:
    size = sizes[element]
    if not 0 < size.text <= _SHORT or size.heading or element.tag in {"article", "main"}:
        return False
    if size.text > _LONGEST_CHROME * whole.text and not _has_heading(element):
        return False
    return element.tag not in {"table", "tbody", "tr", "td", "li", "ul", "ol"} and bool(
        _SAID.match(_said(element))
    )


def _said(element: Any) -> str:
    return " ".join("".join(element.itertext()).split()).casefold()


def _is_list_of_links(element: Any, sizes: Sizes, whole: _Size) -> bool:
    """A menu before the page's heading, or a table of contents."""
    size = sizes[element]
    if element.tag not in {"ul", "ol", "div", "section", "td"} or size.heading or size.links == 0:
        return False
    if size.text > _LONGEST_CHROME * whole.text and element.tag != "ul":
        return False
    count = sum(1 for _ in element.iter("a"))
    if size.inner >= 0.7 * size.text and count >= 2:
        return True
    return count >= 3 and size.links >= 0.7 * size.text and size.before


def _root(body: Any) -> Any:
    sizes = _measured(body)
    main = _largest(body, sizes, lambda one: one.tag == "main" or one.get("role") == "main")
    if main is None or not sizes[main].text:
        named = _largest(body, sizes, lambda one: (one.get("id") or "").lower() in _MAIN_IDS)
        large = named is not None and sizes[named].text >= 0.5 * sizes[body].text
        main = named if large else body
    article = _largest(main, sizes, lambda one: one.tag == "article")
    if article is not None and sizes[article].text >= 0.5 * sizes[main].text:
        return article
    return main


def _largest(within: Any, sizes: Sizes, wanted: Callable[[Any], bool]) -> Any:
    found = [one for one in _outermost(within, wanted) if one in sizes]
    return max(found, key=lambda one: sizes[one].text, default=None)
