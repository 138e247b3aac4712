"""Call notes: the summary of the call's conversation, each sentence with its seconds."""

from copilot.calls import store
from copilot.calls.call import CallNotes
from copilot.calls.errors import CallNotReadyError
from copilot.conversations import store as conversations
from copilot.conversations.conversation import Message
from copilot.kernel.db import ReadSession
from copilot.kernel.ids import TenantId
from copilot.summaries import store as summaries
from copilot.summaries.summary import SummaryOptions, SummarySection, SummarySentence

NOTES = SummaryOptions()
"""What notes are made with: the same as a summary asked for without options."""


async def notes_of(session: ReadSession, tenant: TenantId, call_id: str) -> CallNotes:
    """The notes of a call as last made; ``stale`` when its text was corrected since.

    Raises:
        CallNotFoundError: The tenant has no such call.
        CallNotReadyError: There are no notes yet.
    """
    call = await store.row(session, tenant, call_id)
    summary = None
    if call.conversation_id is not None:
        summary = await summaries.find(session, tenant, call.conversation_id, NOTES)
    if summary is None or call.conversation_id is None:
        raise CallNotReadyError(
            "The call has no notes yet: follow its job, which also says what went wrong if it"
            " failed."
        )
    messages = await conversations.messages_of(session, tenant, [call.conversation_id])
    by_id = {message.id: message for message in messages[call.conversation_id]}
    sections = [_timed(section, by_id) for section in summary.sections]
    shown = dict(summary) | {"sections": sections}
    return CallNotes(**shown, call_id=call.id, low_accuracy=call.low_accuracy)


def _timed(section: SummarySection, messages: dict[str, Message]) -> SummarySection:
    return section.model_copy(
        update={"sentences": [_with_seconds(one, messages) for one in section.sentences]}
    )


def _with_seconds(sentence: SummarySentence, messages: dict[str, Message]) -> SummarySentence:
    if sentence.start is not None:
        return sentence
    said = [messages[one] for one in sentence.message_ids if one in messages]
    starts = [one.start for one in said if one.start is not None]
    ends = [one.end for one in said if one.end is not None]
    if not starts or not ends:
        return sentence
    return sentence.model_copy(update={"start": min(starts), "end": max(ends)})
