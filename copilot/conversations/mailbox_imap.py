"""Adapter: a mailbox over IMAP4rev1 (RFC 3501), with IMAPClient.

Folders are opened with EXAMINE and mails fetched with BODY.PEEK, so that nothing in the mailbox
changes. What the server says in an error is not repeated: it may repeat what was sent to it.
"""

import logging
import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Any

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from copilot.conversations.mail_folders import left_out
from copilot.conversations.mailbox import (
    Folder,
    MailboxRefusedError,
    MailboxUnreachableError,
    NoSuchFolderError,
    OpenFolder,
    Sized,
)
from copilot.conversations.mailbox_address import MailboxAddress
from copilot.conversations.mailbox_config import ImapConfig
from copilot.kernel.errors import ConfigurationError

# RFC 6154, and \Important and \Flagged, which show mails of other folders.
_KINDS = {
    b"\\trash": "trash",
    b"\\junk": "spam",
    b"\\drafts": "drafts",
    b"\\all": "mails of other folders",
    b"\\flagged": "mails of other folders",
    b"\\important": "mails of other folders",
}
_CANNOT_BE_OPENED = {b"\\noselect", b"\\nonexistent"}
_FLAGS = {b"\\draft": "a draft", b"\\deleted": "deleted in the mailbox"}
_LISTED = 20


class ImapMailbox:
    """A signed-in mailbox; see :class:`copilot.conversations.mailbox.Mailbox`."""

    def __init__(self, client: IMAPClient, address: MailboxAddress) -> None:
        self._client = client
        self._address = address
        self._count = 0

    @classmethod
    def open(cls, address: MailboxAddress, password: str, config: ImapConfig) -> "ImapMailbox":
        """Connect and sign in; blocking.

        Raises:
            MailboxUnreachableError: Nobody answers there.
            MailboxRefusedError: The certificate, the encryption or the password is wrong.
            ConfigurationError: The file of certificates cannot be read.
        """
        # At the level of debugging it writes down whole mails.
        logging.getLogger("imapclient").setLevel(logging.WARNING)
        context = _context(config.ca_file)
        where = f"{address.host}, port {address.port}"
        timeout = SocketTimeout(connect=min(30.0, config.timeout_s), read=config.timeout_s)
        try:
            client = IMAPClient(
                address.host, address.port, ssl=address.tls, ssl_context=context, timeout=timeout
            )
        except ssl.SSLCertVerificationError as error:
            raise _untrusted(address, error) from None
        except ssl.SSLError as error:
            raise MailboxRefusedError(
                f"{where} does not speak TLS as imaps:// needs it; imap:// uses STARTTLS."
            ) from error
        except (OSError, IMAPClientError) as error:
            reason = getattr(error, "strerror", None) or "it does not answer as an IMAP server"
            raise MailboxUnreachableError(f"{where}: {reason}.") from error
        try:
            _secure(client, address, context)
            _sign_in(client, address, password)
        except BaseException:
            _shut(client)
            raise
        return cls(client, address)

    def folders(self) -> list[Folder]:
        """See the port."""
        with self._told():
            listed = self._client.list_folders()
        found = []
        special = any(_kind(flags) for flags, _, _ in listed)
        for flags, delimiter, name in listed:
            if not _CANNOT_BE_OPENED & _lowered(flags):
                last = str(name).rsplit((delimiter or b"/").decode("ascii", "replace"), 1)[-1]
                # Only where the server does not say it itself does the name tell.
                found.append(
                    Folder(str(name), _kind(flags) or (None if special else left_out(last)))
                )
        return sorted(found, key=lambda one: (one.name.upper() != "INBOX", one.name))

    def open_folder(self, name: str) -> OpenFolder:
        """See the port."""
        try:
            with self._told():
                told = self._client.select_folder(name, readonly=True)
        except MailboxRefusedError as error:
            names = [one.name for one in self.folders()]
            more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
            raise NoSuchFolderError(
                f"{name!r} cannot be opened. There are: {', '.join(names[:_LISTED])}{more}."
            ) from error
        self._count = int(told[b"EXISTS"])
        uid_next = told.get(b"UIDNEXT")
        if uid_next is None:
            last = self._uids_at([self._count]) if self._count else {}
            uid_next = last.get(self._count, 0) + 1
        return OpenFolder(int(told.get(b"UIDVALIDITY", 0)), int(uid_next))

    def uids(self, first: int, last: int, since: date | None) -> list[int]:
        """See the port."""
        wanted: list[Any] = ["UID", f"{first}:{last}"]
        if since is not None:
            wanted += ["SINCE", since]
        with self._told():
            found = self._client.search(wanted)
        return sorted(uid for uid in found if first <= uid <= last)

    def next_uid(self, first: int) -> int | None:
        """See the port. Halves the folder until it is found: a list of all may be too long."""
        low, high = 1, self._count
        while low < high:
            middle = (low + high) // 2
            uid = self._uids_at([middle]).get(middle)
            if uid is not None and uid < first:
                low = middle + 1
            else:
                high = middle
        while low >= 1:
            pair = self._uids_at([low - 1, low] if low > 1 else [low])
            if pair.get(low - 1, 0) < first:
                uid = pair.get(low)
                return uid if uid is not None and uid >= first else None
            low -= 1  # mails were deleted meanwhile, and all have moved up
        return None

    def sizes(self, uids: Sequence[int]) -> dict[int, Sized]:
        """See the port."""
        with self._told():
            told = self._client.fetch(uids, ["RFC822.SIZE", "FLAGS"])
        found = {}
        for uid, fields in told.items():
            flags = _lowered(fields.get(b"FLAGS", ()))
            reason = next((text for flag, text in _FLAGS.items() if flag in flags), None)
            if b"RFC822.SIZE" in fields:
                found[uid] = Sized(int(fields[b"RFC822.SIZE"]), reason)
        return found

    def fetch(self, uids: Sequence[int], *, most_bytes: int) -> dict[int, bytes]:
        """See the port."""
        with self._told():
            told = self._client.fetch(uids, [f"BODY.PEEK[]<0.{most_bytes}>"])
        bodies = {
            uid: fields.get(b"BODY[]<0>", fields.get(b"BODY[]")) for uid, fields in told.items()
        }
        return {uid: body for uid, body in bodies.items() if isinstance(body, bytes)}

    def drop(self) -> None:
        """See the port."""
        with suppress(OSError, IMAPClientError, AttributeError):
            # The client's own way would wait for whoever is reading.
            self._client.socket().shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """See the port."""
        _shut(self._client)

    def _uids_at(self, places: Sequence[int]) -> dict[int, int]:
        with self._told():
            self._client.use_uid = False
            try:
                told = self._client.fetch(places, ["UID"])
            finally:
                self._client.use_uid = True
        return {place: int(fields[b"UID"]) for place, fields in told.items() if b"UID" in fields}

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (IMAPClientAbortError, OSError) as error:
            raise MailboxUnreachableError(
                f"The connection to {self._address.host} was lost."
            ) from error
        except IMAPClientError as error:
            raise MailboxRefusedError(
                f"{self._address.host} refused a command that it should know."
            ) from error


