"""What small models send instead of JSON, and that no half sentence is shown as a whole one."""

import json
from contextlib import suppress

import pytest

from copilot.summaries.answer import SummaryAnswer, UnreadableAnswerError, read_answer
from tests.timing import ends

FIRST = "Wants a new kettle, model K2."
SECOND = "When is the parcel at the pick-up point?"
GOOD = {
    "headline": "Broken kettle",
    "sections": [
        {"kind": "request", "sentences": [{"text": FIRST, "messages": [1]}]},
        {"kind": "open", "sentences": [{"text": SECOND, "messages": [14, 2]}]},
    ],
}
PLAIN = json.dumps(GOOD)
PRETTY = json.dumps(GOOD, indent=2)

BROKEN = {
    "code fence": f"```json\n{PRETTY}\n```",
    "text around": f"Sure, here it is:\n{PLAIN}\nLet me know {{if}} you need more.",
    "single quotes": str(GOOD),
    "trailing commas": PLAIN.replace("]}", "],}").replace("}]", "},]"),
    "comments": PRETTY.replace('"sections"', '// the parts\n"sections"').replace(
        "1\n", "1 /* the first */\n"
    ),
    "unquoted keys": PLAIN.replace('"kind"', "kind").replace('"text"', "text"),
    "missing comma": PLAIN.replace('}, {"kind": "open"', '} {"kind": "open"'),
    "missing end": PLAIN[:-3],
    "missing bracket": PLAIN.replace(']}, {"kind": "open"', '}, {"kind": "open"'),
    "missing bracket in a fence": f"```json\n{PLAIN[:-1]}\n```",
    "Python literals": PLAIN.replace('"headline"', '"ok": True, "next": None, "headline"'),
    "thinking": f"<think>Maybe {{'a': 1}}? No.</think>\n{PLAIN}",
    "thinking without a beginning": f"The kettle {{x}} is broken.\n</think>\n\n{PLAIN}",
    "the object twice": f"{PLAIN}\n{PLAIN}",
    "curly quotes": PLAIN.replace('"', "”"),
    "a string of JSON": json.dumps(PLAIN),
    "the list alone": json.dumps(GOOD["sections"]),
    "an object a line": "\n".join(
        json.dumps({"kind": kind, "text": text, "messages": numbers})
        for kind, text, numbers in (("request", FIRST, [1]), ("open", SECOND, [14, 2]))
    ),
    "sections by name": json.dumps(
        {
            "headline": "Broken kettle",
            "request": [{"text": FIRST, "messages": ["message 1"]}],
            "open": {"text": SECOND, "messages": "14, 2"},
        }
    ),
    "lists": (
        f"**Headline:** Broken kettle\n\n### Request\n- {FIRST} [1]\n\n"
        f"### Open\n1. {SECOND} (messages 14, 2)\n"
    ),
    "labelled lists": f"- **Request**: {FIRST} [1]\n- **Open:** {SECOND} [messages 14, 2]",
}


def said(answer: SummaryAnswer) -> list[tuple[str, str, list[int]]]:
    return [
        (section.kind, one.text, one.messages)
        for section in answer.sections
        for one in section.sentences
    ]


@pytest.mark.parametrize("name", BROKEN)
def test_read_as_it_was_meant(name: str) -> None:
    answer = read_answer(BROKEN[name])
    assert said(answer) == [("request", FIRST, [1]), ("open", SECOND, [14, 2])]
    assert not answer.cut


def test_quotes_and_line_ends_within_a_text() -> None:
    text = PLAIN.replace("a new kettle", 'a "new"\nkettle')
    first, second = said(read_answer(text))
    assert first == ("request", FIRST.replace("a new kettle", 'a "new"\nkettle'), [1])
    assert second == ("open", SECOND, [14, 2])


@pytest.mark.parametrize("whole", [PLAIN, PRETTY, str(GOOD), f"```json\n{PRETTY}", BROKEN["lists"]])
def test_cut_anywhere_no_half_sentence_is_shown(whole: str) -> None:
    expected = [("request", FIRST, [1]), ("open", SECOND, [14, 2])]
    read = 0
    for end in range(len(whole)):
        with suppress(UnreadableAnswerError):
            found = said(read_answer(whole[:end]))
            assert found == expected[: len(found)], whole[:end]
            read += bool(found)
    assert read > 20


def test_a_cut_within_a_placeholder_is_a_cut() -> None:
    text = PLAIN[: PLAIN.index("When is")] + "When does [NAME_1]"
    assert said(read_answer(text)) == [("request", FIRST, [1])]


@pytest.mark.parametrize(
    "text",
    [
        "- Wants a new kettle [1]",
        "The customer wants a new kettle [1].",
        "Request: ",
        "{'a': [" * 3000,
        '{"sections": [{"kind": "request", "sentences": "' + "x" * 90_000,
    ],
)
def test_nothing_is_made_up(text: str) -> None:
    with pytest.raises(UnreadableAnswerError):
        read_answer(text)


@pytest.mark.parametrize(
    "text",
    [
        f"Headline: {'x ' * 700}\n\nRequest:\n- Wants a refund. [1]\n",
        f"Request:\n- {'word ' * 390} [1]\n",
    ],
)
def test_an_outline_too_long_for_a_summary_is_unreadable(text: str) -> None:
    with pytest.raises(UnreadableAnswerError):
        read_answer(text)


@pytest.mark.parametrize(
    "text",
    [
        "{" * 100_000,
        '{"' * 15_000,
        '{"a" ' * 20_000,
        '["a"(' * 4_000,
        '[{"a":[' + '1"a"' * 4_000,
        '{"sections":' * 8_000,
    ],
)
def test_what_would_be_repaired_for_half_a_minute_is_not(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    repaired: list[str] = []

    def repair(body: str, **_: object) -> dict[str, object]:
        repaired.append(body)
        return {}

    monkeypatch.setattr("json_repair.repair_json", repair)
    with pytest.raises(UnreadableAnswerError), ends():
        read_answer(text)
    assert not repaired


def test_a_long_answer_is_still_repaired() -> None:
    sentence = {"text": f"{FIRST} It's “urgent” (very). " * 4, "messages": [1, 2, 14]}
    whole = {"sections": [{"kind": "done", "sentences": [sentence] * 20}]}
    broken = json.dumps(whole, indent=1, ensure_ascii=False)[:-6]
    read = read_answer(broken)
    assert len(read.sections[0].sentences) == 20
    assert read.sections[0].sentences[-1].messages == [1, 2, 14]
