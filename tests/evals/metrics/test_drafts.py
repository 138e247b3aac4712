import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from copilot.drafts.draft import Citation, Draft, DraftSentence
from copilot.evals.case import Case, Output
from copilot.evals.metric import Answered
from copilot.evals.metrics.catalog import metric
from copilot.evals.metrics.wording import mentions
from copilot.kernel.clock import now
from copilot.knowledge.passage import Passage
from tests.evals.metrics.examples import conversation, draft, passage, value

ARTICLE = "Standard delivery takes 3–5 business days and costs 6,90 €."
SAID = conversation("Hi, when does order KK-20418 arrive?", "We sent it on 2 March.")


def case_with(**expected: object) -> Case:
    articles = [{"title": "Delivery", "body": ARTICLE}]
    return Case(id="1", input={"conversation": SAID, "articles": articles}, expected=expected)


def score(name: str, output: Output | None, case: Case | None = None) -> float:
    return value(metric("draft", name), [Answered(case or case_with(), output)])


SOURCES = [
    {"n": 1, "passage": passage(ARTICLE)},
    {"n": 2, "passage": passage("Shoes can be washed by hand in cold water.")},
    {"n": 3, "message_id": "m2"},
    {"n": 4, "message_id": "m9"},
    {"n": 5, "passage": passage(ARTICLE, visibility="internal")},
    {"n": 6, "order_id": "o1", "order_number": "KK-20418"},
]
DELIVERY = "Standard delivery takes 3–5 business days."


@pytest.mark.parametrize(
    ("sentence", "cited", "precision", "recall"),
    [
        (DELIVERY, [1], 1, 1),
        (DELIVERY, [2], 0, 0),
        (DELIVERY, [1, 2], 0.5, 1),
        ("We sent your parcel on 2 March.", [3], 1, 1),
        ("We sent your parcel on 2 March.", [4], 0, 0),  # no such message
        (DELIVERY, [7], 0, 0),  # no such citation
        (DELIVERY, [5], 0, 0),  # nothing that a customer may see
        ("Order KK-20418 is on its way.", [6], 0, 0),  # the case gives no such order
        (DELIVERY, [], None, 0),
    ],
)
def test_citations_count_when_the_source_carries_the_sentence(sentence, cited, precision, recall):
    written = draft(("Hello,", []), (sentence, cited), citations=SOURCES)
    found = score("citation_precision", written)
    assert math.isnan(found) if precision is None else found == precision
    assert score("citation_recall", written) == recall


def test_an_internal_note_supports_no_sentence():
    base = case_with()
    noted = conversation("When does it arrive?", "The parcel left on 2 March.")
    noted["messages"][1]["visibility"] = "internal"
    case = Case(id="1", input={**base.input, "conversation": noted})
    written = draft(("The parcel left on 2 March.", [3]), citations=SOURCES)
    assert score("citation_precision", written, case) == 0


def test_an_engine_may_cut_the_text_into_sentences_in_its_own_way():
    pair = f"{DELIVERY} It costs 6,90 €."
    written = draft(("Hello,", []), (pair, [1]), (" ", []), citations=SOURCES)
    assert score("citation_recall", written) == 1
    assert score("citation_precision", written) == 1


def test_the_service_s_own_draft_is_read():
    made = Draft(
        id="drf_1",
        conversation_id=None,
        conversation_version=2,
        language="en",
        text=f"Hello,\n\n{DELIVERY}\n\nKind regards\nAnna",
        sentences=[
            DraftSentence(text="Hello,"),
            DraftSentence(text=DELIVERY, citations=[1]),
            DraftSentence(text="Kind regards"),
            DraftSentence(text="Anna"),
        ],
        citations=[Citation(n=1, passage=Passage.model_validate(passage(ARTICLE)))],
        figures=[],
        warnings=[],
        answerable=True,
        engine="extractive",
        timings_ms={},
        created_at=now(),
    ).model_dump(mode="json")
    assert metric("draft", "citation_recall").measure([Answered(case_with(), made)]) == [(1, 1)]
    assert metric("draft", "citation_precision").measure([Answered(case_with(), made)]) == [(1, 1)]
    assert score("unsupported_figures", made) == 0


def test_orders_of_the_case_support_what_they_say():
    order = {
        "number": "KK-20418",
        "status": "shipped",
        "total": {"amount": "39.90", "currency": "EUR"},
        "tracking": [{"carrier": "Posti", "number": "JJFI123", "eta": "2026-03-06"}],
    }
    base = case_with()
    case = Case(id="1", input={**base.input, "orders": [order]})
    right = draft(("Order KK-20418 costs 39,90 €.", [6]), citations=SOURCES)
    wrong = draft(("You pay 80 kg.", [6]), citations=SOURCES)
    assert score("citation_precision", right, case) == 1
    assert score("citation_precision", wrong, case) == 0
    paid = draft(("It costs 39,90 €.", []))
    assert (score("unsupported_figures", paid, case), score("unsupported_figures", paid)) == (0, 1)


def test_a_source_in_another_language_is_judged_by_its_figures():
    finnish = passage("Toimitus kestää 3–5 arkipäivää.", language="fi")
    cited = [{"n": 1, "passage": finnish}]
    right = draft((DELIVERY, [1]), citations=cited)
    wrong = draft(("Standard delivery takes 9 business days.", [1]), citations=cited)
    assert score("citation_precision", right) == 1
    assert score("citation_precision", wrong) == 0


