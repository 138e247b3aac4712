"""Zip archives from strangers: bounded in number and size, never unpacked to disk."""

import zipfile
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, NamedTuple

from copilot.conversations.errors import UnreadableFileError

MAX_MEMBERS = 50_000
MAX_MEMBER_BYTES = 60_000_000
MAX_TOTAL_BYTES = 1_000_000_000
_ALWAYS_READ = 1_000_000
_MOST_TIMES = 200
"""Files of text become ten times smaller when they are packed; bombs, a thousand times."""
_BROKEN = (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, ValueError)


class Member(NamedTuple):
    """One file of an archive, or why it cannot be read; ``share`` of the files come up to it.

    ``packed`` is the name of the folder that everything in the archive is in, if there is one.
    """

    name: str
    content: bytes = b""
    fault: str | None = None
    share: float = 1.0
    packed: str | None = None

    def open(self) -> BinaryIO:
        """The content as a file."""
        return BytesIO(self.content)


def members(path: Path, *, wanted: Callable[[str], bool] = lambda _name: True) -> Iterator[Member]:
    """Every file of the archive, without folders and what macOS adds.

    Args:
        path: The archive.
        wanted: Says of a file's name whether it is read at all.

    Raises:
        UnreadableFileError: It is no zip archive, or has too many files.
    """
    try:
        archive = zipfile.ZipFile(path)
    except _BROKEN as error:
        raise UnreadableFileError(f"The zip archive cannot be read: {error}.") from error
    with archive:
        infos = [one for one in archive.infolist() if not one.is_dir() and not _surplus(one)]
        if len(infos) > MAX_MEMBERS:
            raise UnreadableFileError(f"The archive has more than {MAX_MEMBERS} files: split it.")
        outermost = {one.filename.partition("/")[0] for one in infos}
        packed = outermost.pop() if len(outermost) == 1 else None
        total = 0
        for number, info in enumerate(infos, 1):
            if wanted(info.filename):
                member = _read(archive, info, MAX_TOTAL_BYTES - total)
                total += len(member.content)
                yield member._replace(share=number / len(infos), packed=packed)


def _surplus(info: zipfile.ZipInfo) -> bool:
    return info.filename.startswith("__MACOSX/") or info.filename.rsplit("/", 1)[-1][:1] == "."


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, left: int) -> Member:
    limit = min(MAX_MEMBER_BYTES, left)
    if info.file_size > limit:
        return Member(info.filename, fault=f"larger than the {limit} bytes that are read")
    most = min(limit, max(_ALWAYS_READ, _MOST_TIMES * info.compress_size))
    try:
        with archive.open(info) as file:
            # The size an archive states may be a lie: what is read counts.
            content = file.read(most + 1)
    except (*_BROKEN, NotImplementedError) as error:
        return Member(info.filename, fault=f"cannot be unpacked: {error}"[:300])
    if len(content) > limit:
        return Member(info.filename, fault=f"larger than the {limit} bytes that are read")
    if len(content) > most:
        told = f"unpacks to more than {_MOST_TIMES} times its size, as no mail does"
        return Member(info.filename, fault=told)
    return Member(info.filename, content)
