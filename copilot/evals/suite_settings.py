"""The ``settings:`` of a suite file: overrides by the name of the environment variable."""

import json
from collections.abc import Callable, Iterator
from typing import NamedTuple

import yaml

from copilot.evals.setting_names import dotted, environment_name, is_secret
from copilot.evals.yaml_lines import Document, Entry, is_null, kind, shown
from copilot.kernel.errors import ConfigurationError

CheckSettings = Callable[[dict[str, str]], None]


class Override(NamedTuple):
    """A setting's value with the line of its key."""

    value: str
    line: int


def read_settings(
    document: Document, node: yaml.Node, check: CheckSettings | None
) -> dict[str, Override]:
    """Settings written as ``COPILOT_LLM__MODEL: x``, ``llm.model: x`` or ``llm: {model: x}``.

    Values become what the environment would carry: ``true``, numbers as written, lists as JSON.

    Raises:
        SuiteError: A name or a value cannot be used, is given twice, or is a secret; ``check`` does
            not know it.
    """
    settings: dict[str, Override] = {}
    for name, entry in _flat(document, node, ""):
        if name in settings:
            raise document.error(
                entry.line, f"The setting {name} is given twice.", "Keep one of them."
            )
        value = _value(document, entry)
        if is_secret(name, value):
            raise document.error(
                entry.line,
                f"{name} is a secret, and a suite file is no place for one.",
                f"Set it in the environment or in `.env`: {name}=….",
            )
        settings[name] = Override(value, entry.line)
    if check is not None and settings:
        _check(document, settings, check)
    return settings


def _check(document: Document, settings: dict[str, Override], check: CheckSettings) -> None:
    try:
        check({name: override.value for name, override in settings.items()})
    except ConfigurationError as error:
        # Together first: some settings are right only beside others.
        detail, line = error.detail, min(override.line for override in settings.values())
        for name, override in settings.items():
            try:
                check({name: override.value})
            except ConfigurationError as alone:
                detail, line = alone.detail, override.line
                break
        sentence = detail if detail.endswith((".", "!", "?")) else f"{detail}."
        raise document.error(line, sentence, "Correct it or leave it out.") from error


def _flat(document: Document, node: yaml.Node, prefix: str) -> Iterator[tuple[str, Entry]]:
    if not isinstance(node, yaml.MappingNode):
        raise document.error(
            node, "`settings` is not a mapping.", "Write `settings: {COPILOT_LLM__MODEL: …}`."
        )
    for entry in document.entries(node, " in `settings`").values():
        name = environment_name(f"{prefix}{entry.key}")
        if name is None:
            raise document.error(
                entry.line,
                f"{shown(entry.key)} is not a setting's name.",
                "Write it like `COPILOT_LLM__MODEL` or `llm.model`.",
            )
        # Settings have two levels at most, so a mapping below the second is a value.
        if isinstance(entry.value, yaml.MappingNode) and "." not in dotted(name):
            yield from _flat(document, entry.value, f"{name}__")
        else:
            yield name, entry


def _value(document: Document, entry: Entry) -> str:
    node = entry.value
    if is_null(node):
        raise document.error(
            entry.line,
            f"{shown(entry.key)} has no value.",
            'Give it one, `""` for an empty text, or leave the setting out.',
        )
    if isinstance(node, yaml.ScalarNode):
        if kind(node) == "bool":
            return "true" if node.value.lower() in ("true", "yes", "on") else "false"
        return str(node.value)
    try:
        plain = yaml.constructor.SafeConstructor().construct_document(node)
        return json.dumps(plain, ensure_ascii=False, allow_nan=False)
    except (yaml.YAMLError, ValueError, TypeError, OverflowError) as error:
        raise document.error(
            node,
            f"The value of {shown(entry.key)} cannot be written as JSON.",
            "Put dates and unusual numbers in it into quotes.",
        ) from error
