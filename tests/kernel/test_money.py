"""Money is written as a decimal string, however it was given."""

import pytest

from copilot.kernel.money import Money


@pytest.mark.parametrize(
    ("given", "written"),
    [("39.90", "39.90"), ("1E2", "100"), ("1e+3", "1000"), ("0", "0"), ("-5.5", "-5.5")],
)
def test_amounts_have_no_exponent(given: str, written: str) -> None:
    money = Money.model_validate({"amount": given, "currency": "EUR"})
    assert money.model_dump(mode="json") == {"amount": written, "currency": "EUR"}
