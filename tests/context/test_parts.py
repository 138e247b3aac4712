import asyncio

import pytest

from copilot.context.card import DegradedPart
from copilot.context.parts import Parts
from copilot.kernel.errors import UnavailableError


async def give(value: str) -> str:
    return value


async def fail(error: Exception) -> str:
    raise error


async def test_each_part_is_timed_and_told() -> None:
    parts = Parts(5.0)
    assert await parts.of("orders", give("kept"), "") == "kept"
    assert await parts.of("orders", give("x"), "", name="ordering") == "x"
    assert set(parts.told()) == {"orders", "ordering", "total"}
    assert parts.degraded == []


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (UnavailableError("no model"), "unavailable"),
        (ValueError("broken"), "failed"),
    ],
)
async def test_what_fails_is_replaced_and_named_once(error: Exception, reason: str) -> None:
    parts = Parts(None)
    for _ in range(2):
        assert await parts.of("articles", fail(error), "none") == "none"
    assert parts.degraded == [DegradedPart.model_validate({"part": "articles", "reason": reason})]
    assert "articles" in parts.told()


async def test_what_takes_too_long_is_left_out() -> None:
    parts = Parts(0.01)

    async def never() -> str:
        await asyncio.Event().wait()
        return ""

    assert await parts.of("articles", never(), "none") == "none"
    assert [one.reason for one in parts.degraded] == ["slow"]


async def test_who_is_gone_wants_nothing_any_more() -> None:
    parts = Parts(None)
    work = asyncio.create_task(parts.of("articles", asyncio.Event().wait(), True))
    await asyncio.sleep(0)
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert parts.degraded == []


async def test_timing_alone_hides_no_error() -> None:
    with pytest.raises(ValueError, match="broken"):
        await Parts(None).timed("conversation", fail(ValueError("broken")))
