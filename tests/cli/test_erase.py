"""``copilot erase`` as an operator uses it."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from copilot.cli.console import BAD_USAGE, FAILED
from copilot.cli.main import app


@pytest.fixture(autouse=True)
def own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COPILOT_DATA_DIR", str(tmp_path / "data"))
    made = run("keys", "create", "--tenant", "shop", "--scope", "admin")
    assert made.exit_code == 0, made.output
    lines = [
        {"source": "crm", "external_id": name, "name": name, "emails": [f"{name}@mail.example"]}
        for name in ("anna", "annabel")
    ]
    file = tmp_path / "customers.jsonl"
    file.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    done = run("import", "customers", str(file), "--tenant", "shop")
    assert done.exit_code == 0, done.output


def run(*words: str, answer: str | None = None) -> Result:
    return CliRunner().invoke(app, list(words), input=answer)


def test_a_customer_named_by_their_address_is_erased_once_confirmed() -> None:
    refused = run("erase", "anna@mail.example", "--tenant", "shop", answer="n\n")
    assert refused.exit_code == FAILED
    assert "Erase anna (" in refused.output
    done = run("erase", "anna@mail.example", "--tenant", "shop", "--yes", "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["conversations"], told["calls"], told["orders"]) == (0, 0, 0)
    again = run("erase", told["customer_id"], "--tenant", "shop", "--yes")
    assert again.exit_code == FAILED
    assert "customer" in again.output


def test_who_is_not_named_exactly_stays() -> None:
    for wanted in ("anna", "nobody@mail.example"):
        result = run("erase", wanted, "--tenant", "shop", "--yes")
        assert result.exit_code == FAILED, result.output
        assert "give the id or a whole address" in " ".join(result.output.split())
    assert run("erase", "anna@mail.example", "--json").exit_code == BAD_USAGE
