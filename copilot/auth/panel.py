"""The panel inside other desktops: which sites may show it, and how an agent lets it in.

A browser sends no cookie of ours from a frame of another site. So the panel makes up a secret,
opens a window of ours with the secret's SHA-256 hash, and the agent, signed in there, allows it;
the panel takes the token with the secret itself (the idea of RFC 7636, with RFC 8628's code that
a person compares). The token does what the agent may, administration apart, and ends with their
session.
"""

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

from copilot.auth import audit, panel_store
from copilot.auth.agent import Session
from copilot.auth.audit import actor_of
from copilot.auth.parts import AuthParts
from copilot.auth.principal import Principal
from copilot.auth.tokens import PANEL_PREFIX, new_token
from copilot.kernel.errors import InvalidInputError
from copilot.kernel.ids import TenantId

MOST_ORIGINS = 50
_WAITS = timedelta(minutes=10)
_CHALLENGE = re.compile(r"[0-9a-f]{64}")
_HOST = re.compile(r"(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9-]{1,63}")
_HERE = frozenset(("localhost", "127.0.0.1"))
_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
_CODE_LETTERS = 6


class PanelToken(NamedTuple):
    """What a panel sends as ``Authorization: Bearer``, and until when it is good."""

    token: str
    expires_at: datetime


class PanelAccess(AuthParts):
    """The part of signing in that lets panels in."""

    async def panel_origins(self, tenant: TenantId) -> list[str]:
        """The sites that may show the tenant's panel."""
        async with self._db.read() as session:
            return await panel_store.origins_of(session, tenant)

    async def set_panel_origins(
        self, tenant: TenantId, origins: Sequence[str], *, by: Principal | None = None
    ) -> list[str]:
        """Replace the sites that may show the tenant's panel; returns them as kept.

        Raises:
            InvalidInputError: One is no origin, or there are too many.
        """
        kept = sorted({origin_of(one) for one in origins})
        if len(kept) > MOST_ORIGINS:
            raise InvalidInputError(f"At most {MOST_ORIGINS} sites may show the panel.")
        async with self._db.write() as session:
            await panel_store.set_origins(session, tenant, kept)
            told = " ".join(kept) or "none"
            await audit.record(session, tenant, "panel_origins_set", actor_of(by), origins=told)
        return kept

    async def allow_panel(self, session_token: str, found: Session, challenge: str) -> None:
        """Let the panel in that knows the secret behind ``challenge``, for this session's agent.

        Args:
            session_token: Of the agent's session.
            found: The session itself.
            challenge: SHA-256 of the panel's secret, in hexadecimal.

        Raises:
            InvalidInputError: That is no challenge.
            PanelGrantedError: It was taken up already.
        """
        check_challenge(challenge)
        at = self._now()
        async with self._db.write() as session:
            await panel_store.add_grant(
                session,
                found.tenant,
                challenge=challenge,
                session_hash=self.hashes.of("session", session_token),
                at=at,
                expires_at=at + _WAITS,
            )
            await audit.record(session, found.tenant, "panel_allowed", actor_of(found.principal))

    async def panel_token(self, secret: str) -> PanelToken | None:
        """The token for a panel's secret, once, after an agent allowed it; None until then."""
        token = new_token(PANEL_PREFIX)
        challenge = hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
        async with self._db.write() as session:
            until = await panel_store.take_up(
                session,
                challenge=challenge,
                token_hash=self.hashes.of("panel", token),
                at=self._now(),
            )
        return None if until is None else PanelToken(token, until)

    async def panel_session(self, token: str) -> Session | None:
        """The session that a panel's token stands for; None when that has ended."""
        async with self._db.read() as session:
            found = await panel_store.session_of(
                session, self.hashes.of("panel", token), self._now()
            )
        if found is None:
            return None
        # Its own: what one panel learns is no token of the console.
        csrf = self.hashes.of("panel csrf", token)
        return Session(found.tenant, found.agent, csrf, found.expires_at)


def panel_principal(session: Session) -> Principal:
    """What a panel may do for its agent: all but administration."""
    found = session.principal
    return found._replace(scopes=found.scopes - {"admin"})


def check_challenge(challenge: str) -> None:
    """See that ``challenge`` can be one.

    Raises:
        InvalidInputError: It is none.
    """
    if not _CHALLENGE.fullmatch(challenge):
        raise InvalidInputError("Open this page from the panel: its address is not whole.")


def code_of(challenge: str) -> str:
    """The letters by which a person sees that panel and window belong together."""
    value = int(challenge[:16], 16)
    letters = []
    for _ in range(_CODE_LETTERS):
        value, place = divmod(value, len(_LETTERS))
        letters.append(_LETTERS[place])
    return "".join(letters[:3]) + "-" + "".join(letters[3:])


def origin_of(text: str) -> str:
    """``text`` as an origin: ``https://desk.example``, ``https://*.desk.example``.

    Plain http is for this machine alone.

    Raises:
        InvalidInputError: It is none.
    """
    try:
        parts = urlsplit(text.strip().lower())
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    host = parts.hostname or ""
    bare = not (parts.query or parts.fragment or parts.username or parts.path.strip("/"))
    safe = parts.scheme == "https" or (parts.scheme == "http" and host in _HERE)
    if not (bare and safe and _HOST.fullmatch(host) and host.strip("*.")):
        raise InvalidInputError(
            f"{text[:100]!r} is no site: write it like https://desk.example, without a path."
        )
    if host.startswith("*.") and host.count(".") < 2:
        raise InvalidInputError(f"{text[:100]!r} is too wide: name the site after the star.")
    return f"{parts.scheme}://{host}" + (f":{port}" if port is not None else "")
