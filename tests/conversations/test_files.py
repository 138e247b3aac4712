"""Files to conversations: threads are rebuilt, bad entries are told, good ones are kept."""

import io
import json
import random
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from copilot.conversations.conversation import ConversationIn
from copilot.conversations.errors import UnreadableFileError
from copilot.conversations.files import load_conversations, read_conversations
from copilot.conversations.flow import inline
from copilot.conversations.mail import parse_mail
from copilot.conversations.reading import read_file
from copilot.conversations.threads import base_subject, conversation, rebuild

START = datetime(2026, 3, 1, 8, tzinfo=UTC)
ANNA, DESK = "Anna <anna@home.example>", "Shop <help@shop.example>"


def mail(
    n: int,
    *,
    sender: str = ANNA,
    to: str = DESK,
    subject: str = "Kettle",
    answers: tuple[int, ...] = (),
    headers: str = "",
    text: str = "",
) -> bytes:
    at = START + timedelta(hours=n)
    refs = " ".join(f"<m{one}@x.example>" for one in answers)
    lines = [
        f"From: {sender}",
        f"To: {to}",
        f"Subject: {subject}",
        f"Message-ID: <m{n}@x.example>",
        f"Date: {at:%a, %d %b %Y %H:%M:%S} +0000",
    ]
    lines += [f"References: {refs}"] if refs else []
    return "\n".join(
        [*lines, *([headers] if headers else []), "", text or f"Text {n}", ""]
    ).encode()


def mbox(*mails: bytes) -> bytes:
    return b"".join(b"From x@y Fri Jan  1 00:00:00 2026\n" + one + b"\n" for one in mails)


THREAD = (
    mail(1),
    mail(2, sender=DESK, to=ANNA, subject="Re: Kettle", answers=(1,)),
    mail(3, subject="Vs: Re: Kettle", answers=(1, 2)),
    mail(4, sender=DESK, to=ANNA, subject="Re: Kettle", answers=(3,)),
)


def test_a_mailbox_of_one_thread_is_one_conversation(tmp_path: Path) -> None:
    path = tmp_path / "thread.mbox"
    for seed in range(3):
        path.write_bytes(mbox(*random.Random(seed).sample(THREAD, 4)))
        [(source, external_id, body)] = load_conversations(path)
        assert (source, external_id) == ("mail", "m1@x.example")
        assert (body.channel, body.subject) == ("email", "Kettle")
        assert body.customer is not None
        assert (body.customer.name, body.customer.emails) == ("Anna", ["anna@home.example"])
        roles = [one.author.role for one in body.messages]
        assert roles == ["customer", "agent", "customer", "agent"]
        assert [one.text for one in body.messages] == ["Text 1", "Text 2", "Text 3", "Text 4"]


def test_parts_of_a_thread_read_apart_have_one_id() -> None:
    whole = rebuild([parse_mail(one) for one in THREAD])
    late = rebuild([parse_mail(THREAD[2])])
    assert whole[0].root == late[0].root


def test_threads_without_ids_go_by_subject_and_people() -> None:
    mails = [
        mail(1, subject="Tilaus 7"),
        mail(2, subject="Re: tilaus  7", sender=DESK, to=ANNA),
        mail(3, subject="Re: Tilaus 7", sender="Bo <bo@else.example>", to="cy@else.example"),
        mail(4, subject="Tilaus 7"),
        mail(5, subject=""),
        mail(6, subject="Re:"),
    ]
    threads = rebuild([parse_mail(one) for one in mails])
    assert sorted(len(one.mails) for one in threads) == [1, 1, 1, 1, 2]


def test_the_same_mail_twice_counts_once() -> None:
    [thread] = rebuild([parse_mail(THREAD[0]), parse_mail(THREAD[0])])
    assert len(thread.mails) == 1


