"""Threads out of files of mail: an .eml, an .mbox, a folder of them, a Maildir, or a .zip."""

from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path, PurePath
from typing import NamedTuple

from pydantic import ValidationError

from copilot.conversations.conversation import ConversationIn
from copilot.conversations.mail import MAX_BYTES, Mail
from copilot.conversations.mail_folders import MBOX, MailFile, classified, left_out, mail_files
from copilot.conversations.mbox import split_mbox
from copilot.conversations.shelf import MailHead, Shelf
from copilot.conversations.threads import Thread, conversation, rebuild
from copilot.conversations.zips import Member, members

_READING = 0.2
"""Share of the work that reading the heads is."""

_TELL_EVERY = 200
_NO_MAIL = "no mail: it has no sender, subject or date"


class Entry(NamedTuple):
    """One conversation of a file, or why there is none.

    Attributes:
        place: Where in the file it stands, for a person: ``line 3``, ``mail/7.eml``.
        fault: What is wrong with it; then the rest is None.
        share: How much of the file has been read with it, 0 to 1.
        thread: The mails it was made of, when it was made of mails: store it with
            :func:`copilot.conversations.mail_flow.accept_thread`, which knows the threads that
            are stored. A long thread comes in several entries.
        skipped: Why it is left out on purpose; then the rest is None.
    """

    place: str
    source: str | None = None
    external_id: str | None = None
    body: ConversationIn | None = None
    fault: str | None = None
    share: float = 0.0
    thread: Thread[Mail] | None = None
    skipped: str | None = None

    @property
    def only_share(self) -> bool:
        """Whether it only says how far reading is."""
        return self.body is None and self.fault is None and self.skipped is None


def read_mail(
    path: Path,
    name: str,
    shelf: Shelf,
    support: Collection[str],
    other: Callable[[Member], Iterable[Entry]],
) -> Iterator[Entry]:
    """The threads of a file or folder of mail, what cannot be read, and how far reading is.

    Args:
        path: The file or folder.
        name: What the file was called.
        shelf: Takes the mails while this runs.
        support: See :func:`copilot.conversations.threads.conversation`.
        other: Reads those files of an archive that are no mail.

    Raises:
        UnreadableFileError: It is an archive that cannot be read.
    """
    heads: list[MailHead] = []
    told_at = 0
    for found in _read(path, name, shelf, other):
        if isinstance(found, Entry):
            yield found._replace(share=_READING * found.share)
            continue
        head, share = found
        heads.append(head)
        if len(heads) - told_at >= _TELL_EVERY:
            told_at = len(heads)
            yield Entry("", share=_READING * share)
    threads = rebuild(heads, support_addresses=support)
    heads.clear()
    for number, thread in enumerate(threads, 1):
        share = _READING + (1 - _READING) * number / len(threads)
        for mails in shelf.portions(thread.mails):
            yield _entry(Thread(thread.root, mails), support)._replace(share=share)


def _entry(thread: Thread[Mail], support: Collection[str]) -> Entry:
    place = " ".join((thread.mails[0].subject or thread.root).split())
    try:
        return Entry(place, *conversation(thread, support_addresses=support), thread=thread)
    except ValidationError as error:
        return Entry(place, fault=told(error))


def told(error: ValidationError) -> str:
    """Where the first fault is and what is wrong there."""
    first = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"


def _read(
    path: Path, name: str, shelf: Shelf, other: Callable[[Member], Iterable[Entry]]
) -> Iterator[Entry | tuple[MailHead, float]]:
    suffix = PurePath(name).suffix.lower()
    if path.is_dir():
        files = list(mail_files(path))
        for number, file in enumerate(files, 1):
            yield from _file(file, shelf, number / len(files))
    elif suffix == ".zip":
        for member in members(path):
            for found in _member(member, shelf, other):
                yield found._replace(share=member.share) if isinstance(found, Entry) else found
    elif suffix in MBOX:
        size = max(1, path.stat().st_size)
        for head in shelf.mbox(path):
            if is_mail(head):
                yield head, head.place.start / size
    elif is_mail(head := shelf.mail(path)):
        yield head, 1.0
    else:
        yield Entry(name, fault=_NO_MAIL)


def _file(file: MailFile, shelf: Shelf, share: float) -> Iterator[Entry | tuple[MailHead, float]]:
    if file.skipped is not None:
        yield Entry(file.name, skipped=file.skipped, share=share)
        return
    try:
        if file.kind == "mbox":
            yield from ((head, share) for head in shelf.mbox(file.path) if is_mail(head))
        elif is_mail(head := shelf.mail(file.path)):
            yield head, share
        else:
            yield Entry(file.name, fault=_NO_MAIL, share=share)
    except OSError as error:
        yield Entry(file.name, fault=f"cannot be read: {error.strerror}", share=share)


def _member(
    member: Member, shelf: Shelf, other: Callable[[Member], Iterable[Entry]]
) -> Iterator[Entry | tuple[MailHead, float]]:
    path = PurePath(member.name)
    kind = classified(path)
    if member.fault is not None:
        yield Entry(member.name, fault=member.fault)
    elif kind is None:
        yield from other(member)
    elif skipped := kind[1] or _folder_left_out(path, member.packed):
        yield Entry(member.name, skipped=skipped)
    elif kind[0] == "mbox":
        with member.open() as file:
            yield from ((one, member.share) for one in shelf.keep(split_mbox(file)) if is_mail(one))
    else:
        for head in shelf.keep([member.content[:MAX_BYTES]]):
            yield (head, member.share) if is_mail(head) else Entry(member.name, fault=_NO_MAIL)


def _folder_left_out(path: PurePath, packed: str | None) -> str | None:
    # Of a folder that was packed as such the name does not count, as for one that is read as such.
    folders = path.parts[:-1]
    kinds = map(left_out, folders[1:] if folders[:1] == (packed,) else folders)
    return next((f"in a folder of {one}" for one in kinds if one), None)


def is_mail(head: MailHead | Mail) -> bool:
    """Whether anything of a mail was found: any bytes can be parsed as one."""
    return bool(head.sender.email or head.subject or head.sent_at)
