"""What the grammar has to know of a language."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from copilot.speech.spoken.atoms import Atom
from copilot.speech.spoken.figure import Spoken
from copilot.speech.spoken.tokens import Token

Groups = tuple[tuple[Atom, ...], ...]
"""The numbers that one word is: most are one, ``nollaneljänolla`` is three."""


class Words(NamedTuple):
    """The closed word classes of a language, in small letters.

    Attributes:
        ohs: What stands for zero inside codes and decimals only.
        point: Before decimals.
        ands: Between a number and ``half``, and between euros and cents.
        halves: What adds a half after ``ands``.
        range_words: Between the two ends of a range.
        repeats: ``double`` to 2.
        marks: Words for characters in codes: ``dash`` to ``-``.
        mail_marks: The same in mail addresses and links.
        at_signs: Words for ``@``; the value says whether they mean nothing else.
        letters: Names of letters to the letters.
        alphabet: Words of a spelling alphabet to the letters; they are names too.
        minuses: Before a number below zero.
        spelled_like: Phrases between a letter and a word that begins with it.
        no_lone_letters: Letters that are words too.
        code_cues: Words, or their beginnings, after which a code is told.
        phone_cues: Words, or their beginnings, after which a phone number is told.
        links: What may stand between a cue and a code.
        price_ends: What may follow a price that has no currency.
        role_names: Names of mailboxes that are no person's.
        price_cues: Words after which a price is told.
        year_cues: Words right before a year.
        mail_cues: Words after which a mail address is told.
        not_names: Words that are no part of an address.
        idioms: Phrases with numbers that count nothing.
    """

    ohs: frozenset[str]
    point: frozenset[str]
    ands: frozenset[str]
    halves: tuple[tuple[str, ...], ...]
    range_words: frozenset[str]
    repeats: Mapping[str, int]
    marks: Mapping[str, str]
    mail_marks: Mapping[str, str]
    at_signs: Mapping[str, bool]
    letters: Mapping[str, str]
    alphabet: Mapping[str, str]
    minuses: frozenset[str]
    spelled_like: tuple[tuple[str, ...], ...]
    no_lone_letters: frozenset[str]
    code_cues: tuple[str, ...]
    phone_cues: tuple[str, ...]
    links: frozenset[str]
    price_ends: frozenset[str]
    role_names: frozenset[str]
    price_cues: tuple[str, ...]
    year_cues: frozenset[str]
    mail_cues: frozenset[str]
    not_names: frozenset[str]
    idioms: tuple[tuple[str, ...], ...]


class Money(NamedTuple):
    """A currency word.

    Attributes:
        sign: Written instead of it; None where the word itself is written.
        cents: It names the hundredth part.
        counted: It is in the form that follows a count, not ``fifteen euro vouchers``.
    """

    sign: str | None
    cents: bool = False
    counted: bool = True


class Grammar(ABC):
    """A language's number words and the figures that only it forms in its own way."""

    words: Words
    decimal_mark: str
    thousands_mark: str
    indefinite = ""
    """The article that may stand for one: ``a hundred``."""
    inflects = False
    """Whether cues are beginnings of words."""
    joins = ""
    """What may stand between hundreds and the rest: ``two hundred and five``."""

    @abstractmethod
    def groups(self, word: str) -> Groups:
        """The numbers that ``word`` (small letters) is made of; empty for other words."""

    @abstractmethod
    def money(self, word: str) -> Money | None:
        """The currency that ``word`` names."""

    @abstractmethod
    def percent(self, tokens: Sequence[Token], at: int) -> int:
        """How many tokens at ``at`` say ``percent``."""

    @abstractmethod
    def unit(self, tokens: Sequence[Token], at: int, *, one: bool) -> int:
        """How many tokens at ``at`` name a unit; ``one``: after the number one."""

    @abstractmethod
    def dated(self, tokens: Sequence[Token], at: int) -> Spoken | None:
        """The date that begins at ``at``, in tokens."""

    @abstractmethod
    def timed(self, tokens: Sequence[Token], at: int) -> Spoken | None:
        """The time of day that begins at ``at``, in tokens."""

    @abstractmethod
    def amount(self, number: str, sign: str) -> str:
        """An amount as it is written."""

    @abstractmethod
    def percentage(self, number: str) -> str:
        """A percentage as it is written."""

    def ordinal(self, tokens: Sequence[Token], at: int) -> Spoken | None:  # noqa: ARG002
        """A number such as ``23rd`` that begins at ``at``, in tokens."""
        return None

    def one_and_a_half(self, word: str) -> bool:  # noqa: ARG002
        """Whether ``word`` alone means one and a half."""
        return False

    def is_range(self, first: Token, second: Token) -> bool:  # noqa: ARG002
        """Whether the forms of two numbers side by side say ``from first to second``."""
        return False
