"""Words that a figure may start with or end in: what a word makes worth a closer look.

Each test here may say yes too often but never no where a finder's pattern would have matched.
"""

import re
from collections.abc import Callable
from enum import IntEnum, auto

from copilot.grounding.calendar_words import MONTH, SHORT_WEEKDAY, WEEKDAY
from copilot.grounding.numbers import number_words
from copilot.grounding.remembered import by_text
from copilot.grounding.units import CURRENCIES

_KEPT_WORDS = 16_384


class Mark(IntEnum):
    """What a word may belong to."""

    MONTH = auto()
    WEEKDAY = auto()
    SHORT_WEEKDAY = auto()
    HALF_OF_DAY = auto()
    OPEN = auto()
    AT_TIME = auto()
    CLOCK = auto()
    CURRENCY = auto()
    PERCENT = auto()
    CALLED = auto()
    NUMBERED = auto()
    NUMBER = auto()
    PLACE = auto()


def _whole(pattern: str, flags: int = 0) -> Callable[[str], object]:
    return re.compile(pattern, flags).fullmatch


def _start(pattern: str) -> Callable[[str], object]:
    return re.compile(pattern, re.IGNORECASE).match


_TESTS: tuple[tuple[Mark, Callable[[str], object]], ...] = (
    (Mark.MONTH, _whole(MONTH)),
    (Mark.WEEKDAY, _whole(WEEKDAY)),
    (Mark.SHORT_WEEKDAY, _whole(SHORT_WEEKDAY)),
    (Mark.HALF_OF_DAY, _whole("[ap]m?", re.IGNORECASE)),
    (
        Mark.OPEN,
        _whole("open|hours|auki|avoinna|aukioloajat|öppet|geöffnet|avatud", re.IGNORECASE),
    ),
    (Mark.AT_TIME, _whole("klo|kello|kl|um", re.IGNORECASE)),
    (Mark.CLOCK, _whole("clock|Uhr")),
    (Mark.CURRENCY, lambda word: word.lower() in CURRENCIES),
    (Mark.PERCENT, _start("prosent|percent|per$|pros$|procent|prozent")),
    (Mark.CALLED, _start("puh|tel$|phone$|call$|mobile$|soita$|fax$|numero")),
    (
        Mark.NUMBERED,
        _start(
            "order|tilau|invoice|lasku|ticket|case|tapau|viit|reference|ref|numero|number|nro|no$|"
            "code|koodi|pin|rma|booking|varau|asiakasnumero|ending|ends|last|päätty|loppu"
        ),
    ),
    (
        Mark.PLACE,
        _start(
            "seat|car$|coach$|wagon$|carriage$|platform$|track$|gate$|room$|size$|paik|istuinp|vaunu|"
            "laituri|raide$|raiteel|portti|portil|huone|koko$|kokoa$|koossa$|koon$|koosta$|"
            "bus$|tram$|train$|line$|bussi|linja|juna|raitiov"
        ),
    ),
    (Mark.NUMBER, lambda word: word.lower() in number_words()),
)


@by_text(_KEPT_WORDS)
def marks_of(word: str) -> tuple[Mark, ...]:
    """What ``word``, letters only, may belong to."""
    return tuple(mark for mark, test in _TESTS if test(word))
