"""HTTP technique shared by every feature: sessions, problem+json, documented errors."""

import asyncio
import logging
import math
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from copilot.kernel.db import Database, ReadSession, WriteSession
from copilot.kernel.errors import (
    CopilotError,
    InvalidInputError,
    MalformedBodyError,
    UnavailableError,
)
from copilot.kernel.text import storable

PROBLEM_JSON = "application/problem+json"
# What a problem repeats of the request stays small, whatever was sent.
_MOST_ERRORS = 50
_LONGEST_NAME = 200
_LONGEST_DETAIL = 2_000
_log = logging.getLogger(__name__)


class FieldProblem(BaseModel):
    """One faulty field: where it is and what is wrong with it."""

    loc: list[str | int]
    message: str


class Problem(BaseModel):
    """An error answer (RFC 9457). ``code`` is stable; ``detail`` says what to do."""

    type: str
    title: str
    status: int
    detail: str
    code: str = Field(examples=["conversation_not_found"])
    errors: list[FieldProblem]
    request_id: str | None = None


def problems(*kinds: type[CopilotError]) -> dict[int | str, dict[str, Any]]:
    """The ``responses`` of a route that may raise ``kinds``, for the OpenAPI document."""
    documented: dict[int | str, dict[str, Any]] = {}
    for kind in kinds:
        known = documented.setdefault(
            kind.status,
            {
                "description": "",
                "content": {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}},
            },
        )
        known["description"] = "; ".join(filter(None, [known["description"], kind.title]))
    return documented


def problem_response(error: CopilotError, request: Request) -> JSONResponse:
    """``error`` as problem+json."""
    headers = dict(error.headers)
    if error.retry_after_s is not None:
        headers["Retry-After"] = str(max(1, math.ceil(error.retry_after_s)))
    if error.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    content = {
        "type": f"urn:copilot:problem:{error.code}",
        "title": error.title,
        "status": error.status,
        "detail": _shortened(error.detail, _LONGEST_DETAIL),
        "code": error.code,
        "errors": [_shortened_error(one) for one in error.errors[:_MOST_ERRORS]],
        "request_id": getattr(request.state, "request_id", None),
    }
    return JSONResponse(content, error.status, headers, media_type=PROBLEM_JSON)


def install_error_handlers(app: FastAPI) -> None:
    """Make every error answer of ``app`` problem+json.

    Call it before adding middleware, so that even the answer to an unforeseen error passes
    through all of it.
    """
    app.add_middleware(UnforeseenErrorMiddleware)

    @app.exception_handler(CopilotError)
    async def foreseen(request: Request, error: CopilotError) -> JSONResponse:
        return problem_response(error, request)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        return problem_response(_from_validation(error), request)

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> JSONResponse:
        response = problem_response(_from_http(error), request)
        response.headers.update(error.headers or {})
        return response

    @app.exception_handler(DataError)
    async def unstorable(request: Request, error: DataError) -> JSONResponse:
        # Fields should refuse these themselves; where one forgot, the caller still learns why.
        # The driver's own message may repeat the value: its kind has to do.
        _log.warning("the database refused a value on %r: %s", request.url.path, type(error.orig))
        told = InvalidInputError("A value is out of range or holds characters we cannot store.")
        return problem_response(told, request)

    @app.exception_handler(Exception)
    async def unforeseen(request: Request, error: Exception) -> JSONResponse:
        return _unforeseen(request, error)


class UnforeseenErrorMiddleware:
    """Answers as problem+json what no handler foresaw, and logs it.

    It is 503 where the database is down, overloaded or locked, and 500 otherwise.

    Starlette's own place for this is outside all middleware, where the answer would lack the
    request id and the security headers.

    Args:
        app: The application inside.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See the ASGI specification."""
        started = False

        async def answer(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, answer)
        except Exception as error:
            if started or scope["type"] != "http":
                raise
            await _unforeseen(Request(scope), error)(scope, receive, send)


