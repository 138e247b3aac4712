"""The answer of a model as JSON: the schema asked for, and reading what really comes back."""

import re
from collections.abc import Sequence
from contextlib import suppress
from typing import Annotated, Any, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from copilot.llm.loose_json import LooseValue, values_in, without_thinking
from copilot.summaries.outline import read_outline
from copilot.summaries.summary import SectionKind

_KINDS: tuple[SectionKind, ...] = get_args(SectionKind)


class UnreadableAnswerError(ValueError):
    """The model's answer is not the JSON object asked for; the message says why, for a repair."""


def _as_numbers(value: object) -> object:
    """Small models write ``"[2]"``, ``"message 2"`` or a single number."""
    given = value if isinstance(value, list) else [value]
    return [int(number) for one in given for number in re.findall(r"\d{1,6}", str(one))]


AnswerNumbers = Annotated[list[int], BeforeValidator(_as_numbers)]
"""Numbers of messages, however a model writes them."""


class AnswerSentence(BaseModel):
    """A sentence and the numbers of the messages it rests on."""

    model_config = ConfigDict(extra="ignore")

    text: str = Field(min_length=1, max_length=1000)
    messages: AnswerNumbers = Field(default_factory=list)


class AnswerSection(BaseModel):
    """Sentences of one kind."""

    model_config = ConfigDict(extra="ignore")

    kind: SectionKind
    sentences: list[AnswerSentence]


class SummaryAnswer(BaseModel):
    """What the model is asked for.

    Attributes:
        cut: Whether the answer broke off; its last sentence is left out then unless it is whole.
    """

    model_config = ConfigDict(extra="ignore")

    headline: str = Field(default="", max_length=1000)
    sections: list[AnswerSection]
    cut: bool = Field(default=False, exclude=True)


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
    """The summary in a model's answer, whatever stands around it and however it is written.

    Raises:
        UnreadableAnswerError: There is none.
    """
    found = values_in(text)
    fault = "There is no JSON object in the answer."
    for candidate in [*found, *_of_sentences(found)]:
        try:
            return _validated(candidate)
        except ValidationError as error:
            first = error.errors()[0]
            fault = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
        except UnreadableAnswerError as error:
            fault = str(error)
    outline = read_outline(without_thinking(text))
    if outline is not None:
        with suppress(ValidationError):
            return SummaryAnswer.model_validate(outline)
    raise UnreadableAnswerError(fault)


def _validated(candidate: LooseValue) -> SummaryAnswer:
    shape = _in_shape(candidate.value)
    answer = SummaryAnswer.model_validate(shape | {"cut": candidate.cut})
    if candidate.cut:
        for section in answer.sections[-1:]:
            # Its text or its numbers may go on where the answer breaks off.
            section.sentences = section.sentences[:-1]
        if not any(section.sentences for section in answer.sections):
            raise UnreadableAnswerError("The answer was cut off. Write less.")
    return answer


def _of_sentences(found: Sequence[LooseValue]) -> list[LooseValue]:
    """Sentences or sections that stand alone, one object after the other, as one answer."""
    loose = [
        one.value
        for one in found
        if isinstance(one.value, dict) and one.value.get("kind") in _KINDS
    ]
    return [LooseValue({"sections": loose}, any(one.cut for one in found))] if loose else []


def _in_shape(value: dict[str, Any] | list[Any]) -> dict[str, Any]:
    """``value`` with the liberties that models take undone."""
    if isinstance(value, list):
        value = {"sections": value} if _flat(value) else {}
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
            {"kind": section["kind"], "sentences": _sentences(section)}
            for section in _flat(sections)
        ],
    }


def _flat(sections: Sequence[object]) -> list[dict[str, Any]]:
    """The sections in a list, those too that stand among another one's sentences."""
    flat: list[dict[str, Any]] = []
    for section in sections:
        if not isinstance(section, dict) or section.get("kind") not in _KINDS:
            continue
        said = section.get("sentences")
        listed = said if isinstance(said, list) else [said]
        inside = [one for one in listed if isinstance(one, dict) and "sentences" in one]
        own = [one for one in listed if one not in inside]
        flat.append({**section, "sentences": own} if inside else section)
        flat += _flat(inside)
    return flat


def _sentences(section: dict[str, Any]) -> list[object]:
    if "sentences" not in section and "text" in section:
        return [section]
    given = section.get("sentences")
    listed = given if isinstance(given, list) else [given]
    return [{"text": one} if isinstance(one, str) else one for one in listed if one]
