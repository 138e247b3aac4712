"""Locales as helpdesks write them, as BCP 47 language tags."""

import re

_LOCALE = re.compile(r"[a-z]{2,3}(?:[-_][a-z0-9]{1,8}){0,4}", re.I)
_SCRIPT, _REGION = 4, 2


def language_tag(locale: str) -> str | None:
    """``en-us`` as ``en-US``, ``zh_hant_tw`` as ``zh-Hant-TW``; None when it is no locale."""
    if not _LOCALE.fullmatch(locale):
        return None
    first, *others = locale.replace("_", "-").lower().split("-")
    return "-".join((first, *map(_subtag, others)))


def _subtag(part: str) -> str:
    if len(part) == _SCRIPT and part.isalpha():
        return part.title()
    return part.upper() if len(part) == _REGION else part
