"""Processes, saved replies and the tone guide, as they guide a draft."""

from datetime import UTC, datetime, timedelta

import pytest

from copilot.guidance.errors import ProcessUnreadableError
from copilot.guidance.filling import filled
from copilot.guidance.matching import process_for, reply_for
from copilot.guidance.process import Process, read_process
from copilot.guidance.saved_reply import SavedReply
from copilot.guidance.standing import standing_in
from copilot.kernel.clock import now
from tests.guidance.cases import (
    ADDRESS,
    BROKEN,
    NONE_FITS,
    PROCESSES,
    REFUND,
    conversation,
    order,
)


def far(_one: str, _other: str) -> float | None:
    return None


@pytest.fixture(scope="module")
def known() -> list[Process]:
    return [read_process(one) for one in PROCESSES]


@pytest.mark.parametrize(
    ("text", "name"),
    [(text, name) for name, texts in (BROKEN, REFUND, ADDRESS) for text in texts],
)
def test_the_process_that_fits(known: list[Process], text: str, name: str) -> None:
    found = process_for(text, "email", (), known, far)
    assert found is not None, text
    assert found[0].front.name == name
    assert 0.6 <= found[1] <= 1


@pytest.mark.parametrize("text", NONE_FITS)
def test_no_process_where_none_fits(known: list[Process], text: str) -> None:
    found = process_for(text, "email", (), known, far)
    assert found is None, found


def test_meaning_and_tags_count_too(known: list[Process]) -> None:
    text = "It came in pieces, what now?"
    assert process_for(text, "email", (), known, far) is None
    near = {"it arrived broken": 0.8}
    found = process_for(text, "email", (), known, lambda _, phrase: near.get(phrase, 0.1))
    assert found is not None
    assert found[0].front.name == "broken-item"
    tagged = process_for(text, "email", ("refund",), known, far)
    assert tagged is not None
    assert tagged[0].front.name == "refund-late"


def test_other_channels_have_other_processes(known: list[Process]) -> None:
    assert process_for(ADDRESS[1][0], "phone", (), known, far) is None


def test_where_it_stands(known: list[Process]) -> None:
    process = known[0]
    told = conversation("Keitin saapui rikki, hinta oli 40 €.")
    standing = standing_in(process, told, [], [], "fi", now())
    assert standing.step == 1
    assert [(one.name, one.question) for one in standing.missing] == [
        ("order number", "Mikä on tilausnumerosi?"),
        ("photo", "Voisitko lähettää kuvan vauriosta?"),
    ]
    assert standing.escalate is None


def test_steps_are_done_by_what_the_agent_wrote(known: list[Process]) -> None:
    told = conversation("It broke.", "Could you send a photo?", "Here.", photo=True)
    standing = standing_in(known[0], told, [order("KK-1", "20")], [], "en", now())
    assert (standing.step, standing.missing) == (2, [])
    done = conversation("It broke.", "Send a photo.", "Here.", "We send a replacement.")
    assert standing_in(known[0], done, [], ["Order KK-77123"], "en", now()).step == 3


@pytest.mark.parametrize(
    ("text", "total", "days_ago", "why"),
    [
        ("It broke and I will call my lawyer.", "20", 1, "Legal matters go to Elina."),
        ("Se hajosi, otan yhteyttä kuluttajaneuvontaan.", "20", 1, "Legal matters go to Elina."),
        ("It broke.", "900", 1, "Refunds above 500 need a team lead."),
        ("It broke and cost 640 euros.", "20", 1, "Refunds above 500 need a team lead."),
        ("It broke.", "20", 900, "The warranty is over."),
        ("It broke.", "20", 1, None),
    ],
)
def test_when_somebody_else_takes_over(
    known: list[Process], text: str, total: str, days_ago: int, why: str | None
) -> None:
    placed = datetime.now(UTC) - timedelta(days=days_ago)
    orders = [order("KK-1", total, placed_at=placed)]
    assert standing_in(known[0], conversation(text), orders, [], "en", now()).escalate == why


@pytest.mark.parametrize(
    ("file", "told"),
    [
        ("1. Do it.", "front matter"),
        ("---\nname: [\n---\n1. Do it.", "line 2"),
        ("---\n- a\n---\n1. Do it.", "no fields"),
        ("---\nname: Broken Item\ntitle: x\napplies_when: [a]\n---\n1. Do it.", "name"),
        ("---\nname: a\ntitle: x\n---\n1. Do it.", "applies_when"),
        ("---\nname: a\ntitle: x\napplies_when: [a]\n---\nJust do it.", "no steps"),
        ("---\nname: a\ntitle: x\napplies_when: [a]\nowner: me\n---\n1. Do it.", "owner"),
    ],
)
def test_what_is_wrong_with_a_file_is_told(file: str, told: str) -> None:
    with pytest.raises(ProcessUnreadableError, match=told):
        read_process(file, where="broken.md")


def reply(title: str, body: str, language: str | None = None, *tags: str) -> SavedReply:
    return SavedReply(
        id=f"srp_{title}",
        source="file",
        external_id=title,
        title=title,
        body=body,
        language=language,
        tags=list(tags),
        updated_at=now(),
    )


def test_a_saved_reply_in_the_language_of_the_reply() -> None:
    saved = [
        reply("Where is my parcel", "On its way.", "en"),
        reply("Missä pakettini on", "Matkalla.", "fi"),
        reply("How to descale a kettle", "With vinegar.", None),
    ]
    found = reply_for("Hei! Missä pakettini oikein viipyy?", "fi", saved, far)
    assert found is not None
    assert found[0].body == "Matkalla."
    assert reply_for("Do you sell gift cards?", "en", saved, far) is None


def test_only_what_is_known_is_filled_in() -> None:
    made = filled(
        "Hi {first_name}, order {order_number} is {order_status}. {agent_name}",
        {"first_name": "Anna", "order_number": None, "order_status": "shipped"},
    )
    assert made.text == "Hi Anna, order [order number] is shipped. [agent name]"
    assert made.open == ["order number", "agent name"]
