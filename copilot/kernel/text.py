"""Text that every database takes and that compares as it reads."""

import unicodedata
from typing import Annotated

from pydantic import BeforeValidator


def storable(text: str) -> str:
    """``text`` without what PostgreSQL or UTF-8 refuse, in Unicode's composed form (NFC).

    NUL characters are dropped; lone surrogates become U+FFFD. A letter and its accent written as
    two characters, as some mail programs and file systems do, become one: otherwise ``ä`` is not
    found by ``ä``. Everything else, emoji and right-to-left marks included, stays as it is.
    """
    if "\x00" in text:
        text = text.replace("\x00", "")
    try:
        text.encode()
    except UnicodeEncodeError:
        # A pair written as two surrogates is one character; only what is left over is broken.
        paired = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        text = paired.replace("\x00", "")
    return unicodedata.normalize("NFC", text)


def _storable(value: object) -> object:
    return storable(value) if isinstance(value, str) else value


StorableText = Annotated[str, BeforeValidator(_storable)]
"""A pydantic field type: text from outside, made safe to store."""
