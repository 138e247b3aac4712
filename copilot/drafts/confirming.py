"""What a person has to have seen before a draft counts as accepted just as it was made."""

from collections.abc import Sequence

from copilot.drafts.draft import Draft, DraftWarning, ReviewIn
from copilot.drafts.errors import DraftStaleError, FiguresUnconfirmedError
from copilot.drafts.freshness import STALE_CODES
from copilot.drafts.store import MOVED
from copilot.grounding.figure_check import FigureCheck


def what_changed(draft: Draft) -> list[DraftWarning]:
    """The warnings that say why ``draft`` is stale."""
    return [one for one in draft.warnings if one.code in STALE_CODES]


def refuse_unseen(draft: Draft, told: ReviewIn, version: int) -> None:
    """Refuse to accept what the person has not seen or not vouched for.

    Only ``accepted`` is ever refused: what was edited has been sent already, and what was thrown
    away will not be.

    Args:
        draft: As it is now, marked stale where it is.
        told: What the caller says of it.
        version: The version of its conversation now.

    Raises:
        DraftStaleError: Something moved on since, and the caller does not say to know.
        FiguresUnconfirmedError: Figures without a source that ``confirmed`` does not name.
    """
    if told.action != "accepted":
        return
    unseen = [one for one in what_changed(draft) if not _is_seen(one, told, version)]
    if unseen:
        raise DraftStaleError(unseen, version)
    confirmed = {_folded(one) for one in told.confirmed}
    missing = [one for one in draft.to_confirm if _folded(one) not in confirmed]
    if missing:
        raise FiguresUnconfirmedError(missing)


def confirmed_of(
    draft: Draft, told: ReviewIn, sent: str, unsupported: Sequence[FigureCheck] = ()
) -> list[str]:
    """What of ``told.confirmed`` needed somebody to vouch for it and was sent: that is kept.

    Args:
        draft: What was reviewed.
        told: What the caller says.
        sent: What was sent.
        unsupported: The figures of that without a source.
    """
    confirmed = {_folded(one) for one in told.confirmed}
    asked = dict.fromkeys([*draft.to_confirm, *(one.text for one in unsupported)])
    return [one for one in asked if _folded(one) in confirmed and one in sent]


def _is_seen(warning: DraftWarning, told: ReviewIn, version: int) -> bool:
    if warning.code == MOVED.code and told.seen_version is not None:
        return told.seen_version >= version
    return told.seen_stale


def _folded(text: str) -> str:
    return " ".join(text.split())
