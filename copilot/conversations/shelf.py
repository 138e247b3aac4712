"""Mails of files of any size: their heads in memory, the mails themselves where they lie."""

import re
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, NamedTuple, Self

from copilot.conversations.mail import MAX_BYTES, Address, Mail, parse_mail
from copilot.conversations.mbox import split_mbox, split_mbox_at

_PORTION_MAILS = 500
_PORTION_LETTERS = 30_000_000
_END_OF_HEAD = re.compile(rb"\r?\n\r?\n|\r\r")
_OWN_ID = re.compile(rb"^message-id[ \t]*:[ \t]*<[^<>\s]+>", re.IGNORECASE | re.MULTILINE)


class Place(NamedTuple):
    """Where a mail lies: which file, from which byte, and how long; -1 for one of an mbox."""

    file: int
    start: int
    length: int


class MailHead(NamedTuple):
    """What of a mail tells its thread (see :class:`copilot.conversations.kinship.Head`)."""

    message_id: str
    ancestors: tuple[str, ...]
    subject: str
    sender: Address
    recipients: tuple[Address, ...]
    sent_at: datetime | None
    place: Place


class Shelf:
    """Takes files of mails and gives back their mails; a context manager.

    Mails of archives lie in a temporary file that ends with it.
    """

    def __init__(self) -> None:
        self._paths: list[Path] = []
        self._stack = ExitStack()
        self._spool: BinaryIO | None = None
        self._open: tuple[int, BinaryIO] | None = None
        # The same ids and addresses come again and again: one of each is kept.
        self._texts: dict[str, str] = {}
        self._people: dict[Address, Address] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._open is not None:
            self._open[1].close()
        self._stack.close()

    def mbox(self, path: Path) -> Iterator[MailHead]:
        """The mails of an mbox file, in the order of the file."""
        number = self._number(path)
        with path.open("rb") as file:
            for start, raw in split_mbox_at(file):
                yield self._head(raw, Place(number, start, -1))

    def mail(self, path: Path) -> MailHead:
        """The one mail of a file."""
        with path.open("rb") as file:
            return self._head(file.read(MAX_BYTES), Place(self._number(path), 0, MAX_BYTES))

    def keep(self, raws: Iterable[bytes]) -> Iterator[MailHead]:
        """Mails that lie in no file of their own."""
        for raw in raws:
            if self._spool is None:
                spool: BinaryIO = tempfile.TemporaryFile()  # noqa: SIM115 - the stack closes it
                self._spool = self._stack.enter_context(spool)
            start = self._spool.seek(0, 2)
            self._spool.write(raw)
            yield self._head(raw, Place(-1, start, len(raw)))

    def portions(self, heads: Iterable[MailHead]) -> Iterator[list[Mail]]:
        """The mails in the order of ``heads``, as many at once as the memory should hold."""
        gathered: list[Mail] = []
        letters = 0
        for head in heads:
            mail = parse_mail(self._raw(head.place))._replace(message_id=head.message_id)
            gathered.append(mail)
            letters += len(mail.text) + len(mail.html or "")
            if len(gathered) >= _PORTION_MAILS or letters > _PORTION_LETTERS:
                yield gathered
                gathered, letters = [], 0
        if gathered:
            yield gathered

    def _number(self, path: Path) -> int:
        self._paths.append(path)
        return len(self._paths) - 1

    def _raw(self, place: Place) -> bytes:
        file = self._file(place.file)
        file.seek(place.start)
        if place.length >= 0:
            return file.read(place.length)
        return next(split_mbox(file), b"")

    def _file(self, number: int) -> BinaryIO:
        if number < 0 and self._spool is not None:
            return self._spool
        if self._open is None or self._open[0] != number:
            if self._open is not None:
                self._open[1].close()
            self._open = (number, self._paths[number].open("rb"))
        return self._open[1]

    def _head(self, raw: bytes, place: Place) -> MailHead:
        mail = parse_mail(_head_of(raw))
        return MailHead(
            self._text(mail.message_id),
            tuple(self._text(one) for one in mail.ancestors),
            self._text(mail.subject),
            self._person(mail.sender),
            tuple(self._person(one) for one in mail.recipients[:50]),
            mail.sent_at,
            place,
        )

    def _text(self, text: str) -> str:
        return self._texts.setdefault(text, text)

    def _person(self, one: Address) -> Address:
        return self._people.setdefault(one, one)


def _head_of(raw: bytes) -> bytes:
    """The header of a mail that has an id; all of one that is known by its content."""
    start = len(raw) - len(raw.lstrip(b"\r\n\t "))
    end = _END_OF_HEAD.search(raw, start)
    head = raw[: end.end()] if end else raw
    return head if _OWN_ID.search(head) else raw
