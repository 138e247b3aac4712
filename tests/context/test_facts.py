import pytest

from copilot.context.facts import Fact
from tests.context.said import spoken


def facts(*texts: str) -> list[Fact]:
    return spoken(*(("customer", text) for text in texts)).facts


@pytest.mark.parametrize(
    "text",
    [
        "The lid of the kettle is broken.",
        "Kansi on rikki eikä keitin mene päälle lainkaan.",
        "I have already restarted it twice.",
        "Olen jo käynnistänyt sen uudelleen.",
        "The order is KK-20418.",
        "KK-20344",
        "Asun nykyään osoitteessa Puistokatu 3, Turku.",
        "We moved to 14 Mill Lane last week.",
        "Maksoin 39,90 €.",
        "I need it before Saturday for a party.",
        "Mieluummin uusi pata kuin rahat takaisin.",
    ],
)
def test_what_tells_something_is_a_fact(text: str) -> None:
    assert [one.said.text for one in facts(text)] == [text]


@pytest.mark.parametrize(
    "text",
    [
        "Hi there!",
        "Kiitos paljon avusta!",
        "Where is my order KK-20418?",
        "Milloin paketti KK-20418 on perillä?",
        "I should like to know what you keep about me.",
        "Ystävällisin terveisin",
        "puh. 040 123 4567",
        "Ok.",
    ],
)
def test_courtesy_questions_and_signatures_are_none(text: str) -> None:
    assert facts(text) == []


def test_what_agents_say_is_none() -> None:
    assert spoken(("agent", "The lid is broken, order KK-20418, Puistokatu 3.")).facts == []


def test_what_is_exact_is_worth_more_than_a_story() -> None:
    story, tried, code = facts(
        "I bought my kettle from you last summer.",
        "I have already cleaned it with vinegar.",
        "The serial number is HK-77120.",
    )
    assert story.worth < tried.worth
    assert story.worth < code.worth
    assert code.codes == {"HK77120"}
