"""The context card in a terminal."""

from datetime import UTC, datetime
from io import StringIO
from typing import get_args

import pytest

from copilot.context.card import ContextCard, DegradedPart, PartName, Promise, Reason, ToldFact
from copilot.knowledge.degraded import Degraded
from copilot.terminal import Terminal, show_card

MONDAY = datetime(2026, 3, 2, 8, tzinfo=UTC)
PLACE = {"message_id": "msg_1", "conversation_id": "cnv_1", "said_at": MONDAY}
ALL_REASONS = (*get_args(get_args(Reason)[0]), *get_args(Degraded))


def shown(
    *, promised: tuple[Promise, ...] = (), told: tuple[ToldFact, ...] = (),
    degraded: tuple[DegradedPart, ...] = (),
) -> str:  # fmt: skip
    card = ContextCard(
        customer=None, already_told=list(told), promised=list(promised), orders=[],
        past_conversations=[], articles=[], similar_conversations=[], timings_ms={},
        degraded=list(degraded),
    )  # fmt: skip
    out = StringIO()
    show_card(Terminal(file=out, width=160), card)
    return " ".join(out.getvalue().replace("│", " ").split())


def test_an_overdue_promise_says_so_in_words_with_its_day_and_who_promised() -> None:
    late = Promise(text="We will call.", by="Noora", due="2026-03-05", overdue=True, **PLACE)  # type: ignore[arg-type]
    assert "We will call. OVERDUE was due 2026-03-05 · Noora" in shown(promised=(late,))


def test_a_promise_that_is_not_overdue_has_its_day_or_when_it_was_said() -> None:
    ahead = Promise(text="We will send it.", due="2026-03-27", **PLACE)  # type: ignore[arg-type]
    vague = Promise(text="I will look.", by="[bold]Ada", **PLACE)  # type: ignore[arg-type]
    text = shown(promised=(ahead, vague))
    assert "We will send it. due 2026-03-27" in text
    assert "I will look. 2026-03-02 · [bold]Ada" in text
    assert "OVERDUE" not in text


def test_a_told_fact_has_its_channel() -> None:
    fact = ToldFact(text="The lid is cracked.", channel="phone", **PLACE)  # type: ignore[arg-type]
    assert "The lid is cracked. phone 2026-03-02" in shown(told=(fact,))


@pytest.mark.parametrize("reason", ALL_REASONS)
def test_every_reason_why_a_part_is_not_whole_is_told(reason: Reason) -> None:
    parts: tuple[PartName, ...] = get_args(PartName)
    lines = shown(degraded=tuple(DegradedPart(part=one, reason=reason) for one in parts))
    assert lines.count("!") == 1
    assert "Orders, Past contacts, Already told, Promised, Articles, Similar." in lines
    assert reason not in lines
