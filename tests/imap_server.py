"""A real IMAP server: Debian's dovecot, a child of the tests, with a mailbox of its own."""

import grp
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from imapclient import IMAPClient

USER, PASSWORD = "help@shop.example", 'sec"ret pä'
_CONFIG = """
base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/log
protocols = imap
listen = 127.0.0.1
default_internal_user = {internal}
default_internal_group = {group}
default_login_user = {login}
disable_plaintext_auth = no
first_valid_uid = 0
mail_location = maildir:{root}/mail
{ssl}
passdb {{
  driver = passwd-file
  args = {root}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={root}/home allow_all_users=yes
}}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Trash {{
    special_use = \\Trash
  }}
  mailbox Roska {{
    special_use = \\Junk
  }}
  mailbox Sent {{
    special_use = \\Sent
  }}
}}
"""


class ImapServer:
    """A running dovecot with one user; fill it with :meth:`append`."""

    def __init__(self, folder: Path, *, certificate: Path | None = None) -> None:
        self.folder = folder
        self.certificate = certificate
        self.port, self.tls_port = _free_port(), _free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        root = os.geteuid() == 0
        me = pwd.getpwuid(os.geteuid()).pw_name
        owner = pwd.getpwnam("nobody") if root else pwd.getpwuid(os.geteuid())
        ssl = "ssl = no"
        if self.certificate is not None:
            key = self.certificate.with_suffix(".key")
            ssl = f"ssl = yes\nssl_cert = <{self.certificate}\nssl_key = <{key}"
        mail = self.folder / "mail"
        mail.mkdir(exist_ok=True)
        if root:
            os.chown(mail, owner.pw_uid, owner.pw_gid)
        (self.folder / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n", encoding="utf-8")
        (self.folder / "conf").write_text(
            _CONFIG.format(
                root=self.folder,
                internal=me,
                group=grp.getgrgid(os.getegid()).gr_name,
                # It refuses to let root speak to strangers.
                login="dovenull" if root else me,
                uid=owner.pw_uid,
                gid=owner.pw_gid,
                ssl=ssl,
                port=self.port,
                tls_port=self.tls_port if self.certificate else 0,
            )
        )
        self._process = subprocess.Popen(
            [_dovecot(), "-F", "-c", self.folder / "conf"], stderr=subprocess.DEVNULL
        )
        ends = time.monotonic() + 20
        while time.monotonic() < ends:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1) as made:
                if made.recv(10).startswith(b"* OK"):
                    return
            time.sleep(0.05)
        log = self.folder / "log"
        raise RuntimeError(log.read_text() if log.exists() else "dovecot did not start")

    def stop(self) -> None:
        """Stop it with its sessions."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(20)
            self._process = None

    @contextmanager
    def client(self) -> Iterator[IMAPClient]:
        """The owner of the mailbox, who may change it."""
        with IMAPClient("127.0.0.1", self.port, ssl=False, timeout=20) as client:
            client.plain_login(USER, PASSWORD)
            yield client

    def append(self, folder: str, mails: Sequence[bytes], flags: Sequence[str] = ()) -> None:
        """Put mails into a folder, which is made when it is not there."""
        with self.client() as client:
            if not client.folder_exists(folder):
                client.create_folder(folder)
            for mail in mails:
                client.append(folder, mail.replace(b"\n", b"\r\n"), flags)

    def flags(self, folder: str) -> dict[int, tuple[bytes, ...]]:
        """The flags of every mail of a folder, without the one that says that it is new here."""
        with self.client() as client:
            client.select_folder(folder, readonly=True)
            found = client.get_flags(client.search())
        return {
            uid: tuple(sorted(one for one in flags if one != b"\\Recent"))
            for uid, flags in found.items()
        }


class Relay:
    """A way to a server that can be cut, or held up, after so many bytes from it."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.limit: int | None = None
        self.cuts = True
        self.reached = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Take no more connections."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # closing alone would let one more in
        self._listener.close()

    def allow(self, limit: int | None, *, cuts: bool = True) -> None:
        """From the next connection on let through so many bytes, then cut it or fall silent."""
        self.limit, self.cuts = limit, cuts
        self.reached.clear()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection(("127.0.0.1", self._target))
                threading.Thread(target=self._pass, args=(near, far, None), daemon=True).start()
                threading.Thread(
                    target=self._pass, args=(far, near, self.limit), daemon=True
                ).start()

    def _pass(self, one: socket.socket, other: socket.socket, left: int | None) -> None:
        with suppress(OSError):
            while data := one.recv(4096):
                if left is not None:
                    data = data[:left]
                    left -= len(data)
                other.sendall(data)
                if left == 0:
                    self.reached.set()
                    if not self.cuts:
                        return
                    break
        for end in (one, other):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@contextmanager
def imap_server(*, certificate: Path | None = None) -> Iterator[ImapServer]:
    """A running server; the test is skipped where dovecot is not installed."""
    if _dovecot() is None:
        pytest.skip("dovecot-imapd is not installed")
    # Its sockets need short paths, and its own user must reach them.
    folder = Path(tempfile.mkdtemp(prefix="copilot-imap-"))
    folder.chmod(0o755)
    server = ImapServer(folder, certificate=certificate)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _dovecot() -> str | None:
    return shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as made:
        port: int = made.getsockname()[1]
        return port
