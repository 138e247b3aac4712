"""Passwords: argon2id, off the event loop, as slow for unknown people as for known ones."""

import asyncio
import unicodedata
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from copilot.kernel.errors import InvalidInputError

SHORTEST = 12
LONGEST = 1024


class WeakPasswordError(InvalidInputError):
    """The password is too short or too long to be used."""

    code = "weak_password"
    title = "The password cannot be used"


class Passwords:
    """Makes and checks password hashes, two at a time (each takes 64 MiB while it works).

    Args:
        hasher: How hard hashing is; the library's present recommendation when not given.
    """

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._turns = asyncio.Semaphore(2)

    async def hash(self, password: str) -> str:
        """The argon2id hash of ``password``.

        Raises:
            WeakPasswordError: It has less than 12 or more than 1,024 characters.
        """
        if not SHORTEST <= len(password) <= LONGEST:
            raise WeakPasswordError(f"Choose a password of {SHORTEST} to {LONGEST} characters.")
        async with self._turns:
            return await asyncio.to_thread(self._hasher.hash, _as_typed(password))

    async def matches(self, stored: str | None, password: str) -> bool:
        """Whether ``password`` belongs to ``stored``; takes as long when nothing is stored."""
        async with self._turns:
            return await asyncio.to_thread(self._verify, stored, password)

    def is_outdated(self, stored: str) -> bool:
        """Whether ``stored`` was made with weaker settings than today's."""
        return self._hasher.check_needs_rehash(stored)

    def _verify(self, stored: str | None, password: str) -> bool:
        if len(password) > LONGEST:
            return False
        try:
            self._hasher.verify(stored or self._nobodys, _as_typed(password))
        except (VerificationError, InvalidHashError, UnicodeEncodeError):
            return False
        return stored is not None

    @cached_property
    def _nobodys(self) -> str:
        return self._hasher.hash("a password that nobody has")


def _as_typed(password: str) -> str:
    # An "ä" is one character or two, depending on the keyboard (RFC 8265, section 4.2).
    return unicodedata.normalize("NFC", password)
