"""What is remembered between checks stays within bounds and can be forgotten."""

from copilot.grounding.figure_check import Source
from copilot.grounding.figures import check_figures
from copilot.grounding.remembered import Remembered, by_text, forget_short_texts
from copilot.grounding.source_figures import figures_of, forget_texts


def test_the_longest_unused_go_first() -> None:
    kept: Remembered[str, int] = Remembered(most=100)
    kept.keep("a", 1, 40)
    kept.keep("b", 2, 40)
    assert kept.those(["a"]) == {"a": 1}
    kept.keep("c", 3, 40)
    assert kept.those(["a", "b", "c"]) == {"a": 1, "c": 3}
    assert kept.size == 80


def test_what_is_kept_again_counts_once_and_what_is_too_large_not_at_all() -> None:
    kept: Remembered[str, int] = Remembered(most=100)
    kept.keep("a", 1, 60)
    kept.keep("a", 2, 70)
    assert (kept.those(["a"]), kept.size) == ({"a": 2}, 70)
    kept.keep("b", 3, 101)
    assert (kept.those(["a", "b"]), kept.size) == ({}, 0)


def test_everything_can_be_forgotten() -> None:
    kept: Remembered[str, int] = Remembered(most=100)
    kept.keep("a", 1, 60)
    kept.forget()
    assert (kept.those(["a"]), kept.size) == ({}, 0)


def test_only_short_texts_are_remembered_and_until_they_are_forgotten() -> None:
    asked: list[int] = []

    @by_text(4)
    def length(text: str) -> int:
        asked.append(len(text))
        return len(text)

    for text in ("a", "a", "b" * 601, "b" * 601):
        assert length(text) == len(text)
    assert asked == [1, 601, 601]
    forget_short_texts()
    assert length("a") == 1
    assert asked == [1, 601, 601, 1]


def test_the_figures_of_a_text_are_found_once_until_somebody_is_erased() -> None:
    source = Source("message", "m", "Se maksoi 39,90 € ja tuli 3.2.")
    (first,) = figures_of([source])
    assert figures_of([source, source._replace(id="n")]) == [first, first]
    forget_texts()
    assert figures_of([source])[0] is not first


def test_texts_beyond_the_usual_length_are_not_remembered() -> None:
    source = Source("passage", "p", "Se maksoi 39,90 €. " * 1200)
    assert figures_of([source])[0] is not figures_of([source])[0]


def test_what_an_earlier_check_remembered_changes_no_verdict() -> None:
    sources = [
        Source("order", "o", "Order KK-1001 total 59.90 EUR\n1 pcs kettle (KET-9) 59.90 EUR"),
        Source("message", "m", "The kettle of KK-1001 cost 59,90 €, the lid 5 €."),
    ]
    text = "The kettle cost 69,90 €, order KK-1001, the lid 5 €."
    forget_texts()
    cold = check_figures(text, sources)
    assert check_figures(text, sources) == cold
    assert [one.verdict for one in cold] == ["contradicted", "supported", "supported"]
