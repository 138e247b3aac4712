"""``/docs``: the OpenAPI document as a page of ours, which needs no script and no network."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from copilot.web.pages import page

_REF = "#/components/schemas/"


class Part(NamedTuple):
    """A piece of a type: text, or the name of a schema to link to."""

    text: str
    schema: str | None = None


class Field(NamedTuple):
    """A parameter or a property of a schema."""

    name: str
    place: str
    type: list[Part]
    required: bool
    description: str


class Body(NamedTuple):
    """What is sent or answered, in one media type."""

    media_type: str
    type: list[Part]


class Answer(NamedTuple):
    """What may come back with one status."""

    status: str
    description: str
    bodies: list[Body]


class Operation(NamedTuple):
    """One route, as the page shows it."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    public: bool
    parameters: list[Field]
    bodies: list[Body]
    answers: list[Answer]


class Schema(NamedTuple):
    """One named shape; ``type`` says what it is where it has no fields."""

    name: str
    description: str
    fields: list[Field]
    type: list[Part]


def install_api_page(app: FastAPI, path: str) -> None:
    """Let ``app`` show its OpenAPI document at ``path``."""

    async def api_page(request: Request) -> Response:
        document = app.openapi()
        return page(
            request,
            "api.html",
            session=None,
            title=document["info"]["title"],
            api_version=document["info"]["version"],
            openapi_url=app.openapi_url,
            groups=groups(document),
            schemas=schemas(document),
        )

    app.add_route(path, api_page, include_in_schema=False)


def groups(document: dict[str, Any]) -> dict[str, list[Operation]]:
    """The operations of ``document`` by their first tag, in its order."""
    found: dict[str, list[Operation]] = {}
    for path, operations in document["paths"].items():
        for method, one in operations.items():
            tag = next(iter(one.get("tags", ())), "other")
            found.setdefault(tag, []).append(_operation(method, path, one))
    return found


def schemas(document: dict[str, Any]) -> list[Schema]:
    """The named schemas of ``document``, in the order of their names."""
    named = document.get("components", {}).get("schemas", {})
    return [_schema(name, named[name]) for name in sorted(named)]


def _operation(method: str, path: str, one: dict[str, Any]) -> Operation:
    return Operation(
        id=one["operationId"],
        method=method.upper(),
        path=path,
        summary=one.get("summary", ""),
        description=one.get("description", ""),
        public="security" not in one,
        parameters=[_parameter(given) for given in one.get("parameters", ())],
        bodies=_bodies(one.get("requestBody", {})),
        answers=[
            Answer(status, told.get("description", ""), _bodies(told))
            for status, told in sorted(one["responses"].items())
        ],
    )


def _parameter(given: dict[str, Any]) -> Field:
    schema = given.get("schema", {})
    told = given.get("description") or schema.get("description") or ""
    return Field(given["name"], given["in"], _type(schema), given.get("required", False), told)


def _bodies(holder: dict[str, Any]) -> list[Body]:
    return [
        Body(media_type, _type(one.get("schema") or one.get("itemSchema") or {}))
        for media_type, one in holder.get("content", {}).items()
    ]


def _schema(name: str, schema: dict[str, Any]) -> Schema:
    required = schema.get("required", ())
    fields = [
        Field(field, "", _type(one), field in required, one.get("description", ""))
        for field, one in schema.get("properties", {}).items()
    ]
    return Schema(name, schema.get("description", ""), fields, [] if fields else _type(schema))


def _type(schema: dict[str, Any]) -> list[Part]:
    return list(_parts(schema))


def _parts(schema: dict[str, Any]) -> Iterator[Part]:
    choices = schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf")
    if "$ref" in schema:
        name = schema["$ref"].removeprefix(_REF)
        yield Part(name, name)
    elif choices:
        for number, one in enumerate(choices):
            yield from [Part(" or ")] if number else []
            yield from _parts(one)
    elif schema.get("type") == "array":
        yield Part("list of ")
        yield from _parts(schema.get("items", {}))
    elif "enum" in schema or "const" in schema:
        yield Part(", ".join(f"{one}" for one in schema.get("enum", [schema.get("const")])))
    else:
        form = schema.get("format") or schema.get("contentMediaType")
        kind = schema.get("type", "anything")
        yield Part(f"{kind} ({form})" if form else f"{kind}")
