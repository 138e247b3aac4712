"""What a model is told of a long thread when its window is small."""

import pytest

from copilot.context.card import ContextCard
from copilot.drafts.draft import DraftOptions
from copilot.drafts.finishing import Written, finish
from copilot.drafts.generative import draft_prompt, most_tokens, refine_prompt
from copilot.drafts.marks import take_out
from copilot.drafts.material import Material, gather
from copilot.drafts.telling import Told, told_in
from copilot.kernel.resources import bundled
from copilot.llm.prompts import Prompts
from copilot.llm.room import CHARACTERS_PER_TOKEN
from copilot.privacy.known import KnownFacts
from copilot.privacy.pseudonyms import Pseudonymiser
from tests.drafts.conftest import passage
from tests.summaries.threads import conversation

_PROMPTS = Prompts(bundled("prompts"))
_TURNS = [
    ("customer" if number % 2 == 0 else "agent", f"Viesti {number}. " + "Sanoja on paljon. " * 30)
    for number in range(21)
]
_FACTS = [f"Tosiasia {number}: " + "näin on. " * 10 for number in range(5)]
_ARTICLES = [
    passage(f"Ohje {number}", f"Kohta {number}. " + "Ohjeessa lukee tämä. " * 40, "fi")
    for number in range(12)
]


def _material(facts: list[str] | None = None, latest: str | None = None) -> Material:
    turns = [*_TURNS, ("customer", latest)] if latest else _TURNS
    thread = conversation(turns, subject="Kysymys", language="fi")  # type: ignore[arg-type]
    card = ContextCard(
        customer=None,
        already_told=[],
        promised=[],
        orders=[],
        past_conversations=[],
        articles=[],
        similar_conversations=[],
        timings_ms={},
    )
    return gather(thread, card, DraftOptions(facts=facts or []), _ARTICLES)


def _told(room: int, facts: list[str] | None = None, latest: str | None = None) -> Told:
    return told_in(_material(facts, latest), room, str)


@pytest.mark.parametrize("context", [2048, 3000, 4096, 8192, 128_000])
def test_prompt_and_answer_fit_the_window(context: int) -> None:
    material = _material(_FACTS)
    prompt = draft_prompt(material, _PROMPTS, None, context)
    written = sum(len(one.content) for one in prompt.messages)
    answer = most_tokens("medium", context)
    assert written <= max((context - answer) * CHARACTERS_PER_TOKEN, 4500)
    assert "Viesti 20." in prompt.messages[1].content


def test_no_window_is_so_large_that_it_is_filled() -> None:
    told = _told(1_000_000, _FACTS)
    assert sum(len(one["text"]) for one in told.sources) <= 7000
    assert sum(len(one["text"]) for one in told.messages) <= 8000
    assert told.messages[0]["text"].startswith("Viesti 0.")


def test_the_latest_message_and_the_facts_go_first() -> None:
    told = _told(1400, _FACTS)
    assert [one["text"].split(".")[0] for one in told.messages] == ["Viesti 20"]
    assert list(told.facts) == _FACTS[: len(told.facts)]
    assert told.facts
    assert not told.sources


@pytest.mark.parametrize("room", range(0, 16_000, 500))
def test_what_is_told_is_whole_and_fits(room: int) -> None:
    told = _told(room, _FACTS)
    whole = {text.strip() for _, text in _TURNS} | {one.text for one in _ARTICLES}
    lengths = [len(one) for one in told.facts]
    for one in [*told.sources, *told.messages[:-1]]:
        lengths.append(len(one["text"]))
        assert any(one["text"].strip().endswith(text[-40:].strip()) for text in whole)
    assert sum(lengths) <= room
    numbers = [int(one["mark"][1:]) for one in told.sources]
    assert numbers == sorted(numbers)


def test_a_latest_message_that_is_too_long_is_cut() -> None:
    told = _told(1000, latest="Pitkä. " * 2000)
    (only,) = told.messages
    assert 0 < len(only["text"]) <= 1000


def test_text_is_measured_as_it_is_sent() -> None:
    pseudonyms = Pseudonymiser(KnownFacts(names=("Kosti",)))
    told = told_in(_material(latest="Kosti " * 600), 3000, pseudonyms.mask)
    assert "[NAME_1" in told.messages[-1]["text"]
    assert len(told.messages[-1]["text"]) <= 3000


@pytest.mark.parametrize("context", [3000, 8192])
def test_a_change_of_a_draft_fits_too(context: int) -> None:
    material = _material()
    written = Written(take_out("Hei! " * 100), "openai:fake", "fi")
    draft = finish(written, material, stored=False)
    prompt = refine_prompt(draft, "Lyhennä", "fi", material, _PROMPTS, None, context)
    room = (context - most_tokens("long", context)) * CHARACTERS_PER_TOKEN
    assert sum(len(one.content) for one in prompt.messages) <= room
    assert draft.text in prompt.messages[1].content
    assert "Ohjeessa lukee" in prompt.messages[1].content
