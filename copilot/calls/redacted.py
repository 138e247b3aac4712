"""Taking sensitive figures out of a transcript: what was found, and the text without it.

A label such as ``[CARD]`` stands where a figure stood. Unlike the placeholders of
:mod:`copilot.privacy.pseudonyms` it has no number: nothing stands behind it any more.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel

from copilot.speech.transcript import Segment, SpokenFigure, Word

SensitiveType = Literal["card", "cvv", "iban", "national_id", "phone", "email"]
FoundType = Literal["card", "cvv", "iban", "national_id", "phone", "email", "segment"]

USUAL: tuple[SensitiveType, ...] = ("card", "cvv", "iban", "national_id")
"""What is taken out unless something else is asked for: a call without phones is of little use."""

LABELS: dict[FoundType, str] = {
    "card": "[CARD]",
    "cvv": "[CVV]",
    "iban": "[IBAN]",
    "national_id": "[ID]",
    "phone": "[PHONE]",
    "email": "[EMAIL]",
    "segment": "[REDACTED]",
}
_EDGE = re.compile(r"^[^\w\[]*|[^\w\]]*$")
_END_MARKS = re.compile(r"[.,;:!?…]*$")
_GAP = r"[\s.,/\u00a0\u2010\u2011–-]{0,3}"
_ENOUGH_DIGITS = 3
_TELLING_DIGITS = 6
_FIRST_WORD = re.compile(r"\(\?<!\\w\)(\w+)(?=\\W\+)")


BEFORE = -1


class Found(BaseModel):
    """A sensitive figure, by its segment and seconds, without the figure itself."""

    n: int
    type: FoundType
    start: float
    end: float


class Place(NamedTuple):
    """A sensitive figure, or the part of one, in the words of a segment's text.

    Attributes:
        n: The segment.
        first: Its first word among the text split at blanks; :data:`BEFORE` where it stood only
            in what the segment said before a human corrected it.
        last: Its last word, included.
        digits: The whole figure in letters and digits, where it is known.
    """

    n: int
    type: FoundType
    first: int
    last: int
    digits: str = ""


def found_at(segment: Segment, place: Place) -> Found:
    """``place`` as it is told: with the seconds of its words, or else of the whole segment."""
    start, end = segment.start, segment.end
    if place.first != BEFORE and len(segment.words) == len(segment.text.split()):
        start, end = segment.words[place.first].start, segment.words[place.last].end
    return Found(n=segment.n, type=place.type, start=start, end=max(start, end))


def without(segment: Segment, places: Sequence[Place]) -> Segment:
    """``segment`` with labels in the places of its text.

    What it said before a human corrected it goes, and its words too where they cannot be told
    apart by the text: either may hold what the text no longer does.
    """
    texts = segment.text.split()
    words = segment.words if len(segment.words) == len(texts) else []
    kept_texts: list[str] = []
    kept_words: list[Word] = []
    moved: dict[int, int] = {}
    at = 0
    for place in [*_apart(one for one in places if one.first != BEFORE), None]:
        end = len(texts) if place is None else place.first
        for number in range(at, end):
            moved[number] = len(kept_texts)
            kept_texts.append(texts[number])
            kept_words += words[number : number + 1]
        if place is None:
            break
        label = LABELS[place.type] + _end_marks(texts[place.last])
        kept_texts.append(label)
        if words:
            start, stop = words[place.first].start, words[place.last].end
            kept_words.append(Word(start=start, end=stop, text=label))
        at = place.last + 1
    return segment.model_copy(
        update={
            "text": " ".join(kept_texts),
            "words": kept_words,
            "figures": [_moved(one, moved) for one in segment.figures if _is_kept(one, moved)],
            "original_text": None,
        }
    )


def _apart(places: Iterable[Place]) -> list[Place]:
    """``places`` in order, those that overlap as one, of the type of the first."""
    apart: list[Place] = []
    for one in sorted(places, key=lambda place: (place.first, -place.last)):
        if apart and one.first <= apart[-1].last:
            apart[-1] = apart[-1]._replace(last=max(apart[-1].last, one.last))
        else:
            apart.append(one)
    return apart


def _end_marks(word: str) -> str:
    found = _END_MARKS.search(word)
    return found.group() if found is not None else ""


def _is_kept(figure: SpokenFigure, moved: dict[int, int]) -> bool:
    return all(number in moved for number in range(figure.first, figure.last + 1))


def _moved(figure: SpokenFigure, moved: dict[int, int]) -> SpokenFigure:
    return figure.model_copy(update={"first": moved[figure.first], "last": moved[figure.last]})


class Secrets:
    """What was taken out, kept only as long as its copies are looked for.

    Args:
        phrases: As it was said, with the label that stands for it.
        digits: The figures in letters and digits, with their labels.
        passages: Whole segments, with their labels.
    """

    def __init__(
        self,
        phrases: Iterable[tuple[str, str]] = (),
        digits: Iterable[tuple[str, str]] = (),
        passages: Iterable[tuple[str, str]] = (),
    ) -> None:
        long: dict[str, str] = {}
        others: dict[str, str] = {}
        for said, label in (*passages, *phrases):
            if found := _phrase(said):
                others[found] = label
        for figure, label in digits:
            characters = re.findall(r"\w", figure)
            if len(characters) >= _TELLING_DIGITS:
                long[_bounded(_GAP.join(map(re.escape, characters)))] = label
            elif len(characters) >= _ENOUGH_DIGITS:
                others[_short(characters)] = label
        self._said = _Patterns(long)
        self._all = _Patterns(others | long)
        self._digits = [re.sub(r"\D", "", figure) for figure, _ in digits]

    def __bool__(self) -> bool:
        return bool(self._all)

    def mask(self, text: str) -> str:
        """``text`` with labels in place of every copy."""
        return self._all.mask(text)

    def mask_said(self, text: str) -> str:
        """The same of what was said: a phrase or three digits may mean something else there."""
        return self._said.mask(text)

    def mask_all(self, value: Any) -> Any:
        """The same of every text in a JSON value."""
        if isinstance(value, str):
            return self.mask(value)
        if isinstance(value, list):
            return [self.mask_all(one) for one in value]
        if isinstance(value, dict):
            return {key: self.mask_all(one) for key, one in value.items()}
        return value

    def are_in(self, value: Any) -> bool:
        """Whether a text in a JSON value repeats one, or six digits of one in a row."""
        if isinstance(value, str):
            return self.mask(value) != value or self._telling(value)
        if isinstance(value, dict):
            return any(self.are_in(one) for one in value.values())
        return isinstance(value, list) and any(self.are_in(one) for one in value)

    def _telling(self, text: str) -> bool:
        runs = [re.sub(r"\D", "", run) for run in re.findall(rf"\d(?:{_GAP}\d){{5,}}", text)]
        return any(
            run[at : at + _TELLING_DIGITS] in digits
            for run in runs
            for digits in self._digits
            for at in range(len(run) - _TELLING_DIGITS + 1)
        )


class _Patterns:
    """Patterns with their labels; many are looked for at the cost of few."""

    def __init__(self, labels: Mapping[str, str]) -> None:
        # The longest first: a part of a figure must not leave the rest of it behind.
        ordered = sorted(labels.items(), key=lambda item: -len(item[0]))
        self._by_word: dict[str | None, list[tuple[int, re.Pattern[str], str]]] = {}
        for rank, (pattern, label) in enumerate(ordered):
            found = _FIRST_WORD.match(pattern)
            entry = (rank, re.compile(pattern, re.IGNORECASE), label)
            word = re.findall(r"\w+", found[1].lower())[0] if found else None
            self._by_word.setdefault(word, []).append(entry)

    def __bool__(self) -> bool:
        return bool(self._by_word)

    def mask(self, text: str) -> str:
        words: set[str | None] = {None, *re.findall(r"\w+", text.lower())}
        there = [entry for word in words & self._by_word.keys() for entry in self._by_word[word]]
        for _, pattern, label in sorted(there, key=lambda entry: entry[0]):
            text = pattern.sub(label, text)
        return text


def _phrase(said: str) -> str | None:
    """The pattern of a phrase; None of what stands in every text: ``one`` or ``12``."""
    words = [word for word in (_EDGE.sub("", one) for one in said.split()) if word]
    characters = "".join(words)
    if len(words) >= _ENOUGH_DIGITS:
        return _bounded(r"\W+".join(map(re.escape, words)))
    if len(characters) <= _ENOUGH_DIGITS or not any(map(str.isdigit, characters)):
        return None
    if characters.isdigit() and len(characters) < _TELLING_DIGITS:
        return _short(characters)
    return _bounded(r"\W+".join(map(re.escape, words)))


def _bounded(pattern: str) -> str:
    return rf"(?<!\w){pattern}(?!\w)"


def _short(characters: Sequence[str]) -> str:
    """A figure of few digits: not as a part of longer ones, such as numbers of orders."""
    each = [re.escape(one) for one in characters]
    apart = r"[\s-]".join(each)
    return rf"(?<!\w)(?<!\w[-/.,])(?<!\d\s)(?:{''.join(each)}|{apart})(?![-/.,]?\w|\s\d)"


def secrets_of(segments: Sequence[Segment], places: Sequence[Place]) -> Secrets:
    """What stands in ``places`` of ``segments``, in every form that is known."""
    by_n = {segment.n: segment for segment in segments}
    phrases: list[tuple[str, str]] = []
    passages: list[tuple[str, str]] = []
    digits: dict[tuple[str, str], None] = {}
    for place in places:
        segment, label = by_n[place.n], LABELS[place.type]
        if place.first != BEFORE:
            said = " ".join(segment.text.split()[place.first : place.last + 1])
            (passages if place.type == "segment" else phrases).append((said, label))
        written = [one.written for one in segment.figures if _overlaps(one, place)]
        for figure in (place.digits, *written):
            if figure and place.type != "segment":
                digits[figure, label] = None
    return Secrets(phrases, list(digits), passages)


def _overlaps(figure: SpokenFigure, place: Place) -> bool:
    return figure.first <= place.last and figure.last >= place.first