@pytest.mark.parametrize(
    "courtesy",
    [
        "Hello Anna,",
        "Kind regards",
        "Thank you for your message.",
        "What is your order number?",
        "Here are the delivery times:",
        "I could not find this in our guides, so I will look into it: “When is 5 March?”",
        "Selvitän tämän erikseen: ”Milloin paketti tulee?”",
        "Let me check this with the warehouse.",
    ],
)
def test_what_claims_nothing_needs_no_citation(courtesy: str):
    assert math.isnan(score("citation_recall", draft((courtesy, []))))
    both = draft((courtesy, []), (DELIVERY, [1]), citations=SOURCES)
    assert score("citation_recall", both) == 1


@pytest.mark.parametrize(
    "claim",
    [
        "We will refund you 40 €.",
        "I checked and order 20418 left on 2 March.",
        "Returns are free of charge.",
        "Palautus on maksuton.",
    ],
)
def test_what_claims_something_needs_one(claim: str):
    assert score("citation_recall", draft((claim, []))) == 0


def test_unsupported_figures_are_counted_per_draft():
    # 6,90 € stands in the article and 2 March in a message; 5 kg and 99 € stand nowhere.
    held = draft(("It was sent on 2 March and cost €6.90.", []))
    loose = draft(("It weighs 5 kg and costs 99 €.", []))
    assert score("unsupported_figures", held) == 0
    assert score("unsupported_figures", loose) == 2
    case = case_with()
    both = [Answered(case, held), Answered(case, loose), Answered(case, None)]
    assert value(metric("draft", "unsupported_figures"), both) == 1


def test_the_draft_is_not_believed_about_its_own_figures():
    lying = draft(("It weighs 5 kg.", []), figures=[])
    assert score("unsupported_figures", lying) == 1


def test_internal_articles_support_no_figure():
    base = case_with()
    secret = [{"title": "Note", "text": "Margin is 43 %.", "visibility": "internal"}]
    case = Case(id="1", input={**base.input, "articles": secret})
    assert score("unsupported_figures", draft(("The margin is 43 %.", [])), case) == 1


def test_html_articles_are_read_as_the_service_reads_them():
    base = case_with()
    page = [{"title": "Fees", "body": "<p>Home delivery: <b>9</b>,90 €</p>", "format": "html"}]
    case = Case(id="1", input={**base.input, "articles": page})
    assert score("unsupported_figures", draft(("Home delivery costs 9,90 €.", [])), case) == 0


@pytest.mark.parametrize(
    ("text", "wanted", "found"),
    [
        ("You will be  REFUNDED\nin full", "refunded in full", True),
        ("you will be refunded", "refund", True),
        ("Palautat tilaustasi", "tilaus", True),
        ("hyva\u0308ksytty", "Hyväksytty", True),
        ("within 150 days", "15", False),
        ("within 15 days", "15", True),
        ("costs 15,90", "15", False),
        ("€39.90 in all", "39,90 €", True),
        ("39,95 €", "39,90 €", False),
        ("two weeks", "14 days", True),
        ("on 13 March 2026", "13.3.2026", True),
        ("nothing of the kind", "refund", False),
    ],
)
def test_mentions(text: str, wanted: str, found: bool):
    assert mentions(text, wanted) is found


def test_what_has_to_be_said_is_shared_out_over_the_strings():
    case = case_with(must_mention=["delivery", "refund", "3–5 business days", " "])
    assert score("must_mention", draft((DELIVERY, [])), case) == pytest.approx(2 / 3)
    assert score("must_mention", None, case) == 0
    assert math.isnan(score("must_mention", None))


def test_a_forbidden_word_spoils_a_draft_once():
    case = case_with(must_not_mention=["delivery", "business"])
    clean = draft(("Hello", []))
    assert score("must_not_mention", draft((DELIVERY, [])), case) == 1
    assert score("must_not_mention", clean, case) == 0
    assert score("must_not_mention", None, case) == 1
    assert math.isnan(score("must_not_mention", clean))


@settings(max_examples=50, deadline=None)
@given(st.text("abäö 1", max_size=20), st.text("abäö 1", max_size=20))
def test_similarity_is_rapidfuzz_s(written: str, reference: str):
    case = case_with(reference=f"x{reference}")
    one, other = " ".join(written.split()), " ".join(f"x{reference}".split())
    expected = 1 - Levenshtein.distance(one, other) / max(len(one), len(other))
    found = score("similarity", draft((written, [])), case)
    assert found == pytest.approx(expected, abs=1e-9)
    assert score("similarity", None, case) <= found


def test_similarity_by_hand():
    # kitten, sitting: three edits, seven characters.
    assert score("similarity", draft(("kitten", [])), case_with(reference="sitting")) == (
        pytest.approx(4 / 7, abs=1e-9)
    )


def test_answerable_is_what_the_draft_says():
    case = case_with()
    several = [
        Answered(case, draft(("x", []))),
        Answered(case, draft(("x", []), answerable=False)),
    ]
    assert value(metric("draft", "answerable"), several) == 0.5
