"""A model writes, and only what the messages carry is believed."""

import re
import time
from collections.abc import Sequence

import pytest

from copilot.conversations.conversation import Conversation
from copilot.kernel.resources import bundled
from copilot.llm.chat import ChatMessage
from copilot.llm.prompts import Prompts
from copilot.llm.room import CHARACTERS_PER_TOKEN
from copilot.privacy.known import KnownFacts
from copilot.summaries.fitting import fitting
from copilot.summaries.flow import Summariser
from copilot.summaries.summary import Summary, SummaryOptions, SummarySentence
from tests.summaries.scripted_chat import DOWN, ScriptedChat, answer
from tests.summaries.threads import KETTLE, conversation

REQUEST = ("request", "Asiakas haluaisi uuden keittimen, koska kansi on rikki.", [1])
PROMISED = ("promised", "Hyvitys 4,90 € maksetaan tilille 5 arkipäivän kuluessa.", [14])


@pytest.fixture
def thread() -> Conversation:
    return conversation(KETTLE, subject="Rikkinäinen vedenkeitin", language="fi")


async def summarise(
    chat: ScriptedChat, thread: Conversation, options: SummaryOptions | None = None
) -> Summary:
    summariser = Summariser(None, chat, Prompts(bundled("prompts")))
    return await summariser.summarise(thread, options or SummaryOptions())


def sentences(summary: Summary) -> list[SummarySentence]:
    return [one for section in summary.sections for one in section.sentences]


async def test_a_good_answer_becomes_a_summary_with_its_sources(thread: Conversation) -> None:
    chat = ScriptedChat(answer(REQUEST, PROMISED))
    summary = await summarise(chat, thread)
    assert (summary.engine, summary.degraded) == ("openai:scripted", False)
    assert summary.headline == "Rikkinäinen keitin"
    assert summary.prompt_hash
    request, promised = sentences(summary)
    assert request.message_ids == ["m0"]
    assert request.supported
    # The amount is in another message than the one it named.
    assert promised.message_ids[0] == "m13"
    assert promised.supported
    assert [(one.text, one.verdict) for one in promised.figures] == [
        ("4,90 €", "supported"),
        ("5 arkipäivän", "supported"),
    ]
    assert [one for one in promised.message_ids if one in {"m2", "m11"}]


async def test_the_prompt_fences_what_people_wrote(thread: Conversation) -> None:
    chat = ScriptedChat(answer(REQUEST))
    await summarise(chat, thread, SummaryOptions(max_sentences=3, language="en"))
    system, user = chat.asked[0]
    assert "at most 3 sentences" in system.content
    assert "`en`" in system.content
    assert "Kansi on rikki" not in system.content
    outside = user.content
    while "<data " in outside:
        start = outside.index("<data ")
        mark = outside[start + 6 :].split(" ")[0]
        end = outside.index(f"</data {mark}>", start)
        outside = outside[:start] + outside[end + len(f"</data {mark}>") :]
    assert "keitin" not in outside.lower()
    assert "message 15, customer, 2026-03-16" in user.content
    assert chat.schemas[0] is not None


@pytest.mark.parametrize(
    "broken",
    ["Sure! The customer wants a kettle.", answer(REQUEST)[:-9], "", "{}"],
)
async def test_broken_json_is_repaired_once(thread: Conversation, broken: str) -> None:
    chat = ScriptedChat(broken, answer(REQUEST))
    summary = await summarise(chat, thread)
    assert not summary.degraded
    assert len(chat.asked) == 2
    assert chat.asked[1][-1].content.endswith("Answer again with the JSON object alone.")


@pytest.mark.parametrize(
    "replies",
    [
        ("not json",),
        (DOWN,),
        ("not json", DOWN),
        (answer(),),
        (answer(("request", "The moon is made of green cheese.", [99])),),
    ],
)
async def test_without_a_usable_answer_the_summary_is_degraded(
    thread: Conversation, replies: tuple[str, ...]
) -> None:
    summary = await summarise(ScriptedChat(*replies), thread)
    assert (summary.engine, summary.degraded) == ("extractive", True)
    assert sentences(summary)


