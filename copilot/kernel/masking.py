"""Secrets of ours in text that is kept or shown: logs, audit events."""

import re

_ANY_SECRET = re.compile(r"\b(?:(cp[kslf]_)[\w-]{6,}|(whsec_)[\w+/-]{6,}=*)")


def mask(text: str) -> str:
    """``text`` with every secret of ours (``cpk_…``, ``whsec_…``, …) cut to its prefix."""
    return _ANY_SECRET.sub(r"\1\2…", text)
