from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot.conversations.conversation import Role
from copilot.summaries.acts import Act, acts_of
from copilot.summaries.due import due_date
from tests.timing import ends

MONDAY = datetime(2026, 3, 2, 8, tzinfo=UTC)

CASES: list[tuple[Role, str, Act]] = [
    ("customer", "Hei!", "greeting"),
    ("customer", "Hyvää huomenta Oona,", "greeting"),
    ("customer", "Hi Anna,", "greeting"),
    ("customer", "Milloin se on perillä?", "question"),
    ("customer", "Onko teillä sitä mustana", "question"),
    ("customer", "when will it arrive", "question"),
    ("customer", "Haluaisin palauttaa maton.", "request"),
    ("customer", "Please resend the invoice.", "request"),
    ("customer", "Keitin on rikki.", "problem"),
    ("customer", "Paketti ei ole vieläkään saapunut.", "problem"),
    ("customer", "My parcel never arrived.", "problem"),
    ("customer", "I was charged twice.", "problem"),
    ("customer", "Maksoin siitä 39,90 €.", "fact"),
    ("customer", "I bought it on 3 March.", "fact"),
    ("customer", "Lähetän kuvan huomenna.", "promise"),
    ("customer", "Kiitos avusta!", "thanks"),
    ("customer", "Thank you so much!", "thanks"),
    ("customer", "Works now, thank you!", "settled"),
    ("customer", "Kaikki kunnossa nyt.", "settled"),
    ("agent", "Olemme lähettäneet uuden keittimen.", "done"),
    ("agent", "Hyvitin toimitusmaksun.", "done"),
    ("agent", "I have refunded £64.90 to your card.", "done"),
    ("agent", "Your order has been cancelled.", "done"),
    ("agent", "Pakettia ei ole vielä lähetetty.", "other"),
    ("agent", "Tilausta ei peruttu.", "other"),
    ("agent", "Nothing was refunded.", "other"),
    ("agent", "Sitä ei korjattu, mutta se on vaihdettu.", "done"),
    ("agent", "We will not refund you before Friday.", "other"),
    ("agent", "Palaan asiaan huomenna.", "promise"),
    ("agent", "Hyvitys maksetaan 5 arkipäivän kuluessa.", "promise"),
    ("agent", "Kirjoitan sinulle torstaina.", "promise"),
    ("agent", "Laitamme uuden kannen postiin.", "promise"),
    ("agent", "Hoidan tämän tänään.", "promise"),
    ("agent", "Maksan erotuksen takaisin.", "promise"),
    ("agent", "Noudan paketin varastosta.", "promise"),
    ("agent", "Varaan sinulle uuden ajan.", "promise"),
    ("agent", "Miten hoidan tämän?", "question"),
    ("agent", "We will refund you by Friday.", "promise"),
    ("agent", "You'll receive it within 3 days.", "promise"),
    ("agent", "Voisitko lähettää kuvan kannesta?", "question"),
    ("agent", "Please send us two photos.", "instruction"),
    ("agent", "Ikävä kuulla!", "thanks"),
    ("agent", "Kiitos yhteydenotostasi.", "thanks"),
    ("agent", "How can I help you today?", "thanks"),
    ("agent", "Have a nice day!", "closing"),
    ("agent", "Let us know if you need anything.", "aside"),
    ("agent", "Please don't hesitate to reach out!", "aside"),
    ("agent", "We hope this helps.", "aside"),
    ("agent", "Hetki pieni.", "aside"),
    ("agent", "Ota rohkeasti yhteyttä, jos tulee kysyttävää.", "aside"),
    ("agent", "Toivottavasti tästä oli apua.", "aside"),
    ("agent", "Let us know if your order 4711 has not come by Friday.", "instruction"),
    ("agent", "Youre welcome Sean.", "thanks"),
    ("agent", "Ill send you a new one.", "promise"),
    ("agent", "Weve refunded the fee.", "done"),
    ("customer", "¿Cuándo llega mi pedido?", "question"),
    ("customer", "Mein Paket kam gestern an.", "other"),
]


@pytest.mark.parametrize(("role", "text", "act"), CASES)
def test_the_first_act(role: Role, text: str, act: Act) -> None:
    (found,) = acts_of(text, role)
    assert found.acts[0] == act


def test_a_signature_follows_the_closing() -> None:
    text = "Hei,\n\nkeitin on rikki.\n\nTerveisin\nPirjo Laine\nKuusikuja 3\n040 123 4567"
    acts = [one.acts[0] for one in acts_of(text, "customer")]
    assert acts == ["greeting", "problem", "closing", "signature", "signature", "signature"]


def test_a_greeting_before_a_sentence_is_left_out() -> None:
    (found,) = acts_of("Hei Oona, tilasin teiltä maton.", "customer")
    assert found.text == "tilasin teiltä maton."


def test_a_sentence_may_report_and_promise() -> None:
    (found,) = acts_of("Olemme lähettäneet sen, saat paketin 13.3.", "agent")
    assert {"done", "promise"} <= set(found.acts)


