"""Where webhooks may go, and that they go where it was looked up that they may."""

import asyncio
import ssl
import subprocess
from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from copilot.kernel.masking import mask
from copilot.kernel.outbound import (
    NoAnswerError,
    Target,
    WebhookAddressError,
    WebhooksConfig,
    is_public,
)
from copilot.kernel.outbound_httpx import HttpxOutbound
from copilot.kernel.webhook_signature import WebhookSigner
from tests.summaries.receiver import Receiver

NAME = "hooks.desk.example"
Resolve = Callable[..., list[str]]


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0", "10.1.2.3", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.9.9.9",
        "168.63.129.16", "169.254.169.254", "172.16.0.1", "192.0.0.192", "192.168.1.1",
        "198.18.0.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
        "::", "::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1", "2001:0:7f00:1::1", "2001:db8::1", "2002:7f00:1::", "fc00::1",
        "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1",
    ],
)  # fmt: skip
def test_what_is_not_the_public_internet(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "93.184.215.14", "::ffff:1.1.1.1", "2606:4700::1111", "2002:101:101::"]
)
def test_what_is(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    ("url", "allowed", "fine"),
    [
        ("https://hooks.desk.example/a?b=c", [], True),
        ("https://HOOKS.desk.example./", [], True),
        ("https://93.184.215.14:8443/", [], True),
        ("https://localhost/", [], False),
        ("https://intranet/", [], False),
        ("https://desk.internal/", [], False),
        ("https://desk.internal/", ["desk.internal"], True),
        ("https://desk.internal/", ["10.0.0.0/8"], True),
        ("https://10.0.0.7/", ["10.0.0.0/8"], True),
        ("https://10.0.0.7/", ["10.0.1.0/24"], False),
        ("http://10.0.0.7/", ["10.0.0.0/8"], False),
        ("http://127.0.0.1:99/", ["127.0.0.1"], True),
        ("http://127.0.0.1:99/", [], False),
        ("http://localhost/", ["127.0.0.0/8"], True),
        ("http://hooks.desk.example/", ["127.0.0.0/8"], False),
        ("https://-desk.example/", [], False),
        ("https://desk_1.example/", [], True),
        ("https://desk.example\\@10.0.0.7/", [], False),
        ("https://desk.example%00.evil.example/", [], False),
        ("https://[fe80::1%25eth0]/", [], False),
    ],
)
def test_what_can_be_seen_of_an_address(url: str, allowed: list[str], fine: bool) -> None:
    config = WebhooksConfig(allow_private=allowed)
    if fine:
        assert Target.of(url, config).host
        return
    with pytest.raises(WebhookAddressError):
        Target.of(url, config)


@pytest.mark.parametrize("entry", ["", "10.0.0.0/99", "http://desk.internal", "a b"])
def test_settings_that_are_no_host_and_no_network(entry: str) -> None:
    with pytest.raises(ValidationError, match="no host and no network"):
        WebhooksConfig(allow_private=[entry])


@pytest.fixture
def resolve(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Makes every name resolve to what is given, each time the next; returns what was asked."""

    def made(*answers: list[str]) -> list[str]:
        asked: list[str] = []
        left = list(answers)

        async def getaddrinfo(_loop: Any, host: str, port: int, **_: Any) -> list[Any]:
            asked.append(str(host))
            numbers = left.pop(0) if len(left) > 1 else left[0]
            return [(2, 1, 6, "", (one, port)) for one in numbers]

        monkeypatch.setattr(asyncio.base_events.BaseEventLoop, "getaddrinfo", getaddrinfo)
        return asked

    return made


@pytest.mark.parametrize(
    "numbers", [["10.0.0.7"], ["169.254.169.254"], ["1.1.1.1", "127.0.0.1"], ["fd00:ec2::254"]]
)
async def test_a_name_that_leads_inside_is_not_connected_to(
    resolve: Resolve, numbers: list[str]
) -> None:
    resolve(numbers)
    async with HttpxOutbound.open(WebhooksConfig()) as outbound:
        with pytest.raises(WebhookAddressError, match="not on the public internet"):
            await outbound.post(f"https://{NAME}/", b"", {})


def certificate(folder: Path, name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server that is ``name``, and a client that believes it."""
    key, made = folder / "key.pem", folder / "made.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
         "/CN=x", "-addext", f"subjectAltName=DNS:{name}", "-keyout", key, "-out", made],
        check=True, capture_output=True,
    )  # fmt: skip
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(made, key)
    return server, ssl.create_default_context(cafile=made)


async def test_the_number_that_was_checked_is_connected_to_under_the_right_name(
    resolve: Resolve, tmp_path: Path
) -> None:
    server, trust = certificate(tmp_path, NAME)
    names: list[str | None] = []
    server.sni_callback = lambda _socket, name, _context: names.append(name)
    config = WebhooksConfig(allow_private=["127.0.0.1"])
    with Receiver(200, tls=server).running() as receiver:
        # Asked again, it would lead to where nobody answers.
        asked = resolve(["127.0.0.1"], ["192.0.2.1"])
        async with HttpxOutbound.open(config, trust=trust) as outbound:
            url = f"https://{NAME}:{receiver.port}/hook?x=%20y"
            assert await outbound.post(url, b"{}", {"X-Ours": "1"}) == 200
    assert asked == [NAME]
    assert names == [NAME]
    (received,) = receiver.received
    assert received.headers["Host"] == f"{NAME}:{receiver.port}"
    assert (received.path, received.body) == ("/hook?x=%20y", b"{}")


async def test_a_certificate_of_another_name_is_refused(resolve: Resolve, tmp_path: Path) -> None:
    server, trust = certificate(tmp_path, "other.example")
    config = WebhooksConfig(allow_private=["127.0.0.1"])
    with Receiver(200, tls=server).running() as receiver:
        resolve(["127.0.0.1"])
        async with HttpxOutbound.open(config, trust=trust) as outbound:
            with pytest.raises(NoAnswerError, match="certificate is not valid"):
                await outbound.post(f"https://{NAME}:{receiver.port}/", b"", {})
    assert receiver.received == []


async def test_silence_ends_and_names_nothing_of_the_address() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    config = WebhooksConfig(allow_private=["127.0.0.1"], timeout_s=0.5)
    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    async with server, HttpxOutbound.open(config) as outbound:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(NoAnswerError) as told:
            await outbound.post(f"http://127.0.0.1:{port}/?token=hippo", b"", {})
    assert "hippo" not in str(told.value)
    assert str(told.value).startswith(("No answer in 0.5", "The connection broke"))


def test_signing_by_the_specification() -> None:
    """Worked out by hand from the scheme; each tenant has a secret of its own."""
    signer = WebhookSigner(b"s" * 32)
    assert signer.secret_of("a") != signer.secret_of("b")
    assert signer.secret_of("a") == WebhookSigner(b"s" * 32).secret_of("a")
    assert signer.secret_of("a") != WebhookSigner(b"t" * 32).secret_of("a")
    headers = signer.headers("a", "whk_1", 1_700_000_000, b"{}")
    assert headers["webhook-timestamp"] == "1700000000"
    assert (
        headers["webhook-signature"]
        != signer.headers("b", "whk_1", 1_700_000_000, b"{}")["webhook-signature"]
    )
    with pytest.raises(ValueError, match="32 bytes"):
        WebhookSigner(b"short")
    shown = mask(f"the secret is {signer.secret_of('a')}, they say")
    assert shown == "the secret is whsec_…, they say"
