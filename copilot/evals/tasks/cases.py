"""What the datasets of all tasks have in common: the file, ids, labels, what was left out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, ClassVar, Generic, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from copilot.evals.case import Case, Dataset, digest
from copilot.evals.errors import SuiteError
from copilot.evals.jsonl import file_digest, json_lines, validated
from copilot.evals.suite import Suite
from copilot.kernel.text import StorableText

_FILE = "cases.jsonl"
_TOLD = 20


def _as_text(value: object) -> object:
    plain = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if plain else value


def _labels(value: object) -> object:
    if not isinstance(value, dict):
        return value
    told = {name: str(one).lower() if isinstance(one, bool) else one for name, one in value.items()}
    return {name: _as_text(one) for name, one in told.items() if one is not None}


Id = Annotated[StorableText, Field(min_length=1, max_length=255), BeforeValidator(_as_text)]
"""An id as a text; datasets also write numbers."""

Labels = Annotated[dict[str, str], BeforeValidator(_labels)]
"""Labels as texts; numbers and truth values are written out, nulls left out."""


class TolerantLine(BaseModel):
    """An entry as data sets write it: nulls are not told, unknown fields are left alone.

    Attributes:
        other_names: The field's name here by the name that other datasets give it.
    """

    model_config = ConfigDict(extra="ignore")
    other_names: ClassVar[Mapping[str, str]] = {}

    @model_validator(mode="before")
    @classmethod
    def _as_told(cls, told: Any) -> Any:
        if not isinstance(told, dict):
            return told
        return {
            name: value
            for name, value in _renamed(told, cls.other_names).items()
            if value is not None or name not in cls.model_fields or _must_be_told(cls, name)
        }


class CaseLine(TolerantLine):
    """What the line of any case may carry.

    Attributes:
        needs: The fields that the task's lines need, in words.
    """

    needs: ClassVar[str] = "id"
    other_names: ClassVar[Mapping[str, str]] = {"_id": "id", "lang": "language"}

    id: Id
    language: str | None = Field(default=None, max_length=35)
    channel: str | None = Field(default=None, max_length=64)
    labels: Labels = Field(default_factory=dict)

    def case_labels(self) -> dict[str, str]:
        """What to slice by: what the line tells, and nothing made up."""
        told = {"language": self.language, "channel": self.channel, **self.labels}
        return {name: value for name, value in told.items() if value}

    @property
    def told_language(self) -> str | None:
        """The language, as a field or as a label."""
        return self.case_labels().get("language")


def _renamed(told: dict[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    others = {names[name]: value for name, value in told.items() if name in names}
    ours = {name: value for name, value in told.items() if name not in names}
    return {**ours, **others, **{name: one for name, one in ours.items() if one is not None}}


def _must_be_told(shape: type[BaseModel], name: str) -> bool:
    # A null in such a field has a meaning, or is a fault to be told.
    return shape.model_fields[name].is_required()


Told = TypeVar("Told", bound=CaseLine)


@dataclass(frozen=True)
class CaseFile(Generic[Told]):
    """A file of cases, each with the number of its line."""

    file: Path
    lines: Sequence[tuple[int, Told]]

    def fault(self, line: int, fault: str, fix: str) -> SuiteError:
        """What is wrong with a line, to be raised."""
        return SuiteError(self.file, line, fault, fix)

    def dataset(
        self,
        suite: Suite,
        cases: Sequence[Case],
        *,
        left_out: Sequence[str] = (),
        digests: Mapping[str, str] | None = None,
        shared: Any = None,
    ) -> Dataset:
        """The cases as a dataset.

        Args:
            suite: Names the dataset.
            cases: Made of the lines.
            left_out: A sentence for each line that could not be used.
            digests: Of what was read beside the file, by name.
            shared: See :class:`Dataset`. It is part of no case's hash: the inputs tell it.

        Raises:
            SuiteError: There is no case.
        """
        if not cases:
            raise SuiteError(
                self.file,
                None,
                f"None of the {len(self.lines)} cases can be used.",
                left_out[0] if left_out else "Add cases.",
            )
        return Dataset(
            path=suite.dataset,
            cases=cases,
            digest=digest({self.file.name: file_digest(self.file), **(digests or {})}),
            shared=shared,
            left_out=shortened(left_out),
        )


def read_cases(suite: Suite, shape: type[Told]) -> CaseFile[Told]:
    """The lines of the suite's dataset: a file, or ``cases.jsonl`` in a folder.

    Raises:
        SuiteError: There is no such file, or a line of it cannot be used.
    """
    file = _cases_file(suite)
    return CaseFile(file, read_lines(file, shape))


def read_lines(file: Path, shape: type[Told]) -> list[tuple[int, Told]]:
    """The lines of ``file`` with their numbers, counted from 1.

    Raises:
        SuiteError: A line cannot be used, or its id stands on another one.
    """
    found: list[tuple[int, Told]] = []
    places: dict[str, int] = {}
    for line in json_lines(file):
        told = validated(shape, file, line, shape.needs)
        first = places.setdefault(told.id, line.number)
        if first != line.number:
            raise SuiteError(
                file,
                line.number,
                f"The id {told.id!r} stands already on line {first}.",
                "Give each its own.",
            )
        found.append((line.number, told))
    return found


def missing_dataset(suite: Suite, fault: str, fix: str) -> SuiteError:
    """That the dataset is not there, told where the suite names it."""
    return SuiteError(suite.file, suite.lines.get("dataset"), fault, fix)


def shortened(sentences: Sequence[str]) -> list[str]:
    """``sentences``, of very many only the first with how many more there are."""
    more = len(sentences) - _TOLD
    return [*sentences[:_TOLD], *([f"And {more} more of the same kind."] if more > 0 else [])]


def _cases_file(suite: Suite) -> Path:
    path = suite.dataset
    try:
        file = path / _FILE if path.is_dir() else path
        exists = file.exists()
    except OSError as error:
        raise missing_dataset(
            suite, f"The dataset {path} cannot be read: {error.strerror}.", "Make it readable."
        ) from error
    if not exists and file == path:
        raise missing_dataset(
            suite,
            f"There is no dataset {path}.",
            "Name a folder or a file, relative to the suite, under dataset.",
        )
    if not exists:
        raise missing_dataset(
            suite,
            f"The dataset {path} has no {_FILE}.",
            "Add it, or name the file itself under dataset.",
        )
    return file
