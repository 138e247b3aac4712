"""Adapter: a token classification model of the ``transformers`` layout in a directory.

Any model whose labels name people (``PER``, ``B-PER``, ``PERSON``) will do, FinBERT-NER among them.
Nothing is downloaded: the directory has to be there.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

from copilot.kernel.errors import ConfigurationError
from copilot.privacy.entity import Entity, EntityType

_KINDS: dict[str, EntityType] = {
    "PER": "name",
    "PERSON": "name",
    "PERS": "name",
    "ADDRESS": "address",
    "STREET_ADDRESS": "address",
}
_PIECE = 1000
"""Characters that are given to the model at once: less than the 512 tokens of most."""


class TransformersNames:
    """Names by a token classification model.

    Args:
        pipeline: Of ``transformers``, for token classification, with simple aggregation.
        least_score: Below this a finding is left out, 0 to 1.
    """

    def __init__(self, pipeline: Any, *, least_score: float = 0.6) -> None:
        self._pipeline = pipeline
        self._least_score = least_score

    @classmethod
    def load(cls, directory: Path) -> Self:
        """The model in ``directory``; takes seconds.

        Raises:
            ConfigurationError: There is no such model.
        """
        from transformers import AutoModelForTokenClassification, AutoTokenizer, pipeline

        if not (directory / "config.json").is_file():
            raise ConfigurationError(f"{directory} holds no model that finds names.")
        try:
            model = AutoModelForTokenClassification.from_pretrained(
                directory, local_files_only=True
            )
            tokenizer = AutoTokenizer.from_pretrained(directory, local_files_only=True)
        except (OSError, ValueError) as error:
            raise ConfigurationError(f"{directory} holds no model that finds names.") from error
        found = pipeline(
            "token-classification", model=model, tokenizer=tokenizer, aggregation_strategy="simple"
        )
        return cls(found)

    def find(self, text: str) -> list[Entity]:
        """See :class:`copilot.privacy.ner.NameFinder`."""
        return [entity for start, piece in _pieces(text) for entity in self._found(start, piece)]

    def _found(self, start: int, piece: str) -> Iterator[Entity]:
        for one in self._pipeline(piece):
            label = str(one["entity_group"]).upper()
            kind = _KINDS.get(label)
            if kind is not None and one["score"] >= self._least_score:
                yield Entity(start + int(one["start"]), start + int(one["end"]), kind)


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """``text`` cut where a line or a word ends."""
    start = 0
    while start < len(text):
        end = min(len(text), start + _PIECE)
        if end < len(text):
            cut = max(text.rfind("\n", start, end), text.rfind(" ", start, end))
            end = cut + 1 if cut > start else end
        yield start, text[start:end]
        start = end
