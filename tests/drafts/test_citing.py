"""Which source a sentence may rest on, across languages and their regions."""

import pytest

from copilot.drafts.citing import carries, cite_sentences
from copilot.drafts.marks import take_out
from copilot.drafts.sources import DraftSource
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