def test_our_side_is_known_by_its_addresses() -> None:
    mails = [parse_mail(mail(1, sender=DESK, to=ANNA)), parse_mail(THREAD[2])]
    [thread] = rebuild(mails)
    _, _, body = conversation(thread, support_addresses=["@shop.example"])
    assert [one.author.role for one in body.messages] == ["agent", "customer"]
    assert body.customer is not None
    assert body.customer.emails == ["anna@home.example"]


def test_automatic_mail_is_no_ones_word() -> None:
    away = mail(
        5,
        sender=DESK,
        to=ANNA,
        subject="Automatic reply: Kettle",
        answers=(1,),
        headers="Auto-Submitted: auto-replied",
    )
    _, _, body = conversation(rebuild([parse_mail(one) for one in (away, THREAD[0])])[0])
    assert [one.author.role for one in body.messages] == ["customer", "system"]


@pytest.mark.parametrize(
    ("written", "base"),
    [
        ("Re: Vs: SV: AW: Fwd: Asia", "Asia"),
        ("RE[2]: x", "x"),
        ("Reset", "Reset"),
        ("VS:x", "x"),
        ("R: Ordine", "Ordine"),
        ("RES: Pedido", "Pedido"),
        ("Antwort: Rechnung", "Rechnung"),
        ("Отв: Заказ", "Заказ"),
        ("回复：订单", "订单"),
    ],
)
def test_subjects_lose_their_prefixes(written: str, base: str) -> None:
    assert base_subject(written) == base


def test_a_zip_is_read_and_what_is_broken_in_it_told(tmp_path: Path) -> None:
    path = tmp_path / "mails.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for n, one in enumerate(THREAD):
            archive.writestr(f"in/{n}.eml", one)
        archive.writestr("talk.jsonl", '{"channel": "chat", "external_id": "c1"}\n{"channel": 1}\n')
        archive.writestr("__MACOSX/x.eml", b"junk")
        archive.writestr("notes.txt", b"ignored")
    entries = list(read_conversations(path))
    assert sorted(one.external_id or "" for one in entries) == ["", "c1", "m1@x.example"]
    assert [one.place for one in entries if one.fault] == ["talk.jsonl, line 2"]


def test_zip_bombs_are_told_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("big.eml", b"\0" * 70_000_000)
        archive.writestr("good.eml", THREAD[0])
    entries = list(read_conversations(path))
    assert [one.place for one in entries if one.fault] == ["big.eml"]
    assert [one.external_id for one in entries if one.body] == ["m1@x.example"]


def test_lines_of_json_are_read_one_by_one(tmp_path: Path) -> None:
    path = tmp_path / "talks.jsonl"
    good = {"source": "desk", "external_id": "1", "channel": "chat", "messages": []}
    lines = [json.dumps(good), "{broken", "[]", json.dumps({**good, "extra": 1}), ""]
    lines += [json.dumps({**good, "source": ""}), json.dumps({"channel": "sms"})]
    path.write_text("\n".join(lines), encoding="utf-8")
    entries = list(read_conversations(path))
    assert [(one.place, one.fault is None) for one in entries] == [
        ("line 1", True),
        ("line 2", False),
        ("line 3", False),
        ("line 4", False),
        ("line 6", False),
        ("line 7", True),
    ]
    assert load_conversations(path)[1][:2] == ("file", "talks-7")


def test_ids_of_nothing_that_can_be_stored_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "talks.json"
    talks = [{"channel": "chat", "source": "\0"}, {"channel": "chat", "external_id": "\0"}]
    path.write_text(json.dumps(talks), encoding="utf-8")
    assert [one.body for one in read_conversations(path)] == [None, None]


def test_a_subject_is_one_however_its_letters_are_composed() -> None:
    plain = "Content-Type: text/plain; charset=utf-8"
    first = mail(1, subject="Pöytä", headers=plain)
    answer = mail(2, subject="Vs: Po\u0308yta\u0308", sender=DESK, to=ANNA, headers=plain)
    [thread] = rebuild([parse_mail(first), parse_mail(answer)])
    assert len(thread.mails) == 2


