"""Signatures of webhooks after the Standard Webhooks specification (standardwebhooks.com), v1."""

import base64
import hashlib
import hmac

_PURPOSE = b"copilot webhook signing secret, version 1"


class WebhookSigner:
    """Signs each tenant's webhooks with a secret of its own, which is kept nowhere.

    Args:
        secret: The installation's secret, at least 32 bytes; a tenant's is derived from it.
    """

    def __init__(self, secret: bytes) -> None:
        if len(secret) < 32:
            raise ValueError("the secret that others are derived from must have at least 32 bytes")
        self._secret = secret

    def secret_of(self, tenant: str) -> str:
        """The tenant's secret as receivers are given it: ``whsec_`` and base64 of 32 bytes."""
        return "whsec_" + base64.b64encode(self._key(tenant)).decode()

    def headers(self, tenant: str, webhook_id: str, at: int, body: bytes) -> dict[str, str]:
        """What tells the receiver that ``body`` is ours and when it was sent.

        Args:
            tenant: Whose webhook.
            webhook_id: The same for every attempt, so that one that comes twice is noticed.
            at: Seconds since 1970 of this attempt.
            body: What is sent, byte for byte.
        """
        signed = f"{webhook_id}.{at}.".encode() + body
        digest = hmac.new(self._key(tenant), signed, hashlib.sha256).digest()
        return {
            "webhook-id": webhook_id,
            "webhook-timestamp": str(at),
            "webhook-signature": "v1," + base64.b64encode(digest).decode(),
        }

    def _key(self, tenant: str) -> bytes:
        framed = len(_PURPOSE).to_bytes(8, "big") + _PURPOSE + tenant.encode()
        return hmac.new(self._secret, framed, hashlib.sha256).digest()
