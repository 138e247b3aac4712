"""Text that every database takes: no NUL characters, no halves of surrogate pairs."""

from typing import Annotated

from pydantic import BeforeValidator


def storable(text: str) -> str:
    """``text`` without what PostgreSQL or UTF-8 refuse.

    NUL characters are dropped; lone surrogates become U+FFFD. Everything else, emoji and
    right-to-left marks included, stays as it is.
    """
    if "\x00" in text:
        text = text.replace("\x00", "")
    try:
        text.encode()
    except UnicodeEncodeError:
        # A pair written as two surrogates is one character; only what is left over is broken.
        paired = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        return paired.replace("\x00", "")
    return text


def _storable(value: object) -> object:
    return storable(value) if isinstance(value, str) else value


StorableText = Annotated[str, BeforeValidator(_storable)]
"""A pydantic field type: text from outside, made safe to store."""