def test_a_json_document_too_large_to_be_read_whole_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "talks.json"
    with path.open("wb") as file:
        file.truncate(60_000_001)
    with pytest.raises(UnreadableFileError, match=r"talks.json is larger than 60 MB.*\.jsonl"):
        load_conversations(path)


def test_a_json_document_is_one_or_several(tmp_path: Path) -> None:
    path = tmp_path / "talk.json"
    path.write_text('{"channel": "chat"}', encoding="utf-8")
    assert load_conversations(path)[0][:2] == ("file", "talk")
    path.write_text('[{"channel": "chat"}, {"channel": "web"}]', encoding="utf-8")
    assert [one[1] for one in load_conversations(path)] == ["talk-1", "talk-2"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.eml", b""),
        ("a.mbox", b"\x00\x01\x02"),
        ("a.zip", b"no zip"),
        ("a.json", b"{"),
        ("a.jsonl", b"[1\n"),
        ("a.wav", b"RIFF"),
        ("a.json", b"[" * 100_000),
    ],
)
def test_files_without_a_conversation_are_refused(
    tmp_path: Path, name: str, content: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UnreadableFileError):
        load_conversations(path)


def test_a_conversation_can_be_used_without_storing_it() -> None:
    body = conversation(rebuild([parse_mail(one) for one in THREAD])[0])[2]
    shown = inline(ConversationIn.model_validate(body.model_dump()))
    assert (shown.id, shown.version, shown.customer_name) == ("inline", 4, "Anna")
    assert [one.id for one in shown.messages] == [f"m{n}@x.example" for n in (1, 2, 3, 4)]
    assert [one.seq for one in shown.messages] == [1, 2, 3, 4]


def test_a_single_mail_shows_the_mails_it_quotes_first(tmp_path: Path) -> None:
    path = tmp_path / "last.eml"
    text = (
        "Selvä.\n\nLähettäjä: Tuki <help@shop.example>\nLähetetty: 3.4.2024 10.15\n"
        "Vastaanottaja: Anna\nAihe: Vs: Palautus\n\nLähetä se meille.\n\n"
        "ti 2. huhtikuuta 2024 klo 9.01 Anna Aho <anna@home.example> kirjoitti:\n"
        "> Voinko palauttaa?\n> Terveisin Anna\n"
    )
    raw = mail(3, subject="Re: Palautus", text=text)
    path.write_bytes(raw.replace(b"\n\n", b"\nContent-Type: text/plain; charset=utf-8\n\n", 1))
    read = read_file(path).messages
    assert [(one.author, one.text, one.signature) for one in read] == [
        ("Anna Aho <anna@home.example>", "Voinko palauttaa?", "Terveisin Anna"),
        ("Tuki <help@shop.example>", "Lähetä se meille.", None),
        ("Anna <anna@home.example>", "Selvä.", None),
    ]
    assert [one.sent_at for one in read] == [
        datetime(2024, 4, 2, 9, 1, tzinfo=UTC),
        datetime(2024, 4, 3, 10, 15, tzinfo=UTC),
        START + timedelta(hours=3),
    ]


def test_bare_bodies_are_read(tmp_path: Path) -> None:
    for name, content in (
        ("a.html", "<p>Uusi</p><blockquote>Vanha</blockquote>"),
        ("a.txt", "Uusi\n\n> Vanha\n"),
    ):
        path = tmp_path / name
        path.write_text(content, encoding="utf-8")
        read = read_file(path).messages
        assert [one.text for one in read] == ["Vanha", "Uusi"]
        assert read[-1].quoted_text == "> Vanha"


def test_archives_are_closed_after_reading(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("a.eml", THREAD[0])
    path.write_bytes(content.getvalue())
    load_conversations(path)
    path.unlink()
