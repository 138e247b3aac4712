"""The settings that ``copilot eval run --matrix model=a,b prompt=x,y`` compares."""

from collections.abc import Sequence
from itertools import product
from math import prod

from copilot.evals.nearest import did_you_mean
from copilot.evals.setting_names import PREFIX, dotted, environment_name, is_secret
from copilot.kernel.errors import ConfigurationError

ALIASES = {
    "model": "COPILOT_LLM__MODEL",
    "prompt": "COPILOT_PROMPTS__FOLDER",
    "embedder": "COPILOT_EMBEDDER__MODEL",
    "speech": "COPILOT_SPEECH__MODEL",
    "engine": "COPILOT_LLM__KIND",
}
MOST = 64
"""Variants: each is a run of the whole suite."""
_WIDEST = 24
"""Characters of a value in a label, above which a path is told by its last part."""


def parse_matrix(args: Sequence[str]) -> list[dict[str, str]]:
    """Every combination of the values given, as settings by environment name.

    Args:
        args: Each ``name=value,value``; a name is one of :data:`ALIASES` or a setting as in a
            suite file (``COPILOT_LLM__MODEL``, ``llm__model``, ``llm.model``). A value holds no
            comma.

    Returns:
        One mapping per variant, the last name varying fastest; without ``args`` one empty one.

    Raises:
        ConfigurationError: An argument cannot be read, a name is a secret or stands there
            twice, or there are more than 64 combinations.
    """
    values: dict[str, list[str]] = {}
    for arg in args:
        name, choices = _read(arg)
        if name in values:
            raise ConfigurationError(
                f"The matrix gives {_short(name)} twice: write its values together, "
                f"{_short(name)}={','.join([*values[name], *choices])}."
            )
        values[name] = choices
    count = prod(len(choices) for choices in values.values())
    if count > MOST:
        sizes = " × ".join(str(len(choices)) for choices in values.values())
        raise ConfigurationError(
            f"The matrix has {sizes} = {count} variants, and at most {MOST} are run: "
            "take values out, or run it in parts."
        )
    return [dict(zip(values, chosen, strict=True)) for chosen in product(*values.values())]


def label(variant: dict[str, str], variants: Sequence[dict[str, str]]) -> str:
    """A short name for one of ``variants``, e.g. ``model=a prompt=x``.

    Settings in which the variants do not differ are left out, unless none differs. A long path
    is told by its last part where that still tells it from the others.
    """
    choices = {name: {other.get(name) for other in variants} for name in variant}
    differing = [name for name, chosen in choices.items() if len(chosen) > 1]
    parts = [
        f"{_short(name)}={_short_value(variant[name], choices[name])}"
        for name in differing or variant
    ]
    return " ".join(parts)


def _read(arg: str) -> tuple[str, list[str]]:
    written, equals, joined = arg.partition("=")
    written = written.strip()
    if not equals or not written:
        raise ConfigurationError(
            f"The matrix cannot be read at {arg!r}: write name=value,value such as model=a,b."
        )
    name = _setting(written)
    choices = [choice.strip() for choice in joined.split(",")]
    # First, so that no other message shows it.
    if any(is_secret(name, choice) for choice in choices):
        raise ConfigurationError(
            f"{name} is a secret and cannot be part of a matrix, which reports print: set it in "
            "the environment."
        )
    if not all(choices):
        raise ConfigurationError(
            f"The matrix has an empty value in {arg!r}: write {written}=a,b with a value on both "
            "sides of each comma."
        )
    twice = next((choice for choice in choices if choices.count(choice) > 1), None)
    if twice is not None:
        raise ConfigurationError(f"The matrix gives {written}={twice} twice: keep one of them.")
    return name, choices


def _setting(written: str) -> str:
    alias = ALIASES.get(written.lower())
    if alias:
        return alias
    name = environment_name(written)
    # A word alone is a mistyped alias rather than a setting: those have a section, or the prefix.
    if name is None or ("." not in dotted(name) and not written.upper().startswith(PREFIX)):
        known = f"Write one of {', '.join(ALIASES)}, or a setting such as llm.model."
        raise ConfigurationError(
            f"The matrix knows no {written!r}. {did_you_mean(written, ALIASES, known)}"
        )
    return name


def _short(name: str) -> str:
    return next((alias for alias, setting in ALIASES.items() if setting == name), dotted(name))


def _short_value(value: str, choices: set[str | None]) -> str:
    if len(value) <= _WIDEST:
        return value
    ends = [_last_part(choice or "") for choice in choices]
    return _last_part(value) if len(set(ends)) == len(choices) else value


def _last_part(value: str) -> str:
    return value.replace("\\", "/").rstrip("/").rpartition("/")[2] or value
