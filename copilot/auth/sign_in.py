"""Signing in to the console: by password or one-time link, until the session ends."""

import unicodedata
from datetime import timedelta

from copilot.auth import attempts, audit, people_store
from copilot.auth.agent import Session
from copilot.auth.audit import Actor, AuditKind, actor_of
from copilot.auth.network import network_of
from copilot.auth.parts import AuthParts
from copilot.auth.people_store import Account
from copilot.auth.principal import Principal
from copilot.auth.tokens import LINK_PREFIX, SESSION_PREFIX, new_token
from copilot.kernel.db import WriteSession
from copilot.kernel.errors import InvalidInputError, NotAuthenticatedError, RateLimitedError


class SignInFailedError(NotAuthenticatedError):
    """Email and password do not belong together, or the link cannot be used (any more)."""

    code = "sign_in_failed"
    title = "Signing in failed"


class SignIns(AuthParts):
    """The half of signing in that people use."""

    async def sign_in(self, email: str, password: str, client_ip: str | None) -> str:
        """A new session's token for an agent's email and password.

        Args:
            email: In any case, spaces around it are ignored.
            password: The password.
            client_ip: Where it comes from, to limit guessing; None when unknown.

        Raises:
            SignInFailedError: They do not belong together.
            RateLimitedError: Too many tries for this email or from this address.
        """
        address = normal_email(email)
        by_email = self.hashes.of("attempts by email", address)
        by_ip = self.hashes.of("attempts by address", network_of(client_ip)) if client_ip else None
        async with self._db.read() as session:
            account = await people_store.account_by_email(session, address)
        await self._count_attempt(account, by_email, by_ip, client_ip)
        stored = account.password_hash if account else None
        matches = await self._passwords.matches(stored, password)
        if account is None or stored is None or not matches:
            await self._audit_refusal(account, "sign_in_failed", client_ip)
            raise SignInFailedError("The email address or the password is wrong.")
        better = (
            await self._passwords.hash(password) if self._passwords.is_outdated(stored) else None
        )
        async with self._db.write() as session:
            held = await people_store.hold_password_hash(session, account.tenant, account.agent.id)
            if held != stored:  # it was changed or taken away while it was being compared
                raise SignInFailedError("The email address or the password is wrong.")
            await attempts.forget(session, by_email)
            if by_ip is not None:
                await attempts.take_back(session, by_ip)
            if better is not None:
                await people_store.set_password_hash(
                    session, account.tenant, account.agent.id, better
                )
            return await self._begin(session, account, "signed_in", client_ip)

    async def create_link(self, agent_id: str, *, by: Principal | None = None) -> str:
        """The token of a new sign-in link: for one use, within ``link_minutes``.

        Raises:
            AgentNotFoundError: There is no such agent.
        """
        token, at = new_token(LINK_PREFIX), self._now()
        async with self._db.write() as session:
            account = await people_store.account(session, agent_id)
            await people_store.add_link(
                session,
                account.tenant,
                account.agent.id,
                token_hash=self.hashes.of("link", token),
                at=at,
                expires_at=at + timedelta(minutes=self.config.link_minutes),
            )
            await audit.record(
                session, account.tenant, "link_created", actor_of(by), subject_id=agent_id
            )
        return token

    async def redeem_link(self, token: str, client_ip: str | None = None) -> str:
        """A new session's token for a sign-in link's, which is used up.

        Mail scanners and previews open links: call this on POST, behind a button, not on GET.

        Raises:
            SignInFailedError: The link is unknown, used or too old.
        """
        async with self._db.write() as session:
            hashed = self.hashes.of("link", token)
            account = await people_store.use_link(session, hashed, self._now())
            if account is None:
                raise SignInFailedError("This link was used or is too old: ask for a new one.")
            return await self._begin(session, account, "link_used", client_ip)

    async def session(self, token: str) -> Session | None:
        """The session with that token; None when there is none or it has ended."""
        if not token.startswith(SESSION_PREFIX):
            return None
        async with self._db.read() as session:
            found = await people_store.open_session(
                session, self.hashes.of("session", token), self._now()
            )
        if found is None:
            return None
        return Session(found.tenant, found.agent, self.hashes.of("csrf", token), found.expires_at)

    async def sign_out(self, token: str) -> None:
        """End a session; nothing happens when it has ended."""
        hashed = self.hashes.of("session", token)
        async with self._db.write() as session:
            found = await people_store.open_session(session, hashed, self._now())
            await people_store.drop_session(session, hashed)
            if found is not None:
                who = Actor("agent", found.agent.id, found.agent.name)
                await audit.record(session, found.tenant, "signed_out", who)

    async def _begin(
        self, session: WriteSession, account: Account, kind: AuditKind, client_ip: str | None
    ) -> str:
        token, at = new_token(SESSION_PREFIX), self._now()
        await people_store.add_session(
            session,
            account.tenant,
            account.agent.id,
            token_hash=self.hashes.of("session", token),
            at=at,
            expires_at=at + timedelta(hours=self.config.session_hours),
        )
        await audit.record(session, account.tenant, kind, _actor(account), **_where(client_ip))
        return token

    async def _count_attempt(
        self, account: Account | None, by_email: str, by_ip: str | None, client_ip: str | None
    ) -> None:
        at, window = self._now(), timedelta(minutes=self.config.sign_in_window_minutes)
        buckets = [(by_email, self.config.sign_ins_per_email)]
        if by_ip is not None:
            buckets.append((by_ip, self.config.sign_ins_per_address))
        wait_s = 0.0
        first_refusal = False
        async with self._db.write() as session:
            for bucket, limit in sorted(buckets):
                tried = await attempts.count(session, bucket, at, window=window)
                if tried.seen > limit:
                    wait_s = max(wait_s, (tried.closes_at - at).total_seconds())
                    first_refusal = first_refusal or tried.seen == limit + 1
            await attempts.purge(session, at, window=window)
        if wait_s:
            # One event per window: who is refused again and again must not fill the table.
            if first_refusal:
                await self._audit_refusal(account, "sign_in_limited", client_ip)
            raise RateLimitedError(
                "Too many tries to sign in: wait, or ask for a sign-in link.",
                retry_after_s=wait_s,
            )

    async def _audit_refusal(
        self, account: Account | None, kind: AuditKind, client_ip: str | None
    ) -> None:
        if account is None:
            return  # whose event would it be?
        await audit.note(self._db, account.tenant, kind, _actor(account), **_where(client_ip))


def normal_email(email: str) -> str:
    """``email`` as accounts are found by it."""
    return unicodedata.normalize("NFC", email.strip().casefold())


def email_address(text: str) -> str:
    """``text`` as the email address of a new account.

    Raises:
        InvalidInputError: It is none.
    """
    address = normal_email(text)
    if "@" not in address or len(address) > 320 or not address.isprintable():
        raise InvalidInputError(f"{text!r} is not an email address.")
    return address


def _actor(account: Account) -> Actor:
    return Actor("agent", account.agent.id, account.agent.name)


def _where(client_ip: str | None) -> dict[str, str]:
    return {} if client_ip is None else {"address": client_ip}
