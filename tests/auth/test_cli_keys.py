import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from copilot.auth.tokens import looks_like_key
from copilot.cli import keys


@pytest.fixture(autouse=True)
def _own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COPILOT_DATA_DIR", str(tmp_path / "data"))


def run(*words: str, code: int = 0) -> Result:
    result = CliRunner().invoke(keys.app, list(words))
    assert result.exit_code == code, result.output
    return result


def test_create_list_and_revoke() -> None:
    made = json.loads(
        run(
            "create", "--tenant", "Acme", "--scope", "drafts:read,calls:read", "--scope",
            "conversations:read", "--json",
        ).stdout
    )  # fmt: skip
    assert looks_like_key(made["key"])
    assert made["scopes"] == ["conversations:read", "calls:read", "drafts:read"]
    assert made["tenant"].startswith("ten_")
    assert made["tenant_name"] == "Acme"

    (listed,) = json.loads(run("list", "--json").stdout)["items"]
    assert listed["id"] == made["id"]
    assert listed["revoked_at"] is None
    assert made["key"] not in json.dumps(listed)

    shown = run("create", "--tenant", made["tenant"], "--scope", "admin", "--name", "[red]x")
    assert looks_like_key(shown.stdout.strip())
    table = run("list", "--tenant", "Acme").stdout
    assert "[red]x" in table
    assert made["id"] in table

    assert made["id"] in run("revoke", made["id"]).stdout
    run("revoke", made["id"])
    found = {one["id"]: one for one in json.loads(run("list", "--json").stdout)["items"]}
    assert len(found) == 2
    assert found[made["id"]]["revoked_at"] is not None


def test_a_typo_makes_no_tenant_where_one_must_exist() -> None:
    assert "There are none yet" in run("list", code=1).stderr
    run("create", "--tenant", "A", "--scope", "admin")
    assert "New tenant B" in run("create", "--tenant", "B", "--scope", "admin").stderr
    told = run("list", code=1).stderr
    assert "A, B" in told
    unknown = run("list", "--tenant", "C", code=1).stderr
    assert "no tenant 'C'" in unknown
    assert "A, B" in unknown
    assert "no such key" in run("revoke", "key_x", "--tenant", "A", code=1).stderr


@pytest.mark.parametrize("scopes", ["everything", "", "admin,nothing"])
def test_bad_usage_exits_with_2(scopes: str) -> None:
    run("create", "--tenant", "A", "--scope", scopes, code=2)
    run("create", "--tenant", "A", code=2)
    run("create", "--scope", "admin", code=2)
