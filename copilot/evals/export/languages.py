"""Codes of languages, and what people call them."""

import re

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")


def language_code(code: str | None) -> str | None:
    """``code`` if it is one; a source may have stated anything as its language."""
    return code if code is not None and _LANGUAGE.fullmatch(code) else None


def language_name(code: str) -> str:
    """The English name of a language, the code itself where it has none."""
    from babel import Locale, UnknownLocaleError

    try:
        name = Locale.parse(code, sep="-").get_language_name("en")
    except (UnknownLocaleError, ValueError):
        name = None
    return "an unknown language" if code == "und" else name or code
