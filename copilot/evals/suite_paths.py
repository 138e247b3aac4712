"""The files that a suite names, and the suites that a command names."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from copilot.evals.nearest import nearest
from copilot.evals.yaml_lines import Document, Entry, shown

Question = Literal["exists", "is_file", "is_dir"]
_SUFFIXES = (".yaml", ".yml")


def existing_dataset(document: Document, entry: Entry, written: str) -> Path:
    """The folder or file at ``written``, absolute.

    Raises:
        SuiteError: There is none.
    """
    path = _beside(document.file, written)
    if is_(path, "exists"):
        return path
    meant = nearest(path.name, _names(path.parent))
    fix = "A path is relative to the suite's folder; correct it, or put the dataset there."
    if meant:
        fix = f"Did you mean `{Path(written).parent / meant}`? {fix}"
    raise document.error(entry.value, f"There is no dataset at {_told(path)}.", fix)


def existing_baseline(document: Document, entry: Entry, written: str) -> Path:
    """The run at ``written``, absolute.

    Raises:
        SuiteError: There is none, or it is no JSON file.
    """
    path = _beside(document.file, written)
    if path.suffix != ".json":
        raise document.error(
            entry.value,
            f"The baseline {shown(written)} is not a run: those are .json files.",
            "Name a file that `copilot eval run` wrote.",
        )
    if not is_(path, "is_file"):
        raise document.error(
            entry.value,
            f"There is no baseline at {_told(path)}.",
            "Copy a run that `copilot eval run` wrote to that place, or leave `baseline` out.",
        )
    return path


def suites_in(folder: Path) -> list[Path]:
    """The suite files in ``folder`` and in its child ``suites``, sorted."""
    return sorted(
        file
        for place in (folder, folder / "suites")
        for file in _children(place)
        if file.suffix in _SUFFIXES and is_(file, "is_file")
    )


def _beside(file: Path, written: str) -> Path:
    path = file.absolute().parent / written
    try:
        return path.resolve()
    except (OSError, ValueError, RuntimeError):
        # A name that no file can have, or links in a circle: told as missing.
        return path


def is_(path: Path, question: Question) -> bool:
    """Whether ``path`` ``exists``, ``is_file`` or ``is_dir``; False where that cannot be told."""
    try:
        return bool(getattr(path, question)())
    except (OSError, ValueError):
        return False


def _children(folder: Path) -> Sequence[Path]:
    try:
        return list(folder.iterdir())
    except (OSError, ValueError):
        return []


def _names(folder: Path) -> Iterator[str]:
    return (child.name for child in _children(folder) if not child.name.startswith("."))


def _told(path: Path) -> str:
    text = str(path)
    return text if text.isprintable() and len(text) <= 500 else shown(text)
