"""Finding a known name in running text, in every form that Finnish gives it.

Finnish changes the end of a name ("Virtanen", "Virtasen") and often the consonants before it
("Heikki", "Heikin"; "Lahti", "Lahden"). What stays is a stem; after it only case endings,
possessive suffixes and clitics may follow. Which stems there are follows the sound changes of the
language (consonant gradation), so no dictionary is needed.
"""

import re
from collections.abc import Iterator, Sequence

from copilot.privacy.bare_letters import bare, respelled
from copilot.privacy.plain import UNSPACED

_CASE = (
    r"(?:n|t|h[aeiouyåäö]n|seen|siin|t?t[aä]|j[aä]|jen|[dt]?en|tten|ss[aä]|st[aä]|ll[aä]|lt[aä]"
    r"|lle|n[aä]|ksi|kse|in[aä]|[aä])?"
)
# Estonian has some endings of its own; after an e they are all that is sure.
_ESTONIAN = r"(?:l[et]|ga)"
_AFTER_E = rf"(?:n|ss[aä]|st[aä]|ll[aä]|lt[aä]|lle|n[aä]|ksi|{_ESTONIAN})"
_SUFFIXES = r"(?:ni|si|ns[aä]|mme|nne)?(?:kin|k[aä][aä]n|k[oö]|h[aä]n|p[aä])?"
_END = rf"(?:s|(?<=[aeiouyåäöõü]){_ESTONIAN}|[:'’]?{_CASE}{_SUFFIXES})"
_VOWELS = {one[0]: one for one in ("aoi", "äiö", "ie", "ei", "oi", "öi", "ui", "yi", "åi")}
"""What a final vowel may become: the first is itself."""

_GRADES = (
    # strong, weak
    *(("kk", "k"), ("pp", "p"), ("tt", "t"), ("nk", "ng"), ("nt", "nn"), ("lt", "ll")),
    *(("rt", "rr"), ("mp", "mm"), ("hk", "h"), ("lk", "lj"), ("lk", "l"), ("rk", "rj")),
    *(("rk", "r"), ("ht", "hd"), ("hk", "hj"), ("ik", "j"), ("k", ""), ("k", "'"), ("k", "v")),
    *(("p", "v"), ("t", "d")),
)
_ALSO_WORDS = """
will mark may june april rose grace hope joy faith art bill rich dawn summer frank
toivo onni suomi kivi mäki lahti virta ranta niemi salo aho koski järvi laine lumi
anna helmi meri pilvi kari marja vilja kuusi koivu kallio harju oja seppä
price page cook young white brown black green king long short case day lane box bell banks
joki vesi saari lampi pelto siipi tuomi kangas aalto kurki hirvi vuori susi hauki halko leppä petäjä
lehto rinne aino karhu kettu lintu kala puro kallas tammi haapa paju saarni metsä
satu ilo aamu ilta kuu tuuli usko armas rauha sulo oiva veli mies nainen vanha
"""
_WORDS_TOO = frozenset(re.split(r"\s+", _ALSO_WORDS.strip()))
_TITLES = frozenset(("mr", "mrs", "ms", "miss", "dr", "prof", "sir", "rouva", "herra", "neiti"))
_LONG = 6
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


def name_words(name: str) -> list[str]:
    """The words of ``name`` that tell who somebody is: no titles, no initials."""
    return [word for word in _WORD.findall(name) if len(word) > 1 and word.lower() not in _TITLES]


def with_halves(words: Sequence[str]) -> list[str]:
    """``words`` and the halves of double names: "Anna-Maija" is also called "Maija"."""
    halves = [half for word in words if "-" in word for half in word.split("-")]
    return [*words, *(half for half in halves if len(half) > 2)]


class NameForms:
    """One word of a name in all its forms.

    Args:
        word: First or last name in its basic form.
        capital: Find it with a capital letter only.
    """

    def __init__(self, word: str, *, capital: bool = False) -> None:
        self.word = word
        small = word.lower()
        self._pattern = _pattern([small])
        # "Jose" and "Muller" are how others type "José" and "Müller".
        bare_words = [bare(small), bare(small, keep_own=True), *respelled(small)]
        bare_words = list(dict.fromkeys(bare_words))
        self._is_bare = bare_words == [small]
        # "Mikä" is no form of "Mika", but "Mäkelä" is one of "Makela".
        self._keep_own = len(small) < _LONG
        self._bare_pattern = _pattern(bare_words)
        # "will" and "toivo" are words as well: these are names only with a capital letter.
        has_case = small != word.upper()
        self._needs_capital = has_case and (capital or len(small) < 4 or small in _WORDS_TOO)

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        """Start and end of every form in ``text``."""
        for start, end, sure in self.forms(text):
            if sure:
                yield start, end

    def forms(self, text: str) -> Iterator[tuple[int, int, bool]]:
        """Every form, and whether it is surely the name: beside another name any of them is."""
        seen = set()
        for match in self._pattern.finditer(text):
            seen.add(match.start())
            yield *match.span(), not self._needs_capital or match.group()[0].isupper()
        if self._is_bare and text.isascii():
            return
        for match in self._bare_pattern.finditer(bare(text, keep_own=self._keep_own)):
            if match.start() not in seen:
                yield *match.span(), text[match.start()].isupper()


