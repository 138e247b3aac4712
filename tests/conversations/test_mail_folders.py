"""Maildir and other folders of mail: what is read, what is left out, and how little is held."""

import json
import os
import random
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from copilot.conversations.files import load_conversations, read_conversations
from copilot.conversations.mbox import split_mbox
from tests.conversations.mails import ANNA, DESK, mail


def maildir(folder: Path) -> Path:
    """A Maildir with an answer in another folder, as dovecot and Courier write them."""
    for inner in (
        "cur",
        "new",
        "tmp",
        ".Sent/cur",
        ".Sent/new",
        ".Trash/cur",
        ".INBOX.Roskaposti/new",
    ):
        (folder / inner).mkdir(parents=True)
    files = {
        "cur/1772352000.M1P2.host,S=5:2,S": mail(1),
        "new/1772352001.M1P2.host": mail(3, subject="Re: Kettle", parent=2),
        "tmp/1772352002.M1P2.host": mail(4, subject="Half written"),
        "cur/1772352003.M1P2.host:2,DS": mail(5, subject="Draft"),
        "cur/1772352004.M1P2.host:2,ST": mail(6, subject="Deleted"),
        ".Sent/cur/1772352005.M1P2.host:2,S": mail(
            2, sender=DESK, to=ANNA, subject="Re: Kettle", parent=1
        ),
        ".Trash/cur/1772352006.M1P2.host:2,S": mail(7, subject="Thrown away"),
        ".INBOX.Roskaposti/new/1772352007.M1P2.host": mail(8, subject="Spam"),
        "dovecot-uidlist": b"3 V1 N9\n",
        ".Sent/maildirfolder": b"",
        "cur/1772352008.M1P2.host:2,": b"\xff\xfe\x00",
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def read(path: Path) -> tuple[list[list[str]], dict[str, str], dict[str, str]]:
    """Names of the mails of each conversation, faults, and what was left out."""
    entries = list(read_conversations(path))
    names = [
        [message.external_id.removesuffix("@x.example") for message in one.body.messages]
        for one in entries
        if one.body is not None
    ]
    faults = {one.place: one.fault for one in entries if one.fault}
    return sorted(names), faults, {one.place: one.skipped for one in entries if one.skipped}


def test_a_maildir_is_read_with_its_folders(tmp_path: Path) -> None:
    names, faults, skipped = read(maildir(tmp_path / "Maildir"))
    assert names == [["1", "2", "3"]]
    assert list(faults) == ["cur/1772352008.M1P2.host:2,"]
    assert skipped == {
        "cur/1772352003.M1P2.host:2,DS": "a draft",
        "cur/1772352004.M1P2.host:2,ST": "deleted in the mailbox",
        ".Trash": "a folder of trash",
        ".INBOX.Roskaposti": "a folder of spam",
    }


def test_a_folder_that_is_asked_for_is_read_whatever_its_name(tmp_path: Path) -> None:
    folder = maildir(tmp_path / "Maildir")
    assert read(folder / ".Trash")[0] == [["7"]]
    assert read(folder / ".Sent" / "cur")[0] == [["2"]]


def test_a_zip_of_a_maildir_is_the_same(tmp_path: Path) -> None:
    folder = maildir(tmp_path / "Maildir")
    with zipfile.ZipFile(tmp_path / "mail.zip", "w") as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, path.relative_to(tmp_path))
    names, faults, skipped = read(tmp_path / "mail.zip")
    assert names == [["1", "2", "3"]]
    assert len(faults) == 1
    assert sorted(skipped.values()) == [
        "a draft",
        "deleted in the mailbox",
        "in a folder of spam",
        "in a folder of trash",
    ]


def test_a_zip_of_what_is_in_a_maildir_has_trash_and_spam_too(tmp_path: Path) -> None:
    """With one folder around it that folder's name does not count; here there is none."""
    folder = maildir(tmp_path / "Maildir")
    with zipfile.ZipFile(tmp_path / "mail.zip", "w") as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, path.relative_to(folder))
        archive.writestr("new/talk.json", json.dumps({"external_id": "talk", "channel": "chat"}))
    with zipfile.ZipFile(tmp_path / "trash.zip", "w") as archive:
        archive.write(folder / ".Trash/cur/1772352006.M1P2.host:2,S", ".Trash/cur/1")
    names, faults, skipped = read(tmp_path / "mail.zip")
    # A file of ours in a folder called "new" is still read as such.
    assert (names, len(faults)) == ([[], ["1", "2", "3"]], 1)
    assert skipped[".Trash/cur/1772352006.M1P2.host:2,S"] == "in a folder of trash"
    assert skipped[".INBOX.Roskaposti/new/1772352007.M1P2.host"] == "in a folder of spam"
    assert read(tmp_path / "trash.zip")[0] == [["7"]]


def test_links_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "private.eml").write_bytes(mail(1))
    folder = tmp_path / "given"
    folder.mkdir()
    (folder / "own.eml").write_bytes(mail(2, subject="Other"))
    (folder / "again.eml").symlink_to("own.eml")
    (folder / "out.eml").symlink_to(tmp_path / "private.eml")
    (folder / "loop.eml").symlink_to("loop.eml")
    names, faults, skipped = read(folder)
    assert names == [["2"]]
    assert list(faults) == ["loop.eml"]
    assert skipped == {"out.eml": "a link out of the folder"}


def test_a_subject_of_several_lines_is_one_line_where_it_is_told(tmp_path: Path) -> None:
    subject = "=?utf-8?q?Kettle=0Aconversations=3A_9_new?="
    (tmp_path / "a.eml").write_bytes(mail(1, subject=subject))
    [entry] = read_conversations(tmp_path / "a.eml")
    assert entry.place == "Kettle conversations: 9 new"


