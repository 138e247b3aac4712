"""The OpenAPI document, completed with what every route has in common.

Routes name the errors that are theirs (``responses=problems(…)``). What middleware, validation
and a starting service answer is the same everywhere and is added here once, so that the document
says exactly what can come: a test sends requests made from it and accepts nothing else.
"""

from typing import Any, Final

from fastapi import FastAPI

from copilot.kernel.errors import (
    ConflictError,
    CopilotError,
    InvalidInputError,
    MalformedBodyError,
    NotFoundError,
    PayloadTooLargeError,
    UnavailableError,
)
from copilot.kernel.http import problems

_WRITES = frozenset({"post", "put", "patch", "delete"})
_KEY_DESCRIPTION: Final = (
    "Makes repeating safe for 24 hours: the same key and body get the same answer, the same key "
    "and another body are refused with 409."
)


def complete_openapi(app: FastAPI, *, idempotency_header: str) -> None:
    """Let ``app`` describe itself completely.

    Args:
        app: The application with its routes.
        idempotency_header: The name of the header that every write takes.
    """
    made = app.openapi

    def openapi() -> dict[str, Any]:
        document = made()
        for operations in document["paths"].values():
            for method, operation in operations.items():
                _complete(operation, idempotency_header, writes=method in _WRITES)
        return document

    app.openapi = openapi  # type: ignore[method-assign]


def events_content(*kinds: str, data: str | None = None) -> dict[str, Any]:
    """The ``content`` of an answer that is a stream of server-sent events.

    Args:
        kinds: Names of the events.
        data: The name of the schema that each event's ``data`` follows, where all follow one.
    """
    told: dict[str, Any] = {"type": "string", "contentMediaType": "application/json"}
    if data is not None:
        told["contentSchema"] = {"$ref": f"#/components/schemas/{data}"}
    event = {
        "type": "object",
        "properties": {"event": {"type": "string", "enum": list(kinds)}, "data": told},
        "required": ["event", "data"],
    }
    return {"text/event-stream": {"itemSchema": event}}


def _complete(operation: dict[str, Any], header: str, *, writes: bool) -> None:
    responses = operation["responses"]
    # Only there to bring the schema of problems into the document: every status is named.
    responses.pop("default", None)
    if "security" not in operation:
        return
    parameters = operation.setdefault("parameters", [])
    if writes and all(one["name"] != header for one in parameters):
        parameters.append(_key_parameter(header))
    kinds: list[type[CopilotError]] = [UnavailableError]
    if writes:
        kinds.append(ConflictError)
    if parameters:
        kinds.append(InvalidInputError)
    if any(one["in"] == "path" for one in parameters):
        # Also where nothing is looked up: a value with a line break is no part of an address.
        kinds.append(NotFoundError)
    if "requestBody" in operation:
        kinds += [InvalidInputError, MalformedBodyError, PayloadTooLargeError]
    for status, described in problems(*dict.fromkeys(kinds)).items():
        responses.setdefault(str(status), described)


def _key_parameter(header: str) -> dict[str, Any]:
    return {
        "name": header,
        "in": "header",
        "required": False,
        "description": _KEY_DESCRIPTION,
        "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"},
    }
