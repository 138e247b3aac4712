"""Identifiers: a short prefix that says what it is, then a time-ordered random part."""

import secrets
import time
from typing import NewType

TenantId = NewType("TenantId", str)
"""The support organisation a row or vector belongs to. Every store and index method takes one."""

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def new_id(prefix: str) -> str:
    """A new identifier such as ``cnv_01j8…``, sortable by creation time.

    Crockford base 32 of a 48-bit millisecond clock and 80 random bits, as in the ULID
    specification (github.com/ulid/spec), in lower case.

    Args:
        prefix: Two to four letters that name the kind of thing.
    """
    value = (int(time.time() * 1000) << 80) | secrets.randbits(80)
    digits = [_ALPHABET[(value >> shift) & 31] for shift in range(125, -5, -5)]
    return f"{prefix}_{''.join(digits)}"