async def test_wrong_message_numbers_are_put_right(thread: Conversation) -> None:
    text = "Virtajohto on väärä, ja asiakas kysyy oikean johdon lähettämisestä."
    summary = await summarise(ScriptedChat(answer(REQUEST, ("open", text, [77, 4]))), thread)
    found = sentences(summary)[-1]
    assert found.message_ids == ["m14"]
    assert found.supported


async def test_messages_that_hold_nothing_of_a_sentence_are_not_cited(
    thread: Conversation,
) -> None:
    kind, text, _ = PROMISED
    chat = ScriptedChat(answer(REQUEST, (kind, text, list(range(1, 16)))))
    cited = sentences(await summarise(chat, thread))[-1].message_ids
    assert "m13" in cited
    assert not {"m4", "m10"} & set(cited)


async def test_without_a_usable_headline_the_first_sentence_is_one(thread: Conversation) -> None:
    chat = ScriptedChat(answer(REQUEST, headline="Hyvitys 900 € tilille"))
    summary = await summarise(chat, thread.model_copy(update={"subject": None}))
    assert summary.headline == REQUEST[1]


async def test_what_no_message_carries_is_marked(thread: Conversation) -> None:
    invented = ("done", "Myymälä lahjoitti asiakkaalle polkupyörän.", [3])
    wrong = ("promised", "Hyvitys maksetaan tilille 9 arkipäivän kuluessa.", [14])
    summary = await summarise(ScriptedChat(answer(REQUEST, invented, wrong)), thread)
    by_kind = {section.kind: section.sentences[0] for section in summary.sections}
    assert by_kind["request"].supported
    assert not by_kind["done"].supported
    assert not by_kind["done"].message_ids
    assert not by_kind["promised"].supported
    assert by_kind["promised"].figures[0].verdict == "contradicted"


async def test_a_translation_rests_on_the_messages_it_names(thread: Conversation) -> None:
    english = ("request", "The customer wants a new kettle because the lid is broken.", [1])
    chat = ScriptedChat(answer(english, headline="Broken kettle"))
    summary = await summarise(chat, thread, SummaryOptions(language="en"))
    assert summary.language == "en"
    assert sentences(summary)[0].message_ids == ["m0"]


async def test_a_headline_with_an_invented_figure_is_not_shown(thread: Conversation) -> None:
    chat = ScriptedChat(answer(REQUEST, headline="Hyvitys 900 € tilille"))
    assert (await summarise(chat, thread)).headline == "Rikkinäinen vedenkeitin"


async def test_no_more_sentences_than_asked_for(thread: Conversation) -> None:
    chat = ScriptedChat(answer(*[REQUEST] * 9))
    assert len(sentences(await summarise(chat, thread, SummaryOptions(max_sentences=2)))) == 2


async def test_internal_notes_stay_out_of_the_prompt(thread: Conversation) -> None:
    messages = [
        one.model_copy(update={"visibility": "internal"}) if one.id == "m5" else one
        for one in thread.messages
    ]
    noted = thread.model_copy(update={"messages": messages})
    chat = ScriptedChat(answer(REQUEST))
    await summarise(chat, noted)
    assert "JJFI62010004455" not in chat.asked[0][1].content
    await summarise(chat, noted, SummaryOptions(include_internal=True))
    assert "JJFI62010004455" in chat.asked[1][1].content


def test_a_long_thread_keeps_its_beginning_and_its_end(thread: Conversation) -> None:
    window = fitting(thread.messages, most=1200)
    kept = [one.id for one in window.messages]
    assert kept[:2] == ["m0", "m1"]
    assert kept[-1] == "m14"
    assert window.left_out == 15 - len(kept) > 0