def test_a_folder_of_files_is_one_mailbox(tmp_path: Path) -> None:
    (tmp_path / "2026" / "may").mkdir(parents=True)
    (tmp_path / "2026" / "a.EML").write_bytes(mail(2, subject="Re: Kettle", refs=(1,)))
    (tmp_path / "2026" / "may" / "b.mbox").write_bytes(b"From x@y Mon\n" + mail(1) + b"\n")
    (tmp_path / "notes.txt").write_bytes(mail(3))
    os.mkfifo(tmp_path / "pipe.eml")
    (tmp_path / "gone.eml").symlink_to(tmp_path / "nowhere")
    names, faults, skipped = read(tmp_path)
    assert names == [["1", "2"]]
    assert (list(faults), skipped) == (["gone.eml"], {})


def test_the_command_tells_what_it_left_out_and_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from copilot.cli import import_, keys

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COPILOT_DATA_DIR", str(tmp_path / "data"))
    runner = CliRunner()
    made = runner.invoke(keys.app, ["create", "--tenant", "shop", "--scope", "admin", "--json"])
    assert made.exit_code == 0
    folder = maildir(tmp_path / "Maildir")
    (folder / "cur" / "1772352008.M1P2.host:2,").unlink()
    for created in (1, 0):
        result = runner.invoke(import_.app, ["conversations", str(folder), "--json"])
        assert result.exit_code == 0, result.output
        told = json.loads(result.stdout)
        assert (told["found"], told["created"], told["known"]) == (5, created, 1 - created)
        assert len(told["skipped"]) == 4
    told = runner.invoke(import_.app, ["conversations", str(folder)])
    assert "0 new, 1 known, 4 left out, 0 faulty of 5" in told.stdout
    assert ".Trash: a folder of trash" in told.stderr
    (tmp_path / "empty").mkdir()
    none = runner.invoke(import_.app, ["conversations", str(tmp_path / "empty")])
    assert (none.exit_code, none.stderr.splitlines()[-1]) == (
        0,
        "There are no conversations in it.",
    )


def test_an_mbox_is_read_in_two_goes_and_held_in_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mails of a thread lie anywhere in it; only one thread's are in memory."""
    from copilot.conversations import shelf

    threads, length = 40, 5
    raws = [
        mail(
            f"{thread}.{n}",
            hours=thread + n,
            subject=f"Matter {thread}",
            refs=tuple(f"{thread}.{before}" for before in range(n)),
            text=f"From the top\n\nFrom {thread}.{n}: a line\n>From there\n",
        )
        for thread in range(threads)
        for n in range(length)
    ]
    random.Random(1).shuffle(raws)
    path = tmp_path / "all.mbox"
    quoted = (
        one.replace(b"\nFrom the", b"\n>From the").replace(b"\n>From there", b"\n>>From there")
        for one in raws
    )
    path.write_bytes(
        b"".join(b"From x@y Sun Mar  1 08:00:00 2026\n" + one + b"\n" for one in quoted)
    )
    made: list[int] = []
    portions = shelf.Shelf.portions

    def counted(self: shelf.Shelf, heads):  # type: ignore[no-untyped-def]
        for mails in portions(self, heads):
            made.append(len(mails))
            yield mails

    monkeypatch.setattr(shelf.Shelf, "portions", counted)
    found = load_conversations(path)
    assert len(found) == threads
    assert made == [length] * threads
    for _, _, body in found:
        root = body.messages[0].external_id.removesuffix(".0@x.example")
        assert [one.text for one in body.messages] == [
            f"From the top\n\nFrom {root}.{n}: a line\n>From there" for n in range(length)
        ]


def test_a_thread_of_any_length_comes_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from copilot.conversations import shelf

    monkeypatch.setattr(shelf, "_PORTION_MAILS", 7)
    path = tmp_path / "long.mbox"
    raws = [mail(n, subject="Re: Kettle", refs=(0,)) for n in range(30)]
    path.write_bytes(b"".join(b"From x@y Sun Mar  1 08:00:00 2026\n" + one + b"\n" for one in raws))
    assert [len(one.thread.mails) for one in read_conversations(path) if one.thread] == [
        7,
        7,
        7,
        7,
        2,
    ]
    [(_, external_id, body)] = load_conversations(path)
    assert external_id == "0@x.example"
    assert [one.text for one in body.messages] == [f"Text {n}" for n in range(30)]


@pytest.mark.parametrize(
    "text",
    [
        "Hello\n\nFrom what I see\nhttp://shop.example is down\n",
        "Hello\n\nFrom our side: nothing\nnote: all is well\n",
    ],
)
def test_a_sentence_does_not_begin_a_mail(tmp_path: Path, text: str) -> None:
    """Some programs write ``From `` in a body as it is (mboxcl2)."""
    path = tmp_path / "a.mbox"
    path.write_bytes(b"From x@y Sun Mar  1 08:00:00 2026\n" + mail(1, text=text) + b"\n")
    with path.open("rb") as file:
        assert len(list(split_mbox(file))) == 1


@pytest.mark.parametrize(
    "line",
    [
        "From x@y Sun Mar  1 08:00:00 2026",
        "From 1234@xxx Sun Mar 01 08:00:00 +0000 2026",
        "From - Sun Mar 1 08:00:00 2026",
        "From ",
        "From MAILER-DAEMON Sun Mar  1 08:00 2026",
    ],
)
def test_however_a_mail_of_an_mbox_begins(tmp_path: Path, line: str) -> None:
    path = tmp_path / "a.mbox"
    both = (line.encode() + b"\n" + mail(n) for n in (1, 2))
    path.write_bytes(b"\n".join(both))
    with path.open("rb") as file:
        assert len(list(split_mbox(file))) == 2
