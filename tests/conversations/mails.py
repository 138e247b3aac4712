"""Mails for tests: who, when, and what they answer."""

from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 1, 8, tzinfo=UTC)
ANNA, BO, DESK = "Anna <anna@home.example>", "Bo <bo@else.example>", "Shop <help@shop.example>"


def mail(
    name: str | int,
    *,
    hours: float | None = None,
    sender: str = ANNA,
    to: str = DESK,
    subject: str = "Kettle",
    refs: tuple[str | int, ...] = (),
    parent: str | int | None = None,
    text: str = "",
) -> bytes:
    """A mail called ``<name@x.example>``, hours after the first day's morning."""
    after = hours if hours is not None else float(name)
    at = START + timedelta(hours=after)
    lines = [
        f"From: {sender}",
        f"To: {to}",
        f"Subject: {subject}",
        f"Message-ID: <{name}@x.example>",
        f"Date: {at:%a, %d %b %Y %H:%M:%S} +0000",
    ]
    lines += [f"References: {' '.join(f'<{one}@x.example>' for one in refs)}"] if refs else []
    lines += [f"In-Reply-To: <{parent}@x.example>"] if parent is not None else []
    return "\n".join([*lines, "", text or f"Text {name}", ""]).encode()
