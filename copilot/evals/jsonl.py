"""Reading files of lines, one JSON object each; a fault is told with its file and line."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, NoReturn, TypeVar

from pydantic import BaseModel, ValidationError

from copilot.evals.errors import SuiteError

_LONGEST_LINE = 64_000_000
_LONGEST_TOLD = 300
Shape = TypeVar("Shape", bound=BaseModel)


class Line(NamedTuple):
    """A JSON object and the number of its line, counted from 1."""

    number: int
    value: dict[str, Any]


def text_lines(file: Path) -> Iterator[tuple[int, str]]:
    """The lines of a text in UTF-8 that are not blank, with their numbers, counted from 1.

    A byte order mark is skipped.

    Raises:
        SuiteError: There is no such file, it cannot be read, a line is longer than 64 MB or not
            UTF-8, or no line holds anything.
    """
    empty = True
    try:
        if file.exists() and not file.is_file():
            raise SuiteError(file, None, "This is not a file.", "Name a file with one case a line.")
        with file.open("rb") as opened:
            lines = iter(lambda: opened.readline(_LONGEST_LINE + 1), b"")
            for number, raw in enumerate(lines, start=1):
                text = _decoded(file, number, raw)
                if text.strip():
                    empty = False
                    yield number, text
    except FileNotFoundError as error:
        raise SuiteError(
            file, None, "There is no such file.", "Add it, or correct the suite's dataset."
        ) from error
    except OSError as error:
        raise SuiteError(
            file, None, f"It cannot be read: {error.strerror}.", "Make the file readable."
        ) from error
    if empty:
        raise SuiteError(file, None, "The file is empty.", "Put one entry on each line.")


def json_lines(file: Path) -> Iterator[Line]:
    """The JSON object on each line of ``file``; blank lines are skipped.

    Raises:
        SuiteError: As :func:`text_lines`, or a line is not a JSON object.
    """
    for number, text in text_lines(file):
        try:
            value = json.loads(text, parse_constant=_no_number)
        except (ValueError, RecursionError) as error:
            told = str(error) if isinstance(error, ValueError) else "nested too deeply"
            raise SuiteError(
                file,
                number,
                f"This line is not JSON: {told[:_LONGEST_TOLD]}.",
                "Put one whole JSON object on each line.",
            ) from error
        if not isinstance(value, dict):
            raise SuiteError(
                file, number, "This line is not a JSON object.", 'Put {"id": …, …} on each line.'
            )
        if "\\u" in text:
            _check_characters(file, number, value)
        yield Line(number, value)


def validated(shape: type[Shape], file: Path, line: Line, needs: str) -> Shape:
    """The object of ``line`` as a ``shape``.

    Args:
        shape: The pydantic model it should have.
        file: For the message.
        line: What was read.
        needs: The fields of the shape, for the message, e.g. ``id and text``.

    Raises:
        SuiteError: A field is missing or wrong; only the first is told.
    """
    try:
        return shape.model_validate(line.value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"]))
        if first["type"] == "missing":
            fault = f"The field {place} is missing."
        else:
            said = first["msg"].removeprefix("Value error, ").rstrip(".")[:_LONGEST_TOLD]
            fault = f"{place}: {said}." if place else f"{said}."
        raise SuiteError(file, line.number, fault, f"Each line needs {needs}.") from error


def file_digest(file: Path) -> str:
    """SHA-256 of the bytes of ``file``, in hexadecimal."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _decoded(file: Path, number: int, raw: bytes) -> str:
    if len(raw) > _LONGEST_LINE:
        raise SuiteError(
            file,
            number,
            f"This line is longer than {_LONGEST_LINE // 1_000_000} MB.",
            "Put one entry on each line, and leave large ones out.",
        )
    try:
        return raw.decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError as error:
        raise SuiteError(
            file, number, "This line is not text in UTF-8.", "Save the file as UTF-8."
        ) from error


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number in JSON")


def _check_characters(file: Path, number: int, value: dict[str, Any]) -> None:
    # Half of a surrogate pair is legal in JSON and in no text: it could be neither shown nor kept.
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise SuiteError(
            file,
            number,
            "This line holds half of a surrogate pair, which is no character.",
            "Write the character whole, or leave it out.",
        ) from error
