"""Cutting texts into passages."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from copilot.kernel.ids import TenantId
from copilot.knowledge.article import Article, ArticleIn
from copilot.knowledge.flow import prepare
from copilot.knowledge.passages import MOST_PASSAGES, Cut, cut_article, passage_id
from tests.timing import ends


def article(text: str, title: str = "Returns") -> Article:
    return Article(
        id="art_1",
        source="kb",
        external_id="1",
        title=title,
        text=text,
        url=None,
        language="en",
        visibility="public",
        tags=[],
        updated_at=datetime.now(UTC),
    )


def test_headings_give_the_title_and_sections_stay_apart() -> None:
    text = "Intro.\n\n# A\n\nOne.\n\n## B\n\nTwo.\n\n# C\n\nThree."
    assert cut_article(article(text)) == [
        Cut("Returns", "Intro."),
        Cut("Returns › A", "One."),
        Cut("Returns › A › B", "Two."),
        Cut("Returns › C", "Three."),
    ]


def test_a_heading_that_repeats_the_title_says_nothing() -> None:
    cuts = cut_article(article("# Returns\n\nOne.\n\n## Costs\n\nTwo."))
    assert [cut.title for cut in cuts] == ["Returns", "Returns › Costs"]


def test_paragraphs_are_gathered_to_the_wanted_length() -> None:
    text = "\n\n".join(f"Paragraph {n}. " + "word " * 48 for n in range(20))
    lengths = [len(cut.text.split()) for cut in cut_article(article(text))]
    assert all(120 <= length <= 220 for length in lengths[:-1])


def test_a_long_paragraph_is_cut_at_sentences() -> None:
    text = "This sentence has exactly six words. " * 200
    cuts = cut_article(article(text))
    assert all(cut.text.endswith("words.") for cut in cuts)
    assert all(len(cut.text.split()) <= 220 for cut in cuts)


def test_a_text_that_stands_twice_is_one_passage() -> None:
    text = "# A\n\nSame words.\n\n# A\n\nSame words."
    assert cut_article(article(text)) == [Cut("Returns › A", "Same words.")]


def test_an_article_without_a_body_is_found_by_its_title() -> None:
    assert cut_article(article("")) == [Cut("Returns", "Returns")]


def test_ids_stand_for_tenant_source_words_and_language() -> None:
    cut = Cut("T", "text")
    one = passage_id(TenantId("a"), "article", "art_1", cut, "en")
    assert one == passage_id(TenantId("a"), "article", "art_1", cut, "en")
    others = {
        passage_id(TenantId("b"), "article", "art_1", cut, "en"),
        passage_id(TenantId("a"), "article", "art_2", cut, "en"),
        passage_id(TenantId("a"), "article", "art_1", cut, "fi"),
        passage_id(TenantId("a"), "article", "art_1", Cut("T", "texts"), "en"),
    }
    assert len(others) == 4
    assert one not in others


def test_an_article_of_5_mb_is_read_and_cut_in_seconds() -> None:
    page = "\n\n".join(
        f"## Part {n}\n\nNumber {n}. " + "A sentence of some words stands here. " * 26
        for n in range(5000)
    )
    assert len(page) > 4_900_000
    with ends():
        prepared = prepare(ArticleIn(title="Giant", body=page))
        cuts = cut_article(article(prepared.text))
    assert 4000 <= len(cuts) <= MOST_PASSAGES


@given(st.text(alphabet=st.sampled_from("ab #\n.!💬 "), max_size=3000))
def test_nothing_is_lost_and_nothing_is_too_long(text: str) -> None:
    cuts = cut_article(article(text, title="T"))
    assert all(len(cut.text) <= 2100 for cut in cuts)
    assert all(cut.text.strip() for cut in cuts)
    held = " ".join(f"{cut.title} {cut.text}" for cut in cuts)
    for word in text.split():
        if word.strip("#"):
            assert word in held
