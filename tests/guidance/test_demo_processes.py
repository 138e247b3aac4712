"""The demo shop's processes on labelled messages, by wording alone."""

from copilot.demo.workspace import Workspace
from copilot.guidance.matching import process_for
from copilot.guidance.standing import standing_in
from copilot.guidance.tone import read_tone
from copilot.kernel.clock import now
from tests.guidance.cases import conversation, order
from tests.guidance.labelled import LABELLED


def test_the_right_process_and_none_where_none_fits() -> None:
    known = Workspace().processes()
    right, wrong = {"en": 0, "fi": 0}, []
    for language, text, name in LABELLED:
        found = process_for(text, "email", (), known, lambda _one, _other: None)
        got = found[0].front.name if found else None
        right[language] += got == name
        if got not in (name, None):
            wrong.append((text, got))
    assert wrong == []
    for language, count in right.items():
        of_it = sum(one[0] == language for one in LABELLED)
        assert count / of_it >= 0.9, (language, count, of_it)


def test_where_a_damaged_item_stands() -> None:
    (process,) = [one for one in Workspace().processes() if one.front.name == "damaged-item"]
    told = conversation("Muki KK-20694 saapui rikki. Sain palovamman. Haluan rahat takaisin.")
    orders = [order("KK-20694", "39.90")]
    standing = standing_in(process, told, orders, [], "fi", now())
    assert [one.name for one in standing.missing] == ["photos of the damage and of the box"]
    assert standing.missing[0].question is not None
    assert standing.missing[0].question.startswith("Lähettäisitkö kuvan")
    assert standing.escalate is not None
    assert standing.evidence == 1
    assert standing.step == 1


def test_saved_replies_and_tone_of_the_demo_can_be_read() -> None:
    replies = list(Workspace().saved_replies())
    assert {one.language for _, _, one in replies} == {"en", "fi"}
    assert set(read_tone(Workspace().tone_guide()).languages) == {"en", "fi"}
