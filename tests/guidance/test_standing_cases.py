"""Process, step, missing facts and escalation on labelled conversations, by wording alone."""

import pytest

from copilot.drafts.material import pending_messages
from copilot.guidance.about import orders_about
from copilot.guidance.matching import process_in
from copilot.guidance.standing import standing_in
from tests.guidance.standing_cases import TODAY, Case, cases, processes

_NOTHING: dict[str, object] = {
    "process": None,
    "step": None,
    "missing": [],
    "escalate": None,
    "evidence": None,
}
_GATES = {"process": 0.95, "step": 0.95, "missing": 0.93, "escalate": 0.96, "evidence": 1.0}


def _found(case: Case) -> dict[str, object]:
    pending = "\n".join(one.text for one in pending_messages(case.conversation))
    fitting = process_in(case.conversation, pending, processes(), lambda _one, _other: None)
    if fitting is None:
        return _NOTHING
    process, _ = fitting
    standing = standing_in(
        process,
        case.conversation,
        case.orders,
        case.facts,
        case.language,
        TODAY,
        case.customer,
    )
    return {
        "process": process.front.name,
        "step": standing.step,
        "missing": [one.name for one in standing.missing],
        "escalate": standing.escalate,
        "evidence": standing.evidence,
    }


@pytest.mark.parametrize("split", ["dev", "blind"])
def test_the_gates(split: str) -> None:
    right = dict.fromkeys(_GATES, 0)
    known = list(cases(split))
    wrong = []
    for case in known:
        found = _found(case)
        for name in _GATES:
            right[name] += found[name] == case.expected[name]
        if found != case.expected:
            wrong.append((case.id, found))
        assert found["escalate"] in (None, case.expected["escalate"]), case.id
    share = {name: round(count / len(known), 3) for name, count in right.items()}
    assert all(share[name] >= gate for name, gate in _GATES.items()), (share, wrong)


def test_the_set_is_what_its_readme_says() -> None:
    every = [*cases("dev"), *cases("blind")]
    assert len(every) == 56
    assert {one.language for one in every} == {"en", "fi"}


def test_an_order_that_is_named_otherwise_is_none_of_theirs() -> None:
    case = next(one for one in cases("dev") if one.id == "gd-en-01")
    other = case.conversation.messages[0].model_copy(update={"text": "Where is order PK-9999?"})
    told = case.conversation.model_copy(update={"messages": [other]})
    assert orders_about(told, case.orders) == []
    near = other.model_copy(update={"text": "Where is order pk 3001?"})
    named = case.conversation.model_copy(update={"messages": [near]})
    assert [one.number for one in orders_about(named, case.orders)] == ["PK-3001"]


def test_what_is_on_file_is_told_with_its_value() -> None:
    case = next(one for one in cases("dev") if one.id == "gd-en-01")
    process = next(one for one in processes() if one.front.name == "late-delivery")
    standing = standing_in(process, case.conversation, case.orders, [], "en", TODAY, case.customer)
    assert [tuple(one) for one in standing.on_file] == [
        ("order number", "PK-3001"),
        ("phone number for the driver", "+441632960123"),
    ]
