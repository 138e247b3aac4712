"""``copilot transcribe``: recordings to text, with no server and no database."""

import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.progress import (
    BarColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from copilot.cli.console import err, load_settings, told_errors
from copilot.kernel.errors import CopilotError
from copilot.speech.formats import LOW_ACCURACY, render
from copilot.speech.hearing import hear_file
from copilot.speech.transcript import Transcript

if TYPE_CHECKING:
    from copilot.speech.engines import SpeechEngines

OutputFormat = Literal["json", "txt", "srt", "vtt"]
Engine = Literal["auto", "whisper", "moonshine", "pocketsphinx", "openai"]


def transcribe(
    files: Annotated[list[Path], typer.Argument(help="Recordings: WAV, MP3, M4A, Ogg, FLAC, WebM")],
    form: Annotated[OutputFormat, typer.Option("--format", help="What to print")] = "txt",
    engine: Annotated[
        Engine | None, typer.Option(help="What hears it; by default as the settings say")
    ] = None,
    model: Annotated[
        str | None, typer.Option(help="Whisper model: a folder, or a name such as small")
    ] = None,
    language: Annotated[
        str | None, typer.Option(help="BCP 47 code such as fi; by default it is detected")
    ] = None,
    vocabulary: Annotated[
        list[str] | None, typer.Option(help="A product or place name to expect; may be repeated")
    ] = None,
    agent_channel: Annotated[
        int | None, typer.Option(min=0, max=1, help="The agent's channel of a two-channel call")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON document, the same as --format json")
    ] = False,
) -> None:
    """Turn recordings into text, with the speakers of two-channel calls told apart."""
    with told_errors():
        for file in files:
            _must_be_readable(file)
        engines = _engines(engine, model)
    form = "json" if as_json else form
    done: list[tuple[Path, Transcript]] = []
    failed = False
    for file in files:
        try:
            with _bar() as bar:
                task = bar.add_task(file.name, total=1.0)
                heard = hear_file(
                    file,
                    engines,
                    language=language,
                    agent_channel=agent_channel,
                    vocabulary=vocabulary or (),
                    progress=partial(_advance, bar, task),
                )
        except CopilotError as error:
            err.print(f"{file}: {error.detail}", style="red", markup=False)
            failed = True
            continue
        transcript = heard.transcript
        for warning in heard.warnings:
            err.print(f"{file}: {warning.detail}", style="yellow", markup=False)
        if transcript.low_accuracy:
            err.print(f"{file}: {LOW_ACCURACY}", style="yellow", markup=False)
        if form == "json":
            done.append((file, transcript))
        else:
            _show(file, transcript, form, several=len(files) > 1)
    if form == "json":
        _show_json(done, several=len(files) > 1)
    if failed:
        raise typer.Exit(1)


def _must_be_readable(file: Path) -> None:
    # Raises with the reason. A pipe can be opened once only.
    if not file.is_fifo():
        file.open("rb").close()


def _engines(engine: Engine | None, model: str | None) -> "SpeechEngines":
    from copilot.wiring import build_speech

    config = load_settings().speech
    changes = {"kind": engine, "model": model}
    wanted = {name: value for name, value in changes.items() if value is not None}
    return build_speech(config.model_copy(update=wanted))


def _advance(bar: Progress, task: TaskID, share: float) -> None:
    bar.update(task, completed=share)


def _bar() -> Progress:
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=err,
        transient=True,
    )


def _show(file: Path, transcript: Transcript, form: OutputFormat, *, several: bool) -> None:
    if several and form == "txt":
        print(f"== {file}")
    print(render(transcript, form), end="\n" if several else "", flush=True)


def _show_json(done: list[tuple[Path, Transcript]], *, several: bool) -> None:
    shown = [{"file": str(file), **found.model_dump(mode="json")} for file, found in done]
    if several:
        print(json.dumps(shown, ensure_ascii=False, indent=2))
    elif shown:
        print(json.dumps(shown[0], ensure_ascii=False, indent=2))
