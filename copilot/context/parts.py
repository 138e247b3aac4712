"""Getting each part of a card by itself: timed, limited, and no part spoils another."""

import asyncio
import logging
from collections.abc import Awaitable
from time import perf_counter
from typing import TypeVar

from copilot.context.card import DegradedPart, PartName, Reason
from copilot.kernel.errors import UnavailableError

_log = logging.getLogger(__name__)
Part = TypeVar("Part")


class Parts:
    """How long each part of one card took, and which could not be had.

    Args:
        limit_s: Longest that a part may take, in seconds; None is as long as it takes.
    """

    def __init__(self, limit_s: float | None) -> None:
        self.degraded: list[DegradedPart] = []
        self._limit_s = limit_s
        self._started = perf_counter()
        self._took: dict[str, float] = {}

    async def of(
        self, part: PartName, work: Awaitable[Part], otherwise: Part, *, name: str | None = None
    ) -> Part:
        """The result of ``work``; ``otherwise`` when it fails or takes too long.

        Args:
            part: What of the card is not whole without it.
            work: What gets it.
            otherwise: What stands in for it.
            name: What its time goes by; the part's own name when None.
        """
        try:
            return await self.timed(name or part, self._limited(work))
        except TimeoutError:
            self.lacks(part, "slow")
        except UnavailableError as error:
            self.lacks(part, "unavailable", error.detail)
        except Exception:  # noqa: BLE001 - told in the log and in the card
            _log.exception("context card: %s failed", part)
            self.lacks(part, "failed")
        return otherwise

    async def timed(self, name: str, work: Awaitable[Part]) -> Part:
        """The result of ``work``, timed; whatever it raises is raised."""
        started = perf_counter()
        try:
            return await work
        finally:
            self._took[name] = _milliseconds_since(started)

    def lacks(self, part: PartName, reason: Reason, detail: str = "") -> None:
        """Note that ``part`` is missing or not whole."""
        found = DegradedPart(part=part, reason=reason)
        if found not in self.degraded:
            self.degraded.append(found)
            _log.warning("context card: %s: %s. %s", part, reason, detail)

    def told(self) -> dict[str, float]:
        """The milliseconds of every part (they overlap), and of the whole under ``total``."""
        return {**self._took, "total": _milliseconds_since(self._started)}

    async def _limited(self, work: Awaitable[Part]) -> Part:
        async with asyncio.timeout(self._limit_s):
            return await work


def _milliseconds_since(started: float) -> float:
    return round((perf_counter() - started) * 1000, 2)
