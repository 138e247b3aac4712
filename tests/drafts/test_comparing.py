"""What stayed, moved, was reworded, went and came between a draft and what was sent."""

from copilot.drafts.comparing import body_of, compare_texts, is_greeting

_DRAFT = (
    "Hei Maija,\n\nPalautus maksaa 4,90 €. Hyvitys maksetaan 3–5 arkipäivässä. "
    "Lähetämme sinulle palautustarran sähköpostilla.\n\nYstävällisin terveisin\nNoora"
)


def _texts(sentences: list[str], places: list[int]) -> list[str]:
    return [sentences[one] for one in places]


def test_nothing_changed() -> None:
    found = compare_texts(_DRAFT, _DRAFT)
    assert [one.before for one in found.kept] == list(range(len(found.before)))
    assert found.changed == []
    assert found.moved == []


def test_a_sentence_that_moved_is_kept_and_told() -> None:
    sent = _DRAFT.replace("Palautus maksaa 4,90 €. ", "").replace(
        "sähköpostilla.", "sähköpostilla. Palautus maksaa 4,90 €."
    )
    found = compare_texts(_DRAFT, sent)
    assert len(found.kept) == len(found.before)
    assert _texts(found.before, found.moved) == ["Palautus maksaa 4,90 €."]


def test_another_figure_is_no_typing_error() -> None:
    found = compare_texts(_DRAFT, _DRAFT.replace("4,90", "5,90").replace("Lähetämme", "Lähetäme"))
    (changed,) = found.changed
    assert found.before[changed.before] == "Palautus maksaa 4,90 €."
    assert found.after[changed.after] == "Palautus maksaa 5,90 €."
    assert len(found.kept) == len(found.before) - 1


def test_a_reworded_sentence_is_paired_and_a_new_one_is_not() -> None:
    sent = _DRAFT.replace(
        "Lähetämme sinulle palautustarran sähköpostilla.",
        "Lähetämme palautustarran sinulle sähköpostiin huomenna. Onko muuta?",
    )
    found = compare_texts(_DRAFT, sent)
    (changed,) = found.changed
    assert found.before[changed.before].startswith("Lähetämme sinulle")
    assert found.after[changed.after].startswith("Lähetämme palautustarran")
    came = {one.after for one in (*found.kept, *found.changed)}
    assert [one for n, one in enumerate(found.after) if n not in came] == ["Onko muuta?"]


def test_a_sentence_said_twice_is_kept_once_if_it_is_sent_once() -> None:
    found = compare_texts("Kiitos. Odota. Kiitos.", "Kiitos. Odota.")
    assert len(found.kept) == 2


def test_greeting_and_closing_are_apart() -> None:
    sentences = compare_texts(_DRAFT, "").before
    body = body_of(sentences)
    assert sentences[: body.start] == ["Hei Maija,"]
    assert sentences[body.end :] == ["Ystävällisin terveisin", "Noora"]
    english = ["Dear Mr Smith,", "It costs £5.", "Kind regards", "Noora"]
    assert body_of(english) == (1, 2)
    assert body_of([]) == (0, 0)
    assert body_of(["Hei,"]) == (1, 1)


def test_an_answer_is_no_greeting() -> None:
    for one in ("Hei, se maksaa 5 €.", "Hyvä kysymys, selvitän sen ja palaan asiaan pian!"):
        assert not is_greeting(one)
    for one in ("Hei!", "Hyvä Maija,", "Hello", "Moi Maija", "Dear customer,"):
        assert is_greeting(one)
