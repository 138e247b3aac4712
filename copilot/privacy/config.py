"""Settings of what is found and masked before a text leaves."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict


class PrivacyConfig(BaseModel):
    """What finds personal data beside our own rules.

    Attributes:
        ner_model: A folder with a token classification model of the ``transformers`` layout that
            finds people's names; None: names that nobody told are found by the words around them.
    """

    model_config = ConfigDict(extra="forbid")

    ner_model: Path | None = None
