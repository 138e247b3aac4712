"""Taking out of a page what its reader does not see.

Only what the markup itself says is read: inline styles, the ``hidden`` attribute, ``font`` and
``bgcolor``, and simple rules of ``style`` elements (a tag, class or id; none that hold for some
screens alone). Where it stays open what stands behind a text, the text stays.
"""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from copilot.kernel.css_colours import Colour, colour_of, colours_of, is_clear
from copilot.kernel.unseen import HIDDEN_MARK

_RULE = re.compile(r"([^{}]{1,400})\{([^{}]{0,4000})\}")
_AT_BLOCK = re.compile(r"@[^{};]{0,300}\{(?:[^{}]{0,4000}\{[^{}]{0,4000}\}){0,300}[^{}]{0,4000}\}")
_COMMENT = re.compile(r"/\*.{0,5000}?\*/", re.DOTALL)
_SELECTOR = re.compile(r"(?:[a-z][a-z0-9]{0,15})?(?:[.#][\w-]{1,80})?")
_LENGTH = re.compile(r"(-?\d{0,6}\.?\d{1,6})\s{0,3}(px|pt|em|rem|%|vw|vh|cm|in|mm)?\b")
_SMALLEST = {"px": 1.5, "pt": 1.0, "em": 0.1, "rem": 0.1, "%": 10.0, "vw": 0.1, "vh": 0.1}
_FAR = {"px": 300.0, "pt": 200.0, "em": 20.0, "rem": 20.0, "%": 90.0, "vw": 90.0, "vh": 90.0}
_WORDS = re.compile(r"[^\W\d_]{2,}")
_MOST_RULES = 2000
_MOST_STYLE = 200_000
_LEAST_OPACITY = 0.05
_NEAR = 12
_WHITE: Colour = (255, 255, 255)

Declared = Mapping[str, str]


class _Seen(NamedTuple):
    """What an element hands down to what it holds.

    Attributes:
        tiny, unseen: Whether letters have no size, or are not drawn.
        colour: Of letters; None when it is not known.
        ground: What stands behind them; None when it is not known.
    """

    tiny: bool = False
    unseen: bool = False
    colour: Colour | None = (0, 0, 0)
    ground: Colour | None = _WHITE

    @property
    def hides(self) -> bool:
        """Whether text in it is not seen."""
        return self.tiny or self.unseen or _alike(self.colour, self.ground)


def drop_hidden(page: Any, *, as_article: bool = False) -> None:
    """Take out what is not seen, and leave :data:`HIDDEN_MARK` where words were.

    Args:
        page: lxml's ``html`` element, no deeper than a stack.
        as_article: Whether it is a page that people fold parts open in: its style sheets do not
            count then, nor the ``hidden`` of what stands below a button that opens it.
    """
    _walk(page, _Seen(), None if as_article else rules_of(page))


def is_hidden(style: str) -> bool:
    """Whether what has this inline style is not seen, whatever stands around it."""
    declared = _declarations(style)
    return _is_gone(declared) or _given(_Seen(), declared, {}).hides


def rules_of(page: Any) -> dict[str, dict[str, str]]:
    """What the page's own style sheets say of a tag, ``.class`` or ``#id``."""
    found: dict[str, dict[str, str]] = {}
    for sheet in page.iter("style"):
        text = _COMMENT.sub(" ", (sheet.text or "")[:_MOST_STYLE])
        for rule in list(_RULE.finditer(_AT_BLOCK.sub(" ", text)))[:_MOST_RULES]:
            declared = _declarations(rule[2])
            for selector in rule[1].split(","):
                name = selector.strip().lower()
                if name and _SELECTOR.fullmatch(name):
                    found.setdefault(name, {}).update(declared)
    return found


def _walk(element: Any, above: _Seen, rules: Mapping[str, Declared] | None) -> None:
    if not isinstance(element.tag, str):
        return
    declared = _style_of(element, rules)
    hidden = element.get("hidden", "until-found") != "until-found"
    if _is_gone(declared) or (hidden and not (rules is None and _can_be_opened(element))):
        _drop(element)
        return
    own = _given(above, declared, element.attrib)
    if own.hides and element.text:
        element.text = _left_of(element.text)
    for child in list(element):
        _walk(child, own, rules)
        # A dropped child has handed its tail to what stands before it.
        if own.hides and child.getparent() is element and child.tail:
            child.tail = _left_of(child.tail)


