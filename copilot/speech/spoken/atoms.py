"""The parts that number words are made of, and how parts add up to a number."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

AtomKind = Literal["zero", "digit", "teen", "tens", "hundred", "thousand", "million", "figure"]
_SCALES: dict[AtomKind, int] = {"thousand": 1000, "million": 1_000_000}
_UNLIMITED = 10**12


class Atom(NamedTuple):
    """A number word, or a part of one.

    Attributes:
        kind: Its place in a number.
        value: What it adds, or multiplies with.
        alone: It may stand without a number before it (``sata``).
        times: It multiplies a number before it (``hundred``, ``sataa``).
        short: A spoken short form of tens (``kakskyt``), which the next word completes.
    """

    kind: AtomKind
    value: int
    alone: bool = True
    times: bool = False
    short: bool = False


class Sum:
    """A number while its parts are added: ``kaksi``, ``sataa``, ``viisikymmentä``."""

    def __init__(self) -> None:
        self._total = 0
        self._group = 0
        self._room = _UNLIMITED
        self._scale_room = _UNLIMITED
        self._last: AtomKind | None = None

    @property
    def value(self) -> int:
        """What the parts add up to."""
        return self._total + self._group

    @property
    def room(self) -> int:
        """The next part has to be smaller than this."""
        return self._room

    def add(self, atom: Atom) -> bool:
        """Add a part; False, and nothing changes, where it cannot follow."""
        done = self._added(atom)
        if done:
            self._last = atom.kind
        return done

    def add_all(self, atoms: Sequence[Atom]) -> bool:
        """Add all of ``atoms`` or nothing."""
        before = dict(self.__dict__)
        if all(self.add(atom) for atom in atoms):
            return True
        self.__dict__.update(before)
        return False

    def _added(self, atom: Atom) -> bool:
        if atom.kind in ("zero", "figure"):
            if self._last is not None:
                return False
            self._group, self._room = atom.value, 1
            return True
        if atom.kind == "digit":
            return self._plus(atom.value, least_room=10, room=1)
        if atom.kind == "teen":
            if atom.times and self._last == "digit" and self._room == 1 and self._group % 10 > 1:
                # "kolme kymmentä"
                self._group += self._group % 10 * 9
                self._room = 10
                return True
            return self._plus(atom.value, least_room=100, room=1)
        if atom.kind == "tens":
            return self._plus(atom.value, least_room=100, room=10)
        if atom.kind == "hundred":
            return self._hundred(atom)
        return self._scale(atom)

    def _plus(self, value: int, *, least_room: int, room: int) -> bool:
        if self._room < least_room:
            return False
        self._group += value
        self._room = room
        return True

    def _hundred(self, atom: Atom) -> bool:
        if atom.times and 0 < self._group < 100 and self._last not in (None, "zero"):
            self._group *= 100
            self._room = 100
            return True
        return atom.alone and self._plus(100, least_room=1000, room=100)

    def _scale(self, atom: Atom) -> bool:
        size = _SCALES[atom.kind]
        if size >= self._scale_room or self._last == "zero":
            return False
        if self._group:
            if not atom.times:
                return False
            self._total += self._group * size
        elif atom.alone and self._last in (None, "million"):
            self._total += size
        else:
            return False
        self._group = 0
        self._room = self._scale_room = size
        return True


def groups_of(atoms: Sequence[Atom]) -> tuple[tuple[Atom, ...], ...]:
    """``atoms`` parted where they stop adding up: ``nolla`` ``neljä`` ``nolla`` are three."""
    groups: list[list[Atom]] = []
    current = Sum()
    for atom in atoms:
        if groups and current.add(atom):
            groups[-1].append(atom)
        else:
            current = Sum()
            current.add(atom)
            groups.append([atom])
    return tuple(tuple(group) for group in groups)
