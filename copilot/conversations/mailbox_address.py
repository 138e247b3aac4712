"""Addresses of mailboxes: ``imaps://help@shop.example@mail.example/INBOX``."""

import ipaddress
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from copilot.kernel.errors import InvalidInputError
from copilot.kernel.text import storable

_PORTS = {"imaps": 993, "imap": 143}
_SHAPE = "Write it like imaps://help@shop.example@mail.shop.example/INBOX"


class MailboxAddressError(InvalidInputError):
    """The address of a mailbox cannot be used."""

    code = "mailbox_address_invalid"
    title = "The mailbox address cannot be used"


class MailboxAddress(NamedTuple):
    """Where a mailbox is.

    Attributes:
        tls: Whether the connection is encrypted from its first byte (``imaps``).
        folder: The folder named, if any.
    """

    tls: bool
    user: str
    host: str
    port: int
    folder: str | None = None

    @property
    def loopback(self) -> bool:
        """Whether it is on this machine, so that nobody listens on the way."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"


def read_address(text: str) -> MailboxAddress:
    """The mailbox that ``text`` names.

    Raises:
        MailboxAddressError: It is no such address, or holds a password. What it holds is not
            repeated.
    """
    try:
        parts = urlsplit(text.strip())
        port = parts.port
    except ValueError as error:
        raise MailboxAddressError(f"{_SHAPE}.") from error
    if parts.scheme not in _PORTS or parts.query or parts.fragment:
        raise MailboxAddressError(f"{_SHAPE}; imap:// for STARTTLS.")
    user, _, _ = parts.netloc.rpartition("@")
    if ":" in user:
        raise MailboxAddressError(
            "It holds a password, which others on this machine can read there: set "
            "COPILOT_IMAP__PASSWORD instead, or leave it out to be asked."
        )
    user = storable(unquote(user))
    if not user or not parts.hostname or len(user) > 320 or len(parts.hostname) > 255:
        raise MailboxAddressError(f"{_SHAPE}: a user and a host are wanted.")
    folder = storable(unquote(parts.path[1:])) or None
    tls = parts.scheme == "imaps"
    return MailboxAddress(tls, user, parts.hostname, port or _PORTS[parts.scheme], folder)
