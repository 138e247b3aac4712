"""What the messages do not carry goes back to the model once, all of it together."""

from collections.abc import AsyncIterator, Iterator

import pytest

from copilot.conversations.conversation import Conversation
from copilot.kernel.resources import bundled
from copilot.llm.guard import GuardedChat
from copilot.llm.openai_chat import LlmConfig, OpenAIChat
from copilot.llm.prompts import Prompts
from copilot.summaries.flow import Summariser
from copilot.summaries.summary import Summary, SummaryOptions, SummarySentence
from tests.fake_openai import FakeOpenAI, running
from tests.summaries.long_thread import corrections, is_repair, shown_in
from tests.summaries.scripted_chat import answer
from tests.summaries.threads import KETTLE, LAMP, conversation

REQUEST = ("request", "Asiakas haluaisi uuden keittimen, koska kansi on rikki.", [1])
WRONG = ("promised", "Hyvitys maksetaan tilille 9 arkipäivän kuluessa.", [14])
RIGHT = "Hyvitys maksetaan tilille 5 arkipäivän kuluessa."
INVENTED = ("done", "Myymälä lahjoitti asiakkaalle polkupyörän.", [3])


@pytest.fixture
def thread() -> Conversation:
    return conversation(KETTLE, subject="Rikkinäinen vedenkeitin", language="fi")


@pytest.fixture
def server() -> Iterator[FakeOpenAI]:
    with running() as fake:
        yield fake


@pytest.fixture
async def summariser(server: FakeOpenAI) -> AsyncIterator[Summariser]:
    config = LlmConfig(kind="openai", base_url=server.base_url, model="fake", local=True)
    async with OpenAIChat.open(config) as chat:
        yield Summariser(None, GuardedChat(chat, deadline_s=20), Prompts(bundled("prompts")))


def answers(server: FakeOpenAI, first: str, repair: str) -> None:
    server.script = lambda messages: repair if is_repair(messages[0]["content"]) else first


def sentences(summary: Summary) -> list[SummarySentence]:
    return [one for section in summary.sections for one in section.sentences]


async def test_all_faults_go_back_in_one_call(
    server: FakeOpenAI, summariser: Summariser, thread: Conversation
) -> None:
    answers(
        server,
        answer(REQUEST, WRONG, INVENTED),
        corrections(
            {"number": 1, "text": RIGHT, "messages": [14]},
            {"number": 2, "text": "", "messages": []},
        ),
    )
    summary = await summariser.summarise(thread, SummaryOptions())
    assert len(server.requests) == 2
    repair = server.prompts[1]
    assert WRONG[1] in repair
    assert "The messages say otherwise than 9 arkipäivän" in repair
    assert INVENTED[1] in repair
    assert "polkupyörän" in repair.split("Not in them: ")[1]
    assert REQUEST[1] not in repair
    assert {3, 14} <= set(shown_in(repair))
    # The one is right now, the other is given up.
    assert [one.text for one in sentences(summary)] == [REQUEST[1], RIGHT]
    assert all(one.supported for one in sentences(summary))
    assert sentences(summary)[1].message_ids == ["m13"]


@pytest.mark.parametrize(
    "repair",
    [
        "I am sorry.",
        corrections(),
        corrections(
            {"number": 1, "text": "Hyvitys maksetaan 8 arkipäivän päästä.", "messages": [14]}
        ),
        corrections({"number": 7, "text": RIGHT, "messages": [14]}),
        '{"sentences": [{"number": 1, "text": "Hyvitys maksetaan tilille',
        "error",
    ],
)
async def test_what_is_no_better_is_shown_as_it_was_and_marked(
    server: FakeOpenAI, summariser: Summariser, thread: Conversation, repair: str
) -> None:
    answers(server, answer(REQUEST, WRONG), repair)
    if repair == "error":
        server.behaves = lambda prompt: "error_500" if is_repair(prompt) else "good"
    summary = await summariser.summarise(thread, SummaryOptions())
    request, wrong = sentences(summary)
    assert len(server.requests) == 2
    assert request.supported
    assert (wrong.text, wrong.supported) == (WRONG[1], False)
    assert wrong.figures[0].verdict == "contradicted"
    assert not summary.degraded


