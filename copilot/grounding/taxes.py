"""The tax in a price that includes it: of 125,50 € at 25,5 % it is 25,50 €."""

import re
from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal

from copilot.grounding.sums import Term, Way

SPEAKS_OF_TAX = re.compile(
    r"\b(?:VAT|tax\w*|net|alv\w*|arvonlisäv\w*|vero\w*|nett\w*|moms)\b", re.IGNORECASE
)
_CENT = Decimal("0.01")


def of_tax(value: Decimal, rates: Iterable[Term], totals: Iterable[Term]) -> Iterator[Way]:
    """Totals that hold ``value`` as their tax, or as what is left without it.

    Args:
        value: The amount to be reached.
        rates: Percentages of the price without tax.
        totals: Amounts with tax.
    """
    whole = list(totals)
    for rate in rates:
        for total in whole:
            exact = total.value * rate.value / (100 + rate.value)
            tax = exact.quantize(_CENT, ROUND_HALF_UP)
            if tax == value:
                yield f"{total.value:f} × {rate.value:f} / {100 + rate.value:f}", [total]
            elif total.value - tax == value:
                yield f"{total.value:f} / {1 + rate.value / 100:f}", [total]
