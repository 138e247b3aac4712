"""Anger is told from complaint, and never without the message it rests on."""

import pytest

from copilot.guidance.mood import angry_words
from copilot.guidance.process import Process, read_process
from copilot.guidance.standing import standing_in
from copilot.kernel.clock import now
from tests.guidance.cases import conversation
from tests.guidance.moods import CHOSEN_BY, ELSEWHERE, ELSEWHERE_LATER, LATER

_PROCESS = """---
name: late
title: Late
applies_when: [it is late]
escalate_if:
  - say: The shift lead calls.
    mood: angry
---
1. Look.
"""


@pytest.fixture(scope="module")
def process() -> Process:
    return read_process(_PROCESS)


@pytest.mark.parametrize(("language", "angry", "text"), [*CHOSEN_BY, *ELSEWHERE])
def test_the_lines_that_the_words_were_chosen_by(language: str, angry: bool, text: str) -> None:
    assert (angry_words(text) is not None) == angry, language


@pytest.mark.parametrize("language", ["en", "fi", "sv", "de", "et"])
def test_other_lines(language: str) -> None:
    rows = [
        (angry, angry_words(text) is not None)
        for code, angry, text in (*LATER, *ELSEWHERE_LATER)
        if code == language
    ]
    alarms = [found for angry, found in rows if not angry]
    assert sum(alarms) == 0
    found = [found for angry, found in rows if angry]
    assert sum(found) >= 0.8 * len(found)


def test_the_sentence_that_says_it_is_told() -> None:
    text = "Hello. The lid is cracked. I will take legal action. Regards, A."
    assert angry_words(text) == "I will take legal action."
    assert angry_words("") is None
    assert angry_words("!" * 100_000) is None


def test_it_rests_on_the_message_that_nobody_answered(process: Process) -> None:
    told = conversation("It is late.", "Sorry.", "I will take legal action.")
    standing = standing_in(process, told, [], [], "en", now())
    assert (standing.escalate, standing.evidence) == ("The shift lead calls.", 3)


def test_anger_that_was_answered_is_over(process: Process) -> None:
    told = conversation(
        "It is late, what a shambles!", "It comes today.", "Fine. It is late, is it?"
    )
    standing = standing_in(process, told, [], [], "en", now())
    assert (standing.escalate, standing.evidence) == (None, None)


def test_an_agents_words_and_the_agents_notes_are_nobodys_anger(process: Process) -> None:
    told = conversation("It is late.", "What a shambles, third time this week!")
    assert standing_in(process, told, [], [], "en", now()).escalate is None
