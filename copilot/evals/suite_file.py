"""Reading a suite file: whatever is wrong with it is told with its line and what to do."""

from collections.abc import Sequence
from pathlib import Path

from copilot.evals.errors import SuiteError
from copilot.evals.nearest import did_you_mean
from copilot.evals.suite import TASKS, Suite
from copilot.evals.suite_paths import is_, suites_in
from copilot.evals.suite_settings import CheckSettings
from copilot.evals.suite_values import CheckMetric, Reading, text_of
from copilot.evals.yaml_lines import Document, Entry, shown
from copilot.evals.yaml_reading import read_document

REQUIRED = ("name", "task", "dataset", "metrics")
KEYS = (*REQUIRED, "gates", "baseline", "settings", "description")


def load_suite(
    file: Path, *, check_metric: CheckMetric, check_settings: CheckSettings | None = None
) -> Suite:
    """The suite in ``file``.

    Args:
        file: A YAML file; paths in it are relative to its folder.
        check_metric: Gives a task's metric by name, or raises :class:`UnknownMetricError`.
        check_settings: Raises :class:`ConfigurationError` for settings that do not exist.

    Raises:
        SuiteError: The file's first fault.
    """
    document = read_document(file)
    entries = document.entries(document.top)
    _check_keys(document, entries)
    reading = Reading(document, entries, check_metric, check_settings)
    for key in entries:
        # Each is read once; in the order of the file, so that its first fault is told.
        getattr(reading, key)
    reading.refuse_judge_alone()
    overrides = reading.settings
    return Suite(
        name=reading.name,
        task=reading.task,
        dataset=reading.dataset,
        metrics=tuple(reading.metrics),
        gates=reading.gates,
        baseline=reading.baseline,
        settings={name: override.value for name, override in overrides.items()},
        description=reading.description,
        file=file.absolute(),
        lines=document.lines()
        | {f"settings.{name}": override.line for name, override in overrides.items()},
    )


def find_suites(paths: Sequence[Path | str], bundled_folder: Path) -> list[Path]:
    """The suite files that ``paths`` name, each once, in their order.

    Args:
        paths: Files; folders, of which all suites are taken, and those in a child ``suites``;
            or names of suites that came with Copilot, by file or by ``name:``.
        bundled_folder: Where those are, itself or in a child ``suites``.

    Raises:
        SuiteError: A path or a name leads nowhere.
    """
    found: dict[Path, Path] = {}
    for path in paths:
        for file in _suites_of(Path(path), bundled_folder):
            found.setdefault(file.absolute(), file)
    return list(found.values())


def _suites_of(path: Path, bundled_folder: Path) -> list[Path]:
    if is_(path, "is_dir"):
        suites = suites_in(path)
        if not suites:
            raise SuiteError(
                path, None, "There is no suite in this folder.", "Suites end in .yaml or .yml."
            )
        return suites
    if is_(path, "exists"):
        return [path]
    bundled = suites_in(bundled_folder)
    by_name = {_name_or_stem(file): file for file in bundled} | {
        file.stem: file for file in bundled
    }
    if path.name in by_name and path.name == str(path):
        return [by_name[path.name]]
    beside = [str(path.parent / file.name) for file in suites_in(path.parent)]
    raise SuiteError(
        path,
        None,
        "There is no such file, folder or suite.",
        did_you_mean(
            str(path),
            [*by_name, *beside],
            f"Suites that came with Copilot: {', '.join(sorted(by_name)) or 'none'}.",
        ),
    )


def _name_or_stem(file: Path) -> str:
    try:
        document = read_document(file)
        return text_of(document, document.entries(document.top)["name"])
    except (SuiteError, KeyError):
        # Faulty in itself, which is told when it is run; its file still names it.
        return file.stem


def _check_keys(document: Document, entries: dict[str, Entry]) -> None:
    for entry in entries.values():
        if entry.key not in KEYS:
            known = f"Known keys: {', '.join(KEYS)}."
            raise document.error(
                entry.line,
                f"{shown(entry.key)} is not a key of a suite.",
                did_you_mean(entry.key, [key for key in KEYS if key not in entries], known),
            )
    missing = [key for key in REQUIRED if key not in entries]
    if missing:
        names = ", ".join(f"`{key}`" for key in missing)
        raise document.error(
            document.top,
            f"The {'keys' if len(missing) > 1 else 'key'} {names} "
            f"{'are' if len(missing) > 1 else 'is'} missing.",
            " ".join(_EXAMPLES[key] for key in missing),
        )


_EXAMPLES = {
    "name": "Add `name: my-suite`; it names the runs.",
    "task": f"Add `task:` with one of {', '.join(TASKS)}.",
    "dataset": "Add `dataset: ../datasets/my_cases`, a folder or file.",
    "metrics": "Add `metrics: [recall@5, ndcg@10]` with what to measure.",
}
