"""Colours as style sheets write them: the few that text is hidden with, and any by number."""

import re

Colour = tuple[int, int, int]

_HEX = re.compile(r"#([0-9a-f]{3,8})\b")
_RGB = re.compile(
    r"rgba?\(\s{0,5}(\d{1,3})[\s,]{1,5}(\d{1,3})[\s,]{1,5}(\d{1,3})(?:[\s,/]{1,5}([\d.]{1,6}))?"
)
_CLEAR = re.compile(
    r"(?:rgb|hsl)a?\((?:[^(),/]{1,9}[, ]{1,3}){2}[^(),/]{1,9}[,/]\s{0,5}0?(?:\.0{0,5})?%?\s{0,5}\)"
)
_NAMED: dict[str, Colour] = {
    "white": (255, 255, 255),
    "snow": (255, 250, 250),
    "ivory": (255, 255, 240),
    "ghostwhite": (248, 248, 255),
    "floralwhite": (255, 250, 240),
    "whitesmoke": (245, 245, 245),
    "black": (0, 0, 0),
}
_HEX_NAMED = re.compile(r"[0-9a-f]{6}")
_WORD = re.compile(r"[a-z]{3,20}")


def colour_of(value: str) -> Colour | None:
    """Red, green and blue (0–255) of a CSS colour; None where it is another way of writing."""
    value = value.strip().lower()
    if found := _HEX.match(value):
        return _of_digits(found[1])
    if found := _RGB.match(value):
        return (int(found[1]), int(found[2]), int(found[3]))
    # Old mails write a colour's digits without the number sign.
    if _HEX_NAMED.fullmatch(value):
        return _of_digits(value)
    return _NAMED.get(value)


def is_clear(value: str) -> bool:
    """Whether a colour lets everything through: what is written in it is not seen."""
    value = value.strip().lower()
    return value == "transparent" or _CLEAR.match(value) is not None


def colours_of(shorthand: str) -> Colour | None:
    """The colour of a ``background`` shorthand without a picture; None where there is one."""
    shorthand = shorthand.strip().lower()
    if "url(" in shorthand or "gradient" in shorthand or "/" in shorthand:
        return None
    if found := _HEX.search(shorthand) or _RGB.search(shorthand):
        return colour_of(found[0])
    return next((_NAMED[one] for one in _WORD.findall(shorthand) if one in _NAMED), None)


def _of_digits(digits: str) -> Colour | None:
    if len(digits) in (3, 4):
        digits = "".join(one * 2 for one in digits)
    if len(digits) not in (6, 8):
        return None
    return (int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16))
