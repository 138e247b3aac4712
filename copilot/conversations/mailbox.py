"""Port: a mailbox on a server, read without changing anything in it. Its calls block."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple, Protocol

from copilot.kernel.errors import CopilotError, InvalidInputError, UnavailableError


class MailboxUnreachableError(UnavailableError):
    """The server cannot be reached, or the connection was lost."""

    code = "mailbox_unreachable"
    title = "The mailbox cannot be reached"


class MailboxRefusedError(CopilotError):
    """The server, or what it says about itself, lets nobody in."""

    code = "mailbox_refused"
    title = "The mailbox cannot be opened"


class NoSuchFolderError(InvalidInputError):
    """The mailbox has no folder of this name."""

    code = "mailbox_folder_unknown"
    title = "There is no such folder"


class Folder(NamedTuple):
    """A folder of a mailbox; ``kind`` is set when it is trash, spam or drafts, or shows others."""

    name: str
    kind: str | None = None


class OpenFolder(NamedTuple):
    """A folder as it was when it was opened.

    Attributes:
        uid_validity: Another one than before means that uids name other mails now.
        uid_next: Above the uid of every mail in it.
    """

    uid_validity: int
    uid_next: int


class Sized(NamedTuple):
    """A mail before it is fetched: its bytes, and whether it is a draft or marked as deleted."""

    size: int
    left_out: str | None = None


class Mailbox(Protocol):
    """A signed-in mailbox; one folder is open at a time.

    Every method may raise MailboxUnreachableError.
    """

    def folders(self) -> list[Folder]:
        """The folders that can be opened."""
        ...

    def open_folder(self, name: str) -> OpenFolder:
        """Open a folder for reading only.

        Raises:
            NoSuchFolderError: There is none of this name.
        """
        ...

    def uids(self, first: int, last: int, since: date | None) -> list[int]:
        """The uids of the open folder from ``first`` to ``last`` that arrived ``since``, rising."""
        ...

    def next_uid(self, first: int) -> int | None:
        """The lowest uid that is ``first`` or above; None without any."""
        ...

    def sizes(self, uids: Sequence[int]) -> dict[int, Sized]:
        """What is told of those of the mails that are still there."""
        ...

    def fetch(self, uids: Sequence[int], *, most_bytes: int) -> dict[int, bytes]:
        """The first bytes of those of the mails that are still there; none becomes read by it.

        Raises:
            MailboxRefusedError: The server cannot read one of them.
        """
        ...

    def drop(self) -> None:
        """End the connection at once, also while another thread waits for it. Never raises."""
        ...

    def close(self) -> None:
        """Sign out. Never raises."""
        ...
