"""Where people reach the service, for links that a command prints."""

from copilot.settings import Settings

_EVERYWHERE = {"0.0.0.0", "::", ""}  # noqa: S104 - told apart, not listened on


def service_address(settings: Settings) -> str:
    """The address to open in a browser, without a slash at its end."""
    if settings.server.public_url:
        return settings.server.public_url.rstrip("/")
    host = settings.server.host
    # A server that listens on every address of its machine has none of its own.
    host = "localhost" if host in _EVERYWHERE else host
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.server.port}"


def sign_in_address(settings: Settings, token: str) -> str:
    """The address of the page where a one-time sign-in link's ``token`` is used."""
    return f"{service_address(settings)}/login/link/{token}"
