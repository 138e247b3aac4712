"""Where sensitive figures stand in a transcript, written in digits or said aloud.

What has a check digit is found by it. A recogniser mishears digits, and then the check fails: where
a card, an account or an identity number was just spoken of, a run that is long enough is taken for
it all the same. Numbers of orders and parcels, and phones, are neither.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from copilot.calls.dictated import Piece, Run, Word, runs, words_of
from copilot.calls.redacted import BEFORE, Place, SensitiveType
from copilot.privacy import checksums
from copilot.privacy.detect import detect
from copilot.speech.transcript import Segment

_WORD = re.compile(r"\S+")
_CARD = re.compile(
    r"card|visa|mastercard|amex|credit|debit|kort(?:in|ti|il|is|ei|t)|\w*korti|\w*kortti"
)
_CVV = re.compile(r"cvv|cvc|cv2|turva(?:koodi|luku|numero)|tarkistus(?:koodi|luku|numero)")
_CVV_PHRASE = re.compile(
    r"\b(?:security (?:code|number)|verification code|three digits? (?:on|at|from) the"
    r"|(?:on|at) the back|card code|kortin takana|takapuolella|kääntöpuolella)\b"
)
_IBAN = re.compile(r"iban|iiban|tilinumero|tilinro|tilille")
_IBAN_PHRASE = re.compile(r"\b(?:bank account|account number)\b")
_ID = re.compile(r"henkilötunnu|henkilönumero|hetu|sotu|sosiaaliturvatun|ssn|loppuosa|isikukood")
_ID_PHRASE = re.compile(
    r"\b(?:social security|personal identi\w+|identity (?:code|number)|national id\w*"
    r"|personal id)\b"
)
_ELSE = re.compile(
    r"order|tracking|invoice|reference|parcel|shipment|serial|imei|ticket|phone|mobile|booking"
    r"|customer|tila(?:us|uks)|viit|lasku|seuranta|lähety|sarjanumero|puhelin|varau|asiakasnumero"
)
_ENDS = re.compile(
    rf"(?:{_CVV.pattern}|{_IBAN.pattern}|{_ID.pattern}|{_ELSE.pattern}|security|code|koodi|expir"
    r"|valid|amount|total|voimassa|vanhen|umpeutu|summa)"
)
_NEAR = 40
_AFTER = 8
_CVV_REACH = 30
_WORDS_BETWEEN = 3
_LONGEST_IBAN = 34
_CARD_START = re.compile(r"[2-6]")
_CARD_LENGTHS = range(13, 20)
_LEAST_CARD, _LEAST_IBAN, _LEAST_ID = 12, 12, 9
_ID_TEXT = re.compile(r"(\d{6})[A-FU-Y]?(\d{3}[0-9A-FHJ-NPR-Y])")


def find(
    segments: Sequence[Segment], language: str | None, types: Sequence[SensitiveType]
) -> list[Place]:
    """The sensitive figures of these types, by their words in the text of each segment.

    Those that stand only in what a segment said before a human corrected it are told as that.
    """
    said = _found(segments, language, types)
    before = {
        one.n: one.model_copy(update={"text": one.original_text, "words": [], "figures": []})
        for one in segments
        if one.original_text is not None
    }
    if before:
        seen = {place.n for place in said}
        heard = [before.get(one.n, one) for one in segments]
        said += [
            place._replace(first=BEFORE, last=BEFORE)
            for place in _found(heard, language, types)
            if place.n in before and place.n not in seen
        ]
    return sorted(set(said))


def _found(
    segments: Sequence[Segment], language: str | None, types: Sequence[SensitiveType]
) -> list[Place]:
    words = words_of(segments)
    cues = _Cues(words)
    places = {(word.n, word.token.word): word.at for word in reversed(words)}
    # Numbers that follow a cue: it is not about those after them any more.
    numbers = sorted(
        (one for one in runs(segments, words, language, cues.end) if len(one.digits) > 2),
        key=lambda run: run.start,
    )
    found = [
        place
        for one in segments
        for place in _of_segment(one, types)
        if place.type != "card" or not cues.is_else(places[one.n, place.first], numbers)
    ]
    taken = {(one.n, number) for one in found for number in range(one.first, one.last + 1)}
    dictated = list(
        runs(
            segments,
            words,
            language,
            lambda word: cues.end(word) or (word.n, word.token.word) in taken,
        )
    )
    for run in _joined(dictated, cues):
        kind, pieces = _judged(run, cues, numbers)
        if kind in types:
            found += _places(kind, pieces)
    if "cvv" in types:
        for pieces in _security_codes(dictated, cues):
            found += _places("cvv", pieces)
    return found


def _joined(dictated: Sequence[Run], cues: "_Cues") -> Iterator[Run]:
    """The runs, those of a card with a few words between them as one: "let me see"."""
    held: Run | None = None
    for run in dictated:
        if held is not None and _goes_on(held, run, cues):
            held = Run((*held.pieces, *run.pieces))
            continue
        if held is not None:
            yield held
        held = run
    if held is not None:
        yield held


def _goes_on(before: Run, after: Run, cues: "_Cues") -> bool:
    return (
        0 < after.start - before.end <= _WORDS_BETWEEN + 1
        and len(before.digits + after.digits) <= _CARD_LENGTHS[-1]
        and cues.last(cues.card, before) >= 0
        and not cues.between(before.end, after.start)
    )


def _of_segment(segment: Segment, types: Sequence[SensitiveType]) -> Iterator[Place]:
    """Those that a recogniser wrote in digits or letters, and phones and mail addresses."""
    words = list(_WORD.finditer(segment.text))
    for one in detect(segment.text):
        kind: SensitiveType | None = next((name for name in types if name == one.type), None)
        inside = [
            number
            for number, word in enumerate(words)
            if word.start() < one.end and word.end() > one.start
        ]
        if kind is not None and inside:
            digits = segment.text[one.start : one.end]
            yield Place(segment.n, kind, inside[0], inside[-1], digits)
    for figure in segment.figures:
        kind = next((name for name in types if name == figure.kind), None)
        if kind in ("phone", "email"):
            yield Place(segment.n, kind, figure.first, figure.last, figure.written)


class _Cues:
    """What was spoken of, by place among all words."""

    def __init__(self, words: Sequence[Word]) -> None:
        texts = [word.token.text for word in words]
        self.card = _single(_CARD, texts)
        self.others = _single(_ELSE, texts)
        self.ends = _single(_ENDS, texts)
        self.cvv = sorted([*_single(_CVV, texts), *_phrases(_CVV_PHRASE, texts)])
        self.iban = sorted([*_single(_IBAN, texts), *_phrases(_IBAN_PHRASE, texts)])
        self.id = sorted([*_single(_ID, texts), *_phrases(_ID_PHRASE, texts)])

    def end(self, word: Word) -> bool:
        """Whether the digits after ``word`` are no part of those before it."""
        return _ENDS.match(word.token.text) is not None

    def between(self, start: int, end: int) -> bool:
        """Whether anything is spoken of between two places."""
        everything = (self.card, self.others, self.cvv, self.iban, self.id, self.ends)
        return any(_within(one, start + 1, end) for one in everything)

    def is_else(self, at: int, numbers: Sequence[Run]) -> bool:
        """Whether an order, a parcel or the like was last spoken of before the number at ``at``."""
        cards = _within(self.card, at - _NEAR, at + _AFTER)
        return not cards and self.other(at, numbers) >= 0

    def other(self, at: int, numbers: Sequence[Run]) -> int:
        """The place of what else was last spoken of, with no number of its own before ``at``."""
        near = _within(self.others, at - _NEAR, at)
        if not near:
            return -1
        first = bisect_left(numbers, near[-1], key=lambda run: run.start)
        taken = first < len(numbers) and numbers[first].end < at
        return -1 if taken else near[-1]

    def last(self, cues: Sequence[int], run: Run) -> int:
        """The place of the last of ``cues`` near ``run``; -1 where there is none."""
        before = _within(cues, run.start - _NEAR, run.start)
        if before:
            return before[-1]
        within = _within(cues, run.start, run.end + _AFTER)
        return max(0, run.start - _NEAR) if within else -1


def _within(cues: Sequence[int], start: int, end: int) -> Sequence[int]:
    return cues[bisect_left(cues, start) : bisect_left(cues, end)]


def _single(pattern: re.Pattern[str], texts: Sequence[str]) -> list[int]:
    return [at for at, text in enumerate(texts) if pattern.match(text)]


def _phrases(pattern: re.Pattern[str], texts: Sequence[str]) -> list[int]:
    joined, places = "", []
    for at, text in enumerate(texts):
        places += [at] * (len(text) + 1)
        joined += f"{text} "
    return [places[match.end() - 1] for match in pattern.finditer(joined)]


def _judged(
    run: Run, cues: _Cues, numbers: Sequence[Run]
) -> tuple[SensitiveType | None, Sequence[Piece]]:
    """What ``run`` is, and which of its pieces are that."""
    digits = run.digits
    near: dict[SensitiveType | None, int] = {
        "card": cues.last(cues.card, run),
        "iban": cues.last(cues.iban, run),
        "national_id": cues.last(cues.id, run),
        None: cues.other(run.start, numbers),
    }
    least = {"card": _LEAST_CARD, "iban": _LEAST_IBAN, "national_id": _LEAST_ID}
    if _is_id(run.text):
        return "national_id", run.pieces
    account = _iban(run)
    if account:
        return "iban", account
    kind = max(near, key=lambda one: near[one])
    window = _card(run, anywhere=near["card"] >= 0)
    if window and (kind is not None or near[None] < 0):
        return "card", window
    if near[kind] < 0 or kind is None or len(digits) < least[kind]:
        return None, ()
    return kind, run.pieces


def _card(run: Run, *, anywhere: bool) -> Sequence[Piece]:
    """The pieces that are a card number by its check digit."""
    pieces = run.pieces
    firsts = range(len(pieces)) if anywhere else (0,)
    for first in firsts:
        text = ""
        found: Sequence[Piece] = ()
        for last in range(first, len(pieces)):
            text += pieces[last].text
            if len(text) > _CARD_LENGTHS[-1] or not text.isdigit():
                break
            if _is_card(text) and (anywhere or len(text) == len(run.digits)):
                found = pieces[first : last + 1]
        if found:
            return found
    return ()


def _is_card(digits: str) -> bool:
    return (
        len(digits) in _CARD_LENGTHS
        and _CARD_START.match(digits) is not None
        and len(set(digits)) > 1
        and checksums.luhn(digits)
    )


def _iban(run: Run) -> Sequence[Piece]:
    for first in range(len(run.pieces)):
        text = ""
        for last in range(first, len(run.pieces)):
            text += run.pieces[last].text
            if not text[:2].isalpha() or len(text) > _LONGEST_IBAN:
                break
            wanted = checksums.iban_length(text[:2])
            if wanted == len(text) and text[2:4].isdigit() and checksums.is_iban(text):
                return run.pieces[first : last + 1]
    return ()


def _is_id(text: str) -> bool:
    found = _ID_TEXT.fullmatch(text)
    return found is not None and checksums.is_finnish_id(f"{found[1]}-{found[2]}")


def _security_codes(dictated: Sequence[Run], cues: _Cues) -> Iterator[Sequence[Piece]]:
    ordered = sorted(dictated, key=lambda run: run.start)
    codes: dict[str, int] = {}
    for cue in cues.cvv:
        first = bisect_right(ordered, cue, key=lambda run: run.start)
        for run in ordered[first : first + _CVV_REACH]:
            if run.start > cue + _CVV_REACH:
                break
            if len(run.digits) in (3, 4):
                codes.setdefault(run.digits, run.start)
                yield run.pieces
                break
    # Read back, or said once more.
    for run in ordered:
        said = codes.get(run.digits, run.start)
        if said < run.start <= said + _CVV_REACH:
            yield run.pieces


def _places(kind: SensitiveType | None, pieces: Sequence[Piece]) -> Iterator[Place]:
    """One place in each segment that the pieces are in."""
    digits = "".join(piece.text for piece in pieces)
    by_n: dict[int, list[int]] = {}
    for piece in pieces:
        for word in piece.words:
            by_n.setdefault(word.n, []).append(word.token.word)
    for n, numbers in by_n.items():
        if kind is not None:
            yield Place(n, kind, min(numbers), max(numbers), digits)
