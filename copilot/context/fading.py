"""How much a thing of the past still counts."""

from datetime import datetime

_HALF_LIFE_DAYS = 120.0


def fading(at: datetime, then: datetime | None) -> float:
    """1 for what is of ``at``, a half of it every 120 days before or after; 0 for no time."""
    if then is None:
        return 0.0
    days = abs((at - then).total_seconds()) / 86_400
    return float(2 ** (-days / _HALF_LIFE_DAYS))
