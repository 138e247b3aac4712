"""What is put before texts (``query: ``, ``passage: ``), by a model's files or the settings."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from copilot.search.config import EmbedderConfig


class Prefixes(NamedTuple):
    """Put before each search text, and before each text to be found."""

    query: str
    passage: str


def prefixes(
    config: EmbedderConfig, prompts: Mapping[str, str | None], default: str | None
) -> Prefixes:
    """The prefixes to use: those set, else the model's own.

    Args:
        config: The settings.
        prompts: The model's prompts by name, from its ``config_sentence_transformers.json``.
        default: Name of its prompt for any text.
    """

    def own(names: Sequence[str]) -> str:
        # Not left to sentence-transformers: it puts an empty "document" before the "passage" that
        # a model of the E5 family names.
        found = (prompts.get(name) for name in (*names, default or ""))
        return next((prompt for prompt in found if prompt), "")

    query, passage = config.query_prefix, config.passage_prefix
    return Prefixes(
        own(("query",)) if query is None else query,
        own(("document", "passage", "corpus")) if passage is None else passage,
    )
