"""``copilot redact``: what would be pseudonymised before a text leaves for a language model."""

import re
import sys
from pathlib import Path
from typing import Annotated, NamedTuple

import typer
from pydantic import ValidationError
from rich.text import Text

from copilot.cli.console import err, load_settings, out, print_json, told_errors
from copilot.kernel.errors import InvalidInputError
from copilot.privacy.entity import Entity
from copilot.privacy.known import KnownFacts
from copilot.privacy.ner import NameFinder
from copilot.privacy.pseudonyms import Pseudonymiser
from copilot.speech.formats import as_text
from copilot.speech.transcript import Transcript

_MAIL = {".eml", ".mbox", ".mbx"}
_TEAM = re.compile(r"[</|(,]")


class _Source(NamedTuple):
    """A text, and the names known to stand in it."""

    text: str
    names: tuple[str, ...] = ()


def redact(
    file: Annotated[
        Path,
        typer.Argument(help="Text, or mail as .eml or .mbox, which is decoded; - for standard in."),
    ],
    name: Annotated[
        list[str] | None, typer.Option(help="A name to find in all its forms; may be repeated.")
    ] = None,
    as_json: Annotated[
        bool,
        typer.Option(
            "--json",
            help="One JSON document: the original, the text with placeholders, and the entities "
            "with character offsets in the original.",
        ),
    ] = False,
) -> None:
    """Show which personal data FILE holds and the text with placeholders in its place.

    Of a call's transcript (the .json that `transcribe` prints) it is what redacting the call takes
    out: card numbers and the like, said aloud too.

    Of mail, the messages with what they quote are shown as they were understood; their authors'
    names are looked for like those given with --name. Where COPILOT_PRIVACY__NER_MODEL names a
    model, the names that it finds are shown too.
    """
    if file.suffix.lower() == ".json":
        with told_errors():
            transcript = _transcript(file)
        if transcript is not None:
            _redact_transcript(transcript, as_json=as_json)
            return
    with told_errors():
        source = _mail(file) if file.suffix.lower() in _MAIL else _Source(_read(file))
        known = KnownFacts(names=(*(name or ()), *source.names))
        redacted = Pseudonymiser(known, _names()).redact(source.text)
    if as_json:
        entities = [one._asdict() for one in redacted.entities]
        print_json({"text": redacted.text, "entities": entities, "original": source.text})
        return
    out.print(_marked(source.text, redacted.entities), soft_wrap=True)
    err.print(f"{len(redacted.entities)} pieces of personal data", style="dim")


def _names() -> NameFinder | None:
    """The model that finds names, where one is set: what leaves passes it too."""
    settings = load_settings()
    if settings.privacy.ner_model is None:
        return None
    # Here, because it brings in the whole service.
    from copilot.wiring import names_of

    return names_of(settings)


def _transcript(file: Path) -> Transcript | None:
    """The transcript in ``file``; None where that is anything else."""
    try:
        return Transcript.model_validate_json(_read(file))
    except ValidationError:
        return None


def _redact_transcript(transcript: Transcript, *, as_json: bool) -> None:
    from copilot.calls.privacy import redact_transcript

    kept, found = redact_transcript(transcript)
    if as_json:
        print_json({"transcript": kept, "found": found})
        return
    out.print(as_text(kept), markup=False, soft_wrap=True, end="")
    err.print(f"{len(found)} sensitive figures", style="dim")


def _mail(file: Path) -> _Source:
    from copilot.conversations.reading import read_file

    messages = read_file(file).messages
    blocks: list[str] = []
    for one in messages:
        sent = f"{one.sent_at:%Y-%m-%d %H:%M}" if one.sent_at else ""
        head = "\n".join(filter(None, (one.author, sent, one.subject)))
        blocks.append("\n\n".join(filter(None, (head, one.text, one.signature))))
    names = filter(None, (_person(one.author or "") for one in messages))
    return _Source("\n\n\n".join(blocks), tuple(dict.fromkeys(names)))


def _person(author: str) -> str | None:
    """The person in ``Anna Aho / Shop <help@shop.example>``; None when only a team is named."""
    name = _TEAM.split(author, maxsplit=1)[0].strip()
    words = name.split()
    is_person = "@" not in name and words and all(word[0].isupper() for word in words)
    return name if is_person else None


def _read(file: Path) -> str:
    try:
        content = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInputError(f"{file} is not text in UTF-8.") from error


def _marked(text: str, entities: list[Entity]) -> Text:
    shown = Text(text)
    for one in entities:
        shown.stylize("bold reverse", one.start, one.end)
    return shown
