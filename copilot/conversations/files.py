"""Conversations out of files: mail (.eml, .mbox, .zip of them) and our own shape (.json, .jsonl).

Entries that cannot be read are told beside those that can; one bad entry never loses the rest.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from pydantic import ValidationError

from copilot.conversations.conversation import ConversationIn
from copilot.conversations.errors import UnreadableFileError
from copilot.conversations.mail import MAX_BYTES, Mail, parse_mail
from copilot.conversations.mbox import split_mbox
from copilot.conversations.threads import conversation, rebuild
from copilot.conversations.zips import members
from copilot.kernel.text import storable

SUFFIXES = frozenset({".eml", ".mbox", ".mbx", ".zip", ".json", ".jsonl", ".ndjson"})
_MAX_LINE = 60_000_000
_MAX_DOCUMENT = 60_000_000


class Entry(NamedTuple):
    """One conversation of a file, or why there is none.

    Attributes:
        place: Where in the file it stands, for a person: ``line 3``, ``mail/7.eml``.
        fault: What is wrong with it; then the rest is None.
        share: How much of the file has been read with it, 0 to 1.
    """

    place: str
    source: str | None = None
    external_id: str | None = None
    body: ConversationIn | None = None
    fault: str | None = None
    share: float = 0.0


def load_conversations(
    path: Path, *, support_addresses: Collection[str] = ()
) -> list[tuple[str, str, ConversationIn]]:
    """Every readable conversation of ``path`` as source, external id and body.

    Raises:
        UnreadableFileError: There is none.
    """
    entries = list(read_conversations(path, support_addresses=support_addresses))
    found = [
        (one.source, one.external_id, one.body)
        for one in entries
        if one.source is not None and one.external_id is not None and one.body is not None
    ]
    if not found:
        faults = "; ".join(f"{one.place}: {one.fault}" for one in entries[:3] if one.fault)
        raise UnreadableFileError(faults or f"{path.name} holds no conversation.")
    return found


def read_conversations(
    path: Path, *, name: str | None = None, support_addresses: Collection[str] = ()
) -> Iterator[Entry]:
    """Every conversation of ``path``, and a fault for each entry that is none.

    Args:
        path: The file.
        name: What the file was called when it is kept under another name; its suffix counts.
        support_addresses: See :func:`copilot.conversations.threads.conversation`.

    Raises:
        UnreadableFileError: It is no kind of file that holds conversations, or a .json document
            larger than 60 MB.
    """
    name = name or path.name
    suffix = Path(name).suffix.lower()
    if suffix in {".jsonl", ".ndjson"}:
        with path.open("rb") as file:
            yield from _lines(file, Path(name).stem, path.stat().st_size)
    elif suffix == ".json":
        if path.stat().st_size > _MAX_DOCUMENT:
            # It is read whole, into many times its size.
            raise UnreadableFileError(
                f"{name} is larger than {_MAX_DOCUMENT // 1_000_000} MB: send it as .jsonl, one "
                "conversation per line."
            )
        yield from _document(path.read_bytes(), Path(name).stem)
    elif suffix == ".zip":
        yield from _zipped(path, support_addresses)
    elif suffix in {".eml", ".mbox", ".mbx"}:
        with path.open("rb") as file:
            mails = split_mbox(file) if suffix != ".eml" else iter([file.read(MAX_BYTES)])
            yield from _threads(map(parse_mail, mails), support_addresses)
    else:
        kinds = ", ".join(sorted(SUFFIXES))
        raise UnreadableFileError(f"{name} is none of the kinds that can be read: {kinds}.")


def read_mails(path: Path) -> list[Mail]:
    """Every mail of an .eml or .mbox file, in the order of the file."""
    with path.open("rb") as file:
        if path.suffix.lower() == ".eml":
            return [parse_mail(file.read(MAX_BYTES))]
        return [parse_mail(raw) for raw in split_mbox(file)]


def _threads(mails: Iterable[Mail], support: Collection[str]) -> Iterator[Entry]:
    threads = rebuild([mail for mail in mails if _is_mail(mail)])
    for number, thread in enumerate(threads, 1):
        place, share = thread.mails[0].subject or thread.root, number / len(threads)
        try:
            entry = Entry(place, *conversation(thread, support_addresses=support))
        except ValidationError as error:
            entry = Entry(place, fault=_told(error))
        yield entry._replace(share=share)


def _is_mail(mail: Mail) -> bool:
    """Whether anything of a mail was found: any bytes can be parsed as one."""
    return bool(mail.sender.email or mail.subject or mail.sent_at)


def _zipped(path: Path, support: Collection[str]) -> Iterator[Entry]:
    mails: list[Mail] = []
    for member in members(path):
        suffix = Path(member.name).suffix.lower()
        if member.fault is not None:
            yield Entry(member.name, fault=member.fault)
        elif suffix in {".jsonl", ".ndjson"}:
            with member.open() as file:
                for entry in _lines(file, Path(member.name).stem, len(member.content)):
                    place = f"{member.name}, {entry.place}"
                    yield entry._replace(place=place, share=member.share)
        elif suffix == ".json":
            with member.open() as file:
                yield from _document(file.read(), Path(member.name).stem)
        elif suffix in {".eml", ".mbox", ".mbx"}:
            with member.open() as file:
                found = split_mbox(file) if suffix != ".eml" else iter([file.read(MAX_BYTES)])
                mails += map(parse_mail, found)
    yield from _threads(mails, support)


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
        return Entry(place, fault=_told(error))


def _told(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
