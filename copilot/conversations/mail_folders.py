"""Folders of mail: Maildir with its subfolders, or any folder of .eml and .mbox files."""

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import Literal, NamedTuple

from copilot.kernel.text import storable

MBOX = frozenset({".mbox", ".mbx"})
MAIL = MBOX | {".eml"}
_NEVER_MAIL = frozenset({".json", ".jsonl", ".ndjson"})
_FLAGS = re.compile(r"[:;!]2,([A-Za-z,]*)$")
_LEFT_OUT = {"D": "a draft", "T": "deleted in the mailbox"}
_LEFT_OUT_FOLDERS = {
    "trash": "deleted,deleted items,deleted messages,bin,papierkorb,corbeille,papelera,"
    "cestino,prullenbak,roskakori,poistetut,papperskorg,borttaget,papirkurv,slettet,kosz,"
    "prügikast",
    "spam": "spam,junk,junk e-mail,junk email,bulk mail,roskaposti,skräppost,søppelpost,uønsket,"
    "courrier indésirable,correo no deseado,posta indesiderata,ongewenst,rämpspost",
    "drafts": "drafts,draft,luonnokset,utkast,kladder,entwürfe,brouillons,borradores,bozze,"
    "concepten,rascunhos,mustandid,szkice",
}
_BY_NAME = {
    name: kind for kind, names in _LEFT_OUT_FOLDERS.items() for name in (kind, *names.split(","))
}


class MailFile(NamedTuple):
    """One file of a folder: a mail, an mbox, or left out, and then why.

    Attributes:
        path: Where it is.
        name: Its path within the folder, for a person.
        kind: Whether it is one mail or many.
        skipped: Why it is left out.
    """

    path: Path
    name: str
    kind: Literal["mail", "mbox"] = "mail"
    skipped: str | None = None


def mail_files(folder: Path) -> Iterator[MailFile]:
    """The files of mail in ``folder`` and below, in the order of their names.

    In a Maildir (a folder with ``cur`` and ``new``) every file of these is a mail, and those
    flagged as draft or deleted are left out; elsewhere .eml and .mbox files are. Below
    ``folder``, what is called trash, spam or drafts is left out. Links to folders and out of
    ``folder`` are not followed, and anything but a plain file is passed over.
    """
    top = os.path.realpath(folder)
    for at, folders, names in os.walk(folder):
        here = Path(at)
        inner = here.relative_to(folder)
        if inner.parts and (kind := left_out(inner.name)):
            folders.clear()
            yield MailFile(here, _shown(inner), skipped=f"a folder of {kind}")
            continue
        folders.sort()
        for name in sorted(names):
            found = classified(PurePath(here.name, name) if here != folder else _rooted(here, name))
            if found is not None and _is_plain(here / name):
                kind_of, skipped = found
                if _leads_out(here / name, top):
                    skipped = "a link out of the folder"
                yield MailFile(here / name, _shown(inner / name), kind_of, skipped)


def classified(path: PurePath) -> tuple[Literal["mail", "mbox"], str | None] | None:
    """Whether a file is of mail, by its name and its folder's, and why it is left out if it is."""
    suffix = path.suffix.lower()
    if suffix in _NEVER_MAIL:
        return None
    if path.parent.name in {"cur", "new"} and not path.name.startswith("."):
        flags = _FLAGS.search(path.name)
        reasons = (_LEFT_OUT.get(one) for one in (flags.group(1) if flags else ""))
        return ("mbox" if suffix in MBOX else "mail"), next(filter(None, reasons), None)
    if suffix in MAIL:
        return ("mbox" if suffix in MBOX else "mail"), None
    return None


def left_out(folder: str) -> str | None:
    """What a mail folder of this name holds, when it is trash, spam or drafts."""
    # A Maildir has its folders side by side, with dots for slashes: ".INBOX.Trash".
    name = re.split(r"[./]", folder)[-1]
    return _BY_NAME.get(storable(name).casefold())


def _leads_out(path: Path, top: str) -> bool:
    return path.is_symlink() and not Path(os.path.realpath(path)).is_relative_to(top)


def _is_plain(path: Path) -> bool:
    """Whether it is no pipe or device. What cannot be looked at is told when it is opened."""
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return True


def _rooted(here: Path, name: str) -> PurePath:
    # Of a folder given as such the name counts too: someone may import .../cur alone.
    return PurePath(here.resolve().name, name)


def _shown(path: Path) -> str:
    return storable(str(path))
