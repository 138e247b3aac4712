"""Search inside a call: to the second, in any form of a word, by figures and by meaning."""

import numpy as np
import pytest

from copilot.calls.searching import CallSearch, found_by_words
from copilot.search.batching import EmbeddingService
from copilot.search.embedder import ModelCard, Vectors
from copilot.speech.transcript import Segment, SpokenFigure, Transcript, Word

ENGLISH = (
    "good morning how can I help you",
    "the lid of my kettle was broken when the parcel arrived",
    "what is your order number please",
    "it is k k two zero seven three one",
    "I can give you all of your money back within five days",
    "thank you very much",
)
FINNISH = (
    "hyvää huomenta miten voin auttaa",
    "tilaukseni kahvinkeittimen kansi oli rikki",
    "palautuksen voi tehdä kolmessakymmenessä päivässä",
    "hyvitys maksetaan tilille",
)


def call(language: str, *texts: str, seconds: float = 4) -> Transcript:
    """A segment for each text, one after the other, its words evenly over it."""
    segments = []
    for n, text in enumerate(texts, 1):
        start, words = (n - 1) * seconds, text.split()
        each = seconds / len(words)
        timed = [
            Word(start=start + k * each, end=start + (k + 1) * each, text=word)
            for k, word in enumerate(words)
        ]
        segments.append(
            Segment(
                n=n, start=start, end=start + seconds, speaker="unknown", text=text, words=timed
            )
        )
    return Transcript(language=language, duration=99, engine="x", segments=segments)


def best(transcript: Transcript, query: str) -> int | None:
    found = found_by_words(transcript, query)
    return max(found, key=lambda n: (found[n][0], -n), default=None)


@pytest.mark.parametrize(
    ("language", "query", "n"),
    [
        ("en", "kettles", 2),
        ("en", "broken lids", 2),
        ("en", "What's the order number?", 3),
        ("en", "thanks", 6),
        ("en", "volcano", None),
        ("fi", "palautus", 3),
        ("fi", "palautusten", 3),
        ("fi", "kahvinkeitin", 2),
        ("fi", "tilaus kansi", 2),
        ("fi", "hyvityksen", 4),
    ],
)
def test_words_are_found_in_any_form(language: str, query: str, n: int | None) -> None:
    said = ENGLISH if language == "en" else FINNISH
    assert best(call(language, *said), query) == n


@pytest.mark.parametrize("query", ["KK-20731", "kk20731", "20731", "kk 20731", "KK-207"])
def test_a_spoken_figure_is_found_by_its_written_form(query: str) -> None:
    transcript = call("en", *ENGLISH)
    figure = SpokenFigure(first=2, last=8, kind="identifier", written="KK-20731")
    transcript.segments[3].figures = [figure]
    assert best(transcript, query) == 4
    assert best(call("en", *ENGLISH), query) is None


def test_what_a_person_wrote_in_digits_is_found_as_well() -> None:
    transcript = call("en", *ENGLISH[:3], "It is KK-20731, I think.")
    assert best(transcript, "kk20731") == 4


async def test_a_long_segment_is_entered_where_the_word_is() -> None:
    transcript = call("en", " ".join(ENGLISH), "bye", seconds=40)
    words = transcript.segments[0].words
    (hit,) = await CallSearch().search(transcript, "money")
    assert hit.start == next(one.start for one in words if one.text == "money")
    assert (hit.n, hit.end) == (1, 40)
    (short,) = await CallSearch().search(call("en", *ENGLISH), "money")
    assert (short.n, short.start, short.end) == (5, 16, 20)


async def test_all_words_come_before_some() -> None:
    hits = await CallSearch().search(call("en", *ENGLISH), "broken kettle parcel money")
    assert [one.n for one in hits] == [2, 5]
    assert 1 >= hits[0].score > hits[1].score > 0
    assert len(await CallSearch().search(call("en", *ENGLISH), "your order you", limit=1)) == 1


class Meaning:
    """Texts about money are alike, whatever their words; counts what it reads."""

    name, dimension, longest, unrelated = "meaning", 2, 100, 0.0

    def __init__(self) -> None:
        self.read = 0

    def embed_passages(self, texts: list[str]) -> Vectors:
        self.read += len(texts)
        about = [any(one in text for one in ("money", "refund")) for text in texts]
        return np.array([[1, 0] if one else [0, 1] for one in about], dtype=np.float32)

    embed_queries = embed_passages

    def pieces(self, text: str) -> int:
        return len(text)


async def test_what_means_the_same_is_found_and_read_once() -> None:
    embedder, search = Meaning(), CallSearch()
    transcript = call("en", *ENGLISH)
    card = ModelCard(embedder.name, embedder.dimension)
    async with EmbeddingService.open(lambda: embedder, card) as embedding:
        await embedding.query("warm")
        for _ in range(2):
            hits = await search.search(transcript, "refund", embedding)
            assert [one.n for one in hits] == [5]
        # The warm-up and the query, what was measured on opening, and each telling segment once.
        before = embedder.read
        await search.search(transcript, "refund", embedding)
        assert embedder.read == before
        transcript.segments[0].text = "a refund of all money please"
        assert {one.n for one in await search.search(transcript, "refund", embedding)} == {1, 5}
        assert embedder.read == before + 1


async def test_without_the_model_words_are_enough() -> None:
    assert await CallSearch().search(call("en", *ENGLISH), "refund") == []
    assert [one.n for one in await CallSearch().search(call("en", *ENGLISH), "money")] == [5]


@pytest.mark.parametrize("query", ["", "  ", "🙂", "“”", "the", "* OR 1=1", "x" * 500])
async def test_any_query_is_answered(query: str) -> None:
    for transcript in (call("en", *ENGLISH), call("xx", "日本語 です"), call("en")):
        hits = await CallSearch().search(transcript, query)
        assert all(0 < one.score <= 1 for one in hits)
