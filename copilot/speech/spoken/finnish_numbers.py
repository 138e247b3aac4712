"""Finnish numerals in every case, written together or apart, in standard and spoken forms.

A numeral word is a chain of short parts (``kolme|sata|a|viisi|kymmentä``) that each inflect, so
the parts' forms are made from stems and endings, and words are cut into them.
"""

from collections.abc import Iterator
from functools import lru_cache

from copilot.kernel.listed import listed
from copilot.speech.spoken.atoms import Atom, groups_of
from copilot.speech.spoken.grammar import Groups

# Nominative forms, standard and spoken; the stem of the other cases; partitive, illative, essive.
_DIGITS: tuple[tuple[int, str, str, str], ...] = (
    (1, "yksi yks ykkönen", "yhde", "yhtä yhteen yhtenä"),
    (2, "kaksi kaks kakkonen", "kahde", "kahta kahteen kahtena"),
    (3, "kolme kolmonen", "kolme", "kolmea kolmeen kolmena"),
    (4, "neljä nelj nelonen", "neljä", "neljää neljään neljänä"),
    (5, "viisi viis vitonen viitonen", "viide", "viittä viit viiteen viitenä"),
    (6, "kuusi kuus kutonen kuutonen", "kuude", "kuutta kuuteen kuutena"),
    (7, "seitsemän seittemän seiska", "seitsemä", "seitsemää seitsemään seitsemänä"),
    (7, "seitsemäinen", "seittemä", "seittemää seittemään seittemänä"),
    (8, "kahdeksan kasi", "kahdeksa", "kahdeksaa kahdeksaan kahdeksana"),
    (8, "kaheksan", "kaheksa", "kaheksaa kaheksaan kaheksana"),
    (9, "yhdeksän ysi", "yhdeksä", "yhdeksää yhdeksään yhdeksänä"),
    (9, "yheksän", "yheksä", "yheksää yheksään yheksänä"),
)
_ENDINGS = listed("n ssa ssä sta stä lla llä lta ltä lle ksi")
# Spoken stems before tens only: "kolkyt", "nelkyt", "seiskyt".
_SHORT_BEFORE_TENS = {"kol": 3, "nel": 4, "seis": 7, "seit": 7}
_TENS_SHORT = listed("kyt kytä kymppiä kymppii kymment")
_FIRST_LETTERS = frozenset("nyktvsm")
_LONGEST_WORD = 160
_ONE_AND_A_HALF = frozenset(
    listed("puolitoista puoltoista puolentoista puoltatoista puolessatoista puoleentoista")
)

_Part = tuple[str, int]
"""What a part is (``digit``, ``ten``, ``short ten``, ``teen``, ``hundred``...), and its value."""


@lru_cache(maxsize=1)
def _parts() -> dict[str, _Part]:
    parts: dict[str, _Part] = {}
    for value, plain, stem, others in _DIGITS:
        forms = [*listed(plain), *listed(others), *(stem + ending for ending in _ENDINGS)]
        parts |= dict.fromkeys(forms, ("digit", value))
    parts |= {form: ("before ten", value) for form, value in _SHORT_BEFORE_TENS.items()}
    tens = ["kymmenen", "kymmentä", "kymmeneen", "kymmenenä"]
    parts |= dict.fromkeys([*tens, *("kymmene" + ending for ending in _ENDINGS)], ("ten", 10))
    parts |= dict.fromkeys(_TENS_SHORT, ("short ten", 10))
    parts |= dict.fromkeys(("toista", "toist"), ("teen", 10))
    parts["nolla"] = ("zero", 0)
    parts |= dict.fromkeys(["nollaa", *("nolla" + ending for ending in _ENDINGS)], ("zero", 0))
    for name, plain, times, stem, others in (
        ("hundred", "sata", "sataa", "sada", "sataan satana"),
        ("thousand", "tuhat", "tuhatta", "tuhanne", "tuhanteen tuhantena"),
        ("million", "miljoona", "miljoonaa", "miljoona", "miljoonaan"),
    ):
        oblique = [*listed(others), *(stem + ending for ending in _ENDINGS)]
        parts |= dict.fromkeys([times, *oblique], (f"{name} times", 0))
        parts[plain] = (name, 0)
    return parts


@lru_cache(maxsize=1)
def _longest() -> int:
    return max(map(len, _parts()))


_SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000}


@lru_cache(maxsize=4096)
def finnish_groups(word: str) -> Groups:
    """The numbers that ``word`` (small letters) is made of; empty for other words."""
    if word[:1] not in _FIRST_LETTERS or len(word) > _LONGEST_WORD:
        return ()
    for parts in _cut(word, 0):
        atoms = _atoms(parts)
        if atoms:
            return groups_of(atoms)
    return ()


def one_and_a_half(word: str) -> bool:
    """Whether ``word`` is a form of ``puolitoista``."""
    return word in _ONE_AND_A_HALF


def _cut(word: str, start: int) -> Iterator[tuple[_Part, ...]]:
    """The ways to cut ``word`` into parts from ``start`` on, longer parts first."""
    if start == len(word):
        yield ()
        return
    known = _parts()
    for end in range(min(len(word), start + _longest()), start, -1):
        part = known.get(word[start:end])
        if part is not None:
            for rest in _cut(word, end):
                yield (part, *rest)


def _atoms(parts: tuple[_Part, ...]) -> list[Atom] | None:
    """What ``parts`` of one word mean together, or None where they make no sense."""
    atoms: list[Atom] = []
    place = 0
    while place < len(parts):
        kind, value = parts[place]
        following = parts[place + 1][0] if place + 1 < len(parts) else ""
        if kind in ("digit", "before ten") and following in ("ten", "short ten") and value > 1:
            atoms.append(Atom("tens", 10 * value, short=following == "short ten"))
            place += 2
        elif kind == "digit" and following == "teen":
            atoms.append(Atom("teen", 10 + value))
            place += 2
        elif kind in ("digit", "zero"):
            atoms.append(Atom("digit" if kind == "digit" else "zero", value))
            place += 1
        elif kind == "ten":
            atoms.append(Atom("teen", 10, times=True))
            place += 1
        elif kind.split()[0] in _SCALES:
            atoms.append(_scale(kind))
            place += 1
        else:
            return None
    return atoms


def _scale(kind: str) -> Atom:
    name, _, times = kind.partition(" ")
    multiplies = bool(times)
    if name == "hundred":
        return Atom("hundred", 100, times=multiplies)
    if name == "thousand":
        return Atom("thousand", 1000, times=multiplies)
    return Atom("million", 1_000_000, times=multiplies)
