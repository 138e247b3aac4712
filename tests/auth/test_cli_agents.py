"""``copilot agents``, as an operator runs it."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from copilot.auth.agent import Session
from copilot.auth.audit import AuditEvent
from copilot.auth.service import AuthService
from copilot.auth.sign_in import SignInFailedError
from copilot.cli import agents
from copilot.settings import Settings
from copilot.wiring import open_core

AINO = ("create", "--tenant", "Acme", "--email", "Aino@acme.example", "--name", "Aino [red]Ä")
PASSWORD = "hevonen ja paristo, ä"


@pytest.fixture(autouse=True)
def _own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COPILOT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("COPILOT_SERVER__PUBLIC_URL", "https://desk.example/")


def run(*words: str, code: int = 0, given: str | bytes | None = None) -> Result:
    result = CliRunner().invoke(agents.app, list(words), input=given)
    assert result.exit_code == code, result.output
    return result


def read(*words: str) -> Any:
    return json.loads(run(*words, "--json").stdout)


async def _session(token: str | None, password: str | None) -> Session | None:
    async with open_core(Settings()) as core:
        auth: AuthService = core.auth
        if token is not None:
            return await auth.session(await auth.redeem_link(token))
        assert password is not None
        return await auth.session(await auth.sign_in("aino@acme.example", password, None))


def enter(link: str) -> Session | None:
    beginning = "https://desk.example/login/link/"
    assert link.startswith(beginning)
    return asyncio.run(_session(link.removeprefix(beginning), None))


def sign_in(password: str) -> Session | None:
    return asyncio.run(_session(None, password))


def events(tenant: str) -> list[AuditEvent]:
    async def found() -> list[AuditEvent]:
        async with open_core(Settings()) as core:
            owner = await core.auth.tenant(tenant)
            return (await core.auth.audit_events(owner.id)).items

    return asyncio.run(found())


def test_an_account_is_made_and_its_link_signs_in_once() -> None:
    shown = run(*AINO)
    assert "New tenant Acme" in shown.stderr
    assert "15 minutes" in shown.stderr
    session = enter(shown.stdout.strip())
    assert session is not None
    assert session.agent.name == "Aino [red]Ä"
    assert session.agent.role == "agent"
    with pytest.raises(SignInFailedError):
        enter(shown.stdout.strip())
    made = {(one.kind, one.actor_kind) for one in events("Acme")}
    assert {("agent_created", "operator"), ("link_created", "operator")} <= made

    boss = read("create", "--tenant", "Acme", "--email", "b@x.example", "--name", "B", "--role",
                "admin")  # fmt: skip
    assert boss["role"] == "admin"
    assert enter(boss["link"]) is not None

    listed = read("list")["items"]
    assert [one["email"] for one in listed] == ["aino@acme.example", "b@x.example"]
    assert listed[0].keys() == {
        "id", "email", "name", "role", "locale", "created_at", "tenant", "has_password", "access"
    }  # fmt: skip
    assert "Aino [red]Ä" in run("list", "--tenant", "Acme").stdout


def test_a_lost_link_is_made_again() -> None:
    lost = run(*AINO).stdout.strip()
    new = read("link", " AINO@acme.example ", "--tenant", "Acme")
    assert new["link"] != lost
    assert enter(new["link"]) is not None
    assert "no agent" in run("link", "nobody@acme.example", code=1).stderr
    run("create", "--tenant", "Other", "--email", "c@x.example", "--name", "C")
    refused = run("link", "aino@acme.example", "--tenant", "Other", code=1)
    assert "This tenant has no agent" in refused.stderr
    assert refused.stdout == ""


def test_an_address_is_taken_once_and_makes_no_tenant() -> None:
    run(*AINO)
    taken = run("create", "--tenant", "New", "--email", "aino@acme.example", "--name", "A", code=1)
    assert "copilot agents link aino@acme.example" in " ".join(taken.stderr.split())
    assert "tenant 'New'" in run("list", "--tenant", "New", code=1).stderr


@pytest.mark.parametrize(
    ("email", "name", "tenant"),
    [("no address", "A", "T"), ("", "A", "T"), ("a@b.example", " ", "T"), ("a@b.example", "A", "")],
)
def test_bad_usage_makes_nothing(email: str, name: str, tenant: str, tmp_path: Path) -> None:
    run("create", "--tenant", tenant, "--email", email, "--name", name, code=2)
    assert not (tmp_path / "data").exists()


def test_a_password_comes_from_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    run(*AINO)
    assert "12 to 1024" in run("password", "aino@acme.example", given="short\n", code=1).stderr
    run("password", "aino@acme.example", given="", code=1)
    run("password", "aino@acme.example", given=b"\xff" * 20 + b"\n", code=1)
    done = run("password", "Aino@acme.example", given=f"{PASSWORD}\r\nand more\n")
    assert PASSWORD not in done.output
    assert sign_in(PASSWORD) is not None
    assert read("list")["items"][0]["has_password"] is True
    assert any(one.kind == "password_set" for one in events("Acme"))


def test_a_password_is_asked_for_twice_and_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    run(*AINO)
    asked: list[dict[str, Any]] = []

    def prompt(text: str, **options: Any) -> str:
        asked.append(options)
        return PASSWORD

    monkeypatch.setattr(typer, "prompt", prompt)
    monkeypatch.setattr(agents, "_at_a_terminal", lambda: True)
    run("password", "aino@acme.example")
    assert asked == [{"hide_input": True, "confirmation_prompt": True, "err": True}]
    assert sign_in(PASSWORD) is not None
    # Nobody is asked for the password of an account that is not there.
    run("password", "nobody@acme.example", code=1)
    assert len(asked) == 1


def test_disabling_shuts_out_and_a_link_lets_in_again() -> None:
    link = run(*AINO).stdout.strip()
    run("password", "aino@acme.example", given=PASSWORD)
    assert "cannot sign in" in run("disable", "aino@acme.example").stdout
    assert read("list", "--tenant", "Acme")["items"][0]["access"] == "shut"
    assert "nothing: shut" in " ".join(run("list", "--tenant", "Acme").stdout.split())
    with pytest.raises(SignInFailedError):
        sign_in(PASSWORD)
    with pytest.raises(SignInFailedError):
        enter(link)
    assert read("list")["items"][0]["has_password"] is False
    assert enter(run("link", "aino@acme.example").stdout.strip()) is not None
    assert "no agent" in run("disable", "nobody@acme.example", code=1).stderr


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:81"),
        ("0.0.0.0", "http://localhost:81"),
        ("::", "http://localhost:81"),
        ("::1", "http://[::1]:81"),
    ],
)
def test_without_a_public_address_the_link_leads_to_host_and_port(
    host: str, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COPILOT_SERVER__PUBLIC_URL")
    monkeypatch.setenv("COPILOT_SERVER__HOST", host)
    monkeypatch.setenv("COPILOT_SERVER__PORT", "81")
    assert run(*AINO).stdout.startswith(f"{address}/login/link/cpl_")