def _context(ca_file: Path | None) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if ca_file is not None:
        try:
            context.load_verify_locations(ca_file)
        except OSError as error:
            raise ConfigurationError(
                f"COPILOT_IMAP__CA_FILE: {ca_file} holds no certificates that can be read."
            ) from error
    return context


def _secure(client: IMAPClient, address: MailboxAddress, context: ssl.SSLContext) -> None:
    if address.tls:
        return
    try:
        offered = client.has_capability("STARTTLS")
        if offered and (not address.loopback or client.has_capability("LOGINDISABLED")):
            client.starttls(context)
            return
    except ssl.SSLCertVerificationError as error:
        raise _untrusted(address, error) from None
    except (OSError, IMAPClientError) as error:
        raise MailboxUnreachableError(
            f"{address.host}, port {address.port}: the connection could not be encrypted."
        ) from error
    if not address.loopback:
        raise MailboxRefusedError(
            f"{address.host} offers no STARTTLS, and a password is not sent in the clear. Use "
            "imaps:// if it has that."
        )


def _sign_in(client: IMAPClient, address: MailboxAddress, password: str) -> None:
    try:
        if client.has_capability("AUTH=PLAIN"):
            # Unlike LOGIN it takes passwords in any script.
            client.plain_login(address.user, password)
        else:
            client.login(address.user, password)
    except (IMAPClientAbortError, OSError) as error:
        raise MailboxUnreachableError(
            f"{address.host} closed the connection instead of signing in."
        ) from error
    except (IMAPClientError, UnicodeError):
        # Without its text and without what caused it: both may hold the password.
        raise MailboxRefusedError(
            f"{address.host} did not accept the user {address.user} with this password. "
            "COPILOT_IMAP__PASSWORD sets it; some services want one made for applications."
        ) from None


def _untrusted(address: MailboxAddress, error: ssl.SSLCertVerificationError) -> MailboxRefusedError:
    return MailboxRefusedError(
        f"The certificate of {address.host} is not trusted: {error.verify_message}. Set "
        "COPILOT_IMAP__CA_FILE to the certificate of its authority if it is your own."
    )


def _shut(client: IMAPClient) -> None:
    with suppress(OSError, IMAPClientError, AttributeError):
        client.logout()
        return
    with suppress(OSError, IMAPClientError, AttributeError):
        client.shutdown()


def _lowered(flags: Sequence[bytes]) -> set[bytes]:
    return {one.lower() for one in flags}


def _kind(flags: Sequence[bytes]) -> str | None:
    return next((kind for flag, kind in _KINDS.items() if flag in _lowered(flags)), None)
