"""Reading a YAML file that people wrote: refused with line and fix where it cannot be used."""

from pathlib import Path

import yaml

from copilot.evals.errors import SuiteError
from copilot.evals.yaml_lines import Document, line_of, shown

LARGEST = 1_000_000
"""Bytes of a file; larger ones are no suites."""
DEEPEST = 20
"""Levels of nesting."""


def read_document(file: Path) -> Document:
    """The document in ``file``.

    Raises:
        SuiteError: It cannot be read, is not UTF-8, not YAML or not a mapping, or it uses what
            no suite needs: anchors, aliases, tags.
    """
    text = _read(file)
    loader = _Loader(text, file)
    try:
        node = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        raise _not_yaml(file, text, error) from error
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        # A text that no escape or version number may hold; the parser names no place.
        raise SuiteError(
            file, loader.line + 1, "This is not YAML.", "Look for a mistyped escape."
        ) from error
    if not isinstance(node, yaml.MappingNode):
        line = 1 if node is None else line_of(node)
        raise SuiteError(
            file,
            line,
            "The file is empty." if node is None else "The file is not a mapping.",
            "Write `name:`, `task:`, `dataset:` and `metrics:`, each on a line of its own.",
        )
    return Document(file, node)


def _read(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            data = opened.read(LARGEST + 1)
    except FileNotFoundError as error:
        raise SuiteError(file, None, "There is no such file.", "Correct the path.") from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise SuiteError(
            file, None, f"The file cannot be read: {reason}.", "Name a suite's YAML file."
        ) from error
    if len(data) > LARGEST:
        raise SuiteError(
            file,
            None,
            "The file is larger than 1 MB.",
            "A suite is a few lines; put the cases into the folder that `dataset:` names.",
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SuiteError(file, line, "This is not UTF-8.", "Save the file as UTF-8.") from error
    unreadable = yaml.reader.Reader.NON_PRINTABLE.search(text)
    if unreadable:
        line = text.count("\n", 0, unreadable.start()) + 1
        fault = f"A character that YAML cannot hold (U+{ord(unreadable.group()):04X}) stands here."
        raise SuiteError(file, line, fault, "Take it out.")
    return text


def _not_yaml(file: Path, text: str, error: yaml.MarkedYAMLError) -> SuiteError:
    mark = error.problem_mark or error.context_mark
    # What was opened and never closed is found at the end and mended where it was opened.
    if mark is None or (mark.index >= len(text.rstrip()) and error.context_mark is not None):
        mark = error.context_mark
    line = mark.line + 1 if mark else 1
    source = text.splitlines()[line - 1 : line]
    if source and any(sign in source[0] for sign in (": >", ":>")):
        fix = 'A bound stands in quotes, as in `recall@5: ">= 0.85"`.'
    elif source and "\t" in source[0]:
        fix = "Use spaces where the line has tabs."
    elif source and source[0].count(": ") > 1:
        fix = "A value that holds a colon stands in quotes."
    else:
        fix = "Look for an open bracket or quote, or a line that is not indented like the others."
    return SuiteError(file, line, f"This is not YAML: {error.problem or error.context}.", fix)


class _Loader(yaml.SafeLoader):
    """Composes nodes and refuses what could grow, loop or build objects."""

    def __init__(self, text: str, file: Path) -> None:
        super().__init__(text)
        self._file = file
        self._depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise SuiteError(
                self._file,
                line,
                "Anchors (&) and aliases (*) are not read.",
                "Write the value out; text that begins with & or * needs quotes.",
            )
        if event.tag is not None:
            raise SuiteError(
                self._file,
                line,
                f"Tags such as {shown(event.tag)} are not read.",
                "Write the value alone; text that begins with ! needs quotes.",
            )
        if self._depth >= DEEPEST:
            raise SuiteError(
                self._file, line, f"More than {DEEPEST} levels of nesting.", "Write it flatter."
            )
        self._depth += 1
        node = super().compose_node(parent, index)
        self._depth -= 1
        if isinstance(node, yaml.ScalarNode) and not node.value.isprintable():
            self._refuse_surrogates(node)
        return node

    def _refuse_surrogates(self, node: yaml.ScalarNode) -> None:
        if any("\ud800" <= character <= "\udfff" for character in node.value):
            raise SuiteError(
                self._file,
                line_of(node),
                "Half a character (a lone surrogate escape) stands in this text.",
                "Write the character itself.",
            )
