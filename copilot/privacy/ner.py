"""Port: names found by a model, where the words around them do not tell.

Off unless configured. What a model finds is masked beside what is known and what has a form; it
never takes anything away from that.
"""

from typing import Protocol

from copilot.privacy.entity import Entity


class NameFinder(Protocol):
    """Finds people's names and addresses in running text."""

    def find(self, text: str) -> list[Entity]:
        """The entities in ``text``, of type ``name`` or ``address``; takes processor time.

        Args:
            text: Any text, also longer than the model's window.
        """
        ...