def _can_be_opened(element: Any) -> bool:
    before = element.getprevious()
    if element.get("role") in ("tabpanel", "region"):
        return True
    return before is not None and bool(
        before.xpath("descendant-or-self::*[@aria-expanded or @aria-controls]")
    )


def _drop(element: Any) -> None:
    mark = _left_of(element.text_content())
    parent = element.getparent()
    if parent is None:
        return
    if mark:
        element.tail = mark + (element.tail or "")
    element.drop_tree()


def _left_of(text: str) -> str:
    """What stands for hidden ``text``: a mark where there were words, else its white space."""
    return HIDDEN_MARK if _WORDS.search(text) else " " * bool(text)


def _style_of(element: Any, rules: Mapping[str, Declared] | None) -> dict[str, str]:
    declared: dict[str, str] = {}
    if rules:
        tag, identity = element.tag, element.get("id")
        names = [tag]
        for name in (element.get("class") or "").lower().split()[:20]:
            names += [f".{name}", f"{tag}.{name}"]
        if identity:
            names += [f"#{identity.lower()}", f"{tag}#{identity.lower()}"]
        for name in names:
            declared.update(rules.get(name, {}))
    declared.update(_declarations(element.get("style") or ""))
    return declared


def _declarations(style: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in style[:_MOST_STYLE].split(";"):
        name, _, value = one.partition(":")
        value = value.replace("!important", "").strip().lower()
        if value:
            found[name.strip().lower()] = value
    return found


def _is_gone(declared: Declared) -> bool:
    """Whether an element is not seen with all that it holds."""
    if declared.get("display") == "none" or _number(declared.get("opacity")) <= _LEAST_OPACITY:
        return True
    if _cut_off(declared):
        return True
    if declared.get("position") in ("absolute", "fixed"):
        places = (declared.get(side, "") for side in ("left", "top", "right", "bottom"))
        if any(_far_out(one) for one in places):
            return True
        if "rect(0" in declared.get("clip", "") or "rect(1px" in declared.get("clip", ""):
            return True
    moved = declared.get("transform", "")
    return "scale(0)" in moved or _far_out(declared.get("text-indent", ""))


def _cut_off(declared: Declared) -> bool:
    if not declared.get("overflow", "").startswith(("hidden", "clip")):
        return False
    measures = ("height", "max-height", "width", "max-width")
    return any(_is_tiny(declared[one]) for one in measures if one in declared)


def _given(above: _Seen, declared: Declared, attributes: Mapping[str, str]) -> _Seen:
    tiny, unseen = above.tiny, above.unseen
    if size := declared.get("font-size"):
        tiny = _is_tiny(size)
    elif "font" in declared and (size_in := _LENGTH.search(declared["font"])):
        tiny = _is_tiny(size_in[0])
    if visibility := declared.get("visibility"):
        unseen = visibility in ("hidden", "collapse")
    colour, ground = above.colour, above.ground
    written = declared.get("color") or attributes.get("color")
    if written and written != "inherit":
        colour = colour_of(written)
        unseen = unseen or is_clear(written)
    behind = declared.get("background-color") or attributes.get("bgcolor")
    if image := declared.get("background") or attributes.get("background"):
        ground = colours_of(image)
    elif "background-image" in declared:
        ground = None
    if behind and behind not in ("transparent", "inherit", "initial"):
        ground = colour_of(behind)
    return _Seen(tiny, unseen, colour, ground)


def _alike(one: Colour | None, other: Colour | None) -> bool:
    if one is None or other is None:
        return False
    return all(abs(a - b) <= _NEAR for a, b in zip(one, other, strict=True))


def _number(value: str | None) -> float:
    try:
        told = (value or "").rstrip("% ")
        return float(told) / (100 if "%" in (value or "") else 1)
    except ValueError:
        return 1.0


def _is_tiny(value: str) -> bool:
    found = _LENGTH.match(value)
    if found is None:
        return False
    return abs(float(found[1])) <= _SMALLEST.get(found[2] or "px", 0.0)


def _far_out(value: str) -> bool:
    found = _LENGTH.match(value)
    if found is None:
        return False
    return float(found[1]) <= -_FAR.get(found[2] or "px", 300.0)
