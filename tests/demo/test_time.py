from datetime import date

from copilot.context.promises import promised
from copilot.context.spoken import Spoken
from copilot.conversations.conversation import Conversation
from copilot.demo.load import MAIN_CASE_EN
from copilot.demo.workspace import Workspace, workspace_now


def test_the_workspace_ends_on_its_own_day() -> None:
    workspace = Workspace()
    sent = [
        message.sent_at
        for _, _, conversation in (*workspace.conversations(), workspace.thread())
        for message in conversation.messages
    ]
    assert max(sent).date() == workspace_now().date()
    assert max(sent) < workspace_now()


def test_on_that_day_the_main_case_waits_for_what_was_promised_the_day_before() -> None:
    (body,) = (body for _, name, body in Workspace().conversations() if name == MAIN_CASE_EN)
    given = body.model_dump() | {
        "id": "cnv_1", "source": "helpdesk", "external_id": MAIN_CASE_EN, "version": 1,
            "customer_id": None,
        "created_at": workspace_now(), "updated_at": workspace_now(),
    }  # fmt: skip
    given["messages"] = [
        one | {"id": f"m{seq}", "conversation_id": "cnv_1", "seq": seq}
        for seq, one in enumerate(given["messages"], 1)
    ]
    conversation = Conversation.model_validate(given)

    def on(day: date) -> list[tuple[str | None, bool]]:
        found = promised([(Spoken(conversation), conversation)], day)
        return [(one.due, one.overdue) for one in found]

    assert ("2026-03-19", True) in on(workspace_now().date())
    assert ("2026-03-19", False) in on(date(2026, 3, 19))
