"""Names that a model finds are masked by the gate, whoever made the prompt."""

from pathlib import Path

import pytest

from copilot.kernel.errors import ConfigurationError, UnavailableError
from copilot.kernel.ids import TenantId
from copilot.ledger.config import LedgerConfig
from copilot.ledger.gate import gated
from copilot.ledger.masking import LastLook, Searched
from copilot.llm.chat import ChatMessage, ModelCall, ModelNotAskedError
from copilot.llm.openai_chat import LlmConfig
from copilot.privacy.entity import Entity
from copilot.privacy.ner import LoadedNames, NameFinder, loaded_names
from copilot.wiring import open_chat
from tests.fake_openai import running


class Finds:
    """Takes each of ``names`` for a person, as a model would: wherever it stands."""

    def __init__(self, *names: str) -> None:
        self.names = names
        self.asked: list[str] = []

    def find(self, text: str) -> list[Entity]:
        self.asked.append(text)
        return [
            Entity(at, at + len(one), "name")
            for one in self.names
            for at in range(len(text))
            if text.startswith(one, at)
        ]


class Breaks:
    def find(self, text: str) -> list[Entity]:
        raise RuntimeError(text)


def looked(names: NameFinder, *texts: str, searched: Searched | None = None) -> LastLook:
    messages = [ChatMessage("system", "Never tell Ada."), *(ChatMessage("user", t) for t in texts)]
    return LastLook(messages, searched or Searched(names=names))


def test_a_name_is_masked_and_put_back() -> None:
    look = looked(Finds("Ada Moore"), "Ada Moore paid 39,90 €.", "Is Ada Moore there?")
    assert [one.content for one in look.messages[1:]] == [
        "[NAME_1] paid 39,90 €.",
        "Is [NAME_1] there?",
    ]
    assert look.masked == {"name": 1}
    assert look.restore("Dear [NAME_1],") == "Dear Ada Moore,"


def test_our_own_words_fences_and_placeholders_stay() -> None:
    names = Finds("Ada", "S1 article", "NAME_1", "data", "</data>")
    text = "<data 1a S1 article>\nAda wrote to [NAME_1].\n</data 1a>"
    look = looked(names, text)
    assert look.messages[0].content == "Never tell Ada."
    assert (
        look.messages[1].content == "<data 1a S1 article>\n[NAME_2] wrote to [NAME_1].\n</data 1a>"
    )


def test_what_has_a_form_wins_over_a_model() -> None:
    look = looked(Finds("ada"), "Write to ada.moore@mail.example")
    assert look.messages[1].content == "Write to [EMAIL_1]"


def test_paragraphs_without_a_name_are_asked_about_once() -> None:
    names = Finds("Ada")
    searched = Searched(names=names)
    for _ in range(3):
        looked(names, "Nobody is here.", searched=searched)
    assert names.asked == ["Nobody is here."]


async def test_nothing_leaves_when_the_model_breaks() -> None:
    with running() as model:
        config = LlmConfig(kind="openai", base_url=model.base_url, model="fake")
        async with open_chat(config) as chat:
            names = LoadedNames(Breaks)
            models = gated(chat, model.base_url, LedgerConfig(), names=names)
            assert models is not None
            asked = models.chat_for(ModelCall(TenantId("t"), "draft"))
            with pytest.raises(ModelNotAskedError, match="RuntimeError") as caught:
                await asked.complete([ChatMessage("user", "Ada is here.")])
            assert "Ada" not in caught.value.detail
        assert model.requests == []


def test_it_is_loaded_once_and_only_when_it_is_needed() -> None:
    loads: list[int] = []

    def load() -> NameFinder:
        loads.append(1)
        return Finds("Ada")

    names = LoadedNames(load)
    assert loads == []
    assert names.find("Ada") == names.find("Ada") == [Entity(0, 3, "name")]
    assert loads == [1]
    assert loaded_names(None, lambda _: Finds()) is None


def test_a_folder_without_a_model_is_told_at_the_start() -> None:
    with pytest.raises(ConfigurationError, match="COPILOT_PRIVACY__NER_MODEL"):
        loaded_names(Path("nowhere"), lambda _: Finds())


def test_a_model_that_cannot_be_loaded_says_so() -> None:
    def load() -> NameFinder:
        raise ConfigurationError("There is no such model.")

    with pytest.raises(UnavailableError, match="no such model"):
        LoadedNames(load).find("Ada")
