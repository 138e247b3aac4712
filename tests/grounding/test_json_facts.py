"""Sources in JSON, and facts that tell of an order."""

import json

import pytest

from copilot.grounding.figure_check import Source
from copilot.grounding.figures import check_figures
from copilot.grounding.json_facts import readable

ORDER = {
    "number": "NB-7745",
    "status": "shipped",
    "placed_at": "2026-10-02T08:30:00Z",
    "total": {"amount": "95.50", "currency": "EUR"},
    "items": [
        {
            "sku": "MUG",
            "name": "Mug",
            "quantity": 4,
            "price": {"amount": "18.00", "currency": "EUR"},
        },
        {"sku": None, "name": "Tray", "quantity": 1, "price": 23.5, "currency": "EUR"},
    ],
    "tracking": [{"carrier": "DHL", "number": "JD0146", "status": None, "eta": "2026-10-09"}],
}


def test_an_order_is_told_line_by_line() -> None:
    source = readable(Source("fact", "order.json", json.dumps(ORDER)))
    assert source.kind == "order"
    assert source.text.splitlines() == [
        "Order NB-7745",
        "Order NB-7745 status shipped",
        "Order NB-7745 placed 2026-10-02T08:30:00Z",
        "Order NB-7745 total 95.50 EUR",
        "4 pcs Mug (MUG) 18.00 EUR",
        "1 pcs Tray 23.5 EUR",
        "Tracking DHL JD0146 expected 2026-10-09",
    ]


@pytest.mark.parametrize("wrapped", [ORDER, [ORDER], {"orders": [ORDER]}])
@pytest.mark.parametrize(
    ("text", "verdicts"),
    [
        ("Four mugs came to 72 € and the tray was 23,50 €.", ["supported", "supported"]),
        ("The tray was 18 €.", ["contradicted"]),
        ("You paid €95.50 and it arrives on 9 October.", ["supported", "supported"]),
        ("You ordered it on 9 October.", ["contradicted"]),
        ("A lid is 4 €.", ["unsupported"]),
    ],
)
def test_figures_are_checked_against_json(wrapped: object, text: str, verdicts: list[str]) -> None:
    checks = check_figures(text, [Source("order", "o", json.dumps(wrapped))], language="en")
    assert [one.verdict for one in checks] == verdicts


@pytest.mark.parametrize(
    "text",
    ["{not JSON", "[1, 2", "{}", "[]", '"a word"', "[" * 5000, "Plain text of 5 €.", ""],
)
def test_anything_else_stays_as_it_is(text: str) -> None:
    source = Source("passage", "p", text)
    assert readable(source) == source


def test_deep_json_ends() -> None:
    value: object = {"price": "5 €"}
    for _ in range(60):
        value = {"in": value}
    assert readable(Source("fact", "f", json.dumps(value))).text == ""


def test_a_fact_that_tells_of_an_order_counts_as_one() -> None:
    assert readable(Source("fact", "f", "Order A-1 total 5.00 EUR\n2 pcs Pen")).kind == "order"
    assert readable(Source("fact", "f", "The order total is 5 EUR.")).kind == "fact"
