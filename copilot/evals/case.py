"""What a case is: an input for an engine, and what scoring its output needs."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Output = dict[str, Any]
"""What an engine made of a case, as JSON: it is kept in the cache and in the run."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """One question to an engine.

    Attributes:
        id: Unique in its dataset.
        input: What the engine sees, as JSON; hashed, so that an output can be found again.
        expected: What scoring needs and the engine never sees.
        labels: What to filter and slice by, e.g. ``{"language": "fi", "channel": "email"}``.
    """

    id: str
    input: Mapping[str, Any]
    expected: Mapping[str, Any] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """The cases of a suite.

    Attributes:
        path: The folder or file they were read from.
        cases: In the order of the file.
        digest: SHA-256 over the files read.
        shared: What all cases share, e.g. a corpus; each task knows its own.
        shared_digest: SHA-256 of ``shared``: an output is kept by it and the
            case's input together.
        left_out: Entries that could not be used, told in a sentence each.
    """

    path: Path
    cases: Sequence[Case]
    digest: str
    shared: Any = None
    shared_digest: str = ""
    left_out: Sequence[str] = ()


def digest(value: object) -> str:
    """SHA-256 of ``value`` as canonical JSON, in hexadecimal."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
