"""Port: names found by a model, where the words around them do not tell.

Off unless configured. What a model finds is masked beside what is known and what has a form; it
never takes anything away from that.
"""

from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Protocol

from copilot.kernel.errors import ConfigurationError, UnavailableError
from copilot.privacy.entity import Entity


class NameFinder(Protocol):
    """Finds people's names and addresses in running text."""

    def find(self, text: str) -> list[Entity]:
        """The entities in ``text``, of type ``name`` or ``address``; takes processor time.

        Args:
            text: Any text, also longer than the model's window.
        """
        ...


class LoadedNames:
    """A name finder that is loaded when it is first needed, and tells every failure alike.

    Args:
        load: Loads it; takes seconds.
    """

    def __init__(self, load: Callable[[], NameFinder]) -> None:
        self._load = load
        self._finder: NameFinder | None = None
        self._loading = Lock()

    def find(self, text: str) -> list[Entity]:
        """See :class:`NameFinder`.

        Raises:
            UnavailableError: It cannot be loaded, or broke: who it was asked for stays unknown.
        """
        try:
            with self._loading:
                finder = self._finder = self._finder or self._load()
            return finder.find(text)
        except (ConfigurationError, OSError, RuntimeError, ValueError, LookupError) as error:
            # Whatever a model raises may quote what it was given: only the kind is told.
            told = error.detail if isinstance(error, ConfigurationError) else type(error).__name__
            raise UnavailableError(
                f"The model that finds names failed ({told}): nothing leaves unmasked."
            ) from error


def loaded_names(directory: Path | None, load: Callable[[Path], NameFinder]) -> LoadedNames | None:
    """What finds names with the model in ``directory``, or None where none is set.

    Args:
        directory: Its folder.
        load: Loads the model of a folder.

    Raises:
        ConfigurationError: There is no such model.
    """
    if directory is None:
        return None
    if not (directory / "config.json").is_file():
        raise ConfigurationError(
            f"COPILOT_PRIVACY__NER_MODEL: {directory} holds no model that finds names."
        )
    return LoadedNames(lambda: load(directory))
