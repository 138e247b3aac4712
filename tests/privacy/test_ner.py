"""The adapter for a model that finds names: a real model of random weights, made here."""

from pathlib import Path

import pytest

from copilot.kernel.errors import ConfigurationError
from copilot.privacy.ner_transformers import TransformersNames
from copilot.privacy.pseudonyms import Pseudonymiser
from tests.privacy.tiny_names import tiny_names


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return tiny_names(tmp_path)


@pytest.mark.slow
def test_what_the_model_finds_is_masked_and_restored(model: Path) -> None:
    pseudonyms = Pseudonymiser(names=TransformersNames.load(model))
    text = "hei, liisa kävi helsingissä. " * 60 + "liisa@posti.example"
    masked = pseudonyms.mask(text)
    assert masked.count("hei, [NAME_1] kävi helsingissä.") == 60
    assert masked.endswith("[EMAIL_1]")
    assert pseudonyms.restore(masked) == text


def test_a_directory_without_a_model_is_a_mistake_of_the_settings(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no model that finds names"):
        TransformersNames.load(tmp_path)
