"""The answer of a model as JSON: the schema asked for, and reading what really comes back."""

import json
import re
from typing import Any, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from copilot.summaries.summary import SectionKind

_THINKING = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", re.DOTALL | re.IGNORECASE)
_TRAILING_COMMA = re.compile(r",(\s*[\]}])")
_KINDS: tuple[SectionKind, ...] = get_args(SectionKind)
_MAX_OBJECTS_TRIED = 20
_MAX_ANSWER = 100_000


class UnreadableAnswerError(ValueError):
    """The model's answer is not the JSON object asked for; the message says why, for a repair."""


class AnswerSentence(BaseModel):
    """A sentence and the numbers of the messages it rests on."""

    model_config = ConfigDict(extra="ignore")

    text: str = Field(min_length=1, max_length=1000)
    messages: list[int] = Field(default_factory=list)

    @field_validator("messages", mode="before")
    @classmethod
    def _as_numbers(cls, value: object) -> object:
        """Small models write ``"[2]"``, ``"message 2"`` or a single number."""
        given = value if isinstance(value, list) else [value]
        return [int(number) for one in given for number in re.findall(r"\d{1,6}", str(one))]


class AnswerSection(BaseModel):
    """Sentences of one kind."""

    model_config = ConfigDict(extra="ignore")

    kind: SectionKind
    sentences: list[AnswerSentence]


class SummaryAnswer(BaseModel):
    """What the model is asked for."""

    model_config = ConfigDict(extra="ignore")

    headline: str = Field(default="", max_length=1000)
    sections: list[AnswerSection]


def answer_schema() -> dict[str, Any]:
    """The JSON schema of the answer, plain enough for servers that enforce one."""
    sentence = {
        "type": "object",
        "properties": {
            "text": {"type": "string"},
            "messages": {"type": "array", "items": {"type": "integer"}},
        },
        "required": ["text", "messages"],
        "additionalProperties": False,
    }
    section = {
        "type": "object",
        "properties": {
            "kind": {"type": "string", "enum": list(_KINDS)},
            "sentences": {"type": "array", "items": sentence},
        },
        "required": ["kind", "sentences"],
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "properties": {
            "headline": {"type": "string"},
            "sections": {"type": "array", "items": section},
        },
        "required": ["headline", "sections"],
        "additionalProperties": False,
    }


def read_answer(text: str) -> SummaryAnswer:
    """The summary in a model's answer, whatever stands around it.

    Raises:
        UnreadableAnswerError: There is none.
    """
    bare = _THINKING.sub("", text[:_MAX_ANSWER])
    fault = "There is no JSON object in the answer."
    for candidate in _objects(bare):
        try:
            return SummaryAnswer.model_validate(_in_shape(candidate))
        except ValidationError as error:
            first = error.errors()[0]
            fault = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    raise UnreadableAnswerError(fault)


def _objects(text: str) -> list[dict[str, Any]]:
    """Every outermost JSON object in ``text``."""
    decoder = json.JSONDecoder()
    found: list[dict[str, Any]] = []
    position = text.find("{")
    for _ in range(_MAX_OBJECTS_TRIED):
        if position < 0:
            break
        for variant in (text[position:], _TRAILING_COMMA.sub(r"\1", text[position:])):
            try:
                value, length = decoder.raw_decode(variant)
            except (ValueError, RecursionError):
                continue
            if isinstance(value, dict):
                found.append(value)
            position += length - 1
            break
        position = text.find("{", position + 1)
    return found


def _in_shape(value: dict[str, Any]) -> dict[str, Any]:
    """``value`` with the liberties that models take undone."""
    sections = value.get("sections")
    if sections is None and any(kind in value for kind in _KINDS):
        sections = {kind: value[kind] for kind in _KINDS if kind in value}
    if isinstance(sections, dict):
        sections = [{"kind": kind, "sentences": said} for kind, said in sections.items()]
    if not isinstance(sections, list):
        return value
    return {
        "headline": str(value.get("headline") or ""),
        "sections": [
            {"kind": section["kind"], "sentences": _sentences(section.get("sentences"))}
            for section in sections
            if isinstance(section, dict) and section.get("kind") in _KINDS
        ],
    }


def _sentences(given: object) -> list[object]:
    listed = given if isinstance(given, list) else [given]
    return [{"text": one} if isinstance(one, str) else one for one in listed if one]
