"""Reading messages once."""

from concurrent.futures import ThreadPoolExecutor

from copilot.summaries.reading import Memory, read
from tests.summaries.threads import KETTLE, conversation

FIRST = conversation(KETTLE, language="fi").messages[0]
LONG = FIRST.model_copy(update={"text": f"{FIRST.text}\n\n{FIRST.text}"})


def test_what_is_remembered_is_what_would_be_read() -> None:
    memory = Memory()
    assert memory.read(LONG) == read(LONG.text, "customer")
    assert memory.read(LONG) is memory.read(LONG)


def test_another_text_role_or_start_is_read_anew() -> None:
    memory = Memory()
    first = memory.read(LONG)
    other = LONG.model_copy(update={"text": LONG.text.replace("rikki", "sininen")})
    assert memory.read(other) != first
    agent = LONG.model_copy(update={"author": LONG.author.model_copy(update={"role": "agent"})})
    assert [one.acts for one in memory.read(agent)] != [one.acts for one in first]
    assert memory.read(LONG, 10)[0].start >= 10
    assert memory.read(LONG) == first


def test_no_text_is_remembered() -> None:
    memory = Memory()
    memory.read(LONG)
    held = repr(memory._readings)
    assert not any(word in held for word in ("keit", "KK-20418", "Pirjo", LONG.id))


def test_what_was_read_longest_ago_goes_first() -> None:
    memory = Memory(characters=5 * len(LONG.text))
    messages = [LONG.model_copy(update={"id": f"m{n}"}) for n in range(8)]
    first = [memory.read(one) for one in messages]
    assert len(memory) == 5
    assert memory.read(messages[7]) is first[7]
    assert memory.read(messages[0]) is not first[0]
    assert memory.read(messages[0]) == first[0]
    assert len(memory) == 5


def test_a_text_that_would_take_the_place_of_all_others_is_not_kept() -> None:
    memory = Memory(characters=2 * len(LONG.text))
    memory.read(LONG)
    assert len(memory) == 0


def test_threads_read_the_same() -> None:
    memory = Memory(characters=5 * len(LONG.text))
    messages = [LONG.model_copy(update={"id": f"m{n % 12}"}) for n in range(200)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(memory.read, messages))
    assert all(one == found[0] for one in found)
    assert len(memory) <= 5


def test_an_id_chosen_to_look_like_another_message_reads_its_own_text() -> None:
    memory = Memory()
    trap = LONG.model_copy(update={"text": f"x\0customer\0{0}\0{LONG.text}"})
    alike = LONG.model_copy(update={"id": f"{LONG.id}\0customer\0{0}\0x"})
    memory.read(trap)
    assert memory.read(alike) == read(alike.text, "customer")
