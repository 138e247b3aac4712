"""What is not the answer is left out, however a stream is cut into pieces."""

import pytest

from copilot.llm.thinking import ThinkingFilter, UnopenedThinkingError, without_thinking

ANSWER = "Hei,\n\n[S1] maksaa 4 < 5 € ja [TH on [S2]."
FINAL = "<|start|>assistant<|channel|>final<|message|>"
TEXTS = [
    f"<think>9 €</think>\n{ANSWER}",
    f"<THINKING>9 €</THINKING>{ANSWER}",
    f"[THINK]9 €[/THINK]{ANSWER}",
    f"◁think▷9 €◁/think▷{ANSWER}",
    f"<|channel|>analysis<|message|>9 €<|end|>{FINAL}{ANSWER}",
    f"<|channel|>commentary to=x <|constrain|>json<|message|>9<|end|>{FINAL}{ANSWER}<|return|>",
    f"<|channel|>final<|message|>{ANSWER}",
    f"{ANSWER}<|im_end|>\n<|im_start|>user\n9 €",
    f"{ANSWER}</s>9 €</s>",
    f"<|im_start|>{ANSWER}<end_of_turn>",
    f"<think>a</think><think>b</think>{ANSWER}",
    ANSWER,
]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("length", [1, 2, 3, 7, 1000])
def test_only_the_answer_is_left(text: str, length: int) -> None:
    shown = ThinkingFilter()
    pieces = [shown.feed(text[at : at + length]) for at in range(0, len(text), length)]
    assert "".join([*pieces, shown.end()]) == ANSWER
    assert without_thinking(text) == ANSWER


@pytest.mark.parametrize(
    "text",
    [
        f"It is 9 €.</think>{ANSWER}",
        f"It is 9 €.<|end|>{FINAL}{ANSWER}",
    ],
)
def test_thoughts_without_a_beginning_are_told_when_they_end(text: str) -> None:
    shown = ThinkingFilter()
    with pytest.raises(UnopenedThinkingError):
        list(map(shown.feed, text))
    assert without_thinking(text) == ANSWER
    known = ThinkingFilter(unopened=True)
    assert "".join(map(known.feed, text)) + known.end() == ANSWER


def test_thoughts_that_never_end_are_no_answer() -> None:
    assert without_thinking("<think>9 €") == ""


def test_what_only_begins_like_a_tag_is_given_at_once() -> None:
    shown = ThinkingFilter()
    assert shown.feed("Hinta < 5 € [S1") == "Hinta < 5 € [S1"
    assert shown.feed("] <th") == "] "
    assert shown.feed("e>") + shown.end() == "<the>"
