"""Where what we send may go: addresses that others gave us must not lead into our own network.

Server-side request forgery is kept off in two places: an address is refused at once for what can
be seen of it, and when it is used, whatever its name resolves to is checked, and that checked
number is what is connected to. A name that resolves differently a moment later changes nothing.
"""

import re
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import NamedTuple, Protocol, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator

from copilot.kernel.errors import InvalidInputError

SETTING = "COPILOT_WEBHOOKS__ALLOW_PRIVATE"

_NAME = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*\.?")
_NUMBER = re.compile(r"(0[xX][0-9a-fA-F]*|[0-9]+)\.?")
_OWN_NAMES = (".localhost", ".local", ".internal", ".localdomain", ".home.arpa")
_VISIBLE = re.compile(r"[!-~]+")
# Of these some version of `ipaddress` says that they are public, and none is a receiver's: protocol
# assignments, 6to4 relays, NAT64, documentation, segment routing (IANA's special registries).
_SPECIAL = tuple(
    ip_network(one)
    for one in (
        "192.0.0.0/24",
        "192.88.99.0/24",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "2001::/23",
        "3fff::/20",
        "5f00::/16",
    )
)
_CLOUD_SERVICES = {IPv4Address("168.63.129.16")}  # Azure's, seen from every virtual machine there


class WebhooksConfig(BaseModel):
    """How webhooks are sent.

    Attributes:
        allow_private: Hosts and networks (``helpdesk.internal``, ``10.1.0.0/16``, ``127.0.0.1``)
            that webhooks may go to although they are not public. Where one of them is this
            machine itself, plain http will do.
        max_attempts: How often a webhook is tried before it is given up.
        first_wait_s: Seconds before the second attempt; each wait is five times the one before.
        timeout_s: Longest time for one attempt, in seconds.
    """

    model_config = ConfigDict(extra="forbid")

    allow_private: list[str] = Field(default_factory=list, max_length=100)
    max_attempts: int = Field(default=8, ge=1, le=20)
    first_wait_s: float = Field(default=5.0, ge=0, le=3600)
    timeout_s: float = Field(default=10.0, gt=0, le=60)

    @field_validator("allow_private")
    @classmethod
    def _hosts_or_networks(cls, entries: list[str]) -> list[str]:
        for entry in entries:
            if _network(entry) is None and not _NAME.fullmatch(entry):
                raise ValueError(f"{entry!r} is no host and no network such as 10.1.0.0/16")
        return [entry.lower().rstrip(".") for entry in entries]


class WebhookAddressError(InvalidInputError):
    """An address that no webhook is sent to."""

    code = "webhook_refused"
    title = "The webhook's address cannot be used"

    def __init__(self, detail: str) -> None:
        where: dict[str, object] = {"loc": ["body", "notify", "webhook"], "message": detail}
        super().__init__(detail, errors=[where])


class Target(NamedTuple):
    """An address taken apart. Its text may hold a secret: neither is to be logged or shown."""

    scheme: str
    host: str
    port: int
    path: str

    @classmethod
    def of(cls, url: str, config: WebhooksConfig) -> Self:
        """``url``, if a webhook may go there for all that can be seen without asking anyone.

        Raises:
            WebhookAddressError: It may not; the detail says what to do and repeats none of it.
        """
        if not _VISIBLE.fullmatch(url):
            raise WebhookAddressError(
                "Write the webhook's address in ASCII without blanks: other letters of its name as "
                "xn--…, those of its path as %…."
            )
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise WebhookAddressError("The webhook's address is no URL.") from error
        host = (parts.hostname or "").lower().rstrip(".")
        if parts.scheme not in {"https", "http"} or not host or "\\" in url:
            raise WebhookAddressError("Give the webhook's address as https://host/path.")
        if parts.username is not None or parts.password is not None:
            raise WebhookAddressError(
                "Leave user and password out of the webhook's address: webhooks are signed, which "
                "tells the receiver more. copilot keys webhook-secret shows the secret."
            )
        if parts.fragment:
            raise WebhookAddressError("Leave the part after # out: it is never sent.")
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        found = cls(parts.scheme, host, port or (443 if parts.scheme == "https" else 80), path)
        found._check(config)
        return found

    def _check(self, config: WebhooksConfig) -> None:
        literal = _literal(self.host)
        if literal is None:
            if not _NAME.fullmatch(self.host) or _NUMBER.fullmatch(self.host.rpartition(".")[2]):
                raise WebhookAddressError(
                    "Write the webhook's host as a name or as a full IP address."
                )
            listed = self.host in config.allow_private or any(map(_network, config.allow_private))
            own = "." not in self.host or self.host.endswith(_OWN_NAMES)
        else:
            listed = is_allowed(self.host, literal, config)
            own = not listed
        if own and not listed:
            raise private(self.host)
        # Whether a name is this machine is seen when it is used.
        if self.scheme == "http" and not (literal.is_loopback if literal else own and listed):
            raise WebhookAddressError(
                "Webhooks go over https. Plain http is for this machine alone, where "
                f"{SETTING} lists it."
            )


class Outbound(Protocol):
    """Port: sends to addresses that others gave us."""

    async def post(self, url: str, body: bytes, headers: dict[str, str]) -> int:
        """Send ``body`` and return the status of the answer, whose body nobody reads.

        Redirects are not followed.

        Raises:
            WebhookAddressError: The address must not be sent to.
            NoAnswerError: There was no answer.
        """
        ...


class NoAnswerError(Exception):
    """A receiver that did not answer; the text says why and names no address."""


def may_connect(target: Target, address: IPv4Address | IPv6Address, config: WebhooksConfig) -> bool:
    """Whether ``target`` may be sent to at ``address``, which its name resolves to."""
    if target.scheme == "http" and not address.is_loopback:
        return False
    return is_allowed(target.host, address, config)


def is_allowed(
    host: str, address: IPv4Address | IPv6Address | None, config: WebhooksConfig
) -> bool:
    """Whether ``address`` is public, or the settings list it, its network, or the host's name."""
    if host in config.allow_private:
        return True
    if address is None:
        return False
    if is_public(address):
        return True
    networks = [_network(one) for one in config.allow_private]
    return any(one is not None and address in one for one in networks)


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether ``address`` is one of the public internet's, also for whatever is packed into it.

    By the registries of special-purpose addresses (RFC 6890, as in ``ipaddress``), and without
    multicast, NAT64 (RFC 6052, RFC 8215), 6to4, Teredo, and services of a cloud's own machines.
    """
    if isinstance(address, IPv6Address):
        packed = address.ipv4_mapped or address.sixtofour
        if packed is not None:
            return is_public(packed)
        if address.is_site_local:
            return False
    if any(address in one for one in _SPECIAL):
        return False
    if address in _CLOUD_SERVICES or address.is_multicast or address.is_reserved:
        return False
    return address.is_global


def private(host: str) -> WebhookAddressError:
    """The error for a host that is not public."""
    return WebhookAddressError(
        f"{host[:100]} is not on the public internet, and webhooks do not go into private "
        f"networks. If it is meant, an administrator lists it in {SETTING}."
    )


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _network(entry: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(entry, strict=False)
    except ValueError:
        return None
