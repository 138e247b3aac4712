"""What is searched for: more than a line of text when a conversation asks."""

from typing import NamedTuple

from copilot.kernel.text import storable
from copilot.search.sparse import Part

LONGEST = 8000
"""Characters of a search text that are looked at."""


class SearchQuery(NamedTuple):
    """A search, taken apart by what its words are good for.

    Attributes:
        text: The ask in words, for everything that takes one text.
        asked: What passages should say, and how much each part matters.
        meant: Texts whose vectors are averaged into the one searched by.
        named: What names the thing it is about: compared with the passages' titles.
    """

    text: str
    asked: tuple[Part, ...]
    meant: tuple[str, ...]
    named: tuple[Part, ...]

    @classmethod
    def of(cls, text: str) -> "SearchQuery":
        """A search for one text."""
        text = storable(text[:LONGEST]).strip()
        return cls(text, (Part(text),), (text,), (Part(text),))

    def cut(self) -> "SearchQuery":
        """The same, no longer than is looked at."""
        parts = (part.text for part in (*self.asked, *self.named))
        if all(len(one) <= LONGEST for one in (self.text, *self.meant, *parts)):
            return self
        return self._replace(
            text=self.text[:LONGEST],
            meant=tuple(one[:LONGEST] for one in self.meant),
            asked=tuple(Part(one.text[:LONGEST], one.weight) for one in self.asked),
            named=tuple(Part(one.text[:LONGEST], one.weight) for one in self.named),
        )
