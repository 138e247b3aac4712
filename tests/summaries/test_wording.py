"""A summary as plain lines."""

import pytest

from copilot.summaries.building import extractive_summary
from copilot.summaries.summary import Summary, SummaryOptions, SummarySection
from copilot.summaries.wording import Line, worded
from tests.summaries.threads import KETTLE, LAMP, conversation


def test_lines_name_who_said_what_in_finnish() -> None:
    thread = conversation(KETTLE, subject="Rikkinäinen vedenkeitin", language="fi")
    lines = extractive_summary(thread, SummaryOptions(max_sentences=6)).text.split("\n")
    assert lines[0] == "Rikkinäinen vedenkeitin"
    assert all(one.startswith(("Asiakas: ", "Asiakaspalvelija: ")) for one in lines[1:])
    assert not any(message.id in "\n".join(lines) for message in thread.messages)


def test_lines_name_who_said_what_in_english() -> None:
    chat = conversation(LAMP, language="en-GB", status="solved")
    text = extractive_summary(chat, SummaryOptions()).text
    assert "Customer: " in text
    assert "Agent: " in text
    assert "refunded £64.90" in text


def test_a_headline_that_begins_the_first_sentence_is_not_said_twice() -> None:
    chat = conversation([("customer", "My desk lamp flickers and hums.")], language="en")
    summary = extractive_summary(chat, SummaryOptions())
    assert summary.headline == "My desk lamp flickers and hums."
    assert summary.text == "Customer: My desk lamp flickers and hums."


@pytest.mark.parametrize("language", ["de", None])
def test_in_other_languages_an_arrow_tells_the_side(language: str | None) -> None:
    lines = [Line("customer", "Die Lampe flackert."), Line("agent", "Ein Ersatz ist unterwegs.")]
    assert worded("Lampe defekt", lines, language) == (
        "Lampe defekt\n→ Die Lampe flackert.\n← Ein Ersatz ist unterwegs."
    )


def test_what_rests_on_several_people_names_nobody_and_what_nothing_carries_is_marked() -> None:
    lines = [Line(None, "They agreed on Friday."), Line("agent", "Refunded.", supported=False)]
    assert worded("", lines, "en") == "They agreed on Friday.\nAgent: Refunded. (unsupported)"


def test_sections_of_before_roles_were_kept_are_read() -> None:
    chat = conversation(LAMP, language="en")
    summary = extractive_summary(chat, SummaryOptions())
    stored = [section.model_dump(mode="json") for section in summary.sections]
    for section in stored:
        for sentence in section["sentences"]:
            del sentence["author_role"]
    old = summary.model_copy(
        update={"sections": [SummarySection.model_validate(one) for one in stored]}
    )
    assert "Customer: " not in old.text
    assert "flickers" in old.text


def test_the_text_is_in_the_answer_and_may_come_back() -> None:
    summary = extractive_summary(conversation(LAMP, language="en"), SummaryOptions())
    answer = summary.model_dump(mode="json")
    assert answer["text"] == summary.text
    assert answer["sections"][0]["sentences"][0]["author_role"] == "customer"
    assert Summary.model_validate(answer) == summary
