"""The summary that needs no model, on threads and on whatever people write."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copilot.conversations.conversation import Conversation
from copilot.summaries.building import extractive_summary
from copilot.summaries.extractive import headline_of
from copilot.summaries.said import said_in
from copilot.summaries.summary import Summary, SummaryOptions
from tests.summaries.threads import KETTLE, LAMP, Turn, conversation
from tests.timing import ends


def said(summary: Summary, kind: str) -> str:
    return " ".join(
        one.text
        for section in summary.sections
        if section.kind == kind
        for one in section.sentences
    )


def sentences(summary: Summary) -> list[str]:
    return [one.text for section in summary.sections for one in section.sentences]


def assert_verbatim(summary: Summary, about: Conversation) -> None:
    texts = {message.id: " ".join(message.text.split()) for message in about.messages}
    for section in summary.sections:
        for one in section.sentences:
            assert one.message_ids
            assert one.supported
            assert all(" ".join(one.text.split()) in texts[number] for number in one.message_ids)
            assert all(check.verdict == "supported" for check in one.figures)


def test_a_finnish_thread_of_fifteen_messages() -> None:
    thread = conversation(KETTLE, subject="VS: Re: Rikkinäinen vedenkeitin")
    summary = extractive_summary(thread, SummaryOptions(max_sentences=6))
    assert_verbatim(summary, thread)
    assert summary.headline == "Rikkinäinen vedenkeitin"
    assert "Haluaisin uuden keittimen" in said(summary, "request") or "rikki" in said(
        summary, "request"
    )
    assert "oikean johdon" in said(summary, "open")
    assert "5 arkipäivän" in said(summary, "promised")
    assert said(summary, "done")
    assert 4 <= len(sentences(summary)) <= 6
    assert summary.language == "fi"
    assert (summary.engine, summary.degraded, summary.prompt_hash) == ("extractive", False, None)


@pytest.mark.parametrize("most", [1, 2, 3, 4, 20])
def test_no_more_sentences_than_asked_for_and_no_courtesy(most: int) -> None:
    thread = conversation(KETTLE)
    summary = extractive_summary(thread, SummaryOptions(max_sentences=most))
    found = sentences(summary)
    assert 1 <= len(found) <= most
    assert len(set(found)) == len(found)
    assert not any(word in " ".join(found) for word in ("Terveisin", "Pirjo", "Kiitos", "Ikävä"))


def test_a_solved_english_chat_has_nothing_open() -> None:
    chat = conversation(LAMP, channel="chat", status="solved")
    summary = extractive_summary(chat, SummaryOptions())
    assert_verbatim(summary, chat)
    assert "flickers" in said(summary, "request")
    assert "refunded £64.90" in said(summary, "done")
    assert not said(summary, "open") + said(summary, "next_step")


def test_the_last_unanswered_question_is_open() -> None:
    chat = conversation(
        [
            ("customer", "My lamp flickers. Can I return it?"),
            ("agent", "Yes, you can return it within 30 days."),
            ("customer", "Great. Who pays for the shipping?"),
        ]
    )
    assert "Who pays" in said(extractive_summary(chat, SummaryOptions()), "open")


def test_long_sentences_before_it_do_not_crowd_out_what_waits() -> None:
    ask = (
        "My order KK-1 (the grey throw, two mugs and the small pan, £108.00 in all) was shipped on "
        "Thursday, and its tracking page has said nothing but that it left Finland ever since."
    )
    promised = (
        "I will look at the parcel again on Thursday 19 March and write to you at once if anything "
        "about its way or its date looks wrong to me."
    )
    waits = "Where is my parcel? I also got a dented kettle: can I have my money back for it?"
    turns: list[Turn] = [("customer", ask), ("agent", promised), ("customer", waits)]
    summary = extractive_summary(conversation(turns), SummaryOptions())
    assert said(summary, "open").split() == waits.split()
    assert said(summary, "request")
    assert said(summary, "promised")


def test_what_the_agent_asked_for_last_is_the_next_step() -> None:
    chat = conversation(
        [("customer", "My lamp is broken."), ("agent", "Please send us two photos of the lamp.")]
    )
    assert "two photos" in said(extractive_summary(chat, SummaryOptions()), "next_step")


def test_a_kept_promise_is_not_promised_any_more() -> None:
    chat = conversation(
        [
            ("customer", "Where is my lamp, order UK-7781?"),
            ("agent", "I will send a replacement lamp tomorrow."),
            ("customer", "Okay, waiting."),
            ("agent", "I have sent the replacement lamp."),
        ]
    )
    summary = extractive_summary(chat, SummaryOptions())
    assert not said(summary, "promised")
    assert "have sent" in said(summary, "done")


def test_a_promise_is_not_kept_by_saying_that_it_is_not() -> None:
    chat = conversation(
        [
            ("customer", "Missä uusi keitin on?"),
            ("agent", "Lähetämme uuden keittimen huomenna."),
            ("agent", "Uutta keitintä ei ole vielä lähetetty."),
        ]
    )
    assert "huomenna" in said(extractive_summary(chat, SummaryOptions()), "promised")


def test_asides_and_address_words_are_left_out() -> None:
    chat = conversation(
        [
            ("customer", "LampShop My desk lamp flickers whenever the fridge starts."),
            ("agent", "Hi Sam! How are you? We are here to help. Which lamp do you have?"),
            ("customer", "LampShop The tall one from order UK-7781."),
            (
                "agent",
                (
                    "Thanks for the info! We have sent you a new power supply today. "
                    "Let us know if there is anything else."
                ),
            ),
        ],
        channel="social",
    )
    summary = extractive_summary(chat, SummaryOptions())
    assert_verbatim(summary, chat)
    assert "new power supply" in said(summary, "done")
    assert sentences(summary)[0].startswith("My desk lamp")
    shown = " ".join(sentences(summary))
    assert not any(aside in shown for aside in ("LampShop", "How are", "here to", "anything else"))


def test_the_first_ask_leads_and_the_last_answer_tells_where_it_stands() -> None:
    chat = conversation(
        [
            ("customer", "hi"),
            ("customer", "The invoice 5504 charges the delivery of my lamp twice."),
            ("agent", "I will check the invoice with our accounts team."),
            ("customer", "It was the same in January, by the way, and in March."),
            ("agent", "Our accounts team has credited the second delivery, 4.90 €, to your card."),
        ],
        channel="chat",
    )
    found = sentences(extractive_summary(chat, SummaryOptions(max_sentences=2)))
    assert found == [chat.messages[1].text, chat.messages[4].text]


def test_a_run_on_message_is_shown_in_part_and_word_for_word() -> None:
    told = (
        "so i ordered the lamp two weeks ago and it came on monday but the shade was broken and i "
        "wrote to you the same day and nobody has answered me since then so i would like to have "
        "my money back because i have already bought another one from the shop next door"
    )
    chat = conversation([("customer", told)], channel="chat")
    summary = extractive_summary(chat, SummaryOptions(max_sentences=1))
    assert_verbatim(summary, chat)
    assert len(sentences(summary)[0].split()) <= 34


def test_a_summary_is_short_even_when_sentences_are_long() -> None:
    chat = conversation([(role, text * 3) for role, text in KETTLE], language="fi")
    words = " ".join(sentences(extractive_summary(chat, SummaryOptions()))).split()
    assert len(words) <= 50


def test_of_a_very_long_thread_the_first_ask_and_the_last_word_are_told() -> None:
    filler = "The figures of the week are in the attached table as always. " * 400
    turns: list[Turn] = [("customer", "My heating valve leaks water onto the floor.")]
    turns += [("agent" if n % 2 else "customer", filler) for n in range(40)]
    turns += [
        ("agent", "The plumber has replaced the valve and closed the leak."),
        ("customer", "Who pays for the new carpet?"),
    ]
    thread = conversation(turns, language="en")
    assert sum(len(one.text) for one in thread.messages) > 900_000
    summary = extractive_summary(thread, SummaryOptions())
    assert "valve leaks" in said(summary, "request")
    assert "plumber has replaced" in said(summary, "done")
    assert "new carpet" in said(summary, "open")


def test_internal_notes_only_on_request() -> None:
    turns: list[Turn] = [
        ("customer", "My lamp is broken."),
        ("agent", "I have refunded the secret bonus of 500 €."),
    ]
    thread = conversation(turns, internal=frozenset({1}))
    assert "secret" not in " ".join(sentences(extractive_summary(thread, SummaryOptions())))
    with_notes = extractive_summary(thread, SummaryOptions(include_internal=True))
    assert "secret" in " ".join(sentences(with_notes))


def test_a_call_carries_its_seconds() -> None:
    call = conversation([("customer", "My lamp is broken."), ("agent", "I have refunded it.")])
    messages = [
        message.model_copy(update={"start": 10.0 * n, "end": 10.0 * n + 4})
        for n, message in enumerate(call.messages)
    ]
    summary = extractive_summary(call.model_copy(update={"messages": messages}), SummaryOptions())
    spans = [(one.start, one.end) for section in summary.sections for one in section.sentences]
    assert spans == [(0.0, 4.0), (10.0, 14.0)]


def test_other_languages_fall_back_to_position_and_punctuation() -> None:
    thread = conversation(
        [
            ("customer", "Bonjour, ma lampe clignote sans arrêt. Quand sera-t-elle réparée ?"),
            ("agent", "Bonjour, la lampe neuve arrivera chez vous la semaine prochaine."),
        ]
    )
    summary = extractive_summary(thread, SummaryOptions())
    assert_verbatim(summary, thread)
    assert "réparée" in said(summary, "request")
    assert "semaine prochaine" in said(summary, "done")


@pytest.mark.parametrize(
    "turns", [[], [("customer", "")], [("customer", "👍")], [("agent", "Hei!")]]
)
def test_next_to_nothing_is_summarised_as_that(turns: list[Turn]) -> None:
    summary = extractive_summary(conversation(turns), SummaryOptions())
    assert len(sentences(summary)) <= 1


@pytest.mark.parametrize(
    ("subject", "headline"),
    [
        ("VS: Re: [Tiketti #12] Rikkinäinen vedenkeitin", "Rikkinäinen vedenkeitin"),
        ("FW: RE: FW: Broken kettle", "Broken kettle"),
        ("Re:", ""),
        (None, ""),
        ("Kysymys", "Kysymys"),
    ],
)
def test_headline_from_the_subject(subject: str | None, headline: str) -> None:
    assert headline_of(subject) == headline


def test_a_headline_is_short() -> None:
    thread = conversation([("customer", "Keitin on rikki ja " + "vuotaa vettä lattialle " * 30)])
    assert len(extractive_summary(thread, SummaryOptions()).headline) <= 90


TURNS = st.lists(
    st.tuples(st.sampled_from(["customer", "agent", "bot", "system"]), st.text(max_size=200)),
    max_size=6,
)


@settings(deadline=None, max_examples=60)
@given(TURNS, st.integers(1, 20), st.sampled_from(["open", "solved"]))
def test_whatever_is_said_every_sentence_stands_in_its_message(
    turns: list[Turn], most: int, status: str
) -> None:
    thread = conversation(turns, status=status, language="en")
    summary = extractive_summary(thread, SummaryOptions(max_sentences=most))
    assert len(sentences(summary)) <= most
    texts = {message.id: message.text for message in thread.messages}
    for section in summary.sections:
        for one in section.sentences:
            assert "".join(one.text.split()) in "".join(texts[one.message_ids[0]].split())


def test_a_thread_of_a_megabyte_comes_to_an_end() -> None:
    text = " ".join(turn[1] for turn in KETTLE) * 3
    thread = conversation(KETTLE, language="fi")
    message = thread.messages[0].model_copy(update={"text": text})
    authors = [thread.messages[0].author, thread.messages[1].author]
    messages = [
        message.model_copy(update={"id": f"m{n}", "seq": n + 1, "author": authors[n % 2]})
        for n in range(400)
    ]
    long = thread.model_copy(update={"messages": messages})
    assert sum(len(message.text) for message in messages) > 1_000_000
    with ends():
        extractive_summary(long, SummaryOptions())


@pytest.mark.parametrize("words", range(60, 100))
@pytest.mark.parametrize("figure", ["1 299,00 €", "12 345 euroa", "3 March 2026"])
def test_a_headline_ends_in_no_half_figure(words: int, figure: str) -> None:
    subject = f"{'a b ' * 30}"[:words].strip() + f" {figure} ja loput sanat tulevat tässä perässä"
    headline = headline_of(subject)
    assert len(headline) <= 90
    assert figure in headline or not any(one.isdigit() for one in headline)


def test_a_headline_without_blanks_ends_in_no_half_figure() -> None:
    headline = headline_of(
        None, [], said_in(conversation([("customer", f"{'あ' * 86}12345678円")]).messages)
    )
    assert headline == "あ" * 86


def test_a_complaint_that_it_is_not_resolved_is_open() -> None:
    turns: Sequence[Turn] = (
        ("customer", "My router drops the connection all the time."),
        ("agent", "We have reset it on our side."),
        ("customer", "My issue has not been resolved and I want a new router please."),
    )
    summary = extractive_summary(conversation(turns), SummaryOptions())
    assert "new router" in said(summary, "open")


def test_what_is_asked_after_all_is_well_is_open() -> None:
    turns: Sequence[Turn] = (
        ("customer", "My router drops the connection all the time. Can I have a new one?"),
        ("agent", "We have reset it on our side."),
        ("customer", "It worked, thanks. But now the TV box shows error 55, can you replace it?"),
    )
    summary = extractive_summary(conversation(turns), SummaryOptions())
    assert "error 55" in said(summary, "open")
