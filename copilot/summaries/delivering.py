"""The job of a webhook: one attempt to send it, and when the next one is due."""

import json
import logging
import time
from datetime import timedelta
from typing import Any, NamedTuple

from copilot import __version__
from copilot.jobs.queue import Handler, JobContext
from copilot.kernel.clock import now
from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId
from copilot.kernel.outbound import NoAnswerError, Outbound, WebhookAddressError, WebhooksConfig
from copilot.kernel.webhook_signature import WebhookSigner
from copilot.summaries import notices

KIND = "deliver_webhook"
"""The kind of the jobs; their subject is the notice's id."""

_GROWS = 5
_LONGEST_WAIT = timedelta(hours=6)
# The receiver was too slow or too busy: the only refusals that may be another thing later.
_NOT_FOR_GOOD = {408, 425, 429}
_log = logging.getLogger(__name__)


class Attempt(NamedTuple):
    """How an attempt went: ``error`` is None where it was delivered."""

    error: str | None
    for_good: bool = False


def delivery_handler(
    db: Database, outbound: Outbound, signer: WebhookSigner, config: WebhooksConfig
) -> Handler:
    """The handler of jobs of kind ``deliver_webhook``."""

    async def deliver(tenant: TenantId, notice_id: str) -> str | None:
        async with db.write() as session:
            row = await notices.begin(session, tenant, notice_id)
        if row is None or row.url is None or row.body is None:
            return None
        tried = row.attempts
        # More than that there are only where attempts never came to an end.
        went = Attempt("Its attempts did not end.")
        if tried <= config.max_attempts:
            went = await _attempt(outbound, signer, tenant, notice_id, row.url, row.body)
        over = went.error is None or went.for_good or tried >= config.max_attempts
        again_at = None if over else now() + _wait(config, tried)
        if went.error is not None:
            _log.warning("webhook %s, attempt %d: %s", notice_id, tried, went.error)
        async with db.write() as session:
            await notices.sent(session, tenant, notice_id, error=went.error, again_at=again_at)
        return went.error

    async def run(ctx: JobContext) -> None:
        async def once() -> bool:
            return await deliver(ctx.tenant, ctx.subject_id) is None

        await ctx.step("send", once)

    return run


async def _attempt(
    outbound: Outbound,
    signer: WebhookSigner,
    tenant: TenantId,
    notice_id: str,
    url: str,
    told: dict[str, Any],
) -> Attempt:
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": f"copilot/{__version__}",
        **signer.headers(tenant, notice_id, int(time.time()), body),
    }
    try:
        status = await outbound.post(url, body, headers)
    except NoAnswerError as error:
        return Attempt(str(error))
    except WebhookAddressError as error:
        return Attempt(error.detail, for_good=True)
    if 200 <= status < 300:
        return Attempt(None)
    if 300 <= status < 400:
        return Attempt(
            f"The receiver answered {status}, a redirect: give the address that it leads to.",
            for_good=True,
        )
    refused = 400 <= status < 500 and status not in _NOT_FOR_GOOD
    return Attempt(f"The receiver answered {status}.", for_good=refused)


def _wait(config: WebhooksConfig, tried: int) -> timedelta:
    return min(_LONGEST_WAIT, timedelta(seconds=config.first_wait_s * _GROWS ** (tried - 1)))
