"""Reading what models really send."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot.summaries.answer import UnreadableAnswerError, answer_schema, read_answer

GOOD = {
    "headline": "Broken kettle",
    "sections": [{"kind": "request", "sentences": [{"text": "Wants a new one.", "messages": [1]}]}],
}
PLAIN = json.dumps(GOOD)

READABLE = [
    PLAIN,
    f"```json\n{PLAIN}\n```",
    f"Here is the summary:\n{PLAIN}\nI hope it helps!",
    f"<think>The customer {{wants}} a kettle.</think>{PLAIN}",
    PLAIN.replace("[1]}", "[1],}"),
    PLAIN.replace("[1]", '["[1]"]'),
    PLAIN.replace("[1]", '"message 1"'),
    PLAIN.replace("[1]", "1"),
    f'{{"thought": "hm"}} {PLAIN}',
    PLAIN.replace('[{"kind": "request", "sentences": [', '{"request": [').replace("]}]}", "]}]}}"),
    '{"headline": "Broken kettle", "request": [{"text": "Wants a new one.", "messages": [1]}]}',
    PLAIN.replace('"sections": [', '"sections": [{"kind": "mood", "sentences": []}, '),
]


@pytest.mark.parametrize("text", READABLE)
def test_readable(text: str) -> None:
    answer = read_answer(text)
    assert answer.headline == "Broken kettle"
    (sentence,) = answer.sections[0].sentences
    assert (sentence.text, sentence.messages) == ("Wants a new one.", [1])


@pytest.mark.parametrize(
    "text",
    ["", "I cannot do that.", "{", PLAIN[:-12], "[]", '{"sections": 3}', "{}", "{" * 5000],
)
def test_unreadable(text: str) -> None:
    with pytest.raises(UnreadableAnswerError):
        read_answer(text)


def test_the_schema_describes_what_is_read() -> None:
    schema = answer_schema()
    assert schema["required"] == list(GOOD)
    assert set(schema["properties"]) == set(GOOD)


@given(st.text(alphabet=st.sampled_from('{}[]",:1ab\\ sections'), max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(UnreadableAnswerError):
        read_answer(text)
