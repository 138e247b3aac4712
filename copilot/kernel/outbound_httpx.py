"""Adapter: sends through httpx to addresses that others gave us, at the number checked."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import TYPE_CHECKING, Self

from copilot.kernel.outbound import (
    NoAnswerError,
    Target,
    WebhookAddressError,
    WebhooksConfig,
    may_connect,
    private,
)

if TYPE_CHECKING:
    import httpx

_MOST_ADDRESSES = 3


class HttpxOutbound:
    """See ``Outbound``.

    Args:
        client: An open client that keeps no connection.
        config: Where it may go, and how long that may take.
    """

    def __init__(self, client: "httpx.AsyncClient", config: WebhooksConfig) -> None:
        self._client = client
        self._config = config

    @classmethod
    @asynccontextmanager
    async def open(
        cls, config: WebhooksConfig, *, trust: ssl.SSLContext | None = None
    ) -> AsyncIterator[Self]:
        """Open a client until exit.

        Args:
            config: Where it may go, and how long that may take.
            trust: Whose certificates are believed; None: those that the system does.
        """
        import httpx

        # A proxy of the environment would connect to wherever it likes. A connection kept open
        # would be used for another host at the same number, whose certificate nobody looked at.
        if trust is None:
            trust = await asyncio.to_thread(ssl.create_default_context)
        async with httpx.AsyncClient(
            verify=trust,
            trust_env=False,
            follow_redirects=False,
            timeout=config.timeout_s,
            limits=httpx.Limits(max_keepalive_connections=0),
        ) as client:
            yield cls(client, config)

    async def post(self, url: str, body: bytes, headers: dict[str, str]) -> int:
        """See ``Outbound.post``."""
        target = Target.of(url, self._config)
        try:
            async with asyncio.timeout(self._config.timeout_s):
                return await self._post(target, body, headers)
        except TimeoutError:
            raise NoAnswerError(f"No answer in {self._config.timeout_s:g} seconds.") from None

    async def _post(self, target: Target, body: bytes, headers: dict[str, str]) -> int:
        import httpx

        fault = "It could not be connected to."
        for address in await self._addresses(target):
            number = f"[{address}]" if isinstance(address, IPv6Address) else str(address)
            request = self._client.build_request(
                "POST",
                f"{target.scheme}://{number}:{target.port}{target.path}",
                content=body,
                headers={**headers, "Host": _host_header(target)},
                # The name, for the certificate: the number is what is connected to.
                extensions={"sni_hostname": target.host},
            )
            try:
                answer = await self._client.send(request, stream=True)
            except httpx.ConnectError as error:
                fault = _connect_fault(error)
                continue
            except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
                # Its text may repeat the address.
                raise NoAnswerError(f"The connection broke ({type(error).__name__}).") from None
            await answer.aclose()
            return answer.status_code
        raise NoAnswerError(fault)

    async def _addresses(self, target: Target) -> list[IPv4Address | IPv6Address]:
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise NoAnswerError("Its name cannot be found.") from None
        # An IPv6 number may carry the name of an interface.
        numbers = list(dict.fromkeys(str(one[4][0]).partition("%")[0] for one in found))
        addresses = [ip_address(one) for one in numbers]
        if not all(may_connect(target, one, self._config) for one in addresses):
            if target.scheme == "http":
                raise WebhookAddressError("Plain http goes to this machine alone: use https.")
            raise private(target.host)
        return addresses[:_MOST_ADDRESSES]


def _host_header(target: Target) -> str:
    host = f"[{target.host}]" if ":" in target.host else target.host
    usual = {"https": 443, "http": 80}[target.scheme]
    return host if target.port == usual else f"{host}:{target.port}"


def _connect_fault(error: Exception) -> str:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return "Its certificate is not valid."
        if isinstance(cause, ssl.SSLError):
            return "It does not speak TLS as it should."
        cause = cause.__cause__ or cause.__context__
    return "It could not be connected to."