def _unforeseen(request: Request, error: Exception) -> JSONResponse:
    _log.error("unforeseen error on %r", request.url.path, exc_info=error)
    told = CopilotError("This is a fault of ours; the log has it under the request id.")
    if isinstance(error, OperationalError | PoolTimeoutError):
        told = UnavailableError("The database does not answer: try again.", retry_after_s=5)
    return problem_response(told, request)


def _from_validation(error: RequestValidationError) -> CopilotError:
    found: list[dict[str, object]] = [
        {"loc": list(one["loc"]), "message": _message(one)} for one in error.errors()
    ]
    if any(one["type"] == "json_invalid" for one in error.errors()):
        return MalformedBodyError("The body is not valid JSON.", errors=found)
    first = found[0] if found else {"loc": [], "message": "invalid"}
    where = ".".join(str(part) for part in _as_list(first["loc"]))
    return InvalidInputError(f"{where}: {first['message']}", errors=found)


def _message(one: dict[str, Any]) -> str:
    told = str(one["msg"]).removeprefix("Value error, ")
    if one["type"] == "model_attributes_type" and one["loc"] == ("body",):
        return "Send a JSON object, with Content-Type: application/json"
    if told.startswith("Expected UploadFile"):
        return "Send a file: the part needs a file name"
    return told


def _shortened(text: str, longest: int) -> str:
    # What a caller sent may stand in it, halves of surrogate pairs included.
    text = storable(text)
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _shortened_error(one: dict[str, object]) -> dict[str, object]:
    loc = [
        _shortened(part, _LONGEST_NAME) if isinstance(part, str) else part
        for part in _as_list(one["loc"])
    ]
    return {"loc": loc, "message": _shortened(str(one["message"]), _LONGEST_DETAIL)}


def _as_list(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _from_http(error: HTTPException) -> CopilotError:
    codes = {
        404: "not_found",
        405: "method_not_allowed",
        400: "malformed_body",
        413: "payload_too_large",
    }
    kind = type(
        "HttpError",
        (CopilotError,),
        {
            "status": error.status_code,
            "code": codes.get(error.status_code, "http_error"),
            "title": HTTPStatus(error.status_code).phrase,
        },
    )
    told: CopilotError = kind(_helpful(error))
    return told


def _helpful(error: HTTPException) -> str:
    detail = str(error.detail)
    allowed = (error.headers or {}).get("Allow")
    if error.status_code == 405 and allowed:
        return f"This address takes {allowed} only."
    if detail == "Not Found":
        return "There is no such address: /docs lists all of them."
    if detail == "There was an error parsing the body":
        return (
            "The body cannot be read: send plain JSON in UTF-8, not compressed, not deeply nested."
        )
    return detail


def database(request: Request) -> Database:
    """The database, for routes that must not hold a transaction while an engine works."""
    db: Database = request.state.deps.db
    return db


def stopping(request: Request) -> asyncio.Event:
    """Set when the process has been asked to end: answers that go on end then."""
    found: asyncio.Event = request.state.stopping
    return found


def public_address(request: Request, path: str) -> str:
    """The whole address of ``path`` as people reach it, for links that are sent to somebody.

    Where no public address is set, the one that the request came to: whoever asks chose it.
    """
    told: str | None = request.state.settings.server.public_url
    return (told or str(request.base_url)).rstrip("/") + path


async def _read_session(db: Annotated[Database, Depends(database)]) -> AsyncIterator[ReadSession]:
    async with db.read() as session:
        yield session


async def _write_session(db: Annotated[Database, Depends(database)]) -> AsyncIterator[WriteSession]:
    async with db.write() as session:
        yield session


# "function" scope: committed before the answer leaves, so what is answered is stored.
Reads = Annotated[ReadSession, Depends(_read_session, scope="function")]
"""A session for queries during one request."""

Writes = Annotated[WriteSession, Depends(_write_session, scope="function")]
"""The transaction of one request, committed before the answer is sent."""
