import math

from copilot.conversations.conversation import ConversationIn
from copilot.conversations.flow import inline
from copilot.evals.case import Case, Output
from copilot.evals.metric import Answered
from copilot.evals.metrics.catalog import metric
from copilot.summaries.building import extractive_summary
from copilot.summaries.summary import SummaryOptions
from tests.evals.metrics.examples import conversation, summary, value

SAID = conversation(
    "My order KK-20418 cost 39,90 €. Can I still send it back?",
    "Yes. You have 14 days, and we refund the price within 5 days.",
)


def score(name: str, output: Output | None, given: dict | None = None, **options: object) -> float:
    case = Case(id="1", input={"conversation": given or SAID, "options": options})
    return value(metric("summary", name), [Answered(case, output)])


def test_figures_are_checked_anew_against_the_messages():
    # Two hold, one (30 days) is contradicted, one (KK-70918) stands nowhere.
    written = summary(
        ("The customer asks about order KK-20418, which cost €39.90.", ["m1"]),
        ("They have 30 days to send KK-70918 back.", ["m2"]),
    )
    for section in written["sections"]:
        for sentence in section["sentences"]:
            sentence["figures"] = []
            sentence["supported"] = True
    assert score("figure_precision", written) == 0.5


def test_sentences_are_checked_each_by_itself():
    given = conversation("If you fail to do it you pay 12\nBritish trains are late")
    written = summary(("If you fail to do it you pay 12", ["m1"]), ("Trains are late", ["m1"]))
    assert math.isnan(score("figure_precision", written, given))


def test_the_service_s_own_summary_is_read():
    made = extractive_summary(inline(ConversationIn.model_validate(SAID)), SummaryOptions())
    written = made.model_dump(mode="json")
    assert made.sections
    assert score("traceable", written) == 1
    assert score("figure_precision", written) == 1
    assert 0 < score("length_ratio", written) <= 1


def test_a_wrong_figure_in_the_headline_counts():
    assert score("figure_precision", summary(("Cost 39,90 €.", ["m1"]), headline="80 €")) == 0.5


def test_no_figure_says_nothing_and_a_failed_case_something():
    assert math.isnan(score("figure_precision", summary(("A return.", ["m1"]))))
    assert score("figure_precision", None) == 0


def test_internal_notes_support_only_a_summary_that_may_use_them():
    noted = conversation("My parcel is late.", "The parcel weighs 7 kg.")
    noted["messages"][1]["visibility"] = "internal"
    written = summary(("It weighs 7 kg.", ["m2"]))
    assert score("figure_precision", written, noted) == 0
    assert score("traceable", written, noted) == 0
    assert score("figure_precision", written, noted, include_internal=True) == 1
    assert score("traceable", written, noted, include_internal=True) == 1


def test_a_sentence_is_traceable_when_a_named_message_carries_it():
    carried = ("The customer may send the order back within 14 days.", ["m2"])
    assert score("traceable", summary(carried)) == 1
    assert score("traceable", summary((carried[0], []))) == 0
    assert score("traceable", summary((carried[0], ["m2", "m9"]))) == 0
    assert score("traceable", summary(("The weather in Lapland was lovely.", ["m1", "m2"]))) == 0
    assert score("traceable", summary(carried, ("Invented entirely.", ["m1"]))) == 0.5


def test_what_stands_in_a_message_word_for_word_is_traceable_however_short():
    assert score("traceable", summary(("Yes.", ["m2"]))) == 1
    assert score("traceable", summary(("Yes.", ["m1"]))) == 0


def test_in_another_language_the_figures_decide():
    given = {**SAID, "language": "en"}
    right = summary(("Asiakkaalla on 14 päivää aikaa palauttaa.", ["m2"]))
    wrong = summary(("Asiakkaalla on 60 päivää aikaa palauttaa.", ["m2"]))
    assert score("traceable", right, given, language="fi") == 1
    assert score("traceable", wrong, given, language="fi") == 0
    assert score("traceable", right, given) == 0


def test_no_sentence_says_nothing():
    assert math.isnan(score("traceable", summary()))


def test_length_is_told_in_characters_of_clean_text():
    mail = conversation("x" * 80 + "\n\n> " + "quoted " * 30, channel="email")
    assert score("length_ratio", summary(("y" * 20, ["m1"]), headline="z" * 99), mail) == 0.25
    assert math.isnan(score("length_ratio", summary(("y", [])), conversation()))
    assert math.isnan(score("length_ratio", None))


def test_the_judge_is_heard_where_there_is_one():
    case = Case(id="1", input={"conversation": SAID})
    judged = [summary(judge={"score": verdict}) for verdict in (1, 0.5, 0)]
    heard = [Answered(case, output) for output in [*judged, summary(), summary(judge=None)]]
    assert value(metric("summary", "judge"), heard) == 0.5
    assert math.isnan(value(metric("summary", "judge"), [Answered(case, summary())]))
    held = Case(id="1", input=case.input, expected={"references": ["Late."]})
    assert value(metric("summary", "judge"), [Answered(held, None)]) == 0
    assert math.isnan(value(metric("summary", "judge"), [Answered(case, None)]))
