"""A sentence-transformers model's name and vector length, read from its files without loading it.

The index can be opened at once while the model still loads.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from copilot.kernel.errors import ConfigurationError
from copilot.search.embedder import ModelCard
from copilot.search.packaged_model import PACKAGED_NAME, packaged_model

Read = Callable[[str], dict[str, Any] | list[Any] | None]


def model_card(model: str | None) -> ModelCard:
    """Name and vector length of a model directory, a hub name, or (None) the packaged model.

    Raises:
        ConfigurationError: There is no such model or its files do not tell.
    """
    if model is None:
        return ModelCard(PACKAGED_NAME, _dimension(PACKAGED_NAME, _from_folder(packaged_model())))
    folder = Path(model).expanduser()
    if folder.is_dir():
        return ModelCard(folder.resolve().name, _dimension(model, _from_folder(folder)))
    return ModelCard(model, _dimension(model, _from_hub(model)))


def _dimension(model: str, read: Read) -> int:
    modules = read("modules.json")
    length = None
    # The last module that has a say decides: a dense layer after the pooling changes the length.
    for module in modules if isinstance(modules, list) else []:
        if not isinstance(module, dict):
            continue
        config = read(f"{module['path']}/config.json" if module.get("path") else "config.json")
        if isinstance(config, dict):
            length = next((config[key] for key in _LENGTH_KEYS if config.get(key)), length)
            length = length and length * _parts(config)
    if length is None:
        config = read("config.json")
        length = config.get("hidden_size") if isinstance(config, dict) else None
    if not isinstance(length, int):
        raise ConfigurationError(
            f"{model!r} is not an embedding model that can be read: COPILOT_EMBEDDER__MODEL must "
            "be a sentence-transformers model's folder, or a name that can be downloaded."
        )
    return length


def _parts(config: dict[str, Any]) -> int:
    # A pooling module puts the vectors of its modes one after the other.
    modes = config.get("pooling_mode")
    if isinstance(modes, list):
        return len(modes) or 1
    named = sum(key.startswith("pooling_mode_") and value is True for key, value in config.items())
    return 1 if modes else named or 1


_LENGTH_KEYS = ("out_features", "embedding_dimension", "word_embedding_dimension", "hidden_size")


def _from_folder(folder: Path) -> Read:
    def read(name: str) -> dict[str, Any] | list[Any] | None:
        file = folder / name
        try:
            return json.loads(file.read_text("utf-8")) if file.is_file() else None
        except (OSError, ValueError, RecursionError) as error:
            raise ConfigurationError(
                f"{file} cannot be read ({error}): COPILOT_EMBEDDER__MODEL must be a "
                "sentence-transformers model's folder, whole, or a name that can be downloaded."
            ) from error

    return read


def _from_hub(model: str) -> Read:
    def read(name: str) -> dict[str, Any] | list[Any] | None:
        from huggingface_hub import hf_hub_download
        from huggingface_hub.errors import EntryNotFoundError

        try:
            return json.loads(Path(hf_hub_download(model, name)).read_text("utf-8"))  # type: ignore[no-any-return]
        except EntryNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise ConfigurationError(
                f"The embedding model {model!r} is neither a folder nor can it be downloaded: "
                f"{error}"
            ) from error

    return read
