"""Secrets that are made on first start and kept in the data folder, readable by the owner only."""

import os
import secrets
from pathlib import Path

from copilot.kernel.errors import ConfigurationError


def load_or_create(path: Path, *, size: int = 32) -> bytes:
    """The secret in ``path``, made from ``size`` random bytes when there is none yet.

    Creation is atomic: of two processes that start at once, one writes and both read the same.

    Raises:
        ConfigurationError: The file is there and too short to be a secret.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(size))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(temporary, path)
        except FileExistsError:
            pass
        finally:
            temporary.unlink()
    secret = path.read_bytes()
    if len(secret) < size:
        raise ConfigurationError(
            f"{path} is cut off: restore it from a backup, or delete it to get a new one, which "
            "makes every API key and sign-in void."
        )
    return secret
