"""Email parsing: is what a mail adds told apart from what it quotes and signs?"""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import repeat
from typing import ClassVar, Self

from pydantic import Field, model_validator

from copilot.conversations.mail import parse_mail
from copilot.conversations.reading import ReadMessage, read_body, read_mail
from copilot.evals.case import Case, Dataset, Output
from copilot.evals.lab import Lab
from copilot.evals.suite import Suite
from copilot.evals.task import Task, Work
from copilot.evals.tasks.cases import CaseLine, read_cases

_KINDS = ("raw", "raw_eml", "raw_html")
_CHARSET = re.compile(r"""\bcharset\s*=\s*["']?([\w.:-]+)""", re.IGNORECASE)


class _Line(CaseLine):
    needs: ClassVar[str] = "id, expected_reply, and one of raw, raw_eml and raw_html"

    raw: str | None = None
    raw_eml: str | None = None
    raw_html: str | None = None
    # Null where a suite expects something else of the mail, such as its history.
    expected_reply: str | None = Field()
    expected_signature: str | None = None
    scope: str | None = None

    @model_validator(mode="after")
    def _one_mail(self) -> Self:
        given = [kind for kind in _KINDS if getattr(self, kind) is not None]
        if len(given) != 1:
            told = " and ".join(given) or "none of them"
            raise ValueError(f"One of {', '.join(_KINDS)} is wanted; there is {told}")
        return self

    @property
    def mail(self) -> dict[str, str]:
        return {kind: getattr(self, kind) for kind in _KINDS if getattr(self, kind) is not None}


def load(suite: Suite) -> Dataset:
    """The cases of an email parsing suite; those that expect no reply are left out."""
    file = read_cases(suite, _Line)
    cases = [_case(line) for _, line in file.lines if line.expected_reply is not None]
    left_out = [
        f"Case {line.id} (line {number}) has no expected reply."
        for number, line in file.lines
        if line.expected_reply is None
    ]
    return file.dataset(suite, cases, left_out=left_out)


def _case(line: _Line) -> Case:
    return Case(
        id=line.id,
        input=line.mail,
        expected={
            "reply": line.expected_reply,
            "signature": line.expected_signature,
            "scope": line.scope,
        },
        labels=line.case_labels(),
    )


@asynccontextmanager
async def _open(lab: Lab, dataset: Dataset) -> AsyncIterator[Work]:  # noqa: ARG001 - the port's
    yield _work


async def _work(case: Case) -> Output:
    read = await asyncio.to_thread(_read, case)
    return read.model_dump(mode="json", include={"text", "quoted_text", "signature"})


def _read(case: Case) -> ReadMessage:
    if "raw_eml" in case.input:
        return read_mail(parse_mail(as_sent(case.input["raw_eml"])))
    if "raw_html" in case.input:
        return read_body(case.input["raw_html"], html=True)
    return read_body(case.input["raw"])


def as_sent(mail: str) -> bytes:
    """The bytes of a MIME message that a dataset holds as text.

    Its letters are those that its reader saw, so they go in the charset that the message names:
    UTF-8 under a header that says ISO-8859-1 would be read as ``hyvÃ¤Ã¤``. Where it names several
    that differ, or one that cannot write it, it is UTF-8.
    """
    usable = {found for found in map(_written, {*_CHARSET.findall(mail)}, repeat(mail)) if found}
    return usable.pop() if len(usable) == 1 else mail.encode()


def _written(charset: str, mail: str) -> bytes | None:
    try:
        # Headers stay readable only in a charset that writes ASCII as ASCII.
        return mail.encode(charset) if "a:\n".encode(charset) == b"a:\n" else None
    except (LookupError, UnicodeError):
        return None


TASK = Task(name="email_parsing", load=load, open=_open, concurrency=8)
