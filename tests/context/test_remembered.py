from datetime import timedelta

from copilot.context.remembered import Remembered
from copilot.context.spoken import Spoken
from copilot.kernel.ids import TenantId
from tests.context.said import talk

A, B = TenantId("a"), TenantId("b")
ONE = talk(("customer", "The kettle leaks."))


def test_what_was_read_is_there_for_the_same_version_only() -> None:
    kept = Remembered()
    spoken = Spoken(ONE)
    kept.put(A, ONE, spoken)
    assert kept.get(A, ONE) is spoken
    assert kept.get(B, ONE) is None
    assert kept.get(A, ONE, whole=True) is None
    assert kept.get(A, ONE.model_copy(update={"version": 2})) is None
    later = ONE.updated_at + timedelta(seconds=1)
    assert kept.get(A, ONE.model_copy(update={"updated_at": later})) is None


def test_it_holds_so_much_text_and_no_more() -> None:
    kept = Remembered(most_characters=1000)
    talks = [talk(("customer", "x" * 400), name=f"cnv_{n}") for n in range(4)]
    for one in [*talks, talks[-1]]:
        kept.put(A, one, Spoken(one))
    assert kept.characters == 800
    assert [kept.get(A, one) is not None for one in talks] == [False, False, True, True]
    huge = talk(("customer", "x" * 2000), name="huge")
    kept.put(A, huge, Spoken(huge))
    assert kept.get(A, huge) is None
    assert kept.characters == 800


def test_nothing_is_kept_for_long() -> None:
    at = 0.0
    kept = Remembered(keep_s=10, clock=lambda: at)
    kept.put(A, ONE, Spoken(ONE))
    at = 9.0
    assert kept.get(A, ONE) is not None
    at = 11.0
    assert kept.get(A, ONE) is None
    assert kept.characters == 0
