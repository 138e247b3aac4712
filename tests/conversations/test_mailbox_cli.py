"""``copilot import mailbox``, as a person runs it, against a real server."""

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.conversations.mails import ANNA, DESK, mail
from tests.imap_server import PASSWORD, USER, ImapServer, Relay, imap_server

pytestmark = pytest.mark.slow  # each test starts the command several times

LONG = "word " * 500


class Copilot:
    """The command with its own data folder."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        kept = {name: one for name, one in os.environ.items() if not name.startswith("COPILOT_")}
        self.environment = kept | {
            "COPILOT_DATA_DIR": str(self.data),
            "COPILOT_IMAP__PASSWORD": PASSWORD,
            "COPILOT_IMAP__TIMEOUT_S": "20",
        }
        self.folder = folder
        assert self.run("keys", "create", "--tenant", "shop", "--scope", "admin").returncode == 0

    def start(self, *told: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "copilot", *told],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *told: str) -> subprocess.CompletedProcess[str]:
        process = self.start(*told)
        out, err = process.communicate(timeout=120)
        return subprocess.CompletedProcess(told, process.returncode, out, err)

    def stored(self) -> list[str]:
        with closing(sqlite3.connect(self.data / "copilot.db")) as connection:
            rows = connection.execute("SELECT external_id FROM messages").fetchall()
        return sorted(name.removesuffix("@x.example") for (name,) in rows)


@pytest.fixture
def copilot(tmp_path: Path) -> Copilot:
    return Copilot(tmp_path)


@pytest.fixture
def server() -> Iterator[ImapServer]:
    with imap_server() as running:
        yield running


def url(port: int, folder: str = "", *, scheme: str = "imap", host: str = "127.0.0.1") -> str:
    return f"{scheme}://{USER}@{host}:{port}/{folder}"


def test_a_mailbox_is_imported_and_told(copilot: Copilot, server: ImapServer) -> None:
    server.append("INBOX", [mail(n, subject=f"Matter {n}") for n in (1, 2)])
    server.append("Sent", [mail(3, sender=DESK, to=ANNA, subject="Re: Matter 1", refs=(1,))])
    server.append("Trash", [mail(4)])
    server.append("Käsitellyt", [mail(5, subject="Matter 5"), b"\xff\n"])
    done = copilot.run("import", "mailbox", url(server.port), "--folder", "Sent")
    assert done.returncode == 0, done.stderr
    # A folder that is asked for is all that is read.
    assert done.stdout.splitlines() == [
        "mails: 1 new, 0 known, 0 faulty of 1",
        "conversations: 1 new",
    ]
    done = copilot.run("import", "mailbox", url(server.port), "--all-folders", "--json")
    assert done.returncode == 1
    told = json.loads(done.stdout)
    assert told["folders"] == ["INBOX", "Käsitellyt", "Sent"]
    assert (told["found"], told["created"], told["known"], told["conversations"]) == (4, 3, 0, 2)
    assert list(told["faults"]) == ["Käsitellyt, uid 2"]
    assert told["skipped"]["Trash"] == "a folder of trash"
    again = copilot.run("import", "mailbox", url(server.port), "--all-folders")
    assert again.returncode == 0
    assert again.stdout.splitlines() == ["mails: 0 new, 0 known, 0 faulty of 0 in 3 folders"]
    assert copilot.stored() == ["1", "2", "3", "5"]


def test_an_import_killed_anywhere_goes_on_and_stores_each_mail_once(
    copilot: Copilot, server: ImapServer
) -> None:
    server.append("INBOX", [mail(n, subject=f"Matter {n}", text=LONG) for n in range(110)])
    before = server.flags("INBOX")
    relay = Relay(server.port)
    counts = []
    # Silent after so many bytes: within the first portion, between two, and within the last.
    for limit in (1_500, 100_000, 160_000, 150_000):
        relay.allow(limit, cuts=False)
        process = copilot.start("import", "mailbox", url(relay.port))
        assert relay.reached.wait(60)
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=60)
        stored = copilot.stored()
        assert len(stored) == len(set(stored))
        counts.append(len(stored))
    assert counts == sorted(counts)
    relay.allow(None)
    done = copilot.run("import", "mailbox", url(relay.port), "--json")
    assert done.returncode == 0, done.stderr
    assert copilot.stored() == sorted(map(str, range(110)))
    assert server.flags("INBOX") == before
    relay.close()


def test_a_kill_while_mails_are_stored_changes_nothing_of_that(
    copilot: Copilot, server: ImapServer
) -> None:
    server.append("INBOX", [mail(n, subject=f"Matter {n}") for n in range(60)])
    seen = 0
    for _ in range(3):
        process = copilot.start("import", "mailbox", url(server.port))
        while process.poll() is None and len(copilot.stored()) <= seen + 3:
            pass
        process.kill()
        process.communicate(timeout=60)
        stored = copilot.stored()
        assert len(stored) == len(set(stored))
        seen = len(stored)
    done = copilot.run("import", "mailbox", url(server.port))
    assert done.returncode == 0, done.stderr
    assert copilot.stored() == sorted(map(str, range(60)))


def test_what_goes_wrong_is_told_in_a_sentence(copilot: Copilot, server: ImapServer) -> None:
    server.append("INBOX", [mail(n, subject=f"Matter {n}", text=LONG) for n in range(60)])
    copilot.environment["COPILOT_IMAP__PASSWORD"] = "hunter2 \U0001f600"
    wrong = copilot.run("import", "mailbox", url(server.port))
    assert wrong.returncode == 1
    assert f"did not accept the user {USER}" in wrong.stderr
    assert "hunter2" not in wrong.stdout + wrong.stderr
    assert "hunter2" not in (server.folder / "log").read_text()
    copilot.environment["COPILOT_IMAP__PASSWORD"] = PASSWORD
    nowhere = copilot.run("import", "mailbox", url(server.port, "Nowhere"))
    assert nowhere.returncode == 1
    assert "'Nowhere' cannot be opened. There are: INBOX" in nowhere.stderr
    relay = Relay(server.port)
    relay.allow(150_000)
    lost = copilot.run("import", "mailbox", url(relay.port))
    relay.close()
    assert lost.returncode == 1
    assert "The connection to 127.0.0.1 was lost" in lost.stderr
    assert "run the same command again" in lost.stderr
    assert lost.stdout.startswith("mails: 50 new")
    closed = copilot.run("import", "mailbox", url(relay.port))
    assert closed.returncode == 1
    assert "Connection refused" in closed.stderr
    plain = copilot.run("import", "mailbox", url(server.port, scheme="imaps"))
    assert plain.returncode == 1
    assert "does not speak TLS" in plain.stderr
    del copilot.environment["COPILOT_IMAP__PASSWORD"]
    unasked = copilot.run("import", "mailbox", url(server.port))
    assert unasked.returncode == 2
    assert "COPILOT_IMAP__PASSWORD" in unasked.stderr
    typed = copilot.run("import", "mailbox", f"imaps://{USER}:hunter2@mail.example")
    assert typed.returncode == 2
    assert "hunter2" not in typed.stdout + typed.stderr
    for one in (wrong, nowhere, lost, closed, plain, unasked, typed):
        assert "Traceback" not in one.stderr


def test_a_certificate_is_checked(copilot: Copilot, tmp_path: Path) -> None:
    certificate = tmp_path / "own.pem"
    key = certificate.with_suffix(".key")
    made = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext"
    names = ["subjectAltName=DNS:localhost", "-out", certificate, "-keyout", key]
    subprocess.run([*made.split(), *names], check=True, capture_output=True)
    with imap_server(certificate=certificate) as server:
        server.append("INBOX", [mail(1)])
        target = url(server.tls_port, scheme="imaps", host="localhost")
        refused = copilot.run("import", "mailbox", target)
        assert refused.returncode == 1
        assert "The certificate of localhost is not trusted" in refused.stderr
        assert copilot.stored() == []
        copilot.environment["COPILOT_IMAP__CA_FILE"] = str(certificate)
        done = copilot.run("import", "mailbox", target)
        assert done.returncode == 0, done.stderr
        assert copilot.stored() == ["1"]
        # The name must be the certificate's too.
        other = copilot.run("import", "mailbox", url(server.tls_port, scheme="imaps"))
        assert other.returncode == 1
        assert "not trusted" in other.stderr


def test_no_password_goes_to_another_machine_in_the_clear(server: ImapServer) -> None:
    """Told apart by its address alone; here the server is on this machine."""
    from copilot.conversations.mailbox import MailboxRefusedError
    from copilot.conversations.mailbox_address import MailboxAddress
    from copilot.conversations.mailbox_config import ImapConfig
    from copilot.conversations.mailbox_imap import ImapMailbox

    class Far(MailboxAddress):
        @property
        def loopback(self) -> bool:
            return False

    address = Far(tls=False, user=USER, host="127.0.0.1", port=server.port)
    with pytest.raises(MailboxRefusedError, match="no STARTTLS"):
        asyncio.run(asyncio.to_thread(ImapMailbox.open, address, PASSWORD, ImapConfig()))
    assert "Login: user" not in (server.folder / "log").read_text()


def test_a_folder_that_the_server_does_not_open_keeps_no_other_back(
    copilot: Copilot, server: ImapServer
) -> None:
    server.append("INBOX", [mail(1)])
    server.append("Locked", [mail(2, subject="Other")])
    server.append("Sent", [mail(3, subject="Third")])
    (server.folder / "mail" / ".Locked").chmod(0)
    done = copilot.run("import", "mailbox", url(server.port), "--all-folders", "--json")
    (server.folder / "mail" / ".Locked").chmod(0o700)
    assert done.returncode == 1
    told = json.loads(done.stdout)
    assert told["folders"] == ["INBOX", "Sent"]
    assert told["faults"] == {"Locked": "the server does not open it"}
    assert (told["found"], told["created"], told["known"]) == (2, 2, 0)
    assert copilot.run("import", "mailbox", url(server.port), "--all-folders").returncode == 0
    assert copilot.stored() == ["1", "2", "3"]


def test_ctrl_c_does_not_wait_for_a_silent_server(copilot: Copilot, server: ImapServer) -> None:
    server.append("INBOX", [mail(n, subject=f"Matter {n}", text=LONG) for n in range(110)])
    copilot.environment["COPILOT_IMAP__TIMEOUT_S"] = "600"
    relay = Relay(server.port)
    relay.allow(160_000, cuts=False)
    process = copilot.start("import", "mailbox", url(relay.port))
    assert relay.reached.wait(60)
    while len(copilot.stored()) < 50:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    out, error = process.communicate(timeout=60)
    relay.close()
    assert process.returncode == 130
    assert out.startswith("mails: 50 new")
    assert "run the same command again" in error
    assert "Traceback" not in error