DUE = [
    ("Palaan huomenna.", date(2026, 3, 3)),
    ("I will call you today.", date(2026, 3, 2)),
    ("Viimeistään perjantaina 13.3.", date(2026, 3, 13)),
    ("We will refund you by Friday.", date(2026, 3, 6)),
    ("By Monday.", date(2026, 3, 9)),
    ("Hyvitys maksetaan 5 arkipäivän kuluessa.", date(2026, 3, 9)),
    ("3–5 business days", date(2026, 3, 9)),
    ("Kahden viikon kuluttua.", date(2026, 3, 16)),
    ("Within 48 hours.", date(2026, 3, 4)),
    ("By 5 January.", None),
    ("Between 10.3. and 12.3.2026", date(2026, 3, 12)),
    ("Takuu on kaksi vuotta.", None),
    ("We refunded you on 1 March 2025.", None),
    ("Odota 5 minuuttia.", None),
    ("Tarkistan asian.", None),
]


@pytest.mark.parametrize(("sentence", "due"), DUE)
def test_due(sentence: str, due: date | None) -> None:
    assert due_date(sentence, MONDAY) == due


def test_a_day_named_in_december_may_be_in_january() -> None:
    assert due_date("By 5 January.", datetime(2026, 12, 20, tzinfo=UTC)) == date(2027, 1, 5)


@pytest.mark.parametrize("year", [1, 9999])
@pytest.mark.parametrize("sentence", [text for text, _ in DUE])
def test_at_the_ends_of_time_nothing_is_due(sentence: str, year: int) -> None:
    assert due_date(sentence, datetime(year, 12 if year > 1 else 1, 31, tzinfo=UTC)) is None


@pytest.mark.parametrize("text", ["tulee " * 50_000, "you will " * 30_000, "ei ole " * 30_000])
def test_one_endless_sentence_comes_to_an_end(text: str) -> None:
    with ends():
        assert acts_of(text, "agent")


ROLES: st.SearchStrategy[Role] = st.sampled_from(["customer", "agent", "bot", "system"])
STAMPS = st.integers(0, 3_000_000_000).map(lambda second: datetime.fromtimestamp(second, UTC))


@given(st.text(max_size=400), ROLES)
def test_any_text_has_acts(text: str, role: Role) -> None:
    for one in acts_of(text, role):
        assert one.acts
        assert one.text


@given(st.lists(st.sampled_from([text for text, _ in DUE])).map(" ".join), STAMPS)
def test_a_due_day_is_never_in_the_past(sentence: str, said_at: datetime) -> None:
    due = due_date(sentence, said_at)
    assert due is None or due >= said_at.date()


@pytest.mark.parametrize(
    "text",
    [
        "My issue has not been resolved.",
        "It is still not working now.",
        "I want this to be fixed.",
        "Is it fixed now?",
        "It was supposed to be fixed by now.",
        "Onko asia kunnossa?",
        "Ei ole kaikki kunnossa.",
    ],
)
def test_what_is_not_settled(text: str) -> None:
    assert "settled" not in acts_of(text, "customer")[0].acts


@pytest.mark.parametrize("text", ["It has been fixed, no problem any more.", "Nyt toimii."])
def test_what_is_settled(text: str) -> None:
    assert "settled" in acts_of(text, "customer")[0].acts


@pytest.mark.parametrize(
    "first",
    ["Cheers for the quick answer.", "Take care of this, please.", "Yours is the slowest shop."],
)
def test_a_sentence_that_begins_like_a_closing_ends_no_message(first: str) -> None:
    said = acts_of(f"My order did not come.\n{first}\nSend it to Turku, please.", "customer")
    assert said[-1].acts[0] == "request"


@pytest.mark.parametrize(
    "sentence",
    [
        "If you have any other questions or need further assistance, feel free to call us back.",
        "If you encounter any further issues, don't hesitate to reach out.",
        "Good luck with the setup, and don’t hesitate to call us back if you need more assistance.",
        "Is there anything else I can assist you with today on your account or any other issues?",
        "Let me check that.",
        "Jos teille tulee vielä muuta kysyttävää, ottakaa rohkeasti yhteyttä.",
        "Jos sinulla on kysyttävää, soita meille uudestaan.",
        "Voinko vielä jotenkin auttaa teitä jossakin muussa tilaukseenne liittyvässä asiassa?",
    ],
)
def test_the_offer_that_closes_a_call_is_only_polite(sentence: str) -> None:
    assert [one.polite for one in acts_of(sentence, "agent")] == [True]


@pytest.mark.parametrize(
    "sentence",
    [
        "If the lid breaks again, we will send you a new maker.",
        "If you have the receipt, send it to us by Friday.",
        "If you contact us with the serial number, we will replace it.",
        "If you have any other broken lids, call us and we will send new ones.",
        "If you call us tomorrow I can change the address.",
        "Jos huomaatte muuta rikki, soittakaa, niin lähetämme uuden.",
        "Call us back by Friday with the serial number.",
        "Let me check with the carrier and call you back.",
        "Jos paketti ei tule perjantaina, soitan teille.",
        "Soittakaa meille, kun paketti on tullut.",
    ],
)
def test_what_is_asked_or_promised_is_not_only_polite(sentence: str) -> None:
    assert [one.polite for one in acts_of(sentence, "agent")] == [False]
