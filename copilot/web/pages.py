"""Rendering the console's pages: shells that hold no data of customers, only the agent's own."""

import hashlib
import json
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from rjsmin import jsmin  # type: ignore[import-untyped]
from starlette.requests import Request
from starlette.responses import HTMLResponse

from copilot.auth.http import Session
from copilot.web.i18n import LOCALES, choose_locale, strings

FOLDER = Path(__file__).parent
STATIC = FOLDER / "static"
LOCALE_COOKIE = "copilot_locale"


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@lru_cache(maxsize=1)
def static_version() -> str:
    """Changes with any static file, so that browsers may keep them for long."""
    digest = hashlib.sha256()
    for path in static_files().values():
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


@lru_cache(maxsize=1)
def static_files() -> dict[str, Path]:
    """Every static file by its path below ``static``."""
    found = sorted(path for path in STATIC.rglob("*") if path.is_file())
    return {path.relative_to(STATIC).as_posix(): path for path in found}


@lru_cache(maxsize=256)
def script(path: Path) -> bytes:
    """A script as it is sent: without comments and indentation."""
    return str(jsmin(path.read_text("utf-8"))).encode()


def locale_of(request: Request, session: Session | None) -> str:
    """The language to show: chosen by hand, the agent's setting, then the browser's."""
    return choose_locale(
        request.cookies.get(LOCALE_COOKIE),
        session.agent.locale if session else None,
        request.headers.get("accept-language"),
    )


def page(
    request: Request,
    template: str,
    *,
    session: Session | None,
    status: int = 200,
    asked: str | None = None,
    **context: object,
) -> HTMLResponse:
    """The page ``template`` in the reader's language.

    Args:
        request: For the language.
        template: File name in ``templates``.
        session: Who is signed in, if anyone.
        status: HTTP status.
        asked: The language that the address asks for, before any other.
        context: Variables of the template.
    """
    locale = asked if asked in LOCALES else locale_of(request, session)
    words = strings(locale)
    html = (
        _environment()
        .get_template(template)
        .render(
            t=words,
            strings_json=_json_in_html(words),
            locale=locale,
            locales=LOCALES,
            session=session,
            version=static_version(),
            path=request.url.path,
            status=status,
            **context,
        )
    )
    return HTMLResponse(html, status, {"Cache-Control": "no-store"})


def _json_in_html(value: object) -> str:
    # Inside a script element only "</" and "<!--" could end it: "<" is written escaped.
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")
