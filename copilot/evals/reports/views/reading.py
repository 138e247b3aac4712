"""Reading JSON whose shape may be any: a run may be of another version, or made by hand."""

from collections.abc import Mapping
from typing import Any


def text_in(value: object, *keys: str) -> str:
    """The first of ``keys`` that ``value`` has a text or a number for, as text; else empty."""
    if isinstance(value, Mapping):
        for key in keys:
            found = value.get(key)
            if isinstance(found, str) and found:
                return found
            if isinstance(found, int | float) and not isinstance(found, bool):
                return str(found)
    return ""


def list_in(value: object, key: str) -> list[Any]:
    """The list under ``key``, else an empty one."""
    found = value.get(key) if isinstance(value, Mapping) else None
    return found if isinstance(found, list) else []


def map_in(value: object, key: str) -> dict[str, Any]:
    """The mapping under ``key``, else an empty one."""
    found = value.get(key) if isinstance(value, Mapping) else None
    return found if isinstance(found, dict) else {}


def offset_in(value: object, key: str) -> int:
    """The whole number under ``key``, else -1: no span can start there."""
    found = value.get(key) if isinstance(value, Mapping) else None
    return found if isinstance(found, int) else -1