def _pattern(words: Sequence[str]) -> re.Pattern[str]:
    """What finds ``words``, in small letters, in all their forms."""
    if UNSPACED.match(words[0]):
        return re.compile("|".join(map(re.escape, words)))
    forms = [f"{_written(word)}{_END}" for word in words]
    forms += [form for word in words if len(word) > 2 for form in _inflected(word)]
    return re.compile(rf"(?<!\w)(?:{'|'.join(forms)})(?!\w)", re.IGNORECASE)


def _written(text: str) -> str:
    """The pattern of ``text``, whichever apostrophe is typed."""
    return re.sub("['’]", "['’]", re.escape(text))


def _inflected(small: str) -> Iterator[str]:
    """Patterns of the inflected forms of a name in small letters."""
    last = small[-1]
    if small.endswith("nen") and len(small) > 4:
        stem = _written(small[:-3])
        yield rf"{stem}s(?:[ei]{{1,2}}[aä]?{_END}|t(?:[aä]|en){_SUFFIXES})"
    elif last in _VOWELS:
        yield from _of_vowel_stem(small[:-1], last)
    elif last == "s":
        yield from _of_s_stem(small)
    else:
        yield rf"{_written(small)}i{{1,2}}{_END}"
        yield rf"{_written(small)}ej[aä]{_SUFFIXES}"
    if last not in _VOWELS:
        # Estonian, and Finnish words like "sisar".
        yield rf"{_written(small)}(?:e|e{{1,2}}{_AFTER_E}{_SUFFIXES}|[au]{_ESTONIAN})"


def _of_vowel_stem(body: str, vowel: str) -> Iterator[str]:
    # First names keep their i ("Antti", "Antin"); old words turn it to e ("Lahti", "Lahden").
    vowels = "i" if vowel == "i" and body[-1:] == body[-2:-1] else _VOWELS[vowel]
    for stem in {*_weakened(body), *(_strengthened(body) if vowel == "e" else ())}:
        yield rf"{_written(stem)}[{vowels}]{{1,3}}{_END}"
    if vowel == "i":
        yield rf"{_written(body)}ej[aä]{_SUFFIXES}"
    if vowel == "i" and body.endswith("s"):
        yield rf"{_written(body[:-1])}(?:d[ei]{{1,2}}|t[ei]{{0,2}}){_END}"
        yield rf"{_written(body[:-2] if body[-2:-1] in 'kpt' else body[:-1])}st[aä]{_SUFFIXES}"
    if vowel == "i" and body.endswith(("ls", "ns", "rs")):
        yield rf"{_written(body[:-1] + body[-2])}[ei]{{1,2}}{_END}"
    if vowel == "i" and body.endswith("mm"):
        # "Tammen", but "emme" is no form of "Emmi".
        yield rf"{_written(body)}e{{1,2}}{_AFTER_E}{_SUFFIXES}|{_written(body)}e[aä]{_SUFFIXES}"
    if vowel == "i" and body.endswith("m"):
        yield rf"{_written(body[:-1])}nt[aä]{_SUFFIXES}"
    if vowel == "i" and body.endswith(("l", "n", "r")):
        yield rf"{_written(body)}t[aä]{_SUFFIXES}"
        yield rf"{_written(body)}ten{_SUFFIXES}"


def _of_s_stem(small: str) -> Iterator[str]:
    yield rf"{_written(small)}i{{1,2}}{_END}"
    yield rf"{_written(small[:-1])}ks[ei]{{1,2}}{_END}"
    if small[-2] in _VOWELS:
        for stem in _strengthened(small[:-2]):
            yield rf"{_written(stem)}{small[-2]}{{1,2}}i?{_END}"


def _weakened(body: str) -> set[str]:
    """``body`` and what it is with its last consonants in the weak grade."""
    weaker = {body[: -len(strong)] + weak for strong, weak in _GRADES if body.endswith(strong)}
    return {stem for stem in (body, *weaker) if len(stem) >= min(2, len(body))}


def _strengthened(body: str) -> set[str]:
    """``body`` and what it is with its last consonants in the strong grade."""
    return {body} | {
        body[: -len(weak)] + strong for strong, weak in _GRADES if weak and body.endswith(weak)
    }
