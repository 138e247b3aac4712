"""Servers that do not know every way of asking for JSON are asked in one they know."""

import pytest

from copilot.llm.chat import ModelUnavailableError
from tests.fake_openai import FakeOpenAI
from tests.llm.test_openai_chat import _ASK, open_chat

SCHEMA = {"type": "object"}


def forms(server: FakeOpenAI) -> list[str]:
    asked = [body.get("response_format") for body in server.requests]
    return [one["type"] if one else "text" for one in asked]


@pytest.mark.parametrize(
    ("refused", "refusal", "tried"),
    [
        # LM Studio: no json_object, which is not needed.
        ({"json_object"}, (400, "'response_format.type' must be 'json_schema' or 'text'"), []),
        ({"json_schema"}, (400, "Model does not support structured output."), ["json_object"]),
        ({"json_schema"}, (422, "Input should be 'text' or 'json_object'"), ["json_object"]),
        (
            {"json_schema"},
            (500, 'response_format type must be one of "text" or "json_object"'),
            ["json_object"],
        ),
        (
            {"json_schema"},
            (400, "The provided JSON schema contains features not supported by xgrammar."),
            ["json_object"],
        ),
        ({"json_schema", "json_object"}, (400, "unknown field"), ["json_object", "text"]),
    ],
)
async def test_a_refused_form_is_remembered(
    model_server: FakeOpenAI, refused: set[str], refusal: tuple[int, str], tried: list[str]
) -> None:
    model_server.refused_forms, model_server.refusal = frozenset(refused), refusal
    async with open_chat(model_server) as chat:
        for _ in range(2):
            assert await chat.complete(_ASK, schema=SCHEMA) == model_server.answer
        first = ["json_schema", *tried]
        assert forms(model_server) == [*first, first[-1]]
        assert not chat.refusing


async def test_one_refused_schema_says_nothing_of_another(model_server: FakeOpenAI) -> None:
    model_server.refused_forms = frozenset({"json_schema"})
    async with open_chat(model_server) as chat:
        await chat.complete(_ASK, schema=SCHEMA, schema_name="summary")
        model_server.refused_forms = frozenset()
        await chat.complete(_ASK, schema=SCHEMA, schema_name="Verdict")
        await chat.complete(_ASK)
        await chat.complete(_ASK, schema=SCHEMA, schema_name="summary")
    assert forms(model_server)[2:] == ["json_schema", "text", "json_object"]


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (400, "This model's maximum context length is 4096 tokens."),
        (400, "the request exceeds the available context size"),
        (401, "Incorrect API key provided"),
        (404, "model not found"),
        (500, "out of memory"),
        (503, "Loading model"),
    ],
)
async def test_what_is_wrong_in_every_form_is_asked_once(
    model_server: FakeOpenAI, status: int, message: str
) -> None:
    model_server.refused_forms = frozenset({"json_schema"})
    model_server.refusal = (status, message)
    async with open_chat(model_server) as chat:
        with pytest.raises(ModelUnavailableError):
            await chat.complete(_ASK, schema=SCHEMA)
        assert forms(model_server) == ["json_schema"]
        # Nothing is remembered of it.
        model_server.refused_forms = frozenset()
        await chat.complete(_ASK, schema=SCHEMA)
    assert forms(model_server) == ["json_schema", "json_schema"]
