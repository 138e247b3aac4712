"""Finding ``prompts/`` and ``eval/``: inside the wheel or at the top of the repository."""

from importlib.resources import files
from pathlib import Path

from copilot.kernel.errors import ConfigurationError


def bundled(name: str) -> Path:
    """The folder ``name`` (``prompts`` or ``eval``) that came with this installation.

    Raises:
        ConfigurationError: The installation is incomplete.
    """
    package = Path(str(files("copilot")))
    for candidate in (package / "_bundled" / name, package.parent / name):
        if candidate.is_dir():
            return candidate
    raise ConfigurationError(f"The folder {name!r} is missing: install Copilot again.")
