"""Which statements answer: those about the thing that is asked of."""

from copilot.drafts.answering import Answerer
from copilot.drafts.questions import Ask, asks_in
from copilot.drafts.statements import Statement
from tests.guidance.cases import conversation


def _said(question: str, *statements: tuple[str, str]) -> list[str]:
    """What answers ``question`` from headings and sentences, each of an article of its own."""
    known = [
        Statement(text, heading, number // 2, number, number // 2)
        for number, (heading, text) in enumerate(statements)
    ]
    found = Answerer(known).answer(Ask(question, "", "asked"), most=2, used=set())
    return [one.text for one in found.statements]


_TREES = ("Guarantee", "Hardy trees have a guarantee of 24 months.")
_PERENNIALS = ("Guarantee", "Perennials have a guarantee of 12 months.")


def test_the_same_figure_of_another_thing_is_left_out() -> None:
    question = "How long is the guarantee on perennials?"
    assert _said(question, _TREES, _PERENNIALS) == [_PERENNIALS[1]]


def test_both_are_said_where_both_are_asked_of() -> None:
    question = "How long is the guarantee on perennials and trees?"
    assert _said(question, _TREES, _PERENNIALS) == [_TREES[1], _PERENNIALS[1]]


def test_a_compound_holds_the_word_that_it_ends_in() -> None:
    shrubs = ("Kasvutakuu", "Puilla ja pensailla on 24 kuukauden kasvutakuu.")
    others = ("Kasvutakuu", "Perennoilla takuu on 12 kuukautta.")
    assert _said("Kuinka pitkä takuu pensaalla on?", shrubs, others) == [shrubs[1]]


def test_what_stands_below_another_matter_goes_last() -> None:
    cards = (
        "Gift cards",
        "When you return a thing bought with a card, a new code comes in 2 days.",
    )
    returns = ("Returns", "When you return a thing, the money is on your card in 5 days.")
    question = "When is the money on my card after I return the thing?"
    assert _said(question, cards, cards, returns)[0] == returns[1]


def test_a_greeting_is_no_part_of_a_question() -> None:
    for text in ("Hei, kauanko lahjakortti on voimassa?", "Tere, kui kaua kinkekaart kehtib?"):
        (ask,) = asks_in(conversation(text).messages)
        assert ask.text == text.partition(", ")[2]


def test_second_questions_in_other_languages() -> None:
    for text in (
        "Kan jag returnera den, och vad kostar returfrakten?",
        "Kann ich ihn zurückgeben und was kostet die Rücksendung?",
        "Kas ma saan selle tagastada ja mis see maksab?",
    ):
        assert len(asks_in(conversation(text).messages)) == 2
