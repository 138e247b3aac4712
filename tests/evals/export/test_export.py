"""What people did with drafts, as cases that show nobody."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.pool import QueuePool

from copilot.calls import store as calls
from copilot.calls.flow import recording_name
from copilot.conversations import flow as conversations
from copilot.conversations.conversation import ConversationIn
from copilot.drafts import review_store
from copilot.drafts.errors import ReviewNotFoundError
from copilot.evals.export.flow import collect, export_cases
from copilot.evals.export.one import NoCaseError, case_of_review
from copilot.evals.export.reviewed import reviewed
from copilot.evals.export.splitting import public_id, split_of
from copilot.grounding.figure_check import Evidence, FigureCheck
from copilot.kernel.blobs_obstore import ObstoreBlobs
from copilot.kernel.clock import now
from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId
from copilot.speech.audio import decode
from tests.calls.heard import heard_call
from tests.evals.export import desk
from tests.speech.sounds import wav


async def test_each_review_makes_the_case_it_should(
    db: Database, tenant: TenantId, blobs: ObstoreBlobs, tmp_path: Path
) -> None:
    page = await desk.article(db, tenant, "Returns", "You have 30 days to return it. Fee 4.90 €.")
    spare = await desk.article(db, tenant, "Spare parts", "Lids cost 12 €.")
    figures = [
        figure("30 days", "supported"),
        figure("12 €", "supported"),
        figure("99 €", "contradicted"),
        figure("1 week", "unsupported"),
        # The search found it elsewhere, or in an order: nobody could know from the case.
        figure("3 boxes", "supported"),
        figure("9.90 €", "supported", "order"),
    ]
    drafts = {}
    for action, asked in (("accepted", "a"), ("edited", "b"), ("rejected", "c"), ("none", "d")):
        about = await desk.conversation(db, tenant, asked, f"May I return the {asked} kettle?")
        drafts[action] = await desk.draft(
            db,
            tenant,
            about,
            "You have 30 days.\nA lid is 12 €, not 99 €. 3 boxes, 9.90 €.",
            cites=[page, spare],
            figures=figures,
        )
    await desk.review(db, tenant, drafts["accepted"])
    await desk.review(db, tenant, drafts["edited"], "rejected", reason="wrong")
    final = "You have 30 days.\nCheers"
    await desk.review(db, tenant, drafts["edited"], "edited", final, reason="too long")
    await desk.review(db, tenant, drafts["rejected"], "rejected", reason="off topic")
    out = tmp_path / "export"
    coverage = await export_cases(db, blobs, tenant, out)
    found = desk.cases(out)
    accepted, edited, rejected = (
        found[public_id(drafts[one].id)] for one in ("accepted", "edited", "rejected")
    )
    assert len(found) == 3
    assert accepted["reference"] == drafts["accepted"].text
    assert accepted["must_mention"] == ["30 days", "12 €"]
    assert accepted["must_not_mention"] == []
    assert accepted["relevant_articles"] == [public_id(page.id), public_id(spare.id)]
    assert [(one["id"], one["title"]) for one in accepted["articles"]] == [
        (public_id(page.id), "Returns"),
        (public_id(spare.id), "Spare parts"),
    ]
    assert "30 days to return" in accepted["articles"][0]["body"]
    # The last review of a draft counts.
    assert edited["labels"] | {"language": "en"} == {
        "action": "edited",
        "channel": "email",
        "language": "en",
        "reason": "too long",
    }
    assert edited["reference"] == final
    assert edited["must_mention"] == ["30 days"]
    assert edited["must_not_mention"] == ["99 €"]
    assert edited["relevant_articles"] == [public_id(page.id)]
    assert not {"reference", "relevant_articles"} & rejected.keys()
    assert rejected["labels"]["reference"] == "none"
    assert rejected["must_mention"] == []
    assert rejected["must_not_mention"] == ["99 €"]
    assert coverage.counts["action"] == {"accepted": 1, "edited": 1, "rejected": 1}
    assert coverage.counts["reason"] == {"off topic": 1, "too long": 1}


def figure(text: str, verdict: Any, source: Any = "passage") -> FigureCheck:
    evidence = Evidence(source=source, id="pas-1", text=text)
    known = evidence if verdict != "unsupported" else None
    return FigureCheck(
        text=text, kind="quantity", verdict=verdict, evidence=known, start=0, end=len(text)
    )


async def test_the_conversation_is_as_the_draft_saw_it(db: Database, tenant: TenantId) -> None:
    about = await desk.conversation(db, tenant, "c", "Where is my lamp?")
    made = await desk.draft(db, tenant, about, "On its way.")
    # The later message claims to be from before the first one.
    more = desk.message(1, "It came!", external_id="late", sent_at=desk.START - timedelta(days=9))
    body = ConversationIn.model_validate({"channel": "email", "messages": [more]})
    await conversations.accept(db, tenant, "desk", "c", body)
    await desk.review(db, tenant, made)
    (case,) = (await collect(db, tenant)).drafts
    assert [one["text"] for one in case.line["conversation"]["messages"]] == ["Where is my lamp?"]


async def test_a_card_said_aloud_is_masked(db: Database, tenant: TenantId) -> None:
    said = f"My card is four {' one' * 15} and the lamp is broken.".replace("  ", " ")
    written = "My card is 4111111111111111 and the lamp is broken."
    spoken = desk.message(1, said, written=written, start=0.0, end=9.0)
    about = await desk.conversation(db, tenant, "c", channel="phone", messages=[spoken])
    await desk.review(db, tenant, await desk.draft(db, tenant, about, "Thank you."))
    (case,) = (await collect(db, tenant)).drafts
    (message,) = case.line["conversation"]["messages"]
    assert message["text"] == "My card is [CARD_1] and the lamp is broken."
    assert "one one" not in json.dumps(case.line)


async def test_an_article_that_is_gone_is_what_was_cited(db: Database, tenant: TenantId) -> None:
    about = await desk.conversation(db, tenant, "c", "Where is my lamp?")
    page = await desk.article(db, tenant, "Delivery", "It takes 3 days.")
    gone = page.model_copy(update={"id": "art_gone", "text": "It took 5 days.", "title": "Old"})
    made = await desk.draft(db, tenant, about, "3 days.\nOr 5.", cites=[page, gone])
    await desk.review(db, tenant, made)
    (case,) = (await collect(db, tenant)).drafts
    assert [(one["title"], one["body"]) for one in case.line["articles"]] == [
        ("Delivery", "It takes 3 days."),
        ("Old", "It took 5 days."),
    ]


async def test_the_same_ask_with_the_same_answer_is_one_case(
    db: Database, tenant: TenantId
) -> None:
    """Whoever asks: what differs is masked, blanks and capitals do not count."""
    answers = {"anna": "Yes, Anna.", "bert": "Yes,  Bert.", "carl": "No, Carl."}
    made = []
    for name, answer in answers.items():
        asked = f"May I return it? Regards {name.title()}"
        customer = {"name": name.title(), "emails": [f"{name}@mail.example"]}
        about = await desk.conversation(db, tenant, name, asked, customer=customer)
        made.append(await desk.draft(db, tenant, about, answer))
        await desk.review(db, tenant, made[-1])
    exported = await collect(db, tenant)
    assert [one.line["id"] for one in exported.drafts] == [
        public_id(made[0].id),
        public_id(made[2].id),
    ]
    assert exported.coverage.left_out == {"duplicates": 1}


async def test_cases_never_move(
    db: Database, tenant: TenantId, blobs: ObstoreBlobs, tmp_path: Path
) -> None:
    out = tmp_path / "export"
    seen: dict[str, Any] = {}
    for n in range(24):
        about = await desk.conversation(db, tenant, f"c{n}", f"Question number {n}?")
        for text in (f"Answer {n}", f"Better answer {n}"):
            await desk.review(db, tenant, await desk.draft(db, tenant, about, text))
        if n in (7, 23):
            await export_cases(db, blobs, tenant, out)
            found = desk.cases(out)
            assert seen == {one: found[one] for one in seen}
            seen = found
    splits = {one["split"] for one in seen.values()}
    assert splits == {"train", "held_back"}
    # Both drafts of a conversation are on the same side.
    asked: dict[str, set[str]] = {}
    for one in seen.values():
        asked.setdefault(one["conversation"]["messages"][0]["text"], set()).add(one["split"])
    assert len(seen) == 48
    assert all(len(one) == 1 for one in asked.values())


def test_about_seven_of_ten_are_for_training() -> None:
    many = sum(split_of(f"cnv_{n}") == "train" for n in range(10_000))
    assert 6_800 < many < 7_200


async def test_scores_become_labels_or_are_counted(db: Database, tenant: TenantId) -> None:
    judged = await desk.conversation(db, tenant, "a", "Where is my lamp?")
    made = await desk.draft(db, tenant, judged, "On its way.")
    other = await desk.draft(db, tenant, judged, "Soon.")
    await desk.review(db, tenant, made)
    for points in (1, 2):
        await desk.score(db, tenant, "csat", points, draft_id=made.id)
    await desk.score(db, tenant, "nps", 9, conversation_id=judged.id)
    await desk.score(db, tenant, "ces", 1, draft_id=other.id)
    silent = await desk.conversation(db, tenant, "b", "Hello?", channel="chat")
    await desk.score(db, tenant, "csat", 5, conversation_id=silent.id)
    await desk.score(db, tenant, "cfs", 3)
    exported = await collect(db, tenant)
    (case,) = exported.drafts
    assert {name: case.labels.get(name) for name in ("csat", "nps", "ces")} == {
        "csat": "2",
        "nps": "9",
        "ces": None,
    }
    coverage = exported.coverage
    assert coverage.counts["csat"] == {"2": 1}
    assert coverage.left_out == {"feedback_without_conversation": 1, "feedback_without_review": 1}
    assert any("by chat" in one and "1 conversation." in one for one in coverage.gaps)
    assert "No rejected draft." in coverage.gaps


async def test_gaps_name_language_and_channel(db: Database, tenant: TenantId) -> None:
    for name in ("a", "b"):
        text = "Missä tilaukseni viipyy? Odotan sitä jo toista viikkoa."
        await desk.conversation(db, tenant, name, text, channel="phone", language="fi")
    gaps = (await collect(db, tenant)).coverage.gaps
    assert "No case in Finnish by phone, of which there are 2 conversations." in gaps


async def test_what_was_edited_away_is_no_reference(db: Database, tenant: TenantId) -> None:
    about = await desk.conversation(db, tenant, "a", "Where is my lamp?")
    await desk.review(db, tenant, await desk.draft(db, tenant, about, "Wrong."), "edited", "")
    (case,) = (await collect(db, tenant)).drafts
    assert ("reference" in case.line, case.labels["reference"]) == (False, "none")


async def test_a_language_is_counted_alike_on_both_sides(db: Database, tenant: TenantId) -> None:
    """The draft may be in another language, and a source may state anything as one."""
    for name, language in (("a", "Finnish, of Helsinki"), ("b", "en-GB")):
        about = await desk.conversation(db, tenant, name, f"Lamp {name}?", language=language)
        await desk.review(db, tenant, await desk.draft(db, tenant, about, f"On its way, {name}."))
    gaps = (await collect(db, tenant)).coverage.gaps
    assert not [one for one in gaps if "No case in" in one]


async def test_nothing_waits_in_the_database_while_cases_are_made(
    db: Database, tenant: TenantId
) -> None:
    about = await desk.conversation(db, tenant, "a", "Where is my lamp?")
    await desk.review(db, tenant, await desk.draft(db, tenant, about, "On its way."))
    pool = db.engine.pool
    assert isinstance(pool, QueuePool)
    async for batch in reviewed(db, tenant):
        assert (len(batch), pool.checkedout()) == (1, 0)


async def test_only_the_tenants_own(db: Database, tenant: TenantId) -> None:
    about = await desk.conversation(db, tenant, "a", "Where is my lamp?")
    await desk.review(db, tenant, await desk.draft(db, tenant, about, "On its way."))
    await desk.score(db, tenant, "nps", 1, conversation_id=about.id)
    await heard_call(db, tenant, ("customer", "hello"))
    exported = await collect(db, TenantId("ten_other"), audio=True)
    assert (list(exported.drafts), list(exported.transcripts)) == ([], [])
    assert exported.coverage.left_out == {}


async def test_since_leaves_out_what_was_reviewed_before(db: Database, tenant: TenantId) -> None:
    about = await desk.conversation(db, tenant, "a", "Where is my lamp?")
    await desk.review(db, tenant, await desk.draft(db, tenant, about, "On its way."))
    between = now()
    await desk.review(db, tenant, await desk.draft(db, tenant, about, "Delayed."))
    exported = await collect(db, tenant, since=between)
    assert [one.line["reference"] for one in exported.drafts] == ["Delayed."]


async def test_a_corrected_segment_needs_its_sound(
    db: Database, tenant: TenantId, blobs: ObstoreBlobs, tmp_path: Path
) -> None:
    blob = recording_name(tenant, "one")
    await blobs.put(blob, wav(6, channels=2))
    said = (("agent", "helo"), ("customer", "i waant"), ("agent", "right"))
    call_id = await heard_call(db, tenant, *said, blob=blob)
    gone = await heard_call(db, tenant, ("customer", "oops"), blob="nowhere")
    broken = await heard_call(db, tenant, ("customer", "oops"), blob="broken")
    await blobs.put("broken", b"RIFF")
    await heard_call(db, tenant, ("customer", "nobody corrected this"), blob=blob)
    async with db.write() as session:
        await calls.correct(session, tenant, call_id, 2, "I want my lamp, says Maija.")
        await calls.correct(session, tenant, gone, 1, "Oops.")
        await calls.correct(session, tenant, broken, 1, "Oops.")
    silent = await export_cases(db, blobs, tenant, tmp_path / "silent")
    assert silent.cases["transcription"] == 0
    assert silent.left_out == {"transcripts_without_audio": 3}
    assert not silent.personal_data
    out = tmp_path / "heard"
    heard = await export_cases(db, blobs, tenant, out, audio=True)
    assert heard.cases["transcription"] == 1
    assert heard.left_out == {"recordings_gone": 2}
    assert heard.personal_data
    assert "this folder holds personal data" in (out / "coverage.md").read_text()
    dataset = out / split_of(call_id) / "transcription"
    (line,) = (dataset / "cases.jsonl").read_text().splitlines()
    case = json.loads(line)
    assert case["text"] == "I want my lamp, says Maija."
    assert case["language"] == "en"
    assert call_id not in line
    sound = decode(dataset / case["audio"])
    # The segment is from the second to the fourth second; a quarter of one goes with it.
    assert (sound.info.media_type, sound.info.channels) == ("audio/flac", 1)
    assert sound.duration == pytest.approx(2.5, abs=0.01)


async def test_what_was_taken_out_of_a_call_is_not_exported(
    db: Database, tenant: TenantId, blobs: ObstoreBlobs, tmp_path: Path
) -> None:
    await blobs.put("call", wav(4))
    call_id = await heard_call(db, tenant, ("customer", "my card"), ("agent", "ok"), blob="call")
    async with db.write() as session:
        await calls.correct(session, tenant, call_id, 1, "My card is [CARD].")
        await calls.correct(session, tenant, call_id, 2, "OK.")
        taken = [{"n": 1, "type": "card", "start": 0.5, "end": 1.5}]
        await calls.change(session, tenant, call_id, redacted=taken)
    out = tmp_path / "heard"
    await export_cases(db, blobs, tenant, out, audio=True)
    (line,) = (out / split_of(call_id) / "transcription/cases.jsonl").read_text().splitlines()
    assert json.loads(line)["text"] == "OK."


async def test_one_review_is_a_case_by_itself(db: Database, tenant: TenantId) -> None:
    about = await desk.conversation(db, tenant, "maija", "May I return it? Mail maija@mail.example")
    wrong = [figure("99 €", "contradicted"), figure("12 weeks", "unsupported")]
    made = await desk.draft(db, tenant, about, "99 € or 12 weeks.", figures=wrong)
    await desk.review(db, tenant, made, "rejected", reason="wrong_facts")
    other = await desk.draft(db, tenant, about, "12 weeks, surely.", figures=wrong[1:])
    await desk.review(db, tenant, other, "edited", "12 weeks, surely. Yes.")
    async with db.read() as session:
        page = await review_store.of_draft(session, tenant, made.id)
        case = await case_of_review(session, tenant, page.items[0].id)
        kept = await review_store.of_draft(session, tenant, other.id)
        sent = await case_of_review(session, tenant, kept.items[0].id)
        with pytest.raises(ReviewNotFoundError):
            await case_of_review(session, TenantId("ten_other"), page.items[0].id)
    assert case["must_not_mention"] == ["99 €", "12 weeks"]
    assert "reference" not in case
    assert case["labels"]["action"] == "rejected"
    assert "maija@" not in str(case)
    # A person sent it after all: nobody says that it is wrong.
    assert sent["must_not_mention"] == []
    assert sent["reference"] == "12 weeks, surely. Yes."


async def test_a_review_without_a_question_makes_no_case(db: Database, tenant: TenantId) -> None:
    about = await desk.conversation(
        db, tenant, "ours", messages=[desk.message(2, "We wrote to you first.")]
    )
    made = await desk.draft(db, tenant, about, "Hello.")
    await desk.review(db, tenant, made)
    async with db.read() as session:
        page = await review_store.of_draft(session, tenant, made.id)
        with pytest.raises(NoCaseError):
            await case_of_review(session, tenant, page.items[0].id)
