"""What a model server on the loopback gets holds nothing personal; what comes back holds all."""

import random
import re
from collections.abc import AsyncIterator, Callable, Iterator

import pytest

from copilot.llm.chat import ChatMessage
from copilot.llm.openai_chat import LlmConfig, OpenAIChat
from copilot.privacy.pseudonyms import Pseudonymiser
from tests.fake_openai import FakeOpenAI, running
from tests.privacy.letters import letter

_PLACEHOLDER = re.compile(r"\[([A-Z]+)_(\d+[A-Z]*)\]")
_CARELESS: tuple[str, ...] = (
    r"[\1_\2]",
    r"[ \1_\2 ]",
    r"[\1 \2]",
    r"[\1-\2]",
    r"[\1_\2",
    r"\1_\2]",
    r"\1_\2",
    r"\\[\1\\_\2\\]",
)


@pytest.fixture
def server() -> Iterator[FakeOpenAI]:
    """A model server that answers with what it was told."""
    with running() as fake:
        yield fake


def _careless(chance: random.Random) -> Callable[[list[dict[str, str]]], str]:
    """A model that copies its prompt, and every placeholder in a way of its own."""

    def one(match: re.Match[str]) -> str:
        written = match.expand(chance.choice(_CARELESS))
        whole = re.fullmatch(r"\[.*\]", written) is not None
        return written.lower() if whole and chance.random() < 0.3 else written

    return lambda messages: _PLACEHOLDER.sub(one, messages[-1]["content"])


async def _cut(text: str, length: int) -> AsyncIterator[str]:
    for start in range(0, len(text), length):
        yield text[start : start + length]


async def _round_trip(server: FakeOpenAI, count: int, seed: int) -> None:
    chance = random.Random(seed)
    config = LlmConfig(kind="openai", base_url=server.base_url, model="fake", deadline_s=30)
    async with OpenAIChat.open(config) as chat:
        for number in range(count):
            made = letter(chance)
            server.script = _careless(chance) if number % 2 else None
            server.piece_length = chance.randint(1, 12)
            pseudonyms = Pseudonymiser(made.known)
            masked = pseudonyms.mask(made.text)
            if server.script is None:
                server.answer = masked
            asked = [ChatMessage("user", masked)]
            if chance.random() < 0.5:
                answer = pseudonyms.restore(await chat.complete(asked))
            else:
                pieces = pseudonyms.restored(chat.stream(asked))
                answer = "".join([piece async for piece in pieces])
            assert answer == made.text
            received = server.prompts.pop()
            server.requests.clear()
            assert not [one for one in made.secrets if one in received], received


async def test_letters_leave_without_personal_data_and_come_back_whole(
    server: FakeOpenAI,
) -> None:
    await _round_trip(server, 150, seed=1)


@pytest.mark.slow
async def test_a_thousand_letters_leave_and_come_back(server: FakeOpenAI) -> None:
    await _round_trip(server, 1000, seed=2)


@pytest.mark.parametrize("length", range(1, 15))
async def test_a_stream_restores_as_the_whole_does_however_it_is_cut(length: int) -> None:
    chance = random.Random(length)
    for _ in range(20):
        made = letter(chance)
        pseudonyms = Pseudonymiser(made.known)
        told = _careless(chance)([{"content": pseudonyms.mask(made.text)}])
        pieces = pseudonyms.restored(_cut(told, length))
        assert "".join([one async for one in pieces]) == made.text


@pytest.mark.parametrize(
    "written",
    [
        *("NAME_7", "[NAME_7", "FIRSTNAME_1", "ORDER 1", "Order 1", "[order 9]", "my_NAME_1"),
        *("name_1", "ID_4", "[S1]", "PHONE_1_OLD", "[note]", "A [", "[NAME_", "CARD"),
    ],
)
async def test_what_is_no_placeholder_of_ours_stays(written: str) -> None:
    pseudonyms = Pseudonymiser()
    masked = pseudonyms.mask("Hei Liisa, tilaus saapuu.")
    assert masked == "Hei [NAME_1], tilaus saapuu."
    assert pseudonyms.restore(f"x {written} y") == f"x {written} y"
    pieces = pseudonyms.restored(_cut(f"x {written} y", 1))
    assert "".join([one async for one in pieces]) == f"x {written} y"


def test_a_customer_who_writes_like_us_gets_nothing_of_others() -> None:
    pseudonyms = Pseudonymiser()
    text = "Mail liisa@posti.example. I mean EMAIL_1, [email 1] and [EMAIL_1"
    masked = pseudonyms.mask(text)
    assert "EMAIL_1]. I mean [TEXT_1], [TEXT_2] and [TEXT_3]" in masked
    assert pseudonyms.restore(masked) == text


def test_a_form_that_was_never_given_still_restores_the_value() -> None:
    pseudonyms = Pseudonymiser()
    pseudonyms.mask("Hei Liisa, tilaus saapuu.")
    assert pseudonyms.restore("Moi [NAME_1C]!") == "Moi Liisa!"
