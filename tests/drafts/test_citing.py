"""Which source a sentence may rest on, across languages and their regions."""

import numpy as np
import pytest
from numpy.typing import NDArray

from copilot.drafts.citing import carries, cite_sentences
from copilot.drafts.marks import take_out
from copilot.drafts.sources import DraftSource
from copilot.drafts.verifying import nearness_of
from tests.drafts.conftest import passage

TEXT = "A kettle may be returned within 30 days."


def source(language: str) -> DraftSource:
    page = passage("returns", TEXT, language)
    return DraftSource(number=1, text=TEXT, language=language, passage=page)


@pytest.mark.parametrize(
    ("of_source", "of_draft"), [("en-US", "en"), ("en", "en-GB"), ("EN-us", "en-GB"), ("en", "en")]
)
def test_regions_of_one_language_are_compared_by_wording(of_source: str, of_draft: str) -> None:
    assert carries(source(of_source), "You may return the kettle within 30 days.", of_draft)
    unrelated = "Our shop in Tampere opens at nine on weekdays."
    assert not carries(source(of_source), unrelated, of_draft)
    cited = cite_sentences(take_out(f"{unrelated} [S1]"), [source(of_source)], of_draft)
    assert [one.code for one in cited.warnings] == ["citation_dropped"]
    assert cited.citations == []


@pytest.mark.parametrize(("of_source", "of_draft"), [("en-US", "fi"), ("fi", "fil"), ("sv", "fi")])
def test_another_language_shares_no_wording(of_source: str, of_draft: str) -> None:
    written = "Liikkeemme Tampereella avataan arkisin yhdeksältä. [S1]"
    cited = cite_sentences(take_out(written), [source(of_source)], of_draft)
    assert cited.warnings == []
    assert [one.citations for one in cited.sentences] == [[1]]


@pytest.mark.parametrize(
    "wrong",
    [
        "A kettle may be returned within 60 days.",
        "A kettle may not be returned within 30 days.",
        "A toaster may be returned within 30 days.",
    ],
)
def test_a_source_that_says_otherwise_is_dropped_and_its_sentence_flagged(wrong: str) -> None:
    written = take_out(f"Hello Ann,\n\n{wrong} [S1]\n\nKind regards")
    cited = cite_sentences(written, [source("en")], "en", known=[])
    assert cited.citations == []
    assert [one.code for one in cited.warnings] == ["citation_dropped", "claim_without_source"]
    for one in cited.warnings:
        assert written.text[one.start : one.end] == wrong


def test_what_was_said_or_is_courtesy_needs_no_source() -> None:
    written = take_out("Hello,\n\nYour parcel 4471 came broken. Could you send a photo? Thank you!")
    told = ["My parcel 4471 came broken yesterday."]
    assert cite_sentences(written, [source("en")], "en", known=told).warnings == []
    alone = cite_sentences(written, [source("en")], "en", known=[])
    assert [one.code for one in alone.warnings] == ["claim_without_source"]


def test_figures_of_a_sentence_may_stand_in_two_sources() -> None:
    second = DraftSource(number=2, text="Returning it costs £5.90.", language="en")
    text = "A kettle may be returned within 30 days and returning it costs £5.90."
    cited = cite_sentences(take_out(f"{text} [S1][S2]"), [source("en"), second], "en", known=[])
    assert cited.sentences[0].citations == [1, 2]
    assert cited.warnings == []


class _Meaning:
    """All texts mean the same."""

    name = "test"
    ready = True

    async def query(self, text: str) -> NDArray[np.float32]:
        return np.asarray([1.0, 0.0], dtype=np.float32)


async def test_meaning_keeps_a_source_that_shares_few_words() -> None:
    text = "You can send the kettle back for a refund in the first month or so."
    written = take_out(f"{text} [S1]")
    assert cite_sentences(written, [source("en")], "en", known=[]).citations == []
    near = await nearness_of(written, [source("en")], "en", _Meaning())
    assert len(cite_sentences(written, [source("en")], "en", known=[], near=near).citations) == 1
