"""Check digits against numbers that others have published as examples of their kind."""

import pytest

from copilot.privacy import checksums


# python-stdnum's documentation, and numbers with digits worked out by hand from the same rule.
@pytest.mark.parametrize("number", ["15108695088", "13116900216", "16127512837"])
def test_norwegian_ids_have_both_check_digits(number: str) -> None:
    assert checksums.is_norwegian_id(number)
    for place in range(11):
        other = str((int(number[place]) + 1) % 10)
        assert not checksums.is_norwegian_id(number[:place] + other + number[place + 1 :])


def test_the_day_of_a_norwegian_d_number_is_forty_higher() -> None:
    assert checksums.is_norwegian_id("55108695071")
    assert not checksums.is_norwegian_id("75108695071")


@pytest.mark.parametrize("code", ["4006381333931", "036000291452", "6410405082657"])
def test_product_codes(code: str) -> None:
    assert checksums.is_product_code(code)
    assert not checksums.is_product_code(code[:-1] + str((int(code[-1]) + 1) % 10))
