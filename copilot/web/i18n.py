"""The console's words in English and Finnish."""

import json
from functools import lru_cache
from importlib.resources import files

from copilot.kernel.errors import ConfigurationError

LOCALES = ("en", "fi")
DEFAULT_LOCALE = "en"


@lru_cache(maxsize=len(LOCALES))
def strings(locale: str) -> dict[str, str]:
    """Every string of ``locale`` by key.

    Raises:
        ConfigurationError: The locale's file is not a flat object of strings.
    """
    text = (files("copilot.web") / "locales" / f"{locale}.json").read_text(encoding="utf-8")
    loaded = json.loads(text)
    if not (isinstance(loaded, dict) and all(isinstance(one, str) for one in loaded.values())):
        raise ConfigurationError(f"The strings of locale {locale!r} are not readable.")
    return loaded


def choose_locale(*wishes: str | None) -> str:
    """The first of ``wishes`` that there is: codes or an ``Accept-Language`` header.

    Weights in the header are taken as its order, which is how browsers write it.
    """
    for wish in wishes:
        for part in (wish or "").split(","):
            code = part.split(";")[0].strip().lower().split("-")[0]
            if code in LOCALES:
                return code
    return DEFAULT_LOCALE
