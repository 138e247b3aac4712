"""Secrets handed out: how they are made, recognised and stored.

Every secret begins with a prefix (``cpk_`` API key, ``cps_`` session, ``cpl_`` sign-in link,
``cpf_`` panel), so that scanners find leaked ones and ``kernel.masking`` keeps them out of logs and
audit events.
"""

import hashlib
import hmac
import re
import secrets
import zlib
from typing import Final

KEY_PREFIX: Final = "cpk_"
SESSION_PREFIX: Final = "cps_"
LINK_PREFIX: Final = "cpl_"
PANEL_PREFIX: Final = "cpf_"

_ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_RANDOM_DIGITS: Final = 40
_CHECK_DIGITS: Final = 7
_KEY = re.compile(rf"{KEY_PREFIX}[{_ALPHABET}]{{{_RANDOM_DIGITS + _CHECK_DIGITS}}}")


def new_key() -> str:
    """A new API key: 200 random bits and a checksum over them."""
    body = KEY_PREFIX + _digits(secrets.randbits(5 * _RANDOM_DIGITS), _RANDOM_DIGITS)
    return body + _checksum(body)


def looks_like_key(text: str) -> bool:
    """Whether ``text`` can be a key of ours: a typo or a cut end is told without a look-up."""
    if not _KEY.fullmatch(text):
        return False
    body, check = text[:-_CHECK_DIGITS], text[-_CHECK_DIGITS:]
    return hmac.compare_digest(_checksum(body), check)


def hint_of(key: str) -> str:
    """The part of ``key`` that may be shown, so that people can tell their keys apart."""
    return key[: len(KEY_PREFIX) + 4]


def new_token(prefix: str) -> str:
    """A new random secret of 256 bits that begins with ``prefix``."""
    return prefix + secrets.token_urlsafe(32)


class KeyedHash:
    """HMAC-SHA256 under the installation's secret: a stolen table cannot be tried against.

    Args:
        secret: At least 32 bytes that are not in the database.
    """

    def __init__(self, secret: bytes) -> None:
        if len(secret) < 32:
            raise ValueError("the secret for keyed hashes must have at least 32 bytes")
        self._secret = secret

    def of(self, purpose: str, *parts: str) -> str:
        """The hash, in hexadecimal, of ``parts`` for one ``purpose``; purposes never collide."""
        told = [purpose.encode(), *(part.encode("utf-8", "surrogatepass") for part in parts)]
        framed = b"".join(len(part).to_bytes(8, "big") + part for part in told)
        return hmac.new(self._secret, framed, hashlib.sha256).hexdigest()


def _checksum(body: str) -> str:
    return _digits(zlib.crc32(body.encode("ascii")), _CHECK_DIGITS)


def _digits(value: int, count: int) -> str:
    return "".join(_ALPHABET[(value >> 5 * place) & 31] for place in reversed(range(count)))
