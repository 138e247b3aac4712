"""What a tone guide says to replies put together, and the day of a deadline."""

from datetime import UTC, date, datetime

import pytest

from copilot.guidance.deadline import deadline_day
from copilot.guidance.errors import ToneGuideUnreadableError
from copilot.guidance.tone import forbidden_in, read_tone, tone_for
from tests.guidance.cases import conversation, order

GUIDE = """---
languages:
  fi: {greeting: "Moi {first_name}!", closing: Terkuin, address: te, forbidden: [valitettava]}
---
# Tone
Be brief.
"""


def test_the_front_matter_is_for_its_language_alone() -> None:
    assert tone_for(GUIDE, "fi-FI").greeting == "Moi {first_name}!"
    assert tone_for(GUIDE, "en").greeting is None
    assert tone_for("# Only Markdown", "fi").closing is None


def test_forbidden_words_are_found_with_their_endings() -> None:
    assert forbidden_in("Valitettavasti emme voi.", tone_for(GUIDE, "fi")) == ["valitettava"]
    assert forbidden_in("Epävalitettava", tone_for(GUIDE, "fi")) == []


@pytest.mark.parametrize(
    ("guide", "told"),
    [
        ("---\nlanguages: [\n---\n", "line"),
        ("---\nlanguages: {fi: {address: sinuttelu}}\n---\n", "languages.fi.address"),
        ("---\n- a\n---\n", "front matter"),
    ],
)
def test_what_is_wrong_is_told(guide: str, told: str) -> None:
    with pytest.raises(ToneGuideUnreadableError, match=told):
        read_tone(guide)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2 business days", date(2026, 3, 24)),
        ("1 week from first_message", date(2026, 3, 27)),
        ("14 days from order.placed_at", date(2026, 3, 15)),
        ("9999 weeks", date(2217, 11, 7)),
        ("as soon as possible", None),
    ],
)
def test_the_day_of_a_deadline(written: str, day: date | None) -> None:
    friday = datetime(2026, 3, 20, 12, tzinfo=UTC)
    message = conversation("Hello").messages[0].model_copy(update={"sent_at": friday})
    placed = order("KK-1", "9", placed_at=datetime(2026, 3, 1, tzinfo=UTC))
    assert deadline_day(written, [message], [placed]) == day


def test_no_day_without_its_start() -> None:
    several = [order("KK-1", "9"), order("KK-2", "9")]
    message = conversation("Hello").messages[0]
    assert deadline_day("3 days from order.placed_at", [message], several) is None
    assert deadline_day("3 days", [], several) is None
