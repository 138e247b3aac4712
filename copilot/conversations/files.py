"""Conversations out of files: mail (.eml, .mbox, Maildir, .zip) and our own shape (.json, .jsonl).

Entries that cannot be read are told beside those that can; one bad entry never loses the rest.
"""

import errno
import hashlib
import json
import os
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import BinaryIO

from pydantic import ValidationError

from copilot.conversations.conversation import ConversationIn
from copilot.conversations.errors import UnreadableFileError
from copilot.conversations.mail import MAX_BYTES, Mail, parse_mail
from copilot.conversations.mail_files import Entry, read_mail, told
from copilot.conversations.mail_folders import MAIL
from copilot.conversations.mbox import split_mbox
from copilot.conversations.shelf import Shelf
from copilot.conversations.threads import MOST_MAILS
from copilot.conversations.zips import Member
from copilot.kernel.text import storable

SUFFIXES = MAIL | {".zip", ".json", ".jsonl", ".ndjson"}
__all__ = ["SUFFIXES", "Entry", "load_conversations", "read_conversations", "read_mails"]
_MAX_LINE = 60_000_000
_MAX_DOCUMENT = 60_000_000


def load_conversations(
    path: Path, *, support_addresses: Collection[str] = ()
) -> list[tuple[str, str, ConversationIn]]:
    """Every readable conversation of ``path`` as source, external id and body.

    Raises:
        UnreadableFileError: There is none.
        IsADirectoryError: It is a folder.
    """
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    entries = list(read_conversations(path, support_addresses=support_addresses))
    found: dict[tuple[str, str, str], ConversationIn] = {}
    for number, one in enumerate(entries):
        if one.source is None or one.external_id is None or one.body is None:
            continue
        # A long thread comes in portions; two entries of a file are never one otherwise.
        key = (one.source, one.external_id, "" if one.thread else str(number))
        if (begun := found.get(key)) is not None:
            messages = [*begun.messages, *one.body.messages][:MOST_MAILS]
            found[key] = begun.model_copy(update={"messages": messages})
        else:
            found[key] = one.body
    if not found:
        faults = "; ".join(f"{one.place}: {one.fault}" for one in entries[:3] if one.fault)
        raise UnreadableFileError(faults or f"{path.name} holds no conversation.")
    return [(source, external_id, body) for (source, external_id, _), body in found.items()]


def read_conversations(
    path: Path,
    *,
    name: str | None = None,
    support_addresses: Collection[str] = (),
    tell_reading: bool = False,
) -> Iterator[Entry]:
    """Every conversation of ``path``, and a fault for each entry that is none.

    Mails are read twice: their heads, which tell the threads, and then thread by thread; so no
    file is too large for the memory.

    Args:
        path: The file, or a folder of mail (see :mod:`copilot.conversations.mail_folders`).
        name: What the file was called when it is kept under another name; its suffix counts.
        support_addresses: See :func:`copilot.conversations.threads.conversation`.
        tell_reading: Whether to tell, by entries that have a share alone, how far the first
            reading of mails is.

    Raises:
        UnreadableFileError: It is no kind of file that holds conversations, or a .json document
            larger than 60 MB.
    """
    name = name or path.name
    suffix = Path(name).suffix.lower()
    if suffix in {".jsonl", ".ndjson"} and not path.is_dir():
        with path.open("rb") as file:
            yield from _lines(file, Path(name).stem, path.stat().st_size)
    elif suffix == ".json" and not path.is_dir():
        if path.stat().st_size > _MAX_DOCUMENT:
            # It is read whole, into many times its size.
            raise UnreadableFileError(
                f"{name} is larger than {_MAX_DOCUMENT // 1_000_000} MB: send it as .jsonl, one "
                "conversation per line."
            )
        yield from _document(path.read_bytes(), Path(name).stem)
    elif suffix in MAIL or suffix == ".zip" or path.is_dir():
        with Shelf() as shelf:
            for entry in read_mail(path, name, shelf, support_addresses, _zipped_json):
                if tell_reading or not entry.only_share:
                    yield entry
    else:
        kinds = ", ".join(sorted(SUFFIXES))
        raise UnreadableFileError(f"{name} is none of the kinds that can be read: {kinds}.")


def read_mails(path: Path) -> list[Mail]:
    """Every mail of an .eml or .mbox file, in the order of the file."""
    with path.open("rb") as file:
        if path.suffix.lower() == ".eml":
            return [parse_mail(file.read(MAX_BYTES))]
        return [parse_mail(raw) for raw in split_mbox(file)]


def _zipped_json(member: Member) -> Iterator[Entry]:
    suffix = Path(member.name).suffix.lower()
    if suffix in {".jsonl", ".ndjson"}:
        with member.open() as file:
            for entry in _lines(file, Path(member.name).stem, len(member.content)):
                yield entry._replace(place=f"{member.name}, {entry.place}")
    elif suffix == ".json":
        with member.open() as file:
            yield from _document(file.read(), Path(member.name).stem)


def _lines(file: BinaryIO, stem: str, size: int) -> Iterator[Entry]:
    read = 0
    for number, line in enumerate(iter(lambda: file.readline(_MAX_LINE), b""), start=1):
        read += len(line)
        if line.strip():
            entry = _entry(line, f"line {number}", f"{stem}-{number}")
            yield entry._replace(share=read / max(read, size))


def _document(content: bytes, stem: str) -> Iterator[Entry]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as error:
        yield Entry(stem, fault=f"not JSON: {error}"[:300])
        return
    several = found if isinstance(found, list) else [found]
    for number, one in enumerate(several, start=1):
        place = f"entry {number}" if isinstance(found, list) else stem
        fallback_id = f"{stem}-{number}" if isinstance(found, list) else stem
        yield _from_json(one, place, fallback_id)._replace(share=number / len(several))


def _entry(line: bytes, place: str, fallback_id: str) -> Entry:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        return Entry(place, fault=f"not JSON: {error}"[:300])
    return _from_json(found, place, fallback_id)


def _from_json(found: object, place: str, fallback_id: str) -> Entry:
    if not isinstance(found, dict):
        return Entry(place, fault="not a JSON object")
    fields = dict(found)
    source, external_id = fields.pop("source", "file"), fields.pop("external_id", fallback_id)
    if not (isinstance(source, str) and 0 < len(source := storable(source)) <= 64):
        return Entry(place, fault="source: a text of 1 to 64 characters is wanted")
    if not (isinstance(external_id, str) and (external_id := storable(external_id))):
        return Entry(place, fault="external_id: a text is wanted")
    if len(external_id) > 255:
        external_id = hashlib.sha256(external_id.encode()).hexdigest()
    try:
        return Entry(place, source, external_id, ConversationIn.model_validate(fields))
    except ValidationError as error:
        return Entry(place, fault=told(error))