@pytest.mark.parametrize("most", range(0, 4000, 150))
def test_the_last_message_goes_first_and_the_others_are_whole(
    thread: Conversation, most: int
) -> None:
    window = fitting(thread.messages, most=most)
    assert window.messages[-1].id == "m14"
    assert window.left_out + len(window.messages) == len(thread.messages)
    others = sum(len(one.text) for one in window.messages[:-1])
    assert others + min(window.longest, len(window.messages[-1].text)) <= max(most, 400)
    shown = [one.id for one in window.messages]
    assert shown == [one.id for one in thread.messages if one.id in shown]


@pytest.mark.parametrize("context", [2048, 4096, 8192])
async def test_prompt_and_answer_fit_the_window(thread: Conversation, context: int) -> None:
    messages = [
        one.model_copy(update={"text": f"{one.text} " * 6, "id": f"{turn}-{one.id}"})
        for turn in range(6)
        for one in thread.messages
    ]
    chat = ScriptedChat("no JSON", answer(REQUEST))
    chat.context_tokens = context
    summary = await summarise(chat, thread.model_copy(update={"messages": messages}))
    room = (context - chat.longest[0]) * CHARACTERS_PER_TOKEN
    for asked in chat.asked:
        assert sum(len(one.content) for one in asked) <= room
    users = [asked[1].content for asked in chat.asked]
    # A message is in a prompt, or it is told that it is in none.
    read = {int(number) for one in users for number in re.findall(r" message (\d+),", one)}
    told = any("messages are left out here" in one for one in users)
    assert told == (len(read) < len(messages)) == (context < 8192)
    if not summary.degraded:
        assert summary.left_out >= len(messages) - len(read)


async def test_both_rounds_share_one_deadline(thread: Conversation) -> None:
    chat = ScriptedChat("no JSON", answer(REQUEST))
    started = time.monotonic()
    await summarise(chat, thread)
    first, second = chat.untils
    assert first is not None
    assert first == second
    assert first <= started + chat.deadline_s


async def test_time_spent_before_the_model_is_not_given_to_it(thread: Conversation) -> None:
    chat = ScriptedChat(answer(REQUEST))
    summariser = Summariser(None, chat, Prompts(bundled("prompts")))
    started = time.monotonic() - 7
    await summariser.summarise(thread, SummaryOptions(), started=started)
    assert chat.untils == [pytest.approx(started + 18)]


async def test_a_name_takes_no_word_out_of_the_prompts_own_rules(thread: Conversation) -> None:
    named = thread.model_copy(update={"customer_name": "Never Data Guess Write Pirjo Laine"})
    chat = ScriptedChat(answer(REQUEST))
    await summarise(chat, named)
    chat.local = False
    await summarise(chat, named)
    open_rules, masked_rules = (
        re.sub("[0-9a-f]{12}", "mark", asked[0].content) for asked in chat.asked
    )
    assert masked_rules == open_rules
    user = chat.asked[1][1].content
    (mark,) = set(re.findall("<data ([0-9a-f]{12}) ", user))
    assert user.count(f"<data {mark} ") == user.count(f"</data {mark}>")
    assert "Pirjo" not in user


async def test_a_model_elsewhere_sees_placeholders_only(thread: Conversation) -> None:
    def echo(messages: Sequence[ChatMessage]) -> str:
        line = next(one for one in messages[1].content.splitlines() if "tilasin teiltä" in one)
        return answer(("request", line, [1]), headline="Keitin rikki")

    chat = ScriptedChat(echo)
    chat.local = False
    facts = KnownFacts(names=("Pirjo Laine",), numbers=("KK-20418", "JJFI62010004455"))
    summariser = Summariser(None, chat, Prompts(bundled("prompts")))
    summary = await summariser.summarise(thread, SummaryOptions(), known=facts)
    sent = "".join(one.content for one in chat.asked[0])
    assert not any(word in sent for word in ("Pirjo", "Laine", "KK-20418", "JJFI62010004455"))
    (sentence,) = sentences(summary)
    assert "KK-20418" in sentence.text
    assert sentence.supported


async def test_an_empty_conversation_asks_no_model() -> None:
    chat = ScriptedChat(answer(REQUEST))
    summary = await summarise(chat, conversation([]))
    assert (summary.sections, summary.degraded, chat.asked) == ([], False, [])
