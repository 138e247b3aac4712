"""A setting's name in each way it may be written, and which settings no file may hold."""

import re

PREFIX = "COPILOT_"
_NAME = re.compile(r"[A-Z][A-Z0-9]*(?:__?[A-Z0-9]+)*")
_SECRET_WORDS = frozenset({"KEY", "SECRET", "TOKEN", "PASSWORD", "PASSPHRASE", "CREDENTIALS"})
# Of a web address also the name alone: there it may be a token.
_LOGIN_IN_URL = re.compile(r"://[^/\s@]*:[^/\s@]+@|https?://[^/\s@]+@", re.IGNORECASE)


def environment_name(name: str) -> str | None:
    """``llm.model``, ``llm__model`` or ``copilot_llm__model`` as ``COPILOT_LLM__MODEL``.

    None when it cannot be a setting's name. Whether there is such a setting is not asked here.
    """
    if not name.isascii():
        return None
    bare = name.strip().upper().removeprefix(PREFIX).replace(".", "__")
    return f"{PREFIX}{bare}" if _NAME.fullmatch(bare) else None


def is_secret(name: str, value: str) -> bool:
    """Whether the setting is a key or a password, by its name, or a URL that holds one."""
    words = name.rpartition("__")[2].upper().split("_")
    return not _SECRET_WORDS.isdisjoint(words) or bool(_LOGIN_IN_URL.search(value))


def dotted(name: str) -> str:
    """``COPILOT_LLM__BASE_URL`` as ``llm.base_url``."""
    return name.removeprefix(PREFIX).lower().replace("__", ".")
