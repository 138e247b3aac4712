"""What both halves of signing in stand on."""

from collections.abc import Callable
from datetime import datetime

from copilot.auth.config import AuthConfig
from copilot.auth.passwords import Passwords
from copilot.auth.tokens import KeyedHash
from copilot.kernel import clock
from copilot.kernel.db import Database


class AuthParts:
    """The database, the keyed hashes, the settings and the time.

    Args:
        db: Where everything is kept.
        secret: At least 32 bytes, kept outside the database. When it is lost, every key, session
            and link is void.
        config: Limits and lifetimes.
        now: The current time.
    """

    def __init__(
        self,
        db: Database,
        secret: bytes,
        config: AuthConfig | None = None,
        *,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        self.config = config or AuthConfig()
        self.hashes = KeyedHash(secret)
        self._db = db
        self._now = now
        self._passwords = Passwords()