async def test_without_time_it_is_marked(server: FakeOpenAI, thread: Conversation) -> None:
    answers(server, answer(REQUEST, WRONG), corrections())
    server.takes_s = 1.2
    config = LlmConfig(kind="openai", base_url=server.base_url, model="fake", local=True)
    async with OpenAIChat.open(config) as chat:
        hurried = Summariser(None, GuardedChat(chat, deadline_s=2), Prompts(bundled("prompts")))
        summary = await hurried.summarise(thread, SummaryOptions())
    assert [one.supported for one in sentences(summary)] == [True, False]
    assert not summary.degraded


async def test_a_good_answer_costs_one_call(
    server: FakeOpenAI, summariser: Summariser, thread: Conversation
) -> None:
    answers(server, answer(REQUEST), corrections())
    await summariser.summarise(thread, SummaryOptions())
    assert len(server.requests) == 1


ENGLISH = (
    ("request", "The customer wants a new kettle because the lid was broken on arrival.", [1]),
    ("promised", "The refund of 4,90 € will be paid within 5 business days.", [12, 14]),
)


async def test_an_answer_in_another_language_is_written_again(
    server: FakeOpenAI, summariser: Summariser, thread: Conversation
) -> None:
    promised = "Toimitusmaksun hyvitys 4,90 € maksetaan tilille 5 arkipäivän kuluessa."
    answers(
        server,
        answer(*ENGLISH, headline="Broken kettle"),
        corrections(
            {"number": 1, "text": REQUEST[1], "messages": [1]},
            {"number": 2, "text": promised, "messages": [12, 14]},
            {"number": 3, "text": "Rikkinäinen keitin", "messages": []},
        ),
    )
    summary = await summariser.summarise(thread, SummaryOptions())
    assert "with the code fi." in server.prompts[1]
    assert summary.language == "fi"
    assert summary.headline == "Rikkinäinen keitin"
    assert [one.text for one in sentences(summary)] == [REQUEST[1], promised]
    assert [one.message_ids for one in sentences(summary)] == [["m0"], ["m11", "m13"]]
    assert all(one.supported for one in sentences(summary))
    assert "4,90 €" in [one.text for one in sentences(summary)[1].figures]


async def test_a_language_that_stays_wrong_is_told(
    server: FakeOpenAI, summariser: Summariser, thread: Conversation
) -> None:
    answers(server, answer(*ENGLISH, headline="Broken kettle"), "No.")
    summary = await summariser.summarise(thread, SummaryOptions())
    assert len(server.requests) == 2
    assert summary.language == "en"
    assert [one.message_ids for one in sentences(summary)] == [["m0"], ["m11", "m13"]]


async def test_the_language_asked_for_is_the_one_checked(
    server: FakeOpenAI, summariser: Summariser
) -> None:
    finnish = (
        "request",
        "Asiakkaan tilauksen UK-7781 lamppu välkkyy ja kuumenee, ja hän haluaa siihen avun.",
        [1],
    )
    answers(server, answer(finnish, headline="Välkkyvä lamppu"), "No.")
    thread = conversation(LAMP, language="en")
    summary = await summariser.summarise(thread, SummaryOptions(language="fi"))
    assert len(server.requests) == 1
    assert (summary.language, sentences(summary)[0].supported) == ("fi", True)
    summary = await summariser.summarise(thread, SummaryOptions(language="en"))
    assert len(server.requests) == 3
    assert summary.language == "fi"


async def test_a_wrong_figure_is_caught_across_languages(
    server: FakeOpenAI, summariser: Summariser, thread: Conversation
) -> None:
    lie = ("promised", "The refund of 9,90 € will be paid to the card of the customer.", [14])
    answers(server, answer(ENGLISH[0], lie, headline="Kettle"), "No.")
    summary = await summariser.summarise(thread, SummaryOptions(language="en"))
    assert [one.supported for one in sentences(summary)] == [True, False]


async def test_an_answer_cut_off_is_asked_for_again_and_else_used_as_far_as_it_is_whole(
    server: FakeOpenAI, summariser: Summariser, thread: Conversation
) -> None:
    whole = answer(REQUEST, ("promised", RIGHT, [14]))
    cut = whole[: whole.index("arkipäivän")]
    server.script = lambda messages: cut if len(messages) == 2 else whole
    summary = await summariser.summarise(thread, SummaryOptions())
    assert [one.text for one in sentences(summary)] == [REQUEST[1], RIGHT]
    assert "cut off" in server.prompts[1]
    server.script = lambda _: cut
    summary = await summariser.summarise(thread, SummaryOptions())
    assert [one.text for one in sentences(summary)] == [REQUEST[1]]
    assert not summary.degraded
