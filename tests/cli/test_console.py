"""What every command shares: wrong input is told in a sentence, and no text steers the terminal."""

import io
import socket
from pathlib import Path

import pytest
from rich.markup import escape
from rich.panel import Panel
from typer.testing import CliRunner, Result

from copilot.cli.console import BAD_USAGE, FAILED
from copilot.cli.main import app
from copilot.terminal import Terminal

MAIL = (
    "From: Ada <ada@mail.example>\nSubject: Kettle\n\nMy kettle arrived broken.\x1b]0;owned\x07\n"
)


@pytest.fixture(autouse=True)
def no_settings_of_the_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COPILOT_LLM__KIND", "none")


@pytest.fixture
def mail(tmp_path: Path) -> Path:
    file = tmp_path / "mail.eml"
    file.write_text(MAIL)
    return file


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


@pytest.mark.parametrize("command", ["summarize", "draft", "thread", "redact", "transcribe"])
@pytest.mark.parametrize(
    "file", ["nothing.eml", "folder.eml", "mail.eml/x.eml", f"{'a' * 5000}.eml"], ids=len
)
def test_a_wrong_path_is_bad_usage(command: str, file: str, mail: Path) -> None:
    mail.with_name("folder.eml").mkdir()
    result = run(command, file)
    assert result.exit_code == BAD_USAGE
    assert file[:50] in result.stderr
    assert "Traceback" not in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    "options",
    [
        ("--language", "no such"),
        ("--fact", ""),
        ("--instruction", "a" * 5000),
        ("--articles", "nowhere"),
    ],
)
def test_wrong_options_of_a_draft_are_bad_usage(options: tuple[str, str], mail: Path) -> None:
    result = run("draft", str(mail), *options)
    assert result.exit_code == BAD_USAGE
    assert options[0].strip("-").split("s")[0] in result.stderr


def test_a_wrong_setting_is_told_by_transcribe_too(
    mail: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COPILOT_SERVER__PORT", "many")
    result = run("transcribe", str(mail))
    assert result.exit_code == BAD_USAGE
    assert "COPILOT_SERVER__PORT" in result.stderr


@pytest.mark.parametrize("command", ["thread", "summarize"])
def test_a_mail_cannot_steer_the_terminal(command: str, mail: Path) -> None:
    result = run(command, str(mail))
    assert result.exit_code == 0, result.stderr
    assert "My kettle arrived broken." in result.stdout
    assert "\x1b" not in result.stdout
    assert "\x07" not in result.stdout


def test_colours_of_our_own_are_kept() -> None:
    shown = io.StringIO()
    terminal = Terminal(file=shown, force_terminal=True, width=40)
    terminal.print(Panel("[bold]ours[/bold] " + escape("\x1b[31mtheirs\x9b2J [bold]ä\tb[/bold]")))
    text = shown.getvalue()
    assert "\x1b[1mours\x1b[0m" in text
    assert "[31mtheirs2J [bold]ä" in text
    assert "\x1b[31m" not in text
    assert "\x9b" not in text


def test_one_message_is_not_messages(mail: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Short enough for the line, which is cut to the width of the screen.
    monkeypatch.chdir(mail.parent)
    assert "1 message " in run("thread", mail.name).stdout


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_port_that_is_taken_is_told_before_any_work(command: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        result = run(command, "--port", port, "--data", str(tmp_path / "data"))
    assert result.exit_code == FAILED
    assert f"port {port}" in result.stderr.replace("\n", " ")
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("command", ["serve", "demo"])
def test_a_port_that_there_is_not_is_bad_usage(command: str) -> None:
    assert run(command, "--port", "70000").exit_code == BAD_USAGE


@pytest.mark.parametrize("name", ["", " ", "a" * 201])
def test_a_tenant_needs_a_name(name: str, tmp_path: Path) -> None:
    data = str(tmp_path / "data")
    result = run("keys", "create", "--tenant", name, "--scope", "admin", "--data", data)
    assert result.exit_code == BAD_USAGE
    assert not (tmp_path / "data").exists()
